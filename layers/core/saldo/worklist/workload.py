"""How much work waits for whom, and what came of theirs, by phase. Pure sums; nobody is ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from saldo.money import Money
from saldo.worklist.effort import WorkDay, WorkTarget
from saldo.worklist.facts import sums
from saldo.worklist.model import STAKES_MAX, WorkItem
from saldo.worklist.phases import PHASES, Phase, phase_of

WEEKS: Final = 4
"""What came of somebody's work is told of so many weeks, the present one included."""

_WORKDAYS_WEEK: Final = 5


@dataclass(frozen=True, slots=True)
class PhaseLoad:
    """What waits in a phase: items, how long the eldest of them waits, what is at stake (one amount
    per currency), and items closed in it in the last WEEKS.
    """

    phase: Phase
    items: int = 0
    oldest_days: int = 0
    stake: tuple[Money, ...] = ()
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the work of the last weeks, as far as it is counted for a person.

    `collected` and the promises are of the accounts that they look after, by the reports' figures
    of the last 30 days; None where nobody asked for them.
    """

    closed: int = 0
    calls: int = 0
    reached: int = 0
    promised: tuple[Money, ...] = ()
    collected: tuple[Money, ...] | None = None
    promises: int | None = None
    promises_broken: int | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What waits for a person, and what came of theirs.

    `more` says that there are more items than were read. `per_day` is what they close on a working
    day: their target, else what they closed, None where neither is known. `away_until` is the last
    day of an absence that is, `is_away` without one.
    """

    person: str
    phases: tuple[PhaseLoad, ...] = ()
    outcome: Outcome = field(default_factory=Outcome)
    later: int = 0
    more: bool = False
    per_day: float | None = None
    is_away: bool = False
    away_until: date | None = None

    @property
    def items(self) -> int:
        return sum(one.items for one in self.phases)

    @property
    def stake(self) -> tuple[Money, ...]:
        return sums((m.currency, m.minor) for one in self.phases for m in one.stake)

    def in_phase(self, phase: str) -> PhaseLoad | None:
        """Return what waits in a phase, None for nothing."""
        return next((one for one in self.phases if one.phase == phase), None)


def load_of(
    person: str,
    items: Iterable[WorkItem],
    days: Sequence[WorkDay],
    target: WorkTarget | None,
    now: datetime,
) -> Load:
    """Return a person's load of the items on their list and the days that they worked."""
    closed: dict[str, int] = {}
    for day in days:
        for name, count in day.phases.items():
            closed[name] = closed.get(name, 0) + count
    waiting: dict[str, list[WorkItem]] = {}
    for item in items:
        waiting.setdefault(phase_of(item.kind), []).append(item)
    phases = tuple(
        _phase(phase, waiting.get(phase, ()), closed.get(phase, 0), now)
        for phase in PHASES
        if phase in waiting or phase in closed
    )
    return Load(person, phases, _outcome(days), per_day=per_day(days, target))


def _phase(phase: Phase, items: Sequence[WorkItem], closed: int, now: datetime) -> PhaseLoad:
    ages = [max(0, (now - item.since).days) for item in items]
    stake = sums((m.currency, m.minor) for item in items for m in item.cause.stake)
    return PhaseLoad(phase, len(items), max(ages, default=0), stake[:STAKES_MAX], closed)


def _outcome(days: Sequence[WorkDay]) -> Outcome:
    promised = sums((code, minor) for day in days for code, minor in day.promised.items())
    return Outcome(
        sum(day.closed for day in days),
        sum(day.calls for day in days),
        sum(day.reached for day in days),
        promised,
    )


def per_day(days: Sequence[WorkDay], target: WorkTarget | None) -> float | None:
    """Return how many items a person closes on a working day: as their target says, else as they
    did on the days on which they closed any.
    """
    if target is not None and target.closed_day:
        return float(target.closed_day)
    if target is not None and target.closed_week:
        return target.closed_week / _WORKDAYS_WEEK
    worked = [day.closed for day in days if day.closed]
    return sum(worked) / len(worked) if worked else None


def with_outcomes(load: Load, found: Mapping[str, Outcome]) -> Load:
    """Return a load with what the reports say of a person's accounts."""
    told = found.get(load.person, Outcome(collected=(), promises=0, promises_broken=0))
    return replace(
        load,
        outcome=replace(
            load.outcome,
            collected=told.collected,
            promises=told.promises,
            promises_broken=told.promises_broken,
        ),
    )


def team_sum(loads: Sequence[Load]) -> Load:
    """Return the sum of a team as one load without a name: what a member may see of the others."""
    parts = {phase: [one for load in loads if (one := load.in_phase(phase))] for phase in PHASES}
    phases = tuple(
        PhaseLoad(
            phase,
            sum(one.items for one in found),
            max(one.oldest_days for one in found),
            sums((m.currency, m.minor) for one in found for m in one.stake),
            sum(one.closed for one in found),
        )
        for phase, found in parts.items()
        if found
    )
    outcomes = [load.outcome for load in loads]
    is_told = any(one.collected is not None for one in outcomes)
    outcome = Outcome(
        sum(one.closed for one in outcomes),
        sum(one.calls for one in outcomes),
        sum(one.reached for one in outcomes),
        sums((m.currency, m.minor) for one in outcomes for m in one.promised),
        sums((m.currency, m.minor) for one in outcomes for m in one.collected or ())
        if is_told
        else None,
        sum(one.promises or 0 for one in outcomes) if is_told else None,
        sum(one.promises_broken or 0 for one in outcomes) if is_told else None,
    )
    return Load("", phases, outcome, sum(one.later for one in loads), any(o.more for o in loads))
