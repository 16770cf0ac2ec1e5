"""What each person did in a day and a week, beside what they set out to: shown, never ranked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from saldo.accounts.told import Setting, setting_changed
from saldo.clock import Clock, local_day
from saldo.errors import Invalid, Unavailable
from saldo.ids import ulid_of
from saldo.money import Money, format_amount, parse_amount
from saldo.people.colleagues import Colleagues
from saldo.store import CommitConflict, Put, Store
from saldo.worklist.desk_model import person
from saldo.worklist.phases import phase_closed

CLOSING: Final = frozenset(
    {
        "work.done",
        "task.closed",
        "thread.answered",
        "thread.closed",
        "dispute.settled",
        "dispute.rejected",
        "plan.agreed",
    }
)
"""Events that end an item of the list, where a person did it."""

COUNTED: Final = CLOSING | {"call.logged", "promise.given"}

SPOKEN: Final = frozenset({"reached", "promise", "dispute", "call-back", "refuses"})
"""Outcomes of a call in which somebody was spoken to."""

_COUNTED_WITHIN: Final = timedelta(days=30)
"""Older events are those of a replay: they were counted, and what knows so may be gone."""

_KEPT: Final = timedelta(days=60)
_ATTEMPTS_MAX: Final = 8


class TargetNotValid(Invalid):
    """A target is a number that is not below zero, and its money one amount of one currency."""

    code = "target-not-valid"


class EffortBusy(Unavailable):
    """The day's counts are being written by others; the same request may work later."""

    code = "effort-busy"


@dataclass(frozen=True, slots=True)
class WorkDay:
    """What a person did on a day of the creditor's: items closed (also by phase), calls made, calls
    in which somebody was reached, and money promised to them by currency, in minor units.
    """

    creditor: str
    week: str
    person: str
    day: date
    closed: int = 0
    calls: int = 0
    reached: int = 0
    promised: dict[str, int] = field(default_factory=dict, hash=False)
    phases: dict[str, int] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.week, self.person, self.day.isoformat())


@dataclass(frozen=True, slots=True)
class EventCounted:
    """An event was counted: it comes at least once, and counts once."""

    creditor: str
    id: str
    at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def gone_at(self) -> datetime:
        return self.at + _KEPT


@dataclass(frozen=True, slots=True)
class WorkTarget:
    """What a person sets out to do in a day and a week; 0 is no target."""

    creditor: str
    person: str
    closed_day: int = 0
    calls_day: int = 0
    closed_week: int = 0
    calls_week: int = 0
    promised_week: Money | None = None
    by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.person)


@dataclass(frozen=True, slots=True)
class Effort:
    """A person's day and week so far, beside their target."""

    person: str
    today: WorkDay
    week: WorkDay
    target: WorkTarget


