"""Reads our side for the comparison: what is open, and what the ERP may not have booked yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from saldo.accounts.model import Account, Hold
from saldo.clock import Clock
from saldo.drift.compare import compare, joined
from saldo.drift.model import (
    Drift,
    DriftAccountNotNamed,
    DriftTooWide,
    Flight,
    Lists,
    OurItem,
    TheirItem,
)
from saldo.invoices.model import Allocation, Credit, Invoice, NumberTaken, OpenItem
from saldo.payments.model import Payment
from saldo.store import Store, fed_keys

BOOKING_DAYS: Final = 3
"""So many days an ERP has to book what it was told; after that it is no longer in flight."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_FEED_PAGE: Final = 100


class DriftReports:
    """Compares an ERP's open items with the books as they are now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def report(
        self,
        creditor: str,
        theirs: Sequence[TheirItem],
        *,
        accounts: Sequence[str] | None = None,
        as_of: datetime | None = None,
        lists: Lists = "open",
        booking_days: int = BOOKING_DAYS,
        accounts_max: int | None = None,
    ) -> Drift:
        """Return what differs.

        `accounts` are those that the list is about, None for all of the creditor's. `as_of` is when
        the ERP made its list, None for just now. What was booked here within `booking_days` before
        it may still be on its way to the ERP. Credits are compared where the list names any (an
        item below zero). Raises DriftItemTwice, DriftAccountNotNamed, or DriftTooWide when more
        than `accounts_max` accounts would be read.
        """
        there = joined(theirs)
        if accounts is not None:
            _check_named(there.values(), set(accounts))
        with_credits = any(one.open_minor < 0 for one in there.values())
        every = accounts if accounts is not None else self._accounts(creditor)
        wanted = list(
            dict.fromkeys(islice(every, None if accounts_max is None else accounts_max + 1))
        )
        if accounts_max is not None and len(wanted) > accounts_max:
            raise DriftTooWide(
                f"At most {accounts_max} accounts are compared at once: name them in 'accounts'."
            ).at("/accounts")
        ours = {one.number: one for one in self._open(creditor, wanted, with_credits=with_credits)}
        ours |= self._named(creditor, [n for n in there if n not in ours])
        rough = compare(there.values(), ours.values(), lists)
        since = (as_of or self._clock.now()) - timedelta(days=booking_days)
        off = [one.number for one in rough.differences if one.number in ours]
        for number, flights in self._flights(creditor, [ours[n] for n in off], since).items():
            one = ours[number]
            ours[number] = OurItem(
                one.number, one.account, one.currency, one.open_minor, one.principal_minor, flights
            )
        return compare(there.values(), ours.values(), lists)

    def _accounts(self, creditor: str) -> Iterator[str]:
        end = self._clock.now() + timedelta(days=1)
        for keys in fed_keys(self._store, Account, creditor, _BEGINNING, end, limit=_FEED_PAGE):
            yield from (key[1] for key in keys)

    def _open(
        self, creditor: str, accounts: Iterable[str], *, with_credits: bool
    ) -> Iterator[OurItem]:
        for account in accounts:
            for item in self._store.list(OpenItem, creditor, account):
                principal = item.open_minor - item.costs_open_minor - item.interest_open_minor
                yield OurItem(item.number, account, item.currency, item.open_minor, principal)
            if with_credits:
                for credit in self._store.list(Credit, creditor, account):
                    number = credit.source.partition("#")[2]
                    yield OurItem(
                        number, account, credit.currency, -credit.open_minor, -credit.open_minor
                    )

    def _named(self, creditor: str, numbers: Sequence[str]) -> dict[str, OurItem]:
        """Return what we have of items that are not open on the accounts compared."""
        taken = self._store.get_many(NumberTaken, [(creditor, "invoice", n) for n in numbers])
        found = self._store.get_many(
            Invoice, [(creditor, one.account, one.number) for one in taken.values()]
        )
        return {
            one.number: OurItem(
                one.number, one.account, one.currency, one.open_minor, one.parts.principal
            )
            for one in found.values()
        }

    def _flights(
        self, creditor: str, items: Sequence[OurItem], since: datetime
    ) -> dict[str, tuple[Flight, ...]]:
        """Return what was booked since, or is coming, for each of the items."""
        by_account: dict[str, list[OurItem]] = {}
        for one in items:
            by_account.setdefault(one.account, []).append(one)
        found: dict[str, list[Flight]] = {one.number: [] for one in items}
        for account, some in by_account.items():
            for allocation in self._store.list(Allocation, creditor, account):
                if allocation.invoice in found:
                    found[allocation.invoice] += _booked(allocation, since)
            for number, flight in self._coming(creditor, account, some):
                found[number].append(flight)
        return {number: tuple(flights) for number, flights in found.items()}

    def _coming(
        self, creditor: str, account: str, items: Sequence[OurItem]
    ) -> Iterator[tuple[str, Flight]]:
        """Yield what providers have on its way, on its invoices in the order of paying."""
        by_number = {one.number: one for one in items}
        for hold in self._store.list(Hold, creditor, account):
            if hold.kind != "payment-on-its-way" or hold.ended_at is not None:
                continue
            payment = self._store.get(Payment, creditor, account, hold.id)
            if payment is None:
                continue
            left = payment.amount_minor
            for number in payment.invoices:
                item = by_number.get(number)
                open_minor = (
                    item.open_minor if item else self._open_minor(creditor, account, number)
                )
                part = min(left, open_minor)
                left -= part
                if part and item:
                    principal = min(part, item.principal_minor)
                    at = payment.created_at
                    yield number, Flight(payment.id, at, part, principal, "coming")

    def _open_minor(self, creditor: str, account: str, number: str) -> int:
        found = self._store.get(Invoice, creditor, account, number)
        return found.open_minor if found else 0


def _booked(allocation: Allocation, since: datetime) -> Iterator[Flight]:
    """Yield what an allocation took off its invoice, and gave back to it, since an instant."""
    total = allocation.parts.total + allocation.discount_minor
    principal = allocation.principal_minor + allocation.discount_minor
    reference = allocation.source.partition("#")[2]
    if allocation.allocated_at >= since:
        yield Flight(reference, allocation.allocated_at, total, principal)
    if allocation.reversed_at is not None and allocation.reversed_at >= since:
        yield Flight(reference, allocation.reversed_at, -total, -principal)


def _check_named(theirs: Iterable[TheirItem], accounts: set[str]) -> None:
    for index, one in enumerate(theirs):
        if one.account not in accounts:
            raise DriftAccountNotNamed(
                f"{one.number!r} is of account {one.account!r}, which is not in 'accounts'."
            ).at(f"/items/{index}/account")
