"""Credit pays invoices: in the payment's own transaction where it fits, else in chunks.

A chunk is one transaction: credit, payment, allocations, invoices, open items, journal. What is
still to do stands on the credit (`pending`), so that a crash loses nothing and a repeat does
nothing twice. An invoice that others changed meanwhile is read again; never is more allocated than
stands open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from saldo.accounts.model import Creditor
from saldo.accounts.zones import day_at
from saldo.clock import Clock
from saldo.errors import NotFound, Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.changes import InvoiceWrites
from saldo.invoices.model import Allocation, Credit, Invoice
from saldo.ledger.model import JournalEntry
from saldo.ledger.parts import Order, Parts, take
from saldo.ledger.rules import allocation_lines, de_allocation_lines
from saldo.money import format_amount
from saldo.payments.discount_writes import DiscountWrites
from saldo.payments.discounted import Share, shares
from saldo.payments.model import Payment
from saldo.store import CommitConflict, Delete, Put, Store, Wake, Write

CHUNK_INVOICES_MAX = 12
"""Seven rows an invoice at most, beside the payment's own: inside one transaction's hundred."""

_ATTEMPTS_MAX = 12


class CreditUnknown(NotFound):
    """There is no such credit, or nothing is left of it."""

    code = "credit-unknown"


class AllocationUnknown(NotFound):
    """There is no such allocation, or it was taken back before."""

    code = "allocation-unknown"


class AllocationBusy(Unavailable):
    """The invoices keep changing; what was not allocated yet is found again."""

    code = "allocation-busy"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who allocates, or takes back, and why."""

    by: str
    reason: str


DESIGNATED = Grounds("payer", "The payer designated the invoice (§366 BGB, art. 6:43 BW).")


