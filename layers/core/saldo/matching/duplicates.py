"""Money that came a second time. It is never posted to an item by itself: it becomes credit."""

from __future__ import annotations

from typing import Final

from saldo.matching.book import Book
from saldo.matching.model import Candidate, Difference, Fact, Proposal
from saldo.matching.reading import NamedItems, Reading

_UNNAMED_DAYS_MAX: Final = 60


def duplicate(reading: Reading, named: NamedItems, book: Book) -> Proposal | None:
    """Return the proposal to credit the account, if the same was paid before, else None.

    Named: closed items whose payment brought just as much. Where the payer has another open item of
    that amount, and the payment is longer ago than `duplicate_days`, the reference is rather one
    copied from last time. Not named: a known payer, the same amount, and nothing open that it fits.
    """
    amount = reading.money.amount_minor
    if named.closed and not named.open:
        paid = [one for at in named.closed for one in book.paid[at]]
        totals = {book.paid_minor(one.id) for one in paid} | {
            sum(book.paid[at][-1].amount_minor for at in named.closed if book.paid[at])
        }
        wholes = {sum(book.items[at].amount_minor for at in named.closed)}
        if amount in totals | wholes:
            ago = min((abs((reading.money.day - each.paid_on).days) for each in paid), default=0)
            if ago <= book.rules.duplicate_days or not _fits_another(reading, book):
                return _credited(reading, named, book)
        return None
    if named.open or not reading.payer.is_sure or _fits_another(reading, book):
        return None
    for account in reading.payer.accounts:
        for paid_id in book.payments_by_amount.get((account, amount), ()):
            at, earlier = book.payments[paid_id][0]
            if 0 <= (reading.money.day - earlier.paid_on).days <= _UNNAMED_DAYS_MAX:
                return _credited(reading, NamedItems((), (at,), "none", named.facts), book)
    return None


def _fits_another(reading: Reading, book: Book) -> bool:
    """Tell whether an open item of the payer has the amount, whole or less its discount."""
    money = reading.money
    return any(
        money.amount_minor in (book.open_minor[at], book.open_minor[at] - kept)
        for account in reading.payer.accounts
        for at in book.account_items(account, money.currency)
        for kept in [book.discount_minor(at, money.day)]
    )


def _credited(reading: Reading, named: NamedItems, book: Book) -> Proposal:
    accounts = {book.items[at].account for at in named.closed}
    earlier = [paid for at in named.closed for paid in book.paid[at][-1:]]
    facts = tuple(
        Fact("paid-before", f"{paid.amount_minor} on {paid.paid_on} ({paid.id})")
        for paid in earlier
    )
    payer = tuple(fact for each in reading.payer.facts.values() for fact in each)
    return Proposal(
        (reading.entry.id,),
        "duplicate",
        "likely",
        "paid-before",
        accounts.pop() if len(accounts) == 1 else "",
        differences=(Difference("overpayment", reading.money.amount_minor),),
        evidence=(*named.facts, *payer, *facts),
        candidates=tuple(Candidate(book.items[at].id, "paid before") for at in named.closed[:5]),
    )
