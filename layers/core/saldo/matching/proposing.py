"""From what an entry says to a proposal: which items, how they fit, and what that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from saldo.matching.advised import Advised, advised, advised_otherwise
from saldo.matching.book import Book
from saldo.matching.duplicates import duplicate
from saldo.matching.model import Allocation, Candidate, Fact, Proposal
from saldo.matching.payers import name_fact
from saldo.matching.reading import NamedItems, Reading, almost, named_items
from saldo.matching.rows import Found, Named, Relation, judge
from saldo.matching.settle import Fit, fit, fit_named, fit_unnamed

CANDIDATES_MAX: Final = 5
_ACCOUNTS_MAX: Final = 8
_HOLDERS_MAX: Final = 40


def propose(reading: Reading, book: Book) -> Proposal:
    """Return what an entry that brought money probably pays, given what is still open."""
    named = named_items(reading, book)
    own = _from_named(reading, named, book) if named.open else None
    if own is not None and own.confidence == "certain":
        return own
    told = advised(reading, book, named=named.open) if book.advices else None
    if told is not None:
        found = _from_advice(reading, named, told, book)
        if found is not None and (own is None or not told.is_doubted):
            return found
    if own is not None:
        return own
    again = duplicate(reading, named, book)
    if again is not None:
        return again
    found = _from_amount(reading, named, book)
    if found is None and book.advices:
        other = advised_otherwise(reading, book)
        found = _from_advice(reading, named, other, book) if other is not None else None
    return found or _unmatched(reading, named, book)


def _from_advice(reading: Reading, named: NamedItems, told: Advised, book: Book) -> Proposal | None:
    """Return what a remittance advice explains: the payer's words, only not on the transfer."""
    fitted = replace(told.fit, is_rivalled=told.fit.is_rivalled or told.is_doubted)
    facts = (*told.facts, *named.facts)
    return _judged(reading, book, fitted, "advice", facts, named)


def _from_named(reading: Reading, named: NamedItems, book: Book) -> Proposal | None:
    own = [book.items[at].account for at in named.open]
    accounts = list(dict.fromkeys([*reading.payer.accounts, *own]))[:_ACCOUNTS_MAX]
    fitted = fit_named(book, named.open, accounts, reading.money)
    return _judged(reading, book, fitted, named.grade, named.facts, named)


def _from_amount(reading: Reading, named: NamedItems, book: Book) -> Proposal | None:
    """Return what the amount alone tells, of the payer's accounts or of almost-named items."""
    money, accounts = reading.money, reading.payer.accounts
    fits: list[Fit] = []
    for account in accounts[:_ACCOUNTS_MAX]:
        places = book.account_items(account, money.currency)
        found = fit_unnamed(book, places, money)
        if found is not None:
            fits.append(found)
    if not fits:
        return _from_almost(reading, named, book)
    best = fits[0]
    slips = almost(reading, _singles(reading, book), book)
    if best.is_rivalled and len(best.places) == 1 and len(slips) == 1:
        (at,) = slips
        better = fit(book, [at], money)
        if better is not None:
            # The slip says which of the rivals; they stay rivals all the same.
            rivals = tuple({*best.places, *best.rivals} - {at})
            best = Fit(better.places, better.amounts, better.how, better.differences,
                       is_rivalled=True, rivals=rivals)  # fmt: skip
    if len(fits) > 1:
        if not slips:
            return None
        rivals = tuple(at for each in fits[1:] for at in each.places)
        best = Fit(best.places, best.amounts, best.how, best.differences,
                   is_rivalled=True, rivals=rivals)  # fmt: skip
    how: Named = "typo" if set(best.places) <= set(slips) else "none"
    return _judged(reading, book, best, how, (*named.facts, *slips.values()), named)


def _singles(reading: Reading, book: Book) -> list[int]:
    """Return each item of the payer's accounts that the amount settles by itself."""
    money = reading.money
    return [
        at
        for account in reading.payer.accounts[:_ACCOUNTS_MAX]
        for at in book.account_items(account, money.currency)
        if money.amount_minor
        in (book.open_minor[at], book.open_minor[at] - book.discount_minor(at, money.day))
    ]


def _from_almost(reading: Reading, named: NamedItems, book: Book) -> Proposal | None:
    """Return the one item in the whole book that has the amount and almost the number."""
    holders = list(
        islice(book.holders(reading.money.currency, reading.money.amount_minor), _HOLDERS_MAX)
    )
    slips = almost(reading, holders, book)
    if len(slips) != 1:
        return None
    (at,) = slips
    fitted = fit(book, [at], reading.money)
    if fitted is None:
        return None
    return _judged(reading, book, fitted, "typo", (*named.facts, *slips.values()), named)


