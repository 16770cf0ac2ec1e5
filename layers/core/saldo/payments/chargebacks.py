"""Money that is taken back: chargebacks and returned debits, and what is won back of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from saldo.clock import Clock
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.invoices.model import Allocation, Credit
from saldo.ledger.model import CauseKind, JournalEntry
from saldo.ledger.rules import chargeback_lines
from saldo.money import format_amount
from saldo.payments.allocate import AllocationUnknown, Allocator, CreditUnknown, Grounds
from saldo.payments.model import Payment, ProviderEventSeen, Returned
from saldo.payments.reversals import (
    ATTEMPTS_MAX,
    ReversalBusy,
    credit_of,
    entry_of,
    payment_told_of,
    wake_of,
    where_it_stands,
)
from saldo.payments.telling import told_invoices
from saldo.payments.told import ChargebackTold
from saldo.store import CommitConflict, Put, Store, Write


@dataclass(frozen=True, slots=True)
class Beside:
    """What is booked in a chargeback's own transaction, and what its event says of it."""

    writes: tuple[Write, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)


BesideMaker = Callable[[datetime], Beside]
"""Makes it anew at each attempt, from what stands in the books then. It wakes no account."""


class Chargebacks:
    """Books chargebacks."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._allocator = Allocator(store, clock, ids)

    def told(self, told: ChargebackTold, beside: BesideMaker = lambda _: Beside()) -> str:
        """Book a chargeback, a returned debit, or its reversal, and what belongs to it `beside`.

        What was taken comes from the payment's credit; where that was allocated, allocations are
        taken back first, the latest first, so that the invoices are owed again. What an allocation
        held beyond that pays its invoices again.

        Raises ReversalBusy while the payment itself is not booked: events overtake each other, and
        a chargeback that was passed over would never come again.
        """
        found = payment_told_of(self._store, told)
        if found is None:
            return "nothing-new"
        payment = where_it_stands(found)
        grounds = Grounds(f"provider:{told.provider}", told.reason or told.kind)
        if self._is_known(told):
            self._allocate_rest(payment, grounds)
            return "nothing-new"
        if payment.state != "settled":
            raise ReversalBusy("The payment is not booked yet; the event will come again.")
        if told.state == "taken":
            self._free(payment, told, grounds)
        for _ in range(ATTEMPTS_MAX):
            try:
                self._store.commit(self._chargeback_writes(found, told, grounds, beside))
            except CommitConflict:
                if not self._is_known(told):
                    continue
                self._allocate_rest(payment, grounds)
                return "nothing-new"
            self._allocator.resume(payment.creditor, payment.account, payment.source)
            return f"chargeback-{told.state}"
        raise ReversalBusy("The payment keeps changing; the event will come again.")

    def _is_known(self, told: ChargebackTold) -> bool:
        """Tell whether this event, or another of the same fact, was booked before."""
        return any(self._store.get(ProviderEventSeen, told.provider, id_) for id_ in _names(told))

    def _allocate_rest(self, payment: Payment, grounds: Grounds) -> None:
        """Allocate again what was taken back for a fact that another delivery booked meanwhile.

        That one, or this one's next, may have died in between: so every repeat sees to it.
        """
        with suppress(CreditUnknown):
            self._allocator.allocate(
                payment.creditor, payment.account, payment.source, payment.invoices, grounds
            )

    def _free(self, payment: Payment, told: ChargebackTold, grounds: Grounds) -> None:
        """Take allocations back until the payment's credit covers what was taken."""
        standing = [
            a
            for a in self._store.list(Allocation, payment.creditor, payment.account, payment.source)
            if a.reversed_at is None
        ]
        for made in sorted(standing, key=lambda a: (a.allocated_at, a.invoice), reverse=True):
            credit = self._store.get(Credit, payment.creditor, payment.account, payment.source)
            if credit is not None and credit.open_minor >= told.amount_minor:
                return
            try:
                # If we die before the chargeback is booked, the allocations come back by themselves
                # until its event comes again: no customer is reminded in between.
                self._allocator.take_back(
                    made.creditor,
                    made.account,
                    made.source,
                    made.invoice,
                    grounds,
                    again=payment.invoices,
                )
            except AllocationUnknown:
                continue  # another delivery of the same event was faster

    def _chargeback_writes(
        self, found: Payment, told: ChargebackTold, grounds: Grounds, beside: BesideMaker
    ) -> list[Write]:
        now = self._clock.now()
        more_booked = beside(now)
        record = self._store.get(Payment, *found.key)
        assert record is not None, "payments are never deleted"
        payment = where_it_stands(record)
        base, version = credit_of(self._store, payment, now)
        if told.state == "taken":
            covered = min(base.open_minor, told.amount_minor)
            credit = replace(
                base,
                open_minor=base.open_minor - covered,
                pending=payment.invoices,
                pending_since=now,
            )
            lines = chargeback_lines(payment.source, told.provider, told.amount_minor, covered)
            cause: CauseKind = "chargeback"
            type_: EventType = "payment.charged_back"
            more = told_invoices(payment.invoices)
            if told.retry_after is not None:
                more["retry_after"] = told.retry_after.isoformat()
        else:
            # What a refund had given back before is our own loss until now, nobody's credit.
            covered = told.amount_minor - min(told.amount_minor, self._lost(payment, now))
            credit = replace(
                base,
                open_minor=base.open_minor + covered,
                pending=payment.invoices,
                pending_since=now,
            )
            lines = tuple(
                replace(p, amount_minor=-p.amount_minor)
                for p in chargeback_lines(payment.source, told.provider, told.amount_minor, covered)
            )
            cause, type_ = "chargeback-reversed", "payment.chargeback_reversed"
            more = {}
        more |= more_booked.told
        return [
            *more_booked.writes,
            *(Put(ProviderEventSeen(told.provider, id_, now)) for id_ in _names(told)),
            entry_of(self._store, payment, cause, told.chargeback_id, lines, now, grounds),
            *self._allocator.keep(credit, version),
            *wake_of(payment, now),
            Put(_marked(record, told, grounds.reason, now), expect=record.version),
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    type_,
                    payment.creditor,
                    payment.account,
                    payment=payment.id,
                    kind=told.kind,
                    currency=told.currency,
                    amount=format_amount(told.amount_minor, told.currency),
                    reason=grounds.reason,
                    uncovered=format_amount(told.amount_minor - covered, told.currency),
                    **more,
                )
            ),
        ]

    def _lost(self, payment: Payment, now: datetime) -> int:
        """Return what was taken of a payment though it was no longer there, and not won back."""
        began = payment.settled_at or payment.created_at
        causes: tuple[CauseKind, ...] = ("chargeback", "chargeback-reversed")
        return sum(
            line.amount_minor
            # Days are the creditor's: a year may begin or end some hours from UTC's.
            for year in range(began.year - 1, now.year + 2)
            for cause in causes
            for entry in self._store.list(
                JournalEntry, payment.creditor, payment.account, str(year), cause
            )
            for line in entry.postings
            if (line.account, line.detail) == ("chargeback", payment.source)
        )


def _marked(payment: Payment, told: ChargebackTold, reason: str, now: datetime) -> Payment:
    """Return a payment's record with what was told of its money."""
    if told.state == "reversed":
        taken_minor = payment.taken_minor - told.amount_minor
        return replace(payment, taken_minor=taken_minor, version=payment.version + 1)
    return replace(
        payment,
        taken_minor=payment.taken_minor + told.amount_minor,
        returned=Returned(told.kind, reason, now, told.retry_after),
        version=payment.version + 1,
    )


def _names(told: ChargebackTold) -> tuple[str, ...]:
    """Return the ids under which a chargeback is known: this event's, and that of the fact itself,
    whichever event tells of it, in this order. Some providers' event ids are the fact's already.
    """
    return tuple(dict.fromkeys((told.event_id, f"{told.chargeback_id}:{told.state}")))