def week_of(day: date) -> str:
    """Return the week that a day is in by ISO 8601: "2026-W47"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


class Efforts:
    """Counts what people did, and keeps their targets."""

    def __init__(self, store: Store, clock: Clock, colleagues: Colleagues | None = None) -> None:
        """Without `colleagues` any address can have a target."""
        self._store, self._clock, self._colleagues = store, clock, colleagues

    def count(
        self, type_: str, creditor: str, id_: str, at: datetime, data: dict[str, Any], zone: str
    ) -> bool:
        """Count an event for the person who did it, once; tell whether it counted.

        What keys and jobs do is nobody's: only an e-mail address is a person. Raises EffortBusy.
        """
        by = str(data.get("by", "")).lower()
        is_old = at < self._clock.now() - _COUNTED_WITHIN
        if type_ not in COUNTED or "@" not in by or is_old:
            return False
        day = local_day(at, zone)
        for _ in range(_ATTEMPTS_MAX):
            if self._store.get(EventCounted, creditor, id_) is not None:
                return False
            blank = WorkDay(creditor, week_of(day), by, day)
            old = self._store.get(WorkDay, *blank.key) or blank
            new = replace(_counted(old, type_, data), version=old.version + 1)
            try:
                self._store.commit(
                    [Put(EventCounted(creditor, id_, at)), Put(new, expect=old.version)]
                )
            except CommitConflict:
                continue
            return True
        raise EffortBusy("The day's counts are being written by others.")

    def team(self, creditor: str, today: date) -> list[Effort]:
        """Return everybody who did something this week or has a target, by address: two queries."""
        days = list(self._store.list(WorkDay, creditor, week_of(today)))
        targets = {one.person: one for one in self._store.list(WorkTarget, creditor)}
        people = sorted({one.person for one in days} | set(targets))
        return [
            _effort(
                who,
                today,
                [one for one in days if one.person == who],
                targets.get(who) or WorkTarget(creditor, who),
            )
            for who in people
        ]

    def of(self, creditor: str, who: str, today: date) -> Effort:
        """Return one person's day and week so far."""
        days = list(self._store.list(WorkDay, creditor, week_of(today), who))
        target = self._store.get(WorkTarget, creditor, who) or WorkTarget(creditor, who)
        return _effort(who, today, days, target)

    def set_target(
        self,
        creditor: str,
        who: str,
        by: str,
        *,
        closed_day: int = 0,
        calls_day: int = 0,
        closed_week: int = 0,
        calls_week: int = 0,
        promised_week: Money | None = None,
    ) -> WorkTarget:
        """Keep a person's target in place of the one before; one without numbers takes it away,
        also from who left.

        Raises TargetNotValid, DeskNotValid, NotAColleague or EffortBusy.
        """
        name = person(who)
        numbers = (closed_day, calls_day, closed_week, calls_week)
        is_money = promised_week is None or promised_week.minor >= 0
        if name is None or not is_money or not all(0 <= one <= _TARGET_MAX for one in numbers):
            raise TargetNotValid(f"Targets are numbers from 0 to {_TARGET_MAX}, of one person.")
        if self._colleagues is not None and (any(numbers) or promised_week is not None):
            self._colleagues.require(creditor, name)
        old = self._store.get(WorkTarget, creditor, name)
        version = (old.version if old else 0) + 1
        new = WorkTarget(creditor, name, *numbers, promised_week, by, version)
        now = self._clock.now()
        id_ = ulid_of(f"target {creditor} {name} {version}", now)
        told = setting_changed(Setting("target", name, _AIMS), old, new, id_, now, by)
        try:
            self._store.commit([Put(new, expect=version - 1), Put(told)])
        except CommitConflict:
            raise EffortBusy("The target is just being changed; try again.") from None
        return new


_TARGET_MAX: Final = 10_000
_AIMS: Final = ("closed_day", "calls_day", "closed_week", "calls_week", "promised_week")


def _counted(old: WorkDay, type_: str, data: dict[str, Any]) -> WorkDay:
    if type_ == "call.logged":
        spoke = data.get("outcome") in SPOKEN
        return replace(old, calls=old.calls + 1, reached=old.reached + spoke)
    if type_ == "promise.given":
        currency = str(data["currency"])
        minor = parse_amount(str(data["amount"]), currency) + old.promised.get(currency, 0)
        return replace(old, promised=dict(sorted({**old.promised, currency: minor}.items())))
    phase = phase_closed(type_, data)
    phases = {**old.phases, phase: old.phases.get(phase, 0) + 1}
    return replace(old, closed=old.closed + 1, phases=phases)


def _effort(who: str, today: date, days: list[WorkDay], target: WorkTarget) -> Effort:
    blank = WorkDay(target.creditor, week_of(today), who, today)
    week = blank
    for one in days:
        promised = dict(week.promised)
        for currency, minor in one.promised.items():
            promised[currency] = promised.get(currency, 0) + minor
        week = replace(
            week,
            closed=week.closed + one.closed,
            calls=week.calls + one.calls,
            reached=week.reached + one.reached,
            promised=promised,
        )
    return Effort(who, next((one for one in days if one.day == today), blank), week, target)


def promised_texts(day: WorkDay) -> dict[str, str]:
    """Return what was promised as decimal texts by currency."""
    return {currency: format_amount(minor, currency) for currency, minor in day.promised.items()}
