"""The writes that a fact about an invoice makes, all for one transaction.

An invoice, its open item, its journal entry and its event always change together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from saldo.accounts.model import Hold
from saldo.accounts.told import hold_placed
from saldo.accounts.zones import day_at
from saldo.errors import Conflict
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.invoices.history import correction_of, is_older
from saldo.invoices.model import (
    Credit,
    CreditNote,
    Invoice,
    NumberTaken,
    OpenItem,
    open_item_of,
)
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.ledger.rules import credit_note_lines, invoice_lines
from saldo.money import format_amount
from saldo.risk.behaviour import NOTHING_PAID, days_beyond, one_paid
from saldo.store import CountPaid, Delete, Put, Store, Write


class CurrencyFixed(Conflict):
    """An issued invoice does not change its currency: cancel it and issue another."""

    code = "currency-fixed"


class OpeningFixed(Conflict):
    """What another system had done counts when an invoice is new, and does not change later."""

    code = "opening-fixed"


class BelowWhatWasPaid(Conflict):
    """The corrected amount is less than what was already paid or credited."""

    code = "below-what-was-paid"


class OlderVersion(Conflict):
    """A newer version of the invoice is here already, by the ERP's own count or clock."""

    code = "older-version"


class InvoiceCancelled(Conflict):
    """The invoice was cancelled: its number is used up, issue another."""

    code = "invoice-cancelled"


class CreditNoteCurrency(Conflict):
    """A credit note is in another currency than its invoice."""

    code = "credit-note-currency"


