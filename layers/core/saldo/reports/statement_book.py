"""Reads the books for statements of account, receipts and payment summaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import Clock, local_day
from saldo.errors import Invalid, NotFound, TooLarge
from saldo.invoices.model import Allocation, CreditNote, Invoice
from saldo.ledger.model import JournalEntry
from saldo.ledger.verify import journal_years
from saldo.payments.model import Payment
from saldo.reports.statement import Statement, statement
from saldo.store import Store

FACTS_MAX: Final = 6000
"""So many lines one statement has at most: with more it would not fit into one answer."""

ENTRIES_MAX: Final = 60_000
"""So many entries of the journal are read for one."""


class StatementTooLong(TooLarge):
    """The statement would hold too much; a shorter period does."""

    code = "statement-too-long"


class PeriodNotValid(Invalid):
    """The period ends before it begins."""

    code = "period-not-valid"


class DocumentUnknown(NotFound):
    """There is no such document, or it is not the account's."""

    code = "document-unknown"


@dataclass(frozen=True, slots=True)
class Applied:
    """What money or a credit note paid on an invoice, and when it was booked."""

    on: date
    invoice: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment that arrived, and what it paid so far, in the order of its invoices. What is left
    is `credit_minor`; `taken_minor` was taken back by the payer's bank.
    """

    payment: Payment
    received_on: date
    applied: tuple[Applied, ...]
    credit_minor: int

    @property
    def taken_minor(self) -> int:
        return max(0, self.payment.taken_minor)


@dataclass(frozen=True, slots=True)
class Summary:
    """An invoice and what happened on it: payments by their id, credit notes by their number."""

    invoice: Invoice
    as_of: date
    paid: tuple[tuple[str, Applied], ...]
    credited: tuple[tuple[str, Applied], ...]

    @property
    def other_minor(self) -> int:
        """What else took off what is owed: cash discount, or a write-off."""
        told = sum(one.amount_minor for _, one in (*self.paid, *self.credited))
        return self.invoice.settled_minor - told


class Statements:
    """Makes statements of account, receipts and summaries from the books as they are now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def of(
        self, account: Account, first: date | None = None, last: date | None = None
    ) -> Statement:
        """Return the statement of an account from `first` to `last`, both included.

        Without `first` it begins with the first fact; without `last` it ends today, or with the
        last fact if that is booked on a later day. Raises PeriodNotValid or StatementTooLong.
        """
        if first and last and last < first:
            raise PeriodNotValid("The period ends before it begins.").at("/to")
        place = (account.creditor, account.number)
        invoices = {one.number: one for one in self._store.list(Invoice, *place)}
        payments = {one.id: one for one in self._store.list(Payment, *place)}
        today = local_day(self._clock.now(), account.time_zone)
        entries: list[JournalEntry] = []
        for year in journal_years(invoices.values(), payments.values(), today):
            entries += self._store.list(JournalEntry, *place, str(year))
            if len(entries) > ENTRIES_MAX:
                raise StatementTooLong("This account has too many bookings for one statement.")
        booked = [entry.booked_on for entry in entries]
        last = last or max([today, *booked])
        first = first or min([last, *booked])
        parts = statement(entries, invoices, payments, first, last)
        made = Statement(*place, first, last, parts)
        if made.facts > FACTS_MAX:
            raise StatementTooLong(
                f"The period holds {made.facts} bookings; one statement has {FACTS_MAX} at most. "
                "Choose a shorter period."
            ).at("/from")
        return made

    def receipts(
        self, account: Account, invoice: str | None = None, *, newest: int
    ) -> list[Payment]:
        """Return those of the `newest` payments that a receipt can be made for, the latest first:
        of the account, or those that were for one invoice alone.
        """
        found = self._store.newest(Payment, account.creditor, account.number, limit=newest)
        return [p for p in found if _arrived(p) and invoice in (None, *_alone(p))]

    def receipt(self, account: Account, payment: str) -> Receipt:
        """Return the receipt of a payment; raise DocumentUnknown."""
        found = self._store.get(Payment, account.creditor, account.number, payment)
        if found is None or not _arrived(found) or found.received_on is None:
            raise DocumentUnknown("There is no such payment.")
        applied = self._applied(account, found.source)
        ordered = sorted(applied, key=lambda one: _place_of(one.invoice, found.invoices))
        left = found.amount_minor - found.taken_minor - sum(one.amount_minor for one in applied)
        return Receipt(found, found.received_on, tuple(ordered), max(0, left))

    def summary(self, account: Account, number: str) -> Summary:
        """Return what happened on an invoice; raise DocumentUnknown."""
        place = (account.creditor, account.number)
        invoice = self._store.get(Invoice, *place, number)
        if invoice is None:
            raise DocumentUnknown("There is no such invoice.")
        paid = [
            (payment.id, one)
            for payment in self._store.list(Payment, *place)
            if _arrived(payment)
            for one in self._applied(account, payment.source)
            if one.invoice == number
        ]
        credited = []
        for note in self._store.list(CreditNote, *place):
            if note.invoice == number and note.applied_minor:
                credited.append((note.number, Applied(note.issued_on, number, note.applied_minor)))
            credited += [
                (note.number, one)
                for one in self._applied(account, f"credit-note#{note.number}")
                if one.invoice == number
            ]
        today = local_day(self._clock.now(), account.time_zone)
        return Summary(invoice, today, _by_day(paid), _by_day(credited))

    def _applied(self, account: Account, source: str) -> list[Applied]:
        """Return what a credit still pays, an entry for each invoice."""
        sums: dict[str, Applied] = {}
        for one in self._store.list(Allocation, account.creditor, account.number, source):
            if one.reversed_at is not None:
                continue
            before = sums.get(one.invoice)
            minor = one.parts.total + (before.amount_minor if before else 0)
            on = before.on if before else local_day(one.allocated_at, account.time_zone)
            sums[one.invoice] = Applied(on, one.invoice, minor)
        return list(sums.values())


def _arrived(payment: Payment) -> bool:
    return payment.state == "settled" and payment.received_on is not None


def _alone(payment: Payment) -> tuple[str, ...]:
    return payment.invoices if len(payment.invoices) == 1 else ()


def _place_of(invoice: str, order: Sequence[str]) -> tuple[int, str]:
    return (order.index(invoice) if invoice in order else len(order), invoice)


def _by_day(found: Sequence[tuple[str, Applied]]) -> tuple[tuple[str, Applied], ...]:
    return tuple(sorted(found, key=lambda pair: (pair[1].on, pair[0])))
