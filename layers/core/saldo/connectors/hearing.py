"""Hearing of items that are known.

What is less open in the ERP than both sides told was paid there; what is more needs a person.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day
from saldo.connectors.model import Booking, ItemLink
from saldo.connectors.ports import ErpLimited
from saldo.errors import Conflict, NotFound
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.intake import Intake
from saldo.invoices.model import CreditNote, Invoice
from saldo.money import format_amount
from saldo.payments.model import BOOKED_BY_ERP
from saldo.payments.treasury import CounterPayment, Treasury
from saldo.store import CommitConflict, Put, Store

_ATTEMPTS_MAX = 8
_log = logging.getLogger(__name__)


class Hearing:
    """Books what an ERP says of items that are known."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, intake: Intake, treasury: Treasury
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._intake, self._treasury = intake, treasury

    def hear(self, creditor: Creditor, link: ItemLink, open_minor: int) -> str:
        """Book what the ERP says of an item that is known; return the outcome.

        While an order about it is on its way nothing is concluded: the ERP may have taken it.
        """
        link = self._finish(creditor, link)
        paid = link.agreed_minor - open_minor
        if paid and link.orders:
            return "items-waiting"
        if paid > 0 and link.untold_minor:
            known = min(paid, link.untold_minor)
            link = self.change(
                link,
                lambda now: replace(
                    now,
                    told_minor=now.told_minor + known,
                    untold_minor=now.untold_minor - known,
                ),
            )
            paid -= known
        if paid > 0:
            self._paid_there(creditor, link, paid)
        outcome = (
            "items-unchanged" if paid == 0 else "items-deleted" if link.is_deleted else "items-paid"
        )
        if paid < 0:
            outcome = self._more_there(link, open_minor, -paid)
        self._note(link, open_minor)
        return outcome

    def _paid_there(self, creditor: Creditor, link: ItemLink, minor: int) -> None:
        if link.is_deleted:
            self._credit(creditor, link, minor)
            self.change(link, lambda now: replace(now, heard_minor=now.heard_minor + minor))
            return
        booking = Booking(f"{link.connection}-{link.number}-{link.heard_minor + minor}", minor)
        intended = self.change(link, lambda now: replace(now, hearing=booking))
        self._finish(creditor, intended)

    def _finish(self, creditor: Creditor, link: ItemLink) -> ItemLink:
        """Book what was intended, be it by a worker that crashed; the id makes it once."""
        booking = link.hearing
        if booking is None:
            return link
        today = local_day(self._clock.now(), creditor.time_zone)
        taken = CounterPayment(
            booking.id,
            link.creditor,
            (link.number,),
            booking.minor,
            link.currency,
            today,
            BOOKED_BY_ERP,
            provider=BOOKED_BY_ERP,
        )
        try:
            self._treasury.take_at_counter(taken)
        except (Conflict, NotFound) as refused:
            # An invoice that was withdrawn here takes no money: a person is told, once.
            _log.warning("what %s booked cannot be booked here: %s", link.connection, refused.code)
        return self.change(
            link,
            lambda now: (
                replace(now, heard_minor=now.heard_minor + booking.minor, hearing=None)
                if now.hearing == booking
                else now
            ),
        )

    def _credit(self, creditor: Creditor, link: ItemLink, minor: int) -> None:
        invoice = self._store.get(Invoice, link.creditor, link.account, link.number)
        principal = invoice.parts.principal if invoice else 0
        if principal <= 0:
            return
        self._intake.put_credit_notes(
            [
                CreditNote(
                    creditor.id,
                    "",
                    f"{link.number}-deleted",
                    link.number,
                    local_day(self._clock.now(), creditor.time_zone),
                    link.currency,
                    min(minor, principal),
                    0,
                    "The ERP deleted the invoice.",
                )
            ]
        )

    def _more_there(self, link: ItemLink, open_minor: int, more_minor: int) -> str:
        """More stands open there than both sides told: say so once, and let a person look.

        What the ERP was told and has not matched yet is no difference.
        """
        if more_minor <= link.told_minor:
            return "items-not-matched-yet"
        if open_minor != link.there_minor:
            now = self._clock.now()
            told = event(
                self._ids.ulid(now),
                now,
                "connection.differs",
                link.creditor,
                link.account,
                connection=link.connection,
                invoice=link.number,
                currency=link.currency,
                open_there=format_amount(open_minor, link.currency),
                expected=format_amount(link.agreed_minor, link.currency),
            )
            self._store.commit([Put(told)])
        return "items-differ"

    def _note(self, link: ItemLink, open_minor: int) -> None:
        """Keep what the ERP said is open; costs nothing when it said the same before."""
        closed = open_minor == 0
        if link.there_minor == open_minor and closed == (link.closed_at is not None):
            return
        now = self._clock.now()
        self.change(
            link,
            lambda at: replace(
                at, there_minor=open_minor, closed_at=(at.closed_at or now) if closed else None
            ),
        )

    def change(self, link: ItemLink, change: Callable[[ItemLink], ItemLink]) -> ItemLink:
        """Change a link, whoever else changes it; raise ErpLimited when they never stop."""
        old: ItemLink | None = link
        for _ in range(_ATTEMPTS_MAX):
            assert old is not None, "links are not deleted"
            new = change(old)
            if new == old:
                return old
            new = replace(new, version=old.version + 1)
            try:
                self._store.commit([Put(new, expect=old.version)])
            except CommitConflict:
                old = self._store.get(ItemLink, *link.key)
                continue
            return new
        raise ErpLimited("The item is being changed by others.", self._clock.now())
