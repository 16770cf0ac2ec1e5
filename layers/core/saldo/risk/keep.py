"""Keeps the payment behaviour of accounts as their facts are: see `gather.py` for what that costs.

Whoever keeps it looks at the account anew, so that facts may be told in any order and repeatedly.
What was counted is held against the account's own sums, which change in the transaction that closes
or reopens an invoice: a sheet that was written agrees with the books as they were read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR, Account
from saldo.accounts.zones import TimeZones
from saldo.clock import Clock, local_day
from saldo.errors import Unavailable
from saldo.ids import Ids
from saldo.risk.behaviour import one_paid, summed
from saldo.risk.change import change_of
from saldo.risk.exception import NOTHING_UNUSUAL, Judged, Overdue, Sign, candidate, judged
from saldo.risk.gather import (
    Words,
    all_paid,
    closed_since,
    last_event,
    overdue_of,
    signs_of,
    words_of,
)
from saldo.risk.months import MonthPaid, added, kept_of, months_since, spell
from saldo.risk.sheet import BehaviourSheet
from saldo.risk.writes import writes_of, writes_without
from saldo.store import CommitConflict, Store, Write, settled

HEARD: Final = frozenset(
    {
        "invoice.closed",
        "invoice.reopened",
        "invoice.changed",
        "payment.charged_back",
        "payment.chargeback_reversed",
        "promise.given",
        "promise.kept",
        "promise.part_kept",
        "promise.broken",
        "promise.withdrawn",
        "dispute.opened",
        "dispute.settled",
        "dispute.rejected",
        "dispute.withdrawn",
        "privacy.erasure_asked",
        "privacy.lifted",
    }
)
"""Facts that can change how an account is said to pay. What time changes comes by night."""

_ATTEMPTS_MAX: Final = 6


class BehaviourBusy(Unavailable):
    """The account is being paid or changed all the time; the same request may work later."""

    code = "behaviour-busy"


class _MovedOn(CommitConflict):
    """The account's sums changed again and again while its invoices were read."""


class BehaviourKeeper:
    """Keeps a `BehaviourSheet` for each account, and its words with the account itself."""

    heard = HEARD

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._zones = TimeZones(store)

    def refresh(self, creditor: str, account: str) -> bool:
        """Bring an account's behaviour up to date; tell whether anything changed.

        Raises BehaviourBusy when others change the account all the time.
        """
        return self._kept(creditor, account, anew=False)

    def rebuild(self, creditor: str, account: str) -> bool:
        """Make an account's behaviour from all its invoices; tell whether anything changed.

        Raises BehaviourBusy.
        """
        return self._kept(creditor, account, anew=True)

    def made_anew(self, owner: Account, old: BehaviourSheet | None) -> BehaviourSheet:
        """Return the sheet as all invoices make it; nothing is written. Raises BehaviourBusy."""
        now = self._clock.now()
        try:
            owner, months, heard = self._all(owner, now)
        except _MovedOn:
            raise _busy(owner.number) from None
        return self._judged(owner, old, months, heard, now)

    def _kept(self, creditor: str, account: str, *, anew: bool) -> bool:
        if account.startswith(WHOLE_CREDITOR):
            return False
        is_made_anew = False

        def look() -> bool:
            nonlocal is_made_anew
            now = self._clock.now()
            owner = self._store.get(Account, creditor, account)
            if owner is None:
                return False
            old = self._store.get(BehaviourSheet, creditor, account)
            writes = self._changes(owner, old, now, anew=anew and not is_made_anew)
            if writes:
                self._store.commit(writes)
            is_made_anew = True
            return bool(writes)

        is_changed = settled(look, _ATTEMPTS_MAX)
        if is_changed is None:
            raise _busy(account)
        return is_changed

    def _changes(
        self, owner: Account, old: BehaviourSheet | None, now: datetime, *, anew: bool
    ) -> list[Write]:
        """Return what brings an account up to date; nothing is kept of one that is to be erased."""
        if owner.restricted_at is not None:
            return writes_without(old)
        read = self._all(owner, now) if anew else self._counted(owner, old, now)
        owner, months, heard = read
        new = self._judged(owner, old, months, heard, now)
        return writes_of(owner, old, new, self._ids.ulid(now), now)

    def _counted(
        self, owner: Account, old: BehaviourSheet | None, now: datetime
    ) -> tuple[Account, Sequence[MonthPaid], str]:
        """Return the account, its months with what was paid since, and the last event of that."""
        if old is None:
            return self._all(owner, now)
        if old.counted == owner.paid:
            return owner, old.months, old.heard
        zone = self._zones.of(owner.creditor)
        closed = closed_since(self._store, owner.creditor, owner.number, old.heard, now, zone)
        paid = closed.paid.values()
        if old.counted + summed(one_paid(one.days) for one in paid) != owner.paid:
            return self._all(owner, now)
        return owner, added(old.months, paid), closed.heard

    def _all(self, owner: Account, now: datetime) -> tuple[Account, Sequence[MonthPaid], str]:
        """Return the account, its months as all invoices make them, and the last event of that.

        What is paid while they are read, which takes long where they are many, is added from its
        events. Raises _MovedOn where something is paid all the time.
        """
        creditor, number, zone = owner.creditor, owner.number, self._zones.of(owner.creditor)
        heard = last_event(self._store, creditor, number, now) or self._ids.ulid(now)
        found = dict(all_paid(self._store, creditor, number, local_day(now, zone), zone))
        for _ in range(_ATTEMPTS_MAX):
            again = self._store.get(Account, creditor, number)
            if again is None:
                break
            if again.paid == owner.paid:
                return again, added((), found.values()), heard
            at = self._clock.now()
            closed = closed_since(self._store, creditor, number, heard, at, zone)
            for reopened in closed.reopened:
                found.pop(reopened, None)
            found |= closed.paid
            owner, heard = again, closed.heard
        raise _MovedOn(())

    def _judged(
        self,
        owner: Account,
        old: BehaviourSheet | None,
        months: Sequence[MonthPaid],
        heard: str,
        now: datetime,
    ) -> BehaviourSheet:
        today = local_day(now, self._zones.of(owner.creditor))
        months = kept_of(months, today)
        words = words_of(self._store, owner.creditor, owner.number)
        overdue = overdue_of(self._store, owner.creditor, owner.number, words, today)
        known = old.trend if old else "unknown"
        waiting = [one.days for one in overdue if not one.disputed]
        change = change_of(months, today, waiting, known)
        found = self._exception(owner, months, overdue, words, change.trend == "worse", today)
        return BehaviourSheet(
            owner.creditor,
            owner.number,
            months,
            owner.paid,
            heard,
            words.promises_seen(today),
            words.disputes_seen(today),
            change.trend,
            old.trend_since if old and old.trend == change.trend else today,
            None if change.days is None else round(change.days * 10),
            found.exception,
            found.signs,
            today,
            old.version if old else 0,
        )

    def _exception(
        self,
        owner: Account,
        months: Sequence[MonthPaid],
        overdue: Sequence[Overdue],
        words: Words,
        is_worse: bool,
        today: date,
    ) -> Judged:
        paid, known = spell(months), months_since(months, today)
        if candidate(paid, overdue, known) is None:
            return NOTHING_UNUSUAL
        signs: list[Sign] = signs_of(self._store, owner.creditor, owner.number, words, today)
        return judged(paid, overdue, [*signs, "pays-later"] if is_worse else signs, known)


def _busy(account: str) -> BehaviourBusy:
    return BehaviourBusy(f"Account {account!r} is being changed all the time; try again.")