class InvoiceWrites:
    """Makes the writes for new, corrected, credited and paid invoices."""

    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    def put(
        self, sent: Invoice, old: Invoice | None, now: datetime, by: str = "ERP"
    ) -> list[Write]:
        """Return what issuing or correcting an invoice writes; nothing when it is unchanged.

        `by` names who corrects it.
        """
        if old is None:
            return self._issue(replace(sent, open_minor=sent.amount_minor), now)
        if sent.opening not in (None, old.opening):
            raise OpeningFixed(
                f"Invoice {old.number!r} is there already: its reminders go by what Saldo sent."
            ).at("/opening")
        if old.withdrawn is not None and old.withdrawn.kind == "cancelled":
            raise InvoiceCancelled(f"Invoice {old.number!r} was cancelled.").at("/number")
        if is_older(sent, old):
            raise OlderVersion(f"A newer version of invoice {old.number!r} is here already.").at(
                "/erp_version" if sent.erp_version is not None else "/erp_updated_at"
            )
        sent = _with_counts(sent, old)
        if _same_invoice(old, sent):
            return [] if _same_counts(old, sent) else [_recounted(old, sent)]
        return self._correct(sent, old, now, by)

    def _issue(self, invoice: Invoice, now: datetime) -> list[Write]:
        invoice = replace(invoice, updated_at=now, version=1)
        return [
            Put(invoice),
            Put(replace(open_item_of(invoice), version=1)),
            Put(NumberTaken(invoice.creditor, "invoice", invoice.number, invoice.account)),
            Put(
                _entry(
                    invoice,
                    "invoice",
                    invoice.number,
                    invoice.issued_on,
                    invoice_lines(invoice.number, invoice.amount_minor),
                    now,
                )
            ),
            Put(self._told("invoice.issued", invoice, now)),
            *self._blocked(invoice, now),
            *self._handed_over(invoice, now),
        ]

    def _handed_over(self, invoice: Invoice, now: datetime) -> list[Write]:
        """Return the case of an item that somebody collects already; its hold lasts as long."""
        from saldo.collection.opening import opening_case  # that imports what stands here

        return opening_case(self._ids, invoice, now)

    def _blocked(self, invoice: Invoice, now: datetime) -> list[Write]:
        """Return the pause of an item whose reminders another system had blocked."""
        if invoice.opening is None or not invoice.opening.blocked:
            return []
        pause = Hold(
            invoice.creditor,
            invoice.account,
            f"opening-{invoice.number}",
            "pause",
            invoice.number,
            "Reminders were blocked before the item came here.",
            "ERP",
            now,
            version=1,
        )
        return [Put(pause), Put(hold_placed(pause, self._ids.ulid(now)))]

    def _correct(self, sent: Invoice, old: Invoice, now: datetime, by: str) -> list[Write]:
        if sent.currency != old.currency:
            raise CurrencyFixed(f"Invoice {old.number!r} is in {old.currency}.").at("/currency")
        open_minor = old.open_minor + sent.amount_minor - old.amount_minor
        if open_minor < old.costs_open_minor + old.interest_open_minor:
            settled = format_amount(old.amount_minor - old.parts.principal, old.currency)
            raise BelowWhatWasPaid(
                f"{settled} {old.currency} of invoice {old.number!r} is already settled."
            ).at("/amount")
        reopened = not old.is_open and open_minor > 0
        fresh = reopened or (open_minor > 0 and sent.due_on != old.due_on)
        new = replace(
            sent,
            open_minor=open_minor,
            charged_minor=old.charged_minor,
            costs_open_minor=old.costs_open_minor,
            interest_open_minor=old.interest_open_minor,
            opening=old.opening,
            withdrawn=old.withdrawn,
            discounted_minor=old.discounted_minor,
            episode=old.episode + (1 if fresh else 0),
            updated_at=now,
            version=old.version + 1,
        )
        writes = self.change(old, new, now, fresh=fresh)
        if sent.amount_minor != old.amount_minor:
            lines = invoice_lines(old.number, sent.amount_minor - old.amount_minor)
            cause = f"{old.number}#{new.version}"
            today = day_at(self._store, new.creditor, now)
            writes.append(Put(_entry(new, "invoice-correction", cause, today, lines, now)))
        correction = correction_of(old, new, by, now)
        changes = [
            {"field": one.field, "before": one.before, "after": one.after}
            for one in correction.changes
        ]
        told = self._told("invoice.changed", new, now, changes=changes, by=by)
        return [*writes, Put(correction), Put(told)]

    def change(
        self,
        old: Invoice,
        new: Invoice,
        now: datetime,
        *,
        fresh: bool = False,
        paid: bool = False,
    ) -> list[Write]:
        """Return the writes that carry an invoice and its open item from `old` to `new`.

        `new` has its version raised. `fresh` starts the item's stages anew. A closed invoice says
        so by an event of its own; one that was `paid` counts to how its account pays.
        """
        item = self._store.get(
            OpenItem, old.creditor, old.account, old.due_on.isoformat(), old.number
        )
        closed = old.is_open and not new.is_open
        new = replace(new, closed_on=self._closed_on(old, new, now))
        new = replace(new, days_beyond_terms=_counted(old, new, paid=paid))
        writes: list[Write] = [Put(new, expect=old.version), *_paid(old, new)]
        if new.is_open:
            kept = None if fresh else item
            wanted = replace(
                open_item_of(new),
                version=item.version + 1 if item else 1,
                announced_on=item.announced_on if item else new.issued_on,
                stage=kept.stage if kept else 0,
                stage_on=kept.stage_on if kept else None,
            )
            moved = item is not None and item.key != wanted.key
            if item is not None and moved:
                writes.append(Delete(item, expect=item.version))
            writes.append(Put(wanted, expect=0 if moved or item is None else item.version))
        elif item is not None:
            writes.append(Delete(item, expect=item.version))
        if closed:
            writes.append(Put(self._told("invoice.closed", new, now)))
        return writes

    def _closed_on(self, old: Invoice, new: Invoice, now: datetime) -> date | None:
        """Return the day an invoice was settled: it stays when something else is corrected
        later.
        """
        if new.is_open:
            return None
        return old.closed_on or new.closed_on or day_at(self._store, new.creditor, now)

    def apply_credit_note(self, note: CreditNote, invoice: Invoice, now: datetime) -> list[Write]:
        """Return what a credit note writes: it reduces its invoice, the rest becomes credit."""
        if note.currency != invoice.currency:
            raise CreditNoteCurrency(f"Invoice {invoice.number!r} is in {invoice.currency}.").at(
                "/currency"
            )
        applied = min(note.amount_minor, invoice.parts.principal)
        rest = note.amount_minor - applied
        booked = replace(note, applied_minor=applied, updated_at=now)
        lines = credit_note_lines(note.number, invoice.number, applied, rest)
        writes: list[Write] = [
            Put(booked),
            Put(NumberTaken(note.creditor, "credit-note", note.number, note.account)),
            Put(_entry(invoice, "credit-note", note.number, note.issued_on, lines, now)),
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    "credit_note.applied",
                    note.creditor,
                    note.account,
                    credit_note=note.number,
                    invoice=note.invoice,
                    currency=note.currency,
                    amount=format_amount(note.amount_minor, note.currency),
                    applied=format_amount(applied, note.currency),
                    credit=format_amount(rest, note.currency),
                )
            ),
        ]
        if applied:
            new = replace(
                invoice,
                open_minor=invoice.open_minor - applied,
                updated_at=now,
                version=invoice.version + 1,
            )
            writes += self.change(invoice, new, now)
        if rest:
            writes.append(
                Put(
                    Credit(
                        note.creditor,
                        note.account,
                        f"credit-note#{note.number}",
                        note.currency,
                        rest,
                        note.issued_on,
                        version=1,
                    )
                )
            )
        return writes

    def _told(self, type_: str, invoice: Invoice, now: datetime, **more: Any) -> Event:
        return event(
            self._ids.ulid(now),
            now,
            type_,  # type: ignore[arg-type]  # one of the literals above
            invoice.creditor,
            invoice.account,
            invoice=invoice.number,
            currency=invoice.currency,
            amount=format_amount(invoice.amount_minor, invoice.currency),
            open=format_amount(invoice.open_minor, invoice.currency),
            issued_on=invoice.issued_on.isoformat(),
            due_on=invoice.due_on.isoformat(),
            **more,
        )


