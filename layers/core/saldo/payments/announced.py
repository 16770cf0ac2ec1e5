"""Transfers that the payer announced: reminders wait for them, once and not for long.

An announcement is a hold of one invoice in its present episode. It stands after it ended, so that
there is no second one until the invoice is owed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from saldo.accounts.model import Hold
from saldo.banking_days import after_banking_days
from saldo.clock import Clock, local_day
from saldo.errors import Conflict
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import OpenItem
from saldo.payments.designation import NothingOpen, TooManyChosen
from saldo.payments.links import Opened
from saldo.store import CommitConflict, Put, Store, Wake, Write

AT_ONCE_MAX: Final = 90
"""A transaction holds a hundred rows; a transfer for more invoices is announced in parts."""


class TransferAnnouncedBefore(Conflict):
    """A transfer was announced for this invoice before; it can be once until it is owed anew."""

    code = "transfer-announced-before"


class AnnouncingNotOffered(Conflict):
    """The creditor does not wait for announced transfers."""

    code = "announcing-not-offered"


class AnnouncedTransfers:
    """Keeps announcements."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def until(self, opened: Opened) -> date | None:
        """Return the day from which on reminders may go again if a transfer is announced now: the
        one after so many banking days. None if announcing is not offered.
        """
        most = opened.creditor.payer_rules.transfer_business_days_max
        if most <= 0:
            return None
        today = local_day(self._clock.now(), opened.account.time_zone)
        return after_banking_days(today, most) + timedelta(days=1)

    def announced(self, opened: Opened, invoices: Sequence[str]) -> dict[str, Hold]:
        """Return the announcements already made, ended ones included, by invoice; only those of
        the invoices' present episodes.
        """
        link = opened.link
        wanted = {_hold_id(item): item.number for item in self._open(opened, invoices)}
        held = self._store.get_many(
            Hold, [(link.creditor, link.account, hold_id) for hold_id in wanted]
        )
        return {wanted[hold.id]: hold for hold in held.values()}

    def announce(self, opened: Opened, invoices: Sequence[str]) -> list[Hold]:
        """Hold reminders about `invoices`, one hold for each, until the day `until` gives.

        Invoices that are settled, and with a link to one invoice any other, are passed over. Raises
        AnnouncingNotOffered, NothingOpen, TooManyChosen, or TransferAnnouncedBefore when one of
        them was announced before: nothing is held then.
        """
        until = self.until(opened)
        if until is None:
            raise AnnouncingNotOffered("Transfers cannot be announced here.")
        items = self._open(opened, invoices)
        if not items:
            raise NothingOpen("What you chose is already settled.")
        if len(items) > AT_ONCE_MAX:
            raise TooManyChosen(f"Choose at most {AT_ONCE_MAX} invoices at once.").at("/invoice")
        now, link = self._clock.now(), opened.link
        holds = [
            Hold(
                link.creditor,
                link.account,
                _hold_id(item),
                "transfer-announced",
                item.number,
                "The payer announced a transfer.",
                "payer",
                now,
                until,
                version=1,
            )
            for item in items
        ]
        told = event(
            self._ids.ulid(now),
            now,
            "transfer.announced",
            link.creditor,
            link.account,
            invoices=[item.number for item in items],
            until=until.isoformat(),
        )
        writes: list[Write] = [Put(hold) for hold in holds]
        try:
            self._store.commit([*writes, Put(told), Wake(link.creditor, link.account, now)])
        except CommitConflict:
            raise TransferAnnouncedBefore("You told us of this transfer before.") from None
        return holds

    def money_came(self, creditor: str, account: str, invoices: Sequence[str]) -> int:
        """End the announcements for invoices that were paid on; return how many ended.

        What is left open of them is reminded like anything else.
        """
        now, ended = self._clock.now(), 0
        for hold in list(self._store.list(Hold, creditor, account)):
            if hold.kind != "transfer-announced" or hold.ended_at or hold.invoice not in invoices:
                continue
            over = replace(
                hold, ended_at=now, ended_by="saldo:money-came", version=hold.version + 1
            )
            try:
                self._store.commit([Put(over, expect=hold.version), Wake(creditor, account, now)])
            except CommitConflict:
                continue  # ended by another callback of the same money
            ended += 1
        return ended

    def _open(self, opened: Opened, invoices: Sequence[str]) -> list[OpenItem]:
        link = opened.link
        chosen = set(invoices)
        if link.scope == "invoice":
            chosen &= {link.invoice}
        items = self._store.list(OpenItem, link.creditor, link.account)
        return [item for item in items if item.number in chosen]


def _hold_id(item: OpenItem) -> str:
    return f"transfer#{item.number}#{item.episode}"
