"""What the ERP takes back, or has no longer open: what is open of it here is no longer owed.

Nothing is taken off while a payment is on its way, and nothing is cancelled that money was paid on:
that contradicts the books, and a person must look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from saldo.accounts.fresh import Freshness
from saldo.accounts.model import Hold
from saldo.accounts.service import InvoiceUnknown
from saldo.accounts.zones import day_at
from saldo.clock import Clock
from saldo.errors import Conflict
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.invoices.changes import InvoiceCancelled, InvoiceWrites, OlderVersion
from saldo.invoices.history import DeletedInvoice, is_older
from saldo.invoices.intake import IntakeBusy, Result
from saldo.invoices.model import Allocation, Invoice, NumberTaken, Withdrawn
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.ledger.parts import Parts
from saldo.ledger.rules import charges_withdrawn_lines, withdrawal_lines
from saldo.money import Money, format_amount
from saldo.store import CommitConflict, Put, Store, Wake, Write

LISTED_DAYS: Final = 90
"""So long what was cancelled stands in the list."""

_ATTEMPTS_MAX = 6

_CAUSES: Final[dict[Literal["cancelled", "closed-there"], CauseKind]] = {
    "cancelled": "invoice-withdrawn",
    "closed-there": "closed-there",
}
"""What is booked: a cancelled invoice never was sold, one that is closed there was paid there."""


class InvoicePaid(Conflict):
    """Money was paid on the invoice: take it off first, then cancel."""

    code = "invoice-paid"


class PaymentOnItsWay(Conflict):
    """A payment of the invoice is on its way; ask again when it has come or failed."""

    code = "payment-on-its-way"


class InvoiceMoved(Conflict):
    """The invoice changed since it was looked at."""

    code = "invoice-moved"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What the ERP says of an invoice that it cancelled."""

    creditor: str
    number: str
    reason: str = ""
    erp_version: int | None = None
    erp_updated_at: datetime | None = None