def _entry(
    invoice: Invoice,
    cause: CauseKind,
    cause_id: str,
    day: date,
    lines: tuple[Posting, ...],
    now: datetime,
) -> JournalEntry:
    return JournalEntry(
        invoice.creditor, invoice.account, cause, cause_id, day, invoice.currency, lines, now
    )


def _counted(old: Invoice, new: Invoice, *, paid: bool) -> int | None:
    """Return what the payment behaviour counts an invoice with from now on."""
    if new.is_open or new.closed_on is None:
        return None
    if not old.is_open:
        return old.days_beyond_terms
    return days_beyond(new.due_on, new.closed_on) if paid else None


def _paid(old: Invoice, new: Invoice) -> list[Write]:
    """Return what is added to the account's payment behaviour, and taken off it."""
    if old.days_beyond_terms == new.days_beyond_terms:
        return []
    sums = NOTHING_PAID
    if new.days_beyond_terms is not None:
        sums += one_paid(new.days_beyond_terms)
    if old.days_beyond_terms is not None:
        sums += -one_paid(old.days_beyond_terms)
    return [CountPaid(new.creditor, new.account, sums)]


def _same_invoice(old: Invoice, sent: Invoice) -> bool:
    kept = replace(
        sent,
        open_minor=old.open_minor,
        charged_minor=old.charged_minor,
        costs_open_minor=old.costs_open_minor,
        interest_open_minor=old.interest_open_minor,
        opening=old.opening,
        withdrawn=old.withdrawn,
        erp_version=old.erp_version,
        erp_updated_at=old.erp_updated_at,
        discounted_minor=old.discounted_minor,
        episode=old.episode,
        updated_at=old.updated_at,
        closed_on=old.closed_on,
        days_beyond_terms=old.days_beyond_terms,
        version=old.version,
    )
    return kept == old


def _with_counts(sent: Invoice, old: Invoice) -> Invoice:
    """Return what was sent with the ERP's count and clock as last told, where it tells none."""
    return replace(
        sent,
        erp_version=old.erp_version if sent.erp_version is None else sent.erp_version,
        erp_updated_at=old.erp_updated_at if sent.erp_updated_at is None else sent.erp_updated_at,
    )


def _same_counts(old: Invoice, sent: Invoice) -> bool:
    return (old.erp_version, old.erp_updated_at) == (sent.erp_version, sent.erp_updated_at)


def _recounted(old: Invoice, sent: Invoice) -> Write:
    """Return what keeps a newer count of an invoice that is the same: one between must not win."""
    new = replace(
        old,
        erp_version=sent.erp_version,
        erp_updated_at=sent.erp_updated_at,
        version=old.version + 1,
    )
    return Put(new, expect=old.version)
