"""Watchers are named and end; what happens is written down for each of them, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import AccountUnknown
from saldo.clock import Clock, local_day
from saldo.collection.facts import Case, Dispute
from saldo.collection.model import Plan
from saldo.errors import Conflict, Invalid, NotFound
from saldo.events import EventType, event
from saldo.ids import Ids, fingerprint
from saldo.store import CommitConflict, Put, Store, Write
from saldo.watchers.model import (
    FAMILIES,
    PACES,
    WATCHED,
    EndedBy,
    Family,
    Pace,
    WatchedKind,
    Watcher,
    WatchJob,
    WatchLink,
    WatchNews,
)
from saldo.worklist.desk_model import person

WATCHERS_MAX: Final = 20
WHY_MAX: Final = 80
_LANGUAGES: Final = ("de", "en", "nl")
_MORNING: Final = time(7)
_TOLD: Final = ("dispute", "plan", "case", "invoice", "state", "currency", "amount", "on", "step")
"""Fields of events that are numbers, states, days and amounts: nobody's words, nobody's name."""

_SUBJECTS: Final[Mapping[str, type[Dispute | Plan | Case]]] = {
    "dispute": Dispute,
    "plan": Plan,
    "case": Case,
}


class WatcherNotValid(Invalid):
    """What is watched, of what and how often it is told cannot be."""

    code = "watcher-not-valid"


class WatcherUnknown(NotFound):
    """There is no such watcher on this account."""

    code = "watcher-unknown"


class TooManyWatchers(Conflict):
    """So many watch the account already."""

    code = "too-many-watchers"


class WatchLinkUnknown(NotFound):
    """The link stops no mails."""

    code = "watch-link-unknown"


class WatchQueue(Protocol):
    """Takes jobs of mail to watchers, at least once each."""

    def put(self, jobs: Sequence[WatchJob]) -> None: ...


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """Who is to watch what. `subject` is the id of a dispute, plan or case; "" for the account."""

    account: str
    kind: WatchedKind
    subject: str
    email: str
    why: str
    families: tuple[Family, ...] = FAMILIES
    pace: Pace = "daily"
    language: str = "en"


class Watchers:
    """Names watchers, hears events for them, and ends them."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, queue: WatchQueue) -> None:
        self._store, self._clock, self._ids, self._queue = store, clock, ids, queue

    def of(self, creditor: str, account: str) -> list[Watcher]:
        """Return who watches an account or a case of it, in the order in which they were named."""
        found = self._store.list(Watcher, creditor, account)
        return [one for one in found if one.ended_at is None]

    def add(self, creditor: str, order: WatchOrder, by: str) -> Watcher:
        """Name a watcher; the same again is answered, not doubled.

        Raises WatcherNotValid, DeskNotValid, AccountUnknown or TooManyWatchers.
        """
        email = self._check(creditor, order)
        known = self.of(creditor, order.account)
        for one in known:
            if (one.kind, one.subject, one.email) == (order.kind, order.subject, email):
                return self._changed(one, order, by)
        if len(known) >= WATCHERS_MAX:
            raise TooManyWatchers(f"{WATCHERS_MAX} watch this account already.")
        now = self._clock.now()
        made = Watcher(
            creditor,
            order.account,
            self._ids.ulid(now),
            order.kind,
            order.subject,
            email,
            order.language,
            order.families,
            order.pace,
            order.why.strip(),
            self._ids.token() + self._ids.token(),
            by,
            now,
            version=1,
        )
        link = WatchLink(fingerprint(made.token), creditor, order.account, made.id)
        self._store.commit([Put(made), Put(link), self._told("watcher.added", made, by)])
        return made

    def _changed(self, old: Watcher, order: WatchOrder, by: str) -> Watcher:
        new = replace(
            old,
            families=order.families,
            pace=order.pace,
            why=order.why.strip(),
            language=order.language,
        )
        if new == old:
            return old
        new = replace(new, version=old.version + 1)
        self._store.commit([Put(new, expect=old.version), self._told("watcher.added", new, by)])
        return new

    def _check(self, creditor: str, order: WatchOrder) -> str:
        email = person(order.email)
        if email is None:
            raise WatcherNotValid("Say to whom.").at("/email")
        if order.kind not in WATCHED or bool(order.subject) != (order.kind != "account"):
            raise WatcherNotValid(f"Watched is one of: {', '.join(WATCHED)}.").at("/kind")
        if not order.families or not set(order.families) <= set(FAMILIES):
            raise WatcherNotValid(f"Families are: {', '.join(FAMILIES)}.").at("/families")
        if order.pace not in PACES or order.language not in _LANGUAGES:
            raise WatcherNotValid("A pace is at-once or daily; a language de, en or nl.")
        if not 0 < len(order.why.strip()) <= WHY_MAX or not order.why.isprintable():
            raise WatcherNotValid(f"Say who they are, in {WHY_MAX} characters.").at("/why")
        if self._store.get(Account, creditor, order.account) is None:
            raise AccountUnknown(f"There is no account {order.account!r}.")
        kind = _SUBJECTS.get(order.kind)
        if (
            kind is not None
            and self._store.get(kind, creditor, order.account, order.subject) is None
        ):
            raise WatcherNotValid(f"There is no such {order.kind}.").at("/subject")
        return email

    def end(self, creditor: str, account: str, id_: str, by: str) -> Watcher:
        """End a watcher for one of the creditor's people; again is harmless.

        Raises WatcherUnknown.
        """
        known = self._store.get(Watcher, creditor, account, id_)
        if known is None:
            raise WatcherUnknown(f"Nobody watches {account!r} as {id_!r}.")
        return self._ended(known, "person", by)

    def stop(self, token: str, *, look: bool = False) -> Watcher:
        """End a watcher by the link of their mails, or only look whose it is.

        Again is harmless. Raises WatchLinkUnknown.
        """
        link = self._store.get(WatchLink, fingerprint(token))
        known = (
            self._store.get(Watcher, link.creditor, link.account, link.watcher) if link else None
        )
        if known is None:
            raise WatchLinkUnknown("This link stops nothing (any more).")
        return known if look else self._ended(known, "link", "link")

    def _ended(self, known: Watcher, ended: EndedBy, by: str) -> Watcher:
        while known.ended_at is None:
            new = replace(
                known,
                ended_at=self._clock.now(),
                ended=ended,
                ended_by=by,
                version=known.version + 1,
            )
            with suppress(CommitConflict):
                told = self._told("watcher.ended", new, by)
                self._store.commit([Put(new, expect=known.version), told])
                return new
            known = self._store.get(Watcher, *known.key) or known
        return known

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
        for one in self.of(creditor, account):
            if not one.hears(type_, data) or at <= one.at:
                continue
            facts = {name: str(data[name]) for name in _TOLD if data.get(name) is not None}
            due = self._due(one)
            news = WatchNews(creditor, account, one.id, id_, type_, at, facts, due, version=1)
            try:
                self._store.commit([Put(news)])
            except CommitConflict:
                continue  # told before
            count += 1
            if one.is_over(type_, data):
                self._ended(one, "over", "rule")
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
        if known is None or known.ended in ("link", "person"):
            return None
        now = self._clock.now()
        found = self._store.newest(WatchNews, job.creditor, job.account, job.watch, limit=_NEWS_MAX)
        waiting = [one for one in reversed(found) if one.state == "waits" and one.due_at <= now]
        taken: list[WatchNews] = []
        for one in waiting:
            new = replace(one, state="sending", version=one.version + 1)
            with suppress(CommitConflict):  # somebody else sends it
                self._store.commit([Put(new, expect=one.version)])
                taken.append(new)
        return (known, taken) if taken else None

    def sent(self, news: Sequence[WatchNews], *, left: bool) -> None:
        """Write down that a mail left, or, where it surely did not, that its news wait again."""
        writes: list[Write] = [
            Put(
                replace(one, state="sent" if left else "waits", version=one.version + 1),
                expect=one.version,
            )
            for one in news
        ]
        self._store.commit(writes)

    def _told(self, type_: EventType, one: Watcher, by: str) -> Put:
        now = self._clock.now()
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                one.creditor,
                one.account,
                watcher=one.id,
                kind=one.kind,
                of=one.subject,
                email=one.email,
                pace=one.pace,
                families=list(one.families),
                ended=one.ended,
                by=by,
            )
        )


_NEWS_MAX: Final = 90
"""So many events go into one mail; what is more waits for the next."""


def next_morning(now: datetime, zone: str) -> datetime:
    """Return the next seven o'clock in a time zone, as an instant."""
    day = local_day(now, zone)
    at = datetime.combine(day, _MORNING, ZoneInfo(zone)).astimezone(now.tzinfo)
    if at <= now:
        at = datetime.combine(day + timedelta(days=1), _MORNING, ZoneInfo(zone))
    return at.astimezone(now.tzinfo)
