"""What happens is written down for each who watches, once, and taken when a mail is begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day
from saldo.store import CommitConflict, Delete, Put, Store, Write
from saldo.watchers.model import NewsState, Watcher, WatchJob, WatchNews
from saldo.watchers.service import Watchers

_NEWS_MAX: Final = 90
"""So many events go into one mail; what is more waits for the next."""

_MORNING: Final = time(7)
_TOLD: Final = ("dispute", "plan", "case", "invoice", "state", "currency", "amount", "on", "step")
"""Fields of events that are numbers, states, days and amounts: nobody's words, nobody's name."""


class WatchQueue(Protocol):
    """Takes jobs of mail to watchers, at least once each."""

    def put(self, jobs: Sequence[WatchJob]) -> None: ...


class News:
    """Hears events for watchers, and hands out what waits for them."""

    def __init__(self, store: Store, clock: Clock, watchers: Watchers, queue: WatchQueue) -> None:
        self._store, self._clock = store, clock
        self._watchers, self._queue = watchers, queue

    def hear(
        self,
        type_: str,
        creditor: str,
        account: str,
        id_: str,
        at: datetime,
        data: Mapping[str, Any],
    ) -> int:
        """Write an event down for those who watch; return for how many. Each hears of it once,
        however often it is told here.
        """
        count = 0
        for one in self._watchers.of(creditor, account):
            if not one.hears(type_, data) or at <= one.at:
                continue
            facts = {name: str(data[name]) for name in _TOLD if data.get(name) is not None}
            due = self._due(one)
            news = WatchNews(creditor, account, one.id, id_, type_, at, facts, due, version=1)
            try:
                self._store.commit([Put(news)])
            except CommitConflict:
                is_new = False  # told before
            else:
                is_new = True
            if one.is_over(type_, data):  # also by a repeat: the first may have broken off here
                self._watchers.ended(one, "over", "rule")
            if not is_new:
                continue
            count += 1
            if one.pace == "at-once":
                self._queue.put([WatchJob(one.id, creditor, account)])
        return count

    def _due(self, one: Watcher) -> datetime:
        now = self._clock.now()
        if one.pace == "at-once":
            return now
        owner = self._store.get(Creditor, one.creditor)
        assert owner is not None, "a watcher has its creditor"
        return next_morning(now, owner.time_zone)

    def due(self, creditor: str) -> int:
        """Queue what is due by now: digests of the day, and what was lost on its way; how many."""
        now = self._clock.now()
        keys = self._store.work(WatchNews, "watch-news", creditor, now)
        found = sorted({(key[1], key[2]) for key in keys})
        if found:
            self._queue.put([WatchJob(watch, creditor, account) for account, watch in found])
        return len(found)

    def claim(self, job: WatchJob) -> tuple[Watcher, list[WatchNews]] | None:
        """Take what waits for a watcher: nobody else sends it from now on. None for nothing."""
        known = self._store.get(Watcher, job.creditor, job.account, job.watch)
        if known is None:
            return None
        if known.is_colleague and not self._watchers.works_here(known.creditor, known.email):
            known = self._watchers.ended(known, "left", "rule")
        waiting = self._waiting(job)
        if known.ended not in (None, "over"):
            self._each([Delete(one, expect=one.version) for one in waiting])
            return None
        now = self._clock.now()
        due = [one for one in waiting if one.due_at <= now][:_NEWS_MAX]
        begun = [replace(one, state="sending", version=one.version + 1) for one in due]
        done = self._each([Put(one, expect=one.version - 1) for one in begun])
        taken = [one for one, is_mine in zip(begun, done, strict=True) if is_mine]
        return (known, taken) if taken else None

    def _waiting(self, job: WatchJob) -> list[WatchNews]:
        """Return what waits for a watcher, the oldest first: all of it stands behind what was sent,
        for the oldest go first.
        """
        found: list[WatchNews] = []
        before: tuple[str, ...] | None = None
        place = (job.creditor, job.account, job.watch)
        while page := self._store.newest(WatchNews, *place, limit=_NEWS_MAX, before=before):
            waiting = [one for one in page if one.state == "waits"]
            if not waiting:
                break
            found += waiting
            before = page[-1].key
        return found[::-1]

    def _each(self, writes: Iterable[Write]) -> list[bool]:
        """Commit writes one by one, and tell of each whether it was the first to come."""
        done = []
        for write in writes:
            try:
                self._store.commit([write])
            except CommitConflict:  # somebody else has it, or it was erased
                done.append(False)
            else:
                done.append(True)
        return done

    def sent(self, news: Sequence[WatchNews], *, left: bool) -> None:
        """Write down that a mail left, or, where it surely did not, that its news wait again."""
        state: NewsState = "sent" if left else "waits"
        self._each(
            Put(replace(one, state=state, version=one.version + 1), expect=one.version)
            for one in news
        )


def next_morning(now: datetime, zone: str) -> datetime:
    """Return the next seven o'clock in a time zone, as an instant."""
    day = local_day(now, zone)
    at = datetime.combine(day, _MORNING, ZoneInfo(zone)).astimezone(now.tzinfo)
    if at <= now:
        at = datetime.combine(day + timedelta(days=1), _MORNING, ZoneInfo(zone))
    return at.astimezone(now.tzinfo)
