"""What was forecast then, against what came: kept night by night, and judged week by week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from saldo.cash.model import CashSnapshot
from saldo.cash.paths import HORIZON_DAYS, Paths, quantile
from saldo.cash.sheets import Live, rounded
from saldo.cash.stretch import (
    LEARNT_LEADS,
    LEARNT_WEEKS,
    NONE,
    Ended,
    Stretch,
    stretch_of,
    stretched,
)
from saldo.figures.cells import FigureCells
from saldo.store import Store

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
WEEKS_AHEAD: Final = HORIZON_DAYS // 7
LEADS_MAX: Final = 8
WEEKS_MAX: Final = 52
_LOOKED_BACK: Final = 5
_BEFORE: Final = 4


@dataclass(frozen=True, slots=True)
class CashWeek:
    """What came in a week that begins on a Monday, in minor units of a currency."""

    creditor: str
    currency: str
    monday: date
    came: int

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.currency, self.monday.isoformat())


@dataclass(frozen=True, slots=True)
class TrackedWeek:
    """A week that is over: what was forecast `lead` weeks before it ended, and what came.

    `due` is what fell due in it by what was open then; `before` what came on average in the four
    weeks before the forecast, None where nobody counted them. `drawn` is the band before it was
    stretched.
    """

    monday: date
    expected: int
    low: int
    middle: int
    high: int
    came: int
    due: int
    before: int | None
    drawn: Ended

    @property
    def is_within(self) -> bool:
        """Whether what came lies in the band."""
        return self.low <= self.came <= self.high


@dataclass(frozen=True, slots=True)
class Track:
    """How good the forecasts of a currency were.

    Errors are the sum of absolute differences per sum of what came, in percent; None where nothing
    came. `within` is the share of weeks inside the 80 % band, in percent.
    """

    currency: str
    lead: int
    weeks: tuple[TrackedWeek, ...]
    within: float | None
    error: float | None
    error_due: float | None
    error_before: float | None


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def snapshot_of(
    creditor: str, day: date, live: Live, due: Mapping[int, int], stretch: Stretch = NONE
) -> CashSnapshot:
    """Return what is kept of the forecast made in the evening of `day`."""
    both = Paths()
    both.add(live.open)
    both.add(live.new)
    weeks = [both.within(7 * week + 1, 7 * week + 7) for week in range(WEEKS_AHEAD)]
    return CashSnapshot(
        creditor,
        day,
        live.currency,
        rounded(live.expected),
        rounded(live.expected_new),
        tuple(round(quantile(one, LOW)) for one in weeks),
        tuple(round(quantile(one, MIDDLE)) for one in weeks),
        tuple(round(quantile(one, HIGH)) for one in weeks),
        tuple(due.get(week, 0) for week in range(WEEKS_AHEAD)),
        live.open_minor,
        stretch,
    )


def weeks_come(
    store: Store, creditor: str, today: date, currencies: Iterable[str]
) -> list[CashWeek]:
    """Return what came in the last weeks that are over, from the figures: 0 where nothing did.

    What is booked later still into an older week is not added to it.
    """
    first = monday_of(today) - timedelta(days=7 * _LOOKED_BACK)
    last = monday_of(today) - timedelta(days=1)
    sums: dict[str, Counter[date]] = defaultdict(Counter)
    for cell in FigureCells(store.relaxed()).flows(creditor, first, last, daily=True):
        sums[cell.currency][monday_of(cell.first)] += cell.sums["collected"]
    return [
        CashWeek(creditor, currency, monday, sums[currency][monday])
        for currency in sorted({*sums, *currencies})
        for monday in _mondays(first, _LOOKED_BACK)
    ]


def _mondays(first: date, count: int) -> Iterator[date]:
    yield from (first + timedelta(days=7 * week) for week in range(count))


class CashTrack:
    """Reads what was forecast and what came: some three read units per week and currency."""

    def __init__(self, store: Store) -> None:
        self._store = store.relaxed()

    def of(
        self, creditor: str, today: date, weeks: int, lead: int, currencies: Sequence[str]
    ) -> list[Track]:
        """Return the last `weeks` weeks that are over, as they were forecast on the evening of the
        Sunday `lead` weeks before they ended (1: the evening before they began).
        """
        first = monday_of(today) - timedelta(days=7 * weeks)
        return [self._track(creditor, one, first, weeks, lead) for one in currencies]

    def _track(self, creditor: str, currency: str, first: date, weeks: int, lead: int) -> Track:
        mondays = list(_mondays(first, weeks))
        back = timedelta(days=7 * (lead - 1) + 1)
        snapshots = self._store.get_many(
            CashSnapshot, [(creditor, currency, (one - back).isoformat()) for one in mondays]
        )
        earliest = first - timedelta(days=7 * (lead - 1 + _BEFORE))
        came = {
            one.monday: one.came
            for one in self._store.get_many(
                CashWeek,
                [
                    (creditor, currency, one.isoformat())
                    for one in _mondays(earliest, weeks + lead - 1 + _BEFORE)
                ],
            ).values()
        }
        found = []
        for monday in mondays:
            told = snapshots.get((creditor, currency, (monday - back).isoformat()))
            if told is not None and monday in came:
                found.append(_tracked(told, monday, lead, came))
        return _judged(currency, lead, found)

    def learnt(self, creditor: str, today: date, currency: str) -> Stretch:
        """Return how much bands are to be stretched, by the weeks that are over."""
        first = monday_of(today) - timedelta(days=7 * LEARNT_WEEKS)
        ended = [
            week.drawn
            for lead in range(1, LEARNT_LEADS + 1)
            for week in self._track(creditor, currency, first, LEARNT_WEEKS, lead).weeks
        ]
        return stretch_of(ended)


def _tracked(told: CashSnapshot, monday: date, lead: int, came: Mapping[date, int]) -> TrackedWeek:
    start, week = 7 * (lead - 1), lead - 1
    made = monday - timedelta(days=start)
    before = [came.get(made - timedelta(days=7 * one)) for one in range(1, _BEFORE + 1)]
    known = [one for one in before if one is not None]
    drawn = Ended(lead, told.low[week], told.middle[week], told.high[week], came[monday])
    factor = told.stretch.of(start + 7)
    low, high = stretched(drawn.low, drawn.middle, drawn.high, factor)
    return TrackedWeek(
        monday,
        sum(told.expected[start : start + 7]) + sum(told.new[start : start + 7]),
        round(low),
        told.middle[week],
        round(high),
        came[monday],
        told.due[week],
        round(sum(known) / len(known)) if len(known) == _BEFORE else None,
        drawn,
    )


def _judged(currency: str, lead: int, weeks: Sequence[TrackedWeek]) -> Track:
    known = [one for one in weeks if one.before is not None]
    return Track(
        currency,
        lead,
        tuple(weeks),
        round(100 * sum(one.is_within for one in weeks) / len(weeks), 1) if weeks else None,
        _error([(one.expected, one.came) for one in weeks]),
        _error([(one.due, one.came) for one in weeks]),
        _error([(one.before or 0, one.came) for one in known]),
    )


def _error(pairs: Sequence[tuple[int, int]]) -> float | None:
    whole = sum(came for _, came in pairs)
    if whole <= 0:
        return None
    return round(100 * sum(abs(told - came) for told, came in pairs) / whole, 1)
