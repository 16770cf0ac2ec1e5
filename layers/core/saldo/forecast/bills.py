"""Bills as a creditor's books have them: what was paid, what stands open, what teaches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from typing import Final

from saldo.collection.facts import Dispute
from saldo.forecast.history import HISTORY_MAX
from saldo.forecast.model import Bill
from saldo.forecast.train import TRAINED_MAX
from saldo.invoices.model import Invoice, OpenItem
from saldo.store import Store, fed_keys

ITEMS_MAX: Final = 5000
"""So many open items of an account are forecast, those due first."""

_READ_MAX: Final = 2 * TRAINED_MAX
_WINDOWS_DAYS: Final = (0, 3, 7, 14, 30, 60, 90, 180, 365, 730, 1095)
"""Spans are read from now on backwards, each from its own beginning: where there is more than is
read, the newest come first by spans. Bills that nothing happened to for three years teach nothing:
see `train.HALF_LIFE_DAYS`.
"""

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class ContestedBill:
    """An invoice that was contested: when it is paid says nothing of how its account pays."""

    creditor: str
    account: str
    number: str
    gone_at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.number)


def bill_of(invoice: Invoice) -> Bill | None:
    """Return an invoice as the forecast sees it.

    None for one that no payment ended (a credit note, a write-off, its cancellation): it was
    neither paid nor does it wait.
    """
    if invoice.is_open:
        return _bill(invoice, None)
    if invoice.days_beyond_terms is None or invoice.closed_on is None:
        return None
    return _bill(invoice, invoice.closed_on)


def _bill(one: Invoice | OpenItem, settled_on: date | None) -> Bill:
    return Bill(
        one.account,
        one.number,
        one.issued_on,
        one.due_on,
        one.currency,
        one.amount_minor,
        settled_on,
    )


def open_bill(item: OpenItem) -> Bill:
    """Return an open item as the forecast sees it."""
    return _bill(item, None)


def newest(bills: Iterable[Bill], day: date) -> list[Bill]:
    """Return the newest bills issued by `day`, one more than a forecast looks at: itself."""
    there = sorted(
        (one for one in bills if one.issued_on <= day),
        key=lambda one: (one.issued_on, one.number),
    )
    return there[-(HISTORY_MAX + 1) :]


@dataclass(frozen=True, slots=True)
class AccountPast:
    """What an account's forecasts are told by: `items` that stand open, and `bills`.

    `contested` are invoices that a dispute was ever about, none of which is among the bills;
    `disputed` are those of them that one is about now.
    """

    items: tuple[OpenItem, ...]
    bills: tuple[Bill, ...]
    contested: frozenset[str]
    disputed: frozenset[str]
    invoices: dict[str, Invoice]


NO_PAST: Final = AccountPast((), (), frozenset(), frozenset(), {})


def past_of(store: Store, creditor: str, account: str, items: tuple[OpenItem, ...]) -> AccountPast:
    """Read what an account's forecasts need beside its open items: some 15 read units.

    The newest invoices are those with the highest numbers, HISTORY_MAX of them: numbers rise with
    time in nearly every ERP, and an index by day would cost every invoice a further write.
    """
    found = store.newest(Invoice, creditor, account, limit=HISTORY_MAX)
    disputes = {(one.invoice, one.state) for one in store.list(Dispute, creditor, account)}
    contested = frozenset(number for number, _ in disputes)
    bills = {one.number: bill for one in found if (bill := bill_of(one)) is not None}
    bills |= {one.number: open_bill(one) for one in items}
    return AccountPast(
        items,
        tuple(one for number, one in sorted(bills.items()) if number not in contested),
        contested,
        frozenset(number for number, state in disputes if state == "open"),
        {one.number: one for one in found},
    )


def open_items(store: Store, creditor: str, account: str) -> tuple[OpenItem, ...]:
    """Return what stands open, ITEMS_MAX at most."""
    return tuple(islice(store.list(OpenItem, creditor, account), ITEMS_MAX))


def bills_of_creditor(store: Store, creditor: str, now: datetime) -> Iterator[Bill]:
    """Yield the bills that something happened to last, two for each that is learnt from at most.

    Reads an index by the last change, in spans of time from now on backwards, and then the
    invoices: half a read unit each, 20,000 for the most. What was contested is left out.
    """
    look = store.relaxed()
    contested = {(one.account, one.number) for one in look.list(ContestedBill, creditor)}
    left = _READ_MAX
    for newer, older in pairwise(_WINDOWS_DAYS):
        after = now - timedelta(days=older)
        before = now - timedelta(days=newer) + timedelta(days=int(newer == 0))
        for keys in fed_keys(look, Invoice, creditor, after, before, limit=_PAGE):
            wanted = keys[:left]
            left -= len(wanted)
            for invoice in look.get_many(Invoice, wanted).values():
                bill = bill_of(invoice)
                if bill is not None and (bill.account, bill.number) not in contested:
                    yield bill
            if left <= 0:
                return