class Allocator:
    """Allocates credit to invoices, and takes allocations back."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._invoices, self._grants = InvoiceWrites(store, ids), DiscountWrites(store, ids)

    def pay_with(
        self,
        credit: Credit,
        numbers: Sequence[str],
        day: date,
        now: datetime,
        grounds: Grounds = DESIGNATED,
        of: Payment | None = None,
        *,
        is_last: bool = True,
    ) -> tuple[Credit, list[Write]]:
        """Return what is left of a credit after paying invoices in this order, and the writes.

        Of each, costs, interest and principal are paid in the creditor's own order.
        The credit itself is not among the writes. Invoices in another currency, closed or unknown
        are passed over. The discounts of the payment that the credit is `of` are granted with it,
        each in its invoice's own allocation; `is_last` says that no other invoices follow.
        """
        keys = [(credit.creditor, credit.account, number) for number in dict.fromkeys(numbers)]
        found = self._store.get_many(Invoice, keys)
        creditor = self._store.get(Creditor, credit.creditor)
        order: Order = creditor.allocation_order if creditor else "costs-interest-principal"
        divided = shares(
            [
                invoice
                for key in keys
                if (invoice := found.get(key)) is not None
                and invoice.currency == credit.currency
                and invoice.is_open
            ],
            credit.open_minor,
            of.discounts if of else (),
            of.received_on if of else None,
            creditor.discount_tolerance_days if creditor else 0,
            is_last=is_last,
        )
        writes: list[Write] = []
        for share in divided:
            writes += self._allocation(credit, share, order, day, now, grounds)
            credit = replace(credit, open_minor=credit.open_minor - share.paid_minor)
        return credit, writes

    def _allocation(
        self,
        credit: Credit,
        share: Share,
        order: Order,
        day: date,
        now: datetime,
        grounds: Grounds,
    ) -> list[Write]:
        invoice, discount_minor = share.invoice, share.discount_minor
        costs, interest = invoice.parts.costs, invoice.parts.interest
        owed = Parts(invoice.parts.principal - discount_minor, costs, interest)
        taken = take(owed, share.paid_minor, order)
        before = self._store.list(
            Allocation, credit.creditor, credit.account, credit.source, invoice.number
        )
        made = Allocation(
            credit.creditor,
            credit.account,
            credit.source,
            invoice.number,
            len(list(before)) + 1,
            credit.currency,
            taken.principal,
            taken.costs,
            taken.interest,
            now,
            grounds.reason,
            grounds.by,
            discount_minor=discount_minor,
            discount_vat=self._grants.vat(invoice, discount_minor),
            version=1,
        )
        left = Parts(
            owed.principal - taken.principal,
            owed.costs - taken.costs,
            owed.interest - taken.interest,
        )
        new = replace(
            invoice.with_parts(left),
            updated_at=now,
            version=invoice.version + 1,
            closed_on=day if left.total == 0 else None,
        )
        entry = JournalEntry(
            credit.creditor,
            credit.account,
            "allocation",
            made.cause_id,
            day,
            credit.currency,
            allocation_lines(credit.source, invoice.number, taken),
            now,
            grounds.by,
            grounds.reason,
        )
        return [
            Put(made),
            Put(entry),
            *self._grants.granted(made, new, day),
            *self._invoices.change(invoice, new, now, paid=True),
        ]

    def allocate(
        self, creditor: str, account: str, source: str, numbers: Sequence[str], grounds: Grounds
    ) -> int:
        """Allocate a credit to invoices in this order; return the minor units allocated.

        Raises CreditUnknown when nothing is left of it, AllocationBusy when others keep changing
        the same invoices.
        """
        for _ in range(_ATTEMPTS_MAX):
            credit = self._credit(creditor, account, source)
            pending = (*credit.pending, *(n for n in numbers if n not in credit.pending))
            asked = replace(
                credit,
                pending=pending,
                pending_since=self._clock.now(),
                version=credit.version + 1,
            )
            try:
                self._store.commit([Put(asked, expect=credit.version)])
            except CommitConflict:
                continue
            return self.resume(creditor, account, source, grounds)
        raise AllocationBusy("The credit is being used by others.")

    def resume(
        self, creditor: str, account: str, source: str, grounds: Grounds = DESIGNATED
    ) -> int:
        """Go on allocating what is pending; return the minor units allocated now."""
        allocated = 0
        failures = 0
        while failures < _ATTEMPTS_MAX:
            credit = self._store.get(Credit, creditor, account, source)
            if credit is None or not credit.pending:
                return allocated
            try:
                allocated += self._chunk(credit, grounds)
            except CommitConflict:
                failures += 1
            else:
                failures = 0
        raise AllocationBusy("The invoices keep changing; the rest is allocated later.")

    def _chunk(self, credit: Credit, grounds: Grounds) -> int:
        now = self._clock.now()
        part, rest = credit.pending[:CHUNK_INVOICES_MAX], credit.pending[CHUNK_INVOICES_MAX:]
        payment = self._payment_of(credit)
        day = self._day_of(credit, payment, now)
        left, writes = self.pay_with(credit, part, day, now, grounds, payment, is_last=not rest)
        allocated = credit.open_minor - left.open_minor
        left = replace(left, pending=rest if left.open_minor else ())
        writes += self.keep(left, credit.version)
        writes += self._on_payment(payment, allocated)
        if allocated:
            writes.append(Wake(credit.creditor, credit.account, now))
            writes.append(
                Put(
                    event(
                        self._ids.ulid(now),
                        now,
                        "payment.allocated",
                        credit.creditor,
                        credit.account,
                        source=credit.source,
                        currency=credit.currency,
                        allocated=format_amount(allocated, credit.currency),
                        credit=format_amount(left.open_minor, credit.currency),
                    )
                )
            )
        self._store.commit(writes)
        return allocated

    def _day_of(self, credit: Credit, payment: Payment | None, now: datetime) -> date:
        """Return the day on which pending credit pays: of what a payment pays as it arrives, the
        day of its money, however many invoices that is; of anything that is decided later, today.
        """
        arrives = payment is not None and credit.pending_since == payment.settled_at
        if payment is not None and payment.received_on is not None and arrives:
            return payment.received_on
        return day_at(self._store, credit.creditor, now)

    def keep(self, credit: Credit, version: int) -> list[Write]:
        """Return the write that carries a credit on from `version` (0: it is new)."""
        if credit.open_minor == 0:
            return [Delete(credit, expect=version)] if version else []
        return [Put(replace(credit, version=version + 1), expect=version)]

    def _payment_of(self, credit: Credit) -> Payment | None:
        kind, _, id_ = credit.source.partition("#")
        if kind != "payment":
            return None
        return self._store.get(Payment, credit.creditor, credit.account, id_)

    def _on_payment(self, payment: Payment | None, allocated: int) -> list[Write]:
        if payment is None or not allocated:
            return []
        new = replace(
            payment,
            allocated_minor=payment.allocated_minor + allocated,
            version=payment.version + 1,
        )
        return [Put(new, expect=payment.version)]

    def take_back(
        self,
        creditor: str,
        account: str,
        source: str,
        invoice: str,
        grounds: Grounds,
        *,
        again: Sequence[str] = (),
    ) -> Allocation:
        """Take the standing allocation of a credit to an invoice back: the invoice is owed again.

        To the invoices `again` the credit is allocated once more by the next tending, unless what
        it was taken back for is booked before. Raises AllocationUnknown.
        """
        for _ in range(_ATTEMPTS_MAX):
            standing = [
                a
                for a in self._store.list(Allocation, creditor, account, source, invoice)
                if a.reversed_at is None
            ]
            if not standing:
                raise AllocationUnknown(f"Nothing of {source!r} is allocated to {invoice!r}.")
            try:
                self._store.commit(self._taken_back(standing[-1], grounds, again))
            except CommitConflict:
                continue
            return standing[-1]
        raise AllocationBusy("The invoice keeps changing; try again.")

    def _taken_back(self, made: Allocation, grounds: Grounds, again: Sequence[str]) -> list[Write]:
        now = self._clock.now()
        invoice = self._store.get(Invoice, made.creditor, made.account, made.invoice)
        assert invoice is not None, "an allocation has its invoice"
        parts = Parts(
            invoice.parts.principal + made.principal_minor + made.discount_minor,
            invoice.parts.costs + made.costs_minor,
            invoice.parts.interest + made.interest_minor,
        )
        reopened = replace(
            invoice.with_parts(parts),
            updated_at=now,
            closed_on=None,
            version=invoice.version + 1,
            episode=invoice.episode + (0 if invoice.is_open else 1),
        )
        old = self._store.get(Credit, made.creditor, made.account, made.source)
        today = day_at(self._store, made.creditor, now)
        base = old or Credit(made.creditor, made.account, made.source, made.currency, 0, today)
        credit = replace(base, open_minor=base.open_minor + made.parts.total)
        if again:
            credit = replace(credit, pending=tuple(again), pending_since=now)
        ended = replace(
            made,
            reversed_at=now,
            reversed_reason=grounds.reason,
            reversed_by=grounds.by,
            version=made.version + 1,
        )
        entry = JournalEntry(
            made.creditor,
            made.account,
            "de-allocation",
            made.cause_id,
            today,
            made.currency,
            de_allocation_lines(made.source, made.invoice, made.parts),
            now,
            grounds.by,
            grounds.reason,
        )
        return [
            Put(ended, expect=made.version),
            Put(entry),
            *self._grants.taken_back(ended, today, now),
            *self._invoices.change(invoice, reopened, now),
            *self.keep(credit, old.version if old else 0),
            *self._on_payment(self._payment_of(credit), -made.parts.total),
            Wake(made.creditor, made.account, now),
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    "payment.deallocated",
                    made.creditor,
                    made.account,
                    source=made.source,
                    invoice=made.invoice,
                    currency=made.currency,
                    amount=format_amount(made.parts.total, made.currency),
                    reason=grounds.reason,
                    by=grounds.by,
                    **(
                        {"discount": format_amount(made.discount_minor, made.currency)}
                        if made.discount_minor
                        else {}
                    ),
                )
            ),
        ]

    def _credit(self, creditor: str, account: str, source: str) -> Credit:
        credit = self._store.get(Credit, creditor, account, source)
        if credit is None:
            raise CreditUnknown(f"Nothing is left of {source!r}.")
        return credit
