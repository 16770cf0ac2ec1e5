"""The writes of a cash discount that is granted with an allocation, and goes with it again."""

from __future__ import annotations

from datetime import date, datetime

from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.discounts import VatPart, vat_inside
from saldo.invoices.lines import InvoiceLines
from saldo.invoices.model import Allocation, Invoice
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.ledger.rules import discount_lines, discount_reversed_lines
from saldo.money import format_amount
from saldo.store import Put, Store, Write

GRANTED = "Paid in time: cash discount by the terms of the invoice."


class DiscountWrites:
    """Makes the writes: two rows an allocation, none where nothing was granted."""

    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    def vat(self, invoice: Invoice, discount_minor: int) -> tuple[VatPart, ...]:
        """Return the VAT inside a discount; it is known from the invoice's lines alone."""
        if not discount_minor:
            return ()
        known = self._store.get(InvoiceLines, *invoice.key)
        return vat_inside(discount_minor, known.lines) if known else ()

    def granted(self, made: Allocation, invoice: Invoice, day: date) -> list[Write]:
        """Return what books the discount of an allocation; `invoice` is as it is after both."""
        if not made.discount_minor:
            return []
        lines = discount_lines(made.invoice, made.discount_minor, _by_rate(made))
        told = event(
            self._ids.ulid(made.allocated_at),
            made.allocated_at,
            "invoice.discounted",
            made.creditor,
            made.account,
            fact=made.cause_id,
            kind="discount",
            invoice=made.invoice,
            currency=made.currency,
            amount=format_amount(made.discount_minor, made.currency),
            vat={
                part.rate: format_amount(part.amount_minor, made.currency)
                for part in made.discount_vat
            },
            open=format_amount(invoice.open_minor, made.currency),
            reason=GRANTED,
            by=made.by,
        )
        return [_entry(made, "discount", day, made.allocated_at, lines, GRANTED), Put(told)]

    def taken_back(self, ended: Allocation, day: date, now: datetime) -> list[Write]:
        """Return what takes the discount of an allocation that is taken back with it."""
        if not ended.discount_minor:
            return []
        lines = discount_reversed_lines(ended.invoice, ended.discount_minor, _by_rate(ended))
        reason = ended.reversed_reason or ""
        return [_entry(ended, "discount-reversed", day, now, lines, reason)]


def _by_rate(made: Allocation) -> dict[str, int]:
    return {part.rate: part.amount_minor for part in made.discount_vat}


def _entry(
    made: Allocation,
    cause: CauseKind,
    day: date,
    now: datetime,
    lines: tuple[Posting, ...],
    reason: str,
) -> Put:
    return Put(
        JournalEntry(
            made.creditor,
            made.account,
            cause,
            made.cause_id,
            day,
            made.currency,
            lines,
            now,
            made.reversed_by or made.by,
            reason,
        )
    )
