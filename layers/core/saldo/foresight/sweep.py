"""What time alone changes: every night each creditor is learnt from, and each account looked at.

A night is more than one call: how far it came is kept, and the next call goes on there, if need be
within a page: some accounts take as long as a hundred others. What a
keeper fails at is told of and passed over, so that one account cannot hold up all others; the next
night comes back to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.foresight.keepers import AccountKeeper, CreditorKeeper, no_memory
from saldo.store import EVER, CommitConflict, Put, Store

NIGHT_FROM_HOUR: Final = 3
"""From this hour of the creditor's day on: after the hour that some days have twice or not."""

_PAGE: Final = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NightProgress:
    """How far a creditor's night of `day` has come.

    `learnt`: what is learnt from the creditor as a whole was. `cursor` is the place in the list of
    accounts, None at its beginning; of the page from there on those `looked` at were done when
    there was no time for more. `done` when every account and the creditor were looked at.
    """

    creditor: str
    day: date
    learnt: bool = False
    cursor: str | None = None
    looked: tuple[str, ...] = ()
    done: bool = False
    accounts: int = 0
    changed: int = 0
    failed: int = 0
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one call did: creditors it ended the night of, accounts, what changed, what failed."""

    creditors: int = 0
    accounts: int = 0
    changed: int = 0
    failed: int = 0


class ForesightSweep:
    """Goes through creditors whose night is not done: `learners`, every account, `keepers`.

    `begin` is told of each account before its keepers look at it.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        accounts: Accounts,
        learners: Sequence[CreditorKeeper],
        account_keepers: Sequence[AccountKeeper],
        creditor_keepers: Sequence[CreditorKeeper],
        begin: Callable[[str, str], None] = no_memory,
    ) -> None:
        self._store, self._clock, self._accounts = store, clock, accounts
        self._learners = tuple(learners)
        self._account_keepers = tuple(account_keepers)
        self._creditor_keepers = tuple(creditor_keepers)
        self._begin = begin

    def run(self, has_time: Callable[[], bool] = lambda: True) -> Swept:
        """Go on with the nights that are not done, the one furthest behind first."""
        waiting = [(self._progress(one), one) for one in self._accounts.creditors()]
        waiting = [(old, one) for old, one in waiting if self._is_due(old, one)]
        waiting.sort(key=lambda each: (each[0].day, each[0].done, each[1].id))
        total = Swept()
        for old, creditor in waiting:
            if not has_time():
                break
            total = _added(total, self._night(creditor, old, has_time))
        return total

    def _progress(self, creditor: Creditor) -> NightProgress:
        found = self._store.get(NightProgress, creditor.id)
        return found or NightProgress(creditor.id, date(2000, 1, 1), done=True)

    def _is_due(self, old: NightProgress, creditor: Creditor) -> bool:
        now = self._clock.now().astimezone(ZoneInfo(creditor.time_zone))
        if not old.done:
            return True
        return old.day < now.date() and now.hour >= NIGHT_FROM_HOUR

    def _night(self, creditor: Creditor, old: NightProgress, has_time: Callable[[], bool]) -> Swept:
        """Go on with a creditor's night for as long as there is time."""
        today = self._clock.now().astimezone(ZoneInfo(creditor.time_zone)).date()
        at = NightProgress(creditor.id, today, version=old.version) if old.done else old
        before = at
        if not at.learnt:
            failed = self._all(self._learners, creditor, today)
            at = replace(at, learnt=True, failed=at.failed + failed)
            at = self._kept(at)
        while not at.done and has_time():
            page = self._store.feed(Account, creditor.id, *EVER, cursor=at.cursor, limit=_PAGE)
            left = [key[1] for key in page.keys if key[1] not in at.looked]
            looked, changed, failed = self._looked(creditor.id, left, has_time)
            is_whole = len(looked) == len(left)
            ended = is_whole and page.cursor is None and has_time()
            goes_on = is_whole and (ended or page.cursor is not None)
            if ended:
                failed += self._all(self._creditor_keepers, creditor, today)
            at = self._kept(
                replace(
                    at,
                    cursor=page.cursor if goes_on else at.cursor,
                    looked=() if goes_on else (*at.looked, *looked),
                    done=ended,
                    accounts=at.accounts + len(looked),
                    changed=at.changed + changed,
                    failed=at.failed + failed,
                )
            )
        return Swept(
            int(at.done),
            at.accounts - before.accounts,
            at.changed - before.changed,
            at.failed - before.failed,
        )

    def _kept(self, at: NightProgress) -> NightProgress:
        """Keep how far the night came; what another call did meanwhile is done again at worst."""
        new = replace(at, version=at.version + 1)
        try:
            self._store.commit([Put(new, expect=at.version)])
        except CommitConflict:
            there = self._store.get(NightProgress, at.creditor)
            new = replace(new, version=(there.version if there else 0) + 1)
            self._store.commit([Put(new, expect=None)])
        return new

    def _looked(
        self, creditor: str, accounts: Sequence[str], has_time: Callable[[], bool]
    ) -> tuple[list[str], int, int]:
        """Have every keeper look at accounts while there is time, at one at least; return which
        were looked at, how many keepers wrote something, and how many failed.
        """
        looked: list[str] = []
        changed = failed = 0
        for account in accounts:
            if looked and not has_time():
                break
            looked.append(account)
            wrote, broke = self.look(creditor, account)
            changed, failed = changed + wrote, failed + broke
        return looked, changed, failed

    def look(self, creditor: str, account: str) -> tuple[int, int]:
        """Have every keeper look at an account; return how many wrote, and how many failed."""
        changed = failed = 0
        self._begin(creditor, account)
        for keeper in self._account_keepers:
            try:
                changed += keeper.refresh(creditor, account)
            except Unavailable:
                failed += 1
                _log.warning("account %s is left for the next night", account)
            except Exception:  # noqa: BLE001 - one account must not hold up all others
                failed += 1
                _log.exception("a keeper failed at account %s", account)
        return changed, failed

    def _all(self, keepers: Sequence[CreditorKeeper], creditor: Creditor, today: date) -> int:
        failed = 0
        for keeper in keepers:
            try:
                keeper.refresh_creditor(creditor, today)
            except Exception:  # noqa: BLE001 - one keeper's fault is not the others'
                failed += 1
                _log.exception("a keeper failed at creditor %s", creditor.id)
        return failed


def _added(one: Swept, other: Swept) -> Swept:
    return Swept(
        one.creditors + other.creditors,
        one.accounts + other.accounts,
        one.changed + other.changed,
        one.failed + other.failed,
    )
