"""Disputes: opened about an invoice, a part of it or some of its lines; settled, rejected, or taken
back.

Only the contested part is held back; what is not contested is reminded like anything else. A
dispute that was settled with a credit note to come holds the agreed part until that came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from saldo.accounts.model import Account, Creditor, Hold
from saldo.clock import Clock, local_day, local_midnight
from saldo.collection.common import (
    ATTEMPTS_MAX,
    CollectionBusy,
    end_hold,
    invoices_of,
    one_currency,
    owner_of,
)
from saldo.collection.dispute_orders import (
    AgreedTooMuch,
    DisputeDayNotValid,
    DisputeDiffers,
    DisputeOrder,
    DisputeOver,
    DisputeTooMuch,
    DisputeUnknown,
    SettlementTerms,
    contested_minor,
    is_same,
)
from saldo.collection.facts import Dispute
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.invoices.model import CreditNote, Invoice
from saldo.money import Money, format_amount
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write

DEADLINE_DAYS: Final = 14
"""So long its owner has, unless the order says otherwise."""

CREDIT_DAYS: Final = 14
"""So long an agreed credit note is waited for, unless the order says otherwise."""

_FAR = datetime(9000, 1, 1, tzinfo=UTC)


class Disputes:
    """Keeps disputes."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def open(self, creditor: Creditor, order: DisputeOrder) -> tuple[Dispute, bool]:
        """Open a dispute, and tell whether it was new: the same again is answered, not doubled.

        Raises InvoiceUnknown, NothingOwed, DisputeTooMuch, DisputeLinesNotValid,
        DisputeDayNotValid, DisputeDiffers or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            (invoice,) = invoices_of(self._store, creditor.id, [order.invoice])
            known = self._store.get(Dispute, creditor.id, invoice.account, order.id)
            if known is not None:
                if not is_same(known, order):
                    raise DisputeDiffers(
                        f"Dispute {order.id!r} was opened before with other contents."
                    ).at("/id")
                return known, False
            owner = owner_of(self._store, creditor.id, invoice.account)
            dispute = self._made(order, invoice, owner)
            try:
                self._store.commit(self._writes(dispute, invoice, owner))
            except CommitConflict:
                continue  # the invoice was paid on, or the same order came twice
            return dispute, True
        raise CollectionBusy("The invoice is just being changed; try again.")

    def of(self, creditor: str, account: str) -> list[Dispute]:
        """Return the disputes of an account, oldest first, ended ones included."""
        found = self._store.list(Dispute, creditor, account)
        return sorted(found, key=lambda one: (one.opened_at, one.id))

    def open_of(self, creditor: str) -> Iterator[Dispute]:
        """Yield the open disputes of a creditor, the next deadline first (by an index that lags).

        One whose deadline has passed is among them.
        """
        for key in self._store.work(Dispute, "dispute", creditor, _FAR):
            found = self._store.get(Dispute, *key)
            if found is not None and found.state == "open":
                yield found

    def settle(self, creditor: str, account: str, dispute: str, how: SettlementTerms) -> Dispute:
        """Agree on a dispute: the hold ends, but for the part that a credit note is to come over.

        The same again is answered. Raises DisputeUnknown, DisputeOver, AgreedTooMuch,
        DisputeDayNotValid or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            found = self.get(creditor, account, dispute)
            if found.state != "open":
                if (found.state, found.agreed_minor) != ("settled", how.agreed_minor):
                    raise DisputeOver(f"Dispute {dispute!r} is {found.state} already.").at("/id")
                return found
            if how.agreed_minor > found.amount_minor:
                most = Money(found.amount_minor, found.currency)
                raise AgreedTooMuch(f"{most} were contested.").told(most=most).at("/agreed")
            settled = self._settled(found, how)
            told = self._told(
                "dispute.settled",
                settled,
                agreed=format_amount(settled.agreed_minor, settled.currency),
                credit_expected=settled.credit_expected,
                text=how.text,
                by=how.by,
            )
            if self._ended(found, settled, told):
                return settled
        raise CollectionBusy("The dispute is just being changed; try again.")

    def reject(self, creditor: str, account: str, dispute: str, by: str, text: str) -> Dispute:
        """Find that all of it is owed: reminders resume. The same again is answered.

        Raises DisputeUnknown, DisputeOver or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            found = self.get(creditor, account, dispute)
            if found.state == "rejected":
                return found
            if found.state != "open":
                raise DisputeOver(f"Dispute {dispute!r} is {found.state} already.").at("/id")
            rejected = replace(
                found,
                state="rejected",
                outcome=text,
                next_at=None,
                ended_at=self._clock.now(),
                ended_by=by,
                version=found.version + 1,
            )
            if self._ended(
                found, rejected, self._told("dispute.rejected", found, text=text, by=by)
            ):
                return rejected
        raise CollectionBusy("The dispute is just being changed; try again.")

    def withdraw(self, creditor: str, account: str, dispute: str, by: str) -> Dispute:
        """Take a dispute back while it is open: reminders resume. The same again is answered.

        Raises DisputeUnknown, DisputeOver or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            found = self.get(creditor, account, dispute)
            if found.state == "withdrawn":
                return found
            if found.state != "open":
                raise DisputeOver(f"Dispute {dispute!r} is {found.state} already.").at("/id")
            withdrawn = replace(
                found,
                state="withdrawn",
                next_at=None,
                ended_at=self._clock.now(),
                ended_by=by,
                version=found.version + 1,
            )
            if self._ended(found, withdrawn, self._told("dispute.withdrawn", found, by=by)):
                return withdrawn
        raise CollectionBusy("The dispute is just being changed; try again.")

    def get(self, creditor: str, account: str, dispute: str) -> Dispute:
        """Return a dispute; raise DisputeUnknown."""
        found = self._store.get(Dispute, creditor, account, dispute)
        if found is None:
            raise DisputeUnknown(f"There is no dispute {dispute!r} on this account.")
        return found

    def _made(self, order: DisputeOrder, invoice: Invoice, owner: Account) -> Dispute:
        now = self._clock.now()
        currency = one_currency([invoice])
        today = local_day(now, owner.time_zone)
        deadline = order.deadline or today + timedelta(days=DEADLINE_DAYS)
        if deadline < today:
            raise DisputeDayNotValid(f"The deadline ({deadline}) has passed.").at("/deadline")
        amount_minor = contested_minor(order, invoice)
        contested = sum(
            one.amount_minor
            for one in self._store.list(Dispute, invoice.creditor, invoice.account)
            if one.invoice == invoice.number and one.state == "open"
        )
        if contested + amount_minor > invoice.open_minor:
            free = Money(invoice.open_minor - contested, currency)
            raise DisputeTooMuch(f"{free} can be contested.").told(most=free).at("/amount")
        return Dispute(
            invoice.creditor,
            invoice.account,
            order.id,
            invoice.number,
            currency,
            amount_minor,
            order.reason,
            order.text,
            order.owner,
            "open",
            order.by,
            now,
            deadline,
            next_at=local_midnight(deadline + timedelta(days=1), owner.time_zone),
            whole=amount_minor == invoice.open_minor,
            lines=order.lines,
            files=order.files,
            version=1,
        )

    def _writes(self, dispute: Dispute, invoice: Invoice, owner: Account) -> list[Write]:
        hold = Hold(
            dispute.creditor,
            dispute.account,
            dispute.hold_id,
            "dispute",
            dispute.invoice,
            dispute.text,
            dispute.by,
            dispute.opened_at,
            held_minor=None if dispute.whole else dispute.amount_minor,
            currency=None if dispute.whole else dispute.currency,
            owner=dispute.owner,
            version=1,
        )
        told = self._told(
            "dispute.opened",
            dispute,
            reason=dispute.reason,
            text=dispute.text,
            lines=[
                {"ref": one.ref, "amount": format_amount(one.amount_minor, dispute.currency)}
                for one in dispute.lines
            ],
            owner=dispute.owner,
            deadline=dispute.deadline.isoformat(),
            files=list(dispute.files),
            by=dispute.by,
        )
        return [
            Put(dispute),
            Put(hold),
            Put(told),
            # Another dispute about this invoice would have woken the account, too.
            Wake(dispute.creditor, dispute.account, dispute.opened_at, expect=owner.version),
            Check(invoice, expect=invoice.version),
        ]

    def _settled(self, dispute: Dispute, how: SettlementTerms) -> Dispute:
        now = self._clock.now()
        waits = how.credit_expected and how.agreed_minor > 0
        hold_until = None
        if waits:
            owner = owner_of(self._store, dispute.creditor, dispute.account)
            today = local_day(now, owner.time_zone)
            hold_until = (how.credit_by or today + timedelta(days=CREDIT_DAYS)) + timedelta(days=1)
            if hold_until <= today + timedelta(days=1):
                raise DisputeDayNotValid(f"{how.credit_by} does not lie ahead.").at("/credit_by")
        return replace(
            dispute,
            state="settled",
            agreed_minor=how.agreed_minor,
            credit_expected=waits,
            hold_until=hold_until,
            credited_before_minor=credited_minor(self._store, dispute) if waits else 0,
            next_at=now if waits else None,
            outcome=how.text,
            ended_at=now,
            ended_by=how.by,
            version=dispute.version + 1,
        )

    def _ended(self, old: Dispute, new: Dispute, told: Event) -> bool:
        """Commit the end of a dispute; False when it was changed meanwhile."""
        now = self._clock.now()
        key = (old.creditor, old.account, old.hold_id)
        hold = self._store.get(Hold, *key)
        if new.credit_expected and hold is not None and hold.ended_at is None:
            kept = replace(
                hold,
                reason="A credit note is to come.",
                held_minor=new.agreed_minor,
                currency=new.currency,
                until=new.hold_until,
                version=hold.version + 1,
            )
            holds: list[Write] = [Put(kept, expect=hold.version)]
        else:
            holds = end_hold(self._store, key, new.ended_by or "", now)
        try:
            self._store.commit(
                [
                    Put(new, expect=old.version),
                    *holds,
                    Put(told),
                    Wake(old.creditor, old.account, now),
                ]
            )
        except CommitConflict:
            return False
        return True

    def _told(self, type_: EventType, dispute: Dispute, **more: Any) -> Event:
        return dispute_event(self._ids, self._clock.now(), type_, dispute, **more)


def dispute_event(
    ids: Ids, now: datetime, type_: EventType, dispute: Dispute, **more: Any
) -> Event:
    """Return an event about a dispute."""
    return event(
        ids.ulid(now),
        now,
        type_,
        dispute.creditor,
        dispute.account,
        dispute=dispute.id,
        invoice=dispute.invoice,
        currency=dispute.currency,
        amount=format_amount(dispute.amount_minor, dispute.currency),
        **more,
    )


def credited_minor(store: Store, dispute: Dispute) -> int:
    """Return what credit notes took off the dispute's invoice so far, in minor units."""
    return sum(
        note.amount_minor
        for note in store.list(CreditNote, dispute.creditor, dispute.account)
        if note.invoice == dispute.invoice
    )