class Withdrawals:
    """Books what the ERP takes back or has closed."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._writes, self._fresh = InvoiceWrites(store, ids), Freshness(store, clock)

    def cancel_many(self, sent: Sequence[Cancellation], by: str) -> list[Result]:
        """Cancel invoices of one creditor; one result each, in order. What is cancelled already is
        unchanged.
        """
        results = [self._cancel(one, by) for one in sent]
        if any(result.status != "refused" for result in results):
            self._fresh.note(sent[0].creditor, "erp")
        return results

    def _cancel(self, sent: Cancellation, by: str) -> Result:
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            try:
                writes = self._cancelling(sent, by, now)
            except (Conflict, InvoiceUnknown) as refusal:
                return Result(sent.number, "refused", refusal)
            if not writes:
                return Result(sent.number, "unchanged")
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return Result(sent.number, "accepted")
        return Result(sent.number, "refused", IntakeBusy("Try this invoice again."))

    def _cancelling(self, sent: Cancellation, by: str, now: datetime) -> list[Write]:
        old = self.found(sent.creditor, sent.number)
        if old.withdrawn is not None and old.withdrawn.kind == "cancelled":
            return []
        claimed = replace(old, erp_version=sent.erp_version, erp_updated_at=sent.erp_updated_at)
        if is_older(claimed, old):
            raise OlderVersion(f"A newer version of invoice {old.number!r} is here already.").at(
                "/erp_version" if sent.erp_version is not None else "/erp_updated_at"
            )
        paid = self._paid_minor(old)
        if paid > 0:
            raise InvoicePaid(
                f"{Money(paid, old.currency)} was paid on invoice {old.number!r}."
            ).at("/number")
        writes = self._taken_off(old, "cancelled", old.parts, by, sent.reason, now)
        listed = DeletedInvoice(
            old.creditor,
            old.account,
            old.number,
            old.currency,
            old.amount_minor,
            now,
            by,
            sent.reason,
            now + timedelta(days=LISTED_DAYS),
        )
        return [*writes, Put(listed)]

    def close_there(
        self, creditor: str, number: str, off_minor: int, by: str, reason: str, version: int
    ) -> Invoice:
        """Take off what the ERP has no longer open: `off_minor` of the invoice's own amount, as it
        was at `version`; its last takes fees and interest along.

        Raises InvoiceUnknown, InvoiceMoved, InvoiceCancelled or PaymentOnItsWay.
        """
        now = self._clock.now()
        old = self.found(creditor, number)
        if old.withdrawn is not None and old.withdrawn.kind == "cancelled":
            raise InvoiceCancelled(f"Invoice {number!r} was cancelled.")
        moved = InvoiceMoved(f"Invoice {number!r} changed since the list was compared.")
        if old.version != version or not 0 < off_minor <= old.parts.principal:
            raise moved
        is_last = off_minor == old.parts.principal
        off = old.parts if is_last else Parts(off_minor, 0, 0)
        try:
            self._store.commit(self._taken_off(old, "closed-there", off, by, reason, now))
        except CommitConflict:
            raise moved from None
        return self.found(creditor, number)

    def reopen(
        self, creditor: str, number: str, back_minor: int, by: str, reason: str, version: int
    ) -> Invoice:
        """Let what the ERP had closed be owed again, as far as it was taken off for that: the ERP
        has it open after all. Reminders begin anew. Raises InvoiceUnknown or InvoiceMoved.
        """
        now = self._clock.now()
        old = self.found(creditor, number)
        moved = InvoiceMoved(f"Invoice {number!r} changed since the list was compared.")
        gone = old.withdrawn
        if gone is None or gone.kind != "closed-there" or old.version != version:
            raise moved
        if not 0 < back_minor <= gone.amount_minor:
            raise moved
        left = replace(gone, amount_minor=gone.amount_minor - back_minor, at=now, by=by)
        reopened = not old.is_open
        new = replace(
            old,
            open_minor=old.open_minor + back_minor,
            withdrawn=left if left.amount_minor else None,
            episode=old.episode + (1 if reopened else 0),
            updated_at=now,
            version=old.version + 1,
        )
        lines = tuple(
            replace(line, amount_minor=-line.amount_minor)
            for line in withdrawal_lines(number, back_minor)
        )
        writes = [
            *self._writes.change(old, new, now, fresh=reopened),
            self._entry("closed-there", old, new, lines, by, reason, now),
            self._told(
                "invoice.reopened", old, new, now, given_back=back_minor, reason=reason, by=by
            ),
            Wake(creditor, old.account, now),
        ]
        try:
            self._store.commit(writes)
        except CommitConflict:
            raise moved from None
        return new

    def found(self, creditor: str, number: str) -> Invoice:
        """Return an invoice; raise InvoiceUnknown."""
        taken = self._store.get(NumberTaken, creditor, "invoice", number)
        found = self._store.get(Invoice, creditor, taken.account, number) if taken else None
        if found is None:
            raise InvoiceUnknown(f"There is no invoice {number!r}.").at("/number")
        return found

    def deleted(self, creditor: str, account: str, number: str) -> DeletedInvoice | None:
        """Return what is listed of a cancelled invoice."""
        return self._store.get(DeletedInvoice, creditor, account, number)

    def _paid_minor(self, invoice: Invoice) -> int:
        """Return what money and credit pay on an invoice now."""
        paid = self._store.list(Allocation, invoice.creditor, invoice.account)
        return sum(
            one.parts.total
            for one in paid
            if one.invoice == invoice.number and one.reversed_at is None
        )

    def _taken_off(
        self,
        old: Invoice,
        kind: Literal["cancelled", "closed-there"],
        off: Parts,
        by: str,
        reason: str,
        now: datetime,
    ) -> list[Write]:
        self._check_nothing_comes(old)
        before = old.withdrawn.amount_minor if old.withdrawn else 0
        parts = old.parts
        left = Parts(
            parts.principal - off.principal, parts.costs - off.costs, parts.interest - off.interest
        )
        new = replace(
            old.with_parts(left),
            withdrawn=Withdrawn(kind, now, by, before + off.principal, reason),
            updated_at=now,
            version=old.version + 1,
        )
        writes = self._writes.change(old, new, now)
        lines = withdrawal_lines(old.number, off.principal)
        if lines:
            cause = _CAUSES[kind]
            writes.append(self._entry(cause, old, new, lines, by, reason, now))
        lines = charges_withdrawn_lines(old.number, off.costs, off.interest)
        if lines:
            writes.append(self._entry("charges-withdrawn", old, new, lines, by, reason, now))
        told = self._told(
            "invoice.withdrawn", old, new, now, kind=kind, taken_off=off.total, reason=reason, by=by
        )
        return [*writes, told, Wake(old.creditor, old.account, now)]

    def _entry(
        self,
        cause: CauseKind,
        old: Invoice,
        new: Invoice,
        lines: tuple[Posting, ...],
        by: str,
        reason: str,
        now: datetime,
    ) -> Put:
        return Put(
            JournalEntry(
                old.creditor,
                old.account,
                cause,
                f"{old.number}#{new.version}",
                day_at(self._store, old.creditor, now),
                old.currency,
                lines,
                now,
                by,
                reason,
            )
        )

    def _told(
        self, type_: EventType, old: Invoice, new: Invoice, now: datetime, **more: str | int
    ) -> Put:
        """Return an event about an invoice; whole numbers in `more` are minor units."""
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                old.creditor,
                old.account,
                invoice=old.number,
                currency=old.currency,
                amount=format_amount(old.amount_minor, old.currency),
                open=format_amount(new.open_minor, old.currency),
                issued_on=old.issued_on.isoformat(),
                due_on=old.due_on.isoformat(),
                **{
                    name: format_amount(value, old.currency) if isinstance(value, int) else value
                    for name, value in more.items()
                },
            )
        )

    def _check_nothing_comes(self, invoice: Invoice) -> None:
        for hold in self._store.list(Hold, invoice.creditor, invoice.account):
            if (
                hold.kind == "payment-on-its-way"
                and hold.ended_at is None
                and invoice.number in (hold.invoice, *hold.more_invoices)
            ):
                raise PaymentOnItsWay(f"A payment of invoice {invoice.number!r} is on its way.").at(
                    "/number"
                )
