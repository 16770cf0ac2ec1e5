"""Holidays: a colleague's whole list is read by somebody else for a while, and back by itself.

Nothing is moved. Who covers a colleague sees that colleague's list beside their own on the days of
the absence; on the day after it is theirs alone again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR, Creditor
from saldo.clock import Clock, local_day
from saldo.errors import Conflict, Invalid, NotFound
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.people.colleagues import Colleagues, NotAColleague
from saldo.store import CommitConflict, Put, Store
from saldo.worklist.desk_model import person
from saldo.worklist.pages import WorkPages

COVERED_MAX: Final = 10
"""So many colleagues one person covers at once: each is a query of the list."""

DAYS_MAX: Final = 366
AHEAD_DAYS_MAX: Final = 2 * DAYS_MAX
"""Further ahead a year was mistyped."""

_KEPT: Final = timedelta(days=400)


class AbsenceNotValid(Invalid):
    """The days are no time ahead, or somebody would cover for themselves."""

    code = "absence-not-valid"


class AbsenceOverlaps(Conflict):
    """The colleague's list is handed over for some of these days already."""

    code = "absence-overlaps"


class AbsenceUnknown(NotFound):
    """There is no such absence, or it was ended."""

    code = "absence-unknown"


class CoversTooMany(Conflict):
    """Whoever is to cover has the lists of so many colleagues already."""

    code = "covers-too-many"


@dataclass(frozen=True, slots=True)
class Absence:
    """From `first` to `last`, both included, `cover` works off the list of `collector`; `last` None
    is until somebody ends it.
    """

    creditor: str
    id: str
    collector: str
    cover: str
    first: date
    last: date | None
    by: str
    made_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def gone_at(self) -> datetime | None:
        if self.ended_at is not None:
            return self.ended_at + _KEPT
        return datetime.combine(self.last, time.min, UTC) + _KEPT if self.last else None

    def holds(self, day: date) -> bool:
        """Tell whether the list is covered on a day."""
        ends = self.last is None or day <= self.last
        return self.ended_at is None and self.first <= day and ends


class Absences:
    """Hands lists over and back."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, colleagues: Colleagues | None = None
    ) -> None:
        """Without `colleagues` any address can cover."""
        self._store, self._clock, self._ids = store, clock, ids
        self._colleagues = colleagues

    def of(self, creditor: str, today: date) -> list[Absence]:
        """Return the absences that are or come, the first day first; one query."""
        found = [
            one
            for one in self._store.list(Absence, creditor)
            if one.ended_at is None and (one.last is None or one.last >= today)
        ]
        return sorted(found, key=lambda one: (one.first, one.collector))

    def lists_today(self, creditor: Creditor, collector: str) -> tuple[str, ...]:
        """Return whose lists a person works off on the creditor's present day."""
        today = local_day(self._clock.now(), creditor.time_zone)
        return self.lists_of(creditor.id, collector, today)

    def lists_of(self, creditor: str, collector: str, today: date) -> tuple[str, ...]:
        """Return whose lists a person works off today: their own first, then those they cover.

        What somebody covers and hands over in turn goes on with them only: nobody covers in chains.
        """
        covered = sorted(
            {
                one.collector
                for one in self.of(creditor, today)
                if one.cover == collector and one.holds(today)
            }
        )
        return (collector, *[one for one in covered if one != collector][:COVERED_MAX])

    def hand_over(
        self,
        creditor: Creditor,
        collector: str,
        cover: str,
        first: date,
        last: date | None,
        by: str,
    ) -> Absence:
        """Hand the whole list of a colleague over; the same again is answered, not doubled.

        Whose list it is need not work here any more; who covers must, and see the branches that
        their colleague sees, or of one who sees all those of the list as it stands. Raises
        DeskNotValid, AbsenceNotValid, NotAColleague, AbsenceOverlaps or CoversTooMany.
        """
        now = self._clock.now()
        today = local_day(now, creditor.time_zone)
        away, covers = person(collector), person(cover)
        if away is None or covers is None or away == covers:
            raise AbsenceNotValid("Name the colleague and somebody else who covers.").told("who")
        if self._colleagues is not None:
            self._colleagues.require(creditor.id, covers)
            self._require_sight(self._colleagues, creditor.id, away, covers)
        if (first - today).days > AHEAD_DAYS_MAX:
            raise AbsenceNotValid(f"The first day is at most {AHEAD_DAYS_MAX} days ahead.")
        if last is not None and (last < max(first, today) or (last - first).days > DAYS_MAX):
            raise AbsenceNotValid(
                f"The last day lies ahead, at most {DAYS_MAX} days after the first."
            ).told("days", most=DAYS_MAX)
        known = self.of(creditor.id, today)
        for one in known:
            if one.collector != away or not _overlap(one, first, last):
                continue
            if (one.cover, one.first, one.last) == (covers, first, last):
                return one
            raise AbsenceOverlaps(f"{one.cover} covers from {one.first} already.").told(
                first=one.first, cover=one.cover
            )
        if sum(1 for one in known if one.cover == covers) >= COVERED_MAX:
            raise CoversTooMany(f"{covers} covers for {COVERED_MAX} colleagues already.")
        new = Absence(
            creditor.id, self._ids.ulid(now), away, covers, first, last, by, now, version=1
        )
        self._store.commit([Put(new), Put(self._told(new, by))])
        return new

    def sight_needed(self, creditor: str, away: str, theirs: tuple[str, ...]) -> set[str | None]:
        """Return the branches that must be seen to work off the list of a colleague who sees
        `theirs` alone (none: all): these, or those of the list as it stands, None among them where
        something on it belongs to no branch. One query at most.
        """
        return set(theirs) or WorkPages(self._store).branches(creditor, away)

    def _require_sight(self, colleagues: Colleagues, creditor: str, away: str, covers: str) -> None:
        """Make sure that who covers sees what is on the list; raise NotAColleague."""
        seen = colleagues.branches_of(creditor, covers)
        theirs = colleagues.branches_of(creditor, away)
        if seen and not self.sight_needed(creditor, away, theirs) <= set(seen):
            said = f"{covers!r} sees accounts of other branches than {away!r}."
            raise NotAColleague(said).at("/cover").told("branch")

    def end(self, creditor: str, id_: str, by: str) -> Absence:
        """Give a list back before its time; raise AbsenceUnknown."""
        old = self._store.get(Absence, creditor, id_)
        if old is None or old.ended_at is not None:
            raise AbsenceUnknown(f"There is no absence {id_!r}.")
        now = self._clock.now()
        new = replace(old, ended_at=now, ended_by=by, version=old.version + 1)
        try:
            self._store.commit([Put(new, expect=old.version), Put(self._told(new, by))])
        except CommitConflict:
            raise AbsenceUnknown(f"Somebody ended absence {id_!r} just now.") from None
        return new

    def _told(self, one: Absence, by: str) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            "work.handed_over",
            one.creditor,
            WHOLE_CREDITOR,
            absence=one.id,
            collector=one.collector,
            cover=one.cover,
            first=one.first.isoformat(),
            last=one.last.isoformat() if one.last else None,
            ended=one.ended_at is not None,
            by=by,
        )


def _overlap(one: Absence, first: date, last: date | None) -> bool:
    return (one.last is None or first <= one.last) and (last is None or one.first <= last)
