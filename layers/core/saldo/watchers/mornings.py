"""The list of the morning: whoever wants it gets their most urgent items by mail, once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from saldo.accounts.model import WHOLE_CREDITOR, Creditor
from saldo.accounts.told import Setting, setting_changed
from saldo.clock import Clock, local_day
from saldo.errors import Conflict
from saldo.ids import ulid_of
from saldo.law.days import is_working_day
from saldo.people.model import User
from saldo.people.rights import grant_of, rights_of
from saldo.people.users import Users
from saldo.reminders.hours import Calendars
from saldo.store import CommitConflict, Put, Store
from saldo.watchers.model import MorningWish, WatchJob
from saldo.watchers.news import WatchQueue
from saldo.worklist.absences import Absences
from saldo.worklist.desk_model import person
from saldo.worklist.desks import Desks
from saldo.worklist.model import WorkItem
from saldo.worklist.pages import WorkPages

ITEMS_SHOWN: Final = 10
_READ: Final = 30
_PAGES: Final = 5
_FROM_HOUR: Final = 7
_NOON: Final = 12
"""Later the list is none of the morning any more: whoever asks for it then gets the next."""


class MorningBusy(Conflict):
    """The wish is just being changed; the same order works again."""

    code = "morning-busy"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person: the most urgent items, each with whether it is new since the day
    before, and how many there are.
    """

    user: User
    creditor: Creditor
    items: tuple[tuple[WorkItem, bool], ...]
    total: int


class Mornings:
    """Keeps who wants their list, and hands it out once a day."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        users: Users,
        desks: Desks,
        absences: Absences,
        queue: WatchQueue,
        calendars: Calendars,
    ) -> None:
        self._store, self._clock, self._users = store, clock, users
        self._desks, self._absences, self._queue = desks, absences, queue
        self._calendars = calendars
        self._pages = WorkPages(store)

    def wants(self, creditor: str, who: str) -> bool:
        """Tell whether a person wants their list in the morning."""
        found = self._store.get(MorningWish, creditor, who)
        return found is not None and found.is_on

    def set(self, creditor: str, who: str, *, on: bool, by: str) -> MorningWish:
        """Say whether a person wants it; raise DeskNotValid or MorningBusy."""
        name = person(who) or ""
        old = self._store.get(MorningWish, creditor, name)
        if old is not None and old.is_on == on:
            return old
        version = old.version if old else 0
        new = MorningWish(creditor, name, on, old.last_on if old else None, version + 1)
        now = self._clock.now()
        id_ = ulid_of(f"morning {creditor} {name} {new.version}", now)
        told = setting_changed(Setting("morning", name, ("is_on",)), old, new, id_, now, by)
        try:
            self._store.commit([Put(new, expect=version), Put(told)])
        except CommitConflict:
            raise MorningBusy("It is just being changed; try again.") from None
        return new

    def due(self, creditor: Creditor) -> int:
        """Queue the lists of this morning, from seven on a working day where the creditor is;
        return how many.
        """
        local = self._clock.now().astimezone(ZoneInfo(creditor.time_zone))
        if not _FROM_HOUR <= local.hour < _NOON:
            return 0
        jobs = [
            WatchJob("", creditor.id, one.person, local.date())
            for one in self._store.list(MorningWish, creditor.id)
            if one.is_on and (one.last_on is None or one.last_on < local.date())
        ]
        if not jobs:
            return 0
        if not is_working_day(local.date(), self._calendars.of(creditor.country, None)):
            return 0
        self._queue.put(jobs)
        return len(jobs)

    def claim(self, job: WatchJob) -> Waiting | None:
        """Take a person's list of a day: nobody else sends it from now on.

        None where it went before, nothing waits, they may do no work here (any more), or the job
        is one of a day that is over: it lay about, and the list of today has its own.
        """
        day, wish = job.day, self._store.get(MorningWish, job.creditor, job.account)
        owner, user = self._store.get(Creditor, job.creditor), self._users.find(job.account)
        if wish is None or owner is None or user is None or day is None:
            return None
        if day != local_day(self._clock.now(), owner.time_zone):
            return None
        if not wish.is_on or (wish.last_on is not None and wish.last_on >= day):
            return None
        if "collect:write" not in rights_of(user, owner.id):
            return None
        new = MorningWish(wish.creditor, wish.person, wish.is_on, day, wish.version + 1)
        try:
            self._store.commit([Put(new, expect=wish.version)])
        except CommitConflict:
            return None
        found = self._waiting(user, owner, day)
        return found if found.items else None

    def _waiting(self, user: User, owner: Creditor, day: date) -> Waiting:
        lists = self._absences.lists_of(owner.id, user.email, day)
        grant = grant_of(user, owner.id)
        assert grant is not None, "who may collect was granted it"
        tallies = self._pages.tallies(owner.id, grant.branches or None)
        total = sum(tallies[one].total for one in lists if one in tallies)
        seen = self._seen(user, owner.id, lists)
        since = self._clock.now() - timedelta(days=1)
        items = tuple((one, one.since >= since) for one in seen)
        return Waiting(user, owner, items, max(total, len(items)))

    def _seen(self, user: User, creditor: str, lists: Sequence[str]) -> list[WorkItem]:
        """Return the most urgent items that a person may see, however many of others' branches
        stand before them, within _PAGES pages.
        """
        found: list[WorkItem] = []
        cursor: str | None = None
        for _ in range(_PAGES):
            page = self._pages.page(creditor, lists, limit=_READ, cursor=cursor)
            found += [one for one in page.items if self._sees(user, creditor, one)]
            cursor = page.cursor
            if len(found) >= ITEMS_SHOWN or cursor is None:
                break
        return found[:ITEMS_SHOWN]

    def _sees(self, user: User, creditor: str, item: WorkItem) -> bool:
        grant = grant_of(user, creditor)
        if grant is None or not grant.branches:
            return grant is not None
        if item.account == WHOLE_CREDITOR:
            return False
        return (self._desks.of(creditor, item.account).branch or "") in grant.branches