def _judged(
    reading: Reading,
    book: Book,
    fitted: Fit,
    grade: Named,
    facts: Sequence[Fact],
    named: NamedItems,
) -> Proposal | None:
    """Return the proposal that the table allows, None if no row fits."""
    relation, payer_facts = _relation(reading, fitted, book)
    found = Found(
        "none" if fitted.how == "right-sum" and grade != "reference" else grade,
        fitted.how,
        relation,
        is_rivalled=fitted.is_rivalled or _is_doubted(reading, fitted, relation, book),
        is_telling=_is_telling(reading, fitted, book),
        has_twin=_has_twin(fitted, book),
        is_chased=book.rules.chases_late_discount and len(fitted.places) == 1,
    )
    if fitted.how == "right-sum":
        found = Found("number", "right-sum", relation, is_rivalled=True)
    confidence, rule = judge(found, book.rules.threshold)
    if confidence == "open":
        return None
    accounts = {book.items[at].account for at in fitted.places}
    allocations = tuple(
        Allocation(book.items[at].id, minor, fitted.how)
        for at, minor in zip(fitted.places, fitted.amounts, strict=True)
        if minor
    )
    others = [*fitted.rivals, *(at for at in named.open if at not in fitted.places)]
    return Proposal(
        (reading.entry.id,),
        "payment",
        confidence,
        rule,
        accounts.pop() if len(accounts) == 1 else "",
        allocations,
        fitted.differences,
        (*facts, *payer_facts, _amount_fact(reading, fitted)),
        _candidates(others, "would fit as well" if fitted.rivals else "named, too", book),
    )


def _relation(reading: Reading, fitted: Fit, book: Book) -> tuple[Relation, tuple[Fact, ...]]:
    """Return whose items they are, seen from the payer, and what says so."""
    accounts = list(dict.fromkeys(book.items[at].account for at in fitted.places))
    known = reading.payer.facts
    facts = tuple(fact for account in accounts for fact in known.get(account, ()))
    if all(account in known for account in accounts):
        return ("same" if reading.payer.is_sure else "called"), facts
    if not reading.payer.is_sure or not known:
        names = [
            name_fact(reading.entry.counterparty.name, each, book)
            for each in accounts
            if each not in known
        ]
        if all(names):
            return "called", (*facts, *(name for name in names if name))
    if known:
        others = tuple(fact for each in known.values() for fact in each)
        return "other", others
    return "unknown", ()


def _is_doubted(reading: Reading, fitted: Fit, relation: Relation, book: Book) -> bool:
    """Tell whether the payer, being somebody else, has an item of its own that fits better."""
    if relation != "other":
        return False
    money = reading.money
    return any(
        book.open_minor[at] == money.amount_minor
        for account in reading.payer.accounts[:_ACCOUNTS_MAX]
        for at in book.account_items(account, money.currency)
        if at not in fitted.places
    )


def _is_telling(reading: Reading, fitted: Fit, book: Book) -> bool:
    if len(fitted.places) > 1:
        return True
    holders = book.holders(reading.money.currency, reading.money.amount_minor)
    return all(at in fitted.places for at in holders)


def _has_twin(fitted: Fit, book: Book) -> bool:
    """Tell whether another item of the same account has the amount of one of these."""
    amounts = {book.open_minor[at] for at in fitted.places}
    accounts = {book.items[at].account for at in fitted.places}
    return any(
        book.open_minor[at] in amounts
        for account in accounts
        for at in book.account_items(account, book.items[fitted.places[0]].currency)
        if at not in fitted.places
    )


def _amount_fact(reading: Reading, fitted: Fit) -> Fact:
    return Fact(f"amount-{fitted.how}", str(reading.money.amount_minor), "amount")


def _candidates(places: Iterable[int], reason: str, book: Book) -> tuple[Candidate, ...]:
    return tuple(Candidate(book.items[at].id, reason) for at in islice(places, CANDIDATES_MAX))


def _unmatched(reading: Reading, named: NamedItems, book: Book) -> Proposal:
    """Return an open proposal, with what a person would look at first."""
    money, payer = reading.money, reading.payer
    tried = [
        (named.open, "named"),
        (named.closed, "named, but closed"),
        (book.holders(money.currency, money.amount_minor), "has that amount"),
        *(
            (book.account_items(each, money.currency), "of the payer")
            for each in payer.accounts[:3]
        ),
    ]
    candidates: dict[str, Candidate] = {}
    for places, reason in tried:
        for each in _candidates(places, reason, book):
            candidates.setdefault(each.item, each)
    facts = (*named.facts, *(fact for each in payer.facts.values() for fact in each))
    return Proposal(
        (reading.entry.id,),
        "unmatched",
        "open",
        "none",
        payer.only if payer.is_sure else "",
        evidence=facts,
        candidates=tuple(candidates.values())[:CANDIDATES_MAX],
    )
