"""Copies of invoices, for debtors who say that one never came.

The copy goes to the address that is known, never to one that somebody types on a page. To give the
debtor time to read it, reminders about the invoice wait for some days, once per invoice and round
of reminders. That is courtesy: neither the due date nor default changes by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from saldo.accounts.model import Account, Creditor, Hold
from saldo.clock import Clock, local_day
from saldo.collection.common import (
    ATTEMPTS_MAX,
    CollectionBusy,
    invoices_of,
    one_currency,
    owner_of,
)
from saldo.errors import Conflict
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write


class CopySentToday(Conflict):
    """A copy of the invoice went out today already."""

    code = "copy-sent-today"


class CopyHasNoAddress(Conflict):
    """No working mail address of the debtor is known that a copy could go to."""

    code = "copy-has-no-address"


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """Somebody asked for a copy of `invoice` in its round of reminders `episode`.

    `hold_until` is the first day on which reminders go again, None where they did not wait.
    """

    creditor: str
    account: str
    id: str
    invoice: str
    episode: int
    by: str
    asked_at: datetime
    hold_until: date | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def hold_id(self) -> str:
        """The id of the hold that gives time to read the copy."""
        return f"{self.id}-copy"


class InvoiceCopies:
    """Takes requests for copies. What sends them hears the event `invoice.copy_requested`."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def ask(
        self, creditor: Creditor, invoice: str, request: str, by: str, *, has_document: bool
    ) -> CopyRequest:
        """Take a request under an id of the caller's; the same again is answered, not doubled.

        Raises InvoiceUnknown, NothingOwed, CopySentToday, CopyHasNoAddress or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            (found,) = invoices_of(self._store, creditor.id, [invoice])
            known = self._store.get(CopyRequest, creditor.id, found.account, request)
            if known is not None:
                return known
            one_currency([found])  # a closed invoice needs no reminder, and no copy by this way
            owner = owner_of(self._store, creditor.id, found.account)
            made = self._made(creditor, found, owner, request, by)
            try:
                self._store.commit(self._writes(made, found, owner, has_document=has_document))
            except CommitConflict:
                continue
            return made
        raise CollectionBusy("The invoice is just being changed; try again.")

    def of(self, creditor: str, account: str) -> list[CopyRequest]:
        """Return what was asked for, the oldest first."""
        found = self._store.list(CopyRequest, creditor, account)
        return sorted(found, key=lambda one: (one.asked_at, one.id))

    def asked_today(self, account: Account) -> frozenset[str]:
        """Return the invoices of which a copy went out today, where the debtor is."""
        today = local_day(self._clock.now(), account.time_zone)
        return frozenset(
            one.invoice
            for one in self.of(account.creditor, account.number)
            if local_day(one.asked_at, account.time_zone) == today
        )

    def _made(
        self, creditor: Creditor, invoice: Invoice, owner: Account, request: str, by: str
    ) -> CopyRequest:
        if owner.mail_contact() is None:
            raise CopyHasNoAddress("We know no mail address to send the copy to.")
        if invoice.number in self.asked_today(owner):
            raise CopySentToday("A copy was sent today already.").at("/invoice")
        now, days = self._clock.now(), creditor.payer_rules.copy_hold_days
        before = any(
            one.invoice == invoice.number
            and one.episode == invoice.episode
            and one.hold_until is not None
            for one in self.of(invoice.creditor, invoice.account)
        )
        until = local_day(now, owner.time_zone) + timedelta(days=days + 1)
        return CopyRequest(
            invoice.creditor,
            invoice.account,
            request,
            invoice.number,
            invoice.episode,
            by,
            now,
            until if days and not before else None,
            version=1,
        )

    def _writes(
        self, made: CopyRequest, invoice: Invoice, owner: Account, *, has_document: bool
    ) -> list[Write]:
        told = event(
            self._ids.ulid(made.asked_at),
            made.asked_at,
            "invoice.copy_requested",
            made.creditor,
            made.account,
            request=made.id,
            invoice=made.invoice,
            hold_until=made.hold_until.isoformat() if made.hold_until else None,
            has_document=has_document,
            by=made.by,
        )
        return [
            Put(made),
            Put(told),
            *self._hold(made),
            # Two requests at the same instant each see no other: one of them is taken.
            Wake(made.creditor, made.account, made.asked_at, expect=owner.version),
            Check(invoice, expect=invoice.version),
        ]

    def _hold(self, made: CopyRequest) -> Iterator[Write]:
        if made.hold_until is not None:
            yield Put(
                Hold(
                    made.creditor,
                    made.account,
                    made.hold_id,
                    "invoice-copy",
                    made.invoice,
                    "The debtor says that the invoice never came, and got a copy.",
                    made.by,
                    made.asked_at,
                    until=made.hold_until,
                    version=1,
                )
            )
