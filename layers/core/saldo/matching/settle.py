"""How an amount and given items fit: exactly, less a discount, with a bank's charges. Pure.

Items are places in the book; a credit note counts against. Every fit says how, so that the table of
rules can tell what it is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from saldo.matching.book import Book
from saldo.matching.model import Difference
from saldo.matching.sums import sums_to

How = Literal[
    "exact",
    "discount",
    "rounding",
    "charges-told",
    "without-fees",
    "with-fees",
    "credit-note",
    "some-named",
    "right-sum",
    "late-discount",
    "bank-charge",
    "write-off",
    "with-others",
    "part",
    "instalment",
    "over",
]


@dataclass(frozen=True, slots=True)
class Money:
    """What came: how much, on which day it was ours, and which charges the bank tells."""

    amount_minor: int
    currency: str
    day: date
    charges_minor: int = 0


@dataclass(frozen=True, slots=True)
class Fit:
    """Items, the money for each (negative for a credit note), and what differs. `is_rivalled`:
    other items would fit just as well; `rivals` are some of them.
    """

    places: tuple[int, ...]
    amounts: tuple[int, ...]
    how: How
    differences: tuple[Difference, ...] = ()
    is_rivalled: bool = False
    rivals: tuple[int, ...] = ()


def fit(book: Book, places: Sequence[int], money: Money) -> Fit | None:
    """Return how all of the items are settled by the money, None if they are not."""
    owed = sum(book.signed_minor(at) for at in places)
    missing = owed - money.amount_minor
    if missing == 0:
        return _whole(book, places, "exact")
    kept = _discounted(book, places, money, missing)
    if kept is not None:
        return kept
    if money.charges_minor and missing == money.charges_minor:
        return _short(book, places, missing, "charges-told", "bank-charge")
    fees = {at: _fees_minor(book, at) for at in places}
    if missing > 0 and missing == sum(fees.values()):
        found = _whole(book, places, "without-fees")
        amounts = tuple(minor - fees[at] for at, minor in zip(places, found.amounts, strict=True))
        differences = tuple(
            Difference("fees-left-open", minor, book.items[at].id)
            for at, minor in fees.items()
            if minor
        )
        return replace(found, amounts=amounts, differences=differences)
    return _rounded(book, places, missing)


def _rounded(book: Book, places: Sequence[int], missing: int) -> Fit | None:
    if abs(missing) > book.rules.rounding_minor:
        return None
    if missing > 0:
        return _short(book, places, missing, "rounding", "rounding")
    beyond = Difference("rounding", -missing)
    return replace(_whole(book, places, "rounding"), differences=(beyond,))


def _whole(book: Book, places: Sequence[int], how: How) -> Fit:
    return Fit(tuple(places), tuple(book.signed_minor(at) for at in places), how)


def _short(
    book: Book,
    places: Sequence[int],
    missing: int,
    how: How,
    reason: Literal["bank-charge", "rounding", "write-off", "late-discount"],
) -> Fit | None:
    """Return the items settled but for what is missing on the largest, None if it is smaller."""
    found = _whole(book, places, how)
    largest = max(range(len(places)), key=lambda place: (found.amounts[place], -place))
    if found.amounts[largest] <= missing:
        return None
    amounts = list(found.amounts)
    amounts[largest] -= missing
    difference = Difference(reason, missing, book.items[places[largest]].id)
    return replace(found, amounts=tuple(amounts), differences=(difference,))


def _fees_minor(book: Book, at: int) -> int:
    item = book.items[at]
    inside = item.costs_open_minor + item.interest_open_minor
    return inside if inside < book.open_minor[at] == item.open_minor else 0


def _discounted(book: Book, places: Sequence[int], money: Money, missing: int) -> Fit | None:
    """Return the items settled less the discounts of all of them, or of some."""
    if missing <= 0:
        return None
    granted = {at: book.discount_minor(at, money.day) for at in places}
    granted = {at: minor for at, minor in granted.items() if minor}
    if not granted:
        return None
    beyond = sum(granted.values()) - missing
    taken = list(granted)
    if abs(beyond) > book.rules.rounding_minor:
        some = sums_to(list(granted.values()), missing, 1)
        if not some:
            return None
        taken = [taken[place] for place in some[0]]
        beyond = 0
    kept = {at: granted[at] for at in taken}
    kept[taken[-1]] -= beyond
    if kept[taken[-1]] <= 0:
        return None
    found = _whole(book, places, "discount")
    amounts = tuple(
        minor - kept.get(at, 0) for at, minor in zip(places, found.amounts, strict=True)
    )
    differences = tuple(
        Difference("discount", minor, book.items[at].id) for at, minor in kept.items()
    )
    return replace(found, amounts=amounts, differences=differences)


def fit_named(book: Book, named: Sequence[int], accounts: Sequence[str], money: Money) -> Fit:
    """Return the best fit of items that a payer named, at worst a part of them or too much.

    `accounts` are whose other items may be drawn in: the items' own and the payer's.
    """
    whole = fit(book, named, money)
    if whole is None and _is_instalment(book, named, money.amount_minor):
        return replace(_part(book, named, money.amount_minor), how="instalment")
    for found in _closings(book, named, accounts, money):
        if found is not None:
            return found
    owed = sum(book.signed_minor(at) for at in named)
    if money.amount_minor < owed:
        return _part(book, named, money.amount_minor)
    over = Difference("overpayment", money.amount_minor - owed)
    return replace(_whole(book, named, "over"), differences=(over,))


def _closings(
    book: Book, named: Sequence[int], accounts: Sequence[str], money: Money
) -> Iterator[Fit | None]:
    """Yield fits from the best on; a later one is only worked out when those before are none."""
    yield fit(book, named, money)
    others = [
        at
        for account in accounts
        for at in book.account_items(account, money.currency)
        if at not in named
    ]
    yield _with_kind(book, named, others, money, "fee")
    yield _with_kind(book, named, others, money, "credit-note")
    yield _some_of(book, named, money)
    owed = sum(book.signed_minor(at) for at in named)
    missing = owed - money.amount_minor
    late = sum(book.late_discount_minor(at, money.day) for at in named)
    if late and abs(missing - late) <= book.rules.rounding_minor:
        yield _short(book, named, missing, "late-discount", "late-discount")
    elsewhere = fit_unnamed(book, others, money, singles_only=True)
    if elsewhere is not None and not elsewhere.is_rivalled:
        yield replace(elsewhere, how="right-sum", rivals=tuple(named))
    if 0 < missing <= book.rules.bank_charges_minor_max and missing * 10 < owed:
        yield _short(book, named, missing, "bank-charge", "bank-charge")
    if 0 < missing <= book.rules.write_off_minor_max:
        yield _short(book, named, missing, "write-off", "write-off")
    if missing < 0:
        yield _with_others(book, named, others, money, -missing)


def _with_kind(
    book: Book,
    named: Sequence[int],
    others: Sequence[int],
    money: Money,
    kind: Literal["fee", "credit-note"],
) -> Fit | None:
    """Return the named items together with fees, or less credit notes, of the same account."""
    drawn = [at for at in others if book.items[at].kind == kind]
    if not drawn:
        return None
    owed = sum(book.signed_minor(at) for at in named)
    kept = sum(book.discount_minor(at, money.day) for at in named)
    for target in dict.fromkeys((money.amount_minor - owed, money.amount_minor - owed + kept)):
        sums = sums_to([book.signed_minor(at) for at in drawn], target)
        if sums:
            places = [*named, *(drawn[place] for place in sums[0])]
            found = fit(book, places, money)
            how: How = "with-fees" if kind == "fee" else "credit-note"
            return found and replace(found, how=how, is_rivalled=len(sums) > 1)
    return None


def _some_of(book: Book, named: Sequence[int], money: Money) -> Fit | None:
    """Return the fit of some of several named items."""
    if len(named) < 2:
        return None
    for values in _values(book, named, money):
        sums = sums_to(values, money.amount_minor)
        if sums:
            found = fit(book, [named[place] for place in sums[0]], money)
            return found and replace(found, how="some-named", is_rivalled=len(sums) > 1)
    return None


def _with_others(
    book: Book, named: Sequence[int], others: Sequence[int], money: Money, more: int
) -> Fit | None:
    sums = sums_to([book.signed_minor(at) for at in others], more)
    if not sums:
        return None
    found = fit(book, [*named, *(others[place] for place in sums[0])], money)
    return found and replace(found, how="with-others", is_rivalled=len(sums) > 1)


def _values(book: Book, places: Sequence[int], money: Money) -> Iterator[list[int]]:
    """Yield what the items add to a sum: whole, then less their discounts if there are any."""
    whole = [book.signed_minor(at) for at in places]
    yield whole
    kept = [book.discount_minor(at, money.day) for at in places]
    if any(kept):
        yield [one - other for one, other in zip(whole, kept, strict=True)]


def _part(book: Book, named: Sequence[int], amount_minor: int) -> Fit:
    """Return the named items paid in part: the oldest due first (as § 366 (2) BGB has it)."""
    left = amount_minor + sum(-min(book.signed_minor(at), 0) for at in named)
    places, amounts, differences = [], [], []
    for at in sorted(named, key=lambda each: (book.items[each].due_on, each)):
        owed = book.signed_minor(at)
        given = owed if owed < 0 else min(owed, left)
        if given:
            places.append(at)
            amounts.append(given)
        if owed > given:
            differences.append(Difference("short-payment", owed - given, book.items[at].id))
        left -= max(given, 0)
    return Fit(tuple(places), tuple(amounts), "part", tuple(differences))


def _is_instalment(book: Book, named: Sequence[int], amount_minor: int) -> bool:
    """Tell whether the entry's own reference asks for this much of these items, and no more."""
    owed = sum(book.signed_minor(at) for at in named)
    return amount_minor < owed and all(amount_minor in book.items[at].asked_minor for at in named)


def fit_unnamed(
    book: Book, places: Sequence[int], money: Money, *, singles_only: bool = False
) -> Fit | None:
    """Return which of an account's items the money settles, though nothing names them.

    Of several answers the one with the oldest due items is taken, and said to be rivalled.
    """
    found: list[tuple[int, ...]] = []
    sets: list[tuple[int, ...]]
    best: Fit | None = None
    for values in _values(book, places, money):
        if singles_only:
            sets = [(place,) for place, value in enumerate(values) if value == money.amount_minor]
        else:
            sets = sums_to(values, money.amount_minor, 3)
        for sums in sets:
            chosen = tuple(places[place] for place in sums)
            fitted = fit(book, chosen, money)
            if fitted is not None:
                found.append(chosen)
                best = best or fitted
    if best is None:
        return None
    rivals = {at for chosen in found[1:] for at in chosen} - set(best.places)
    return replace(best, is_rivalled=len(set(found)) > 1, rivals=tuple(sorted(rivals)))
