"""The cash forecast tried on the past: what was forecast of the open items, against what came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from saldo.cash.paths import HORIZON_DAYS, Paths, quantile
from saldo.cash.simulate import Amount, Drawn, Landing, Luck, draw_into, every_day, luck
from saldo.cash.spread import edges_of
from saldo.cash.stretch import LEARNT_LEADS, LEARNT_WEEKS, Ended, stretch_of, stretched
from saldo.forecast.model import Bill, Model
from saldo.forecast.predict import forecast

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


class _Came(Protocol):
    def __call__(self, after: date, until: date, *, is_open: bool) -> int: ...


@dataclass(frozen=True, slots=True)
class WeekTried:
    """A week of a past forecast, in minor units of one currency.

    `lead` 1 is the first week after the forecast's day. `due` is what fell due in it (in the first
    week also what was due before), `before` what the same kind of week brought on average in the
    four weeks before the forecast.
    """

    made_on: date
    lead: int
    currency: str
    expected: float
    low: float
    middle: float
    high: float
    came: int
    due: int
    before: float

    @property
    def is_within(self) -> bool:
        """Whether what came lies in the 80 % band, its ends counted in."""
        return round(self.low) <= self.came <= round(self.high)


@dataclass(frozen=True, slots=True)
class Score:
    """How good the weeks were: `within` is the share inside the 80 % band; the errors are summed
    absolute differences against the sum of what came: of the middle, and of the rules beside it.
    """

    weeks: int
    within: float
    below: float
    error: float
    error_due: float
    error_before: float


def tried(
    bills: Iterable[Bill],
    model: Model,
    origins: Sequence[date],
    weeks: int = 4,
    luck_: Luck | None = None,
    landing: Landing | None = None,
) -> Iterator[WeekTried]:
    """Forecast on each of the days what was open then, by a model that was learnt before them."""
    by_account: dict[str, list[Bill]] = defaultdict(list)
    for bill in bills:
        by_account[bill.account].append(bill)
    luck_, landing = luck_ or luck(), landing or every_day()
    for day in origins:
        drawn, open_ = _drawn(by_account, model, day, luck_, landing)
        for currency, paths in sorted(drawn.items()):
            came = _came(by_account, currency, day)
            for lead in range(1, min(weeks, HORIZON_DAYS // 7) + 1):
                yield _week(paths, open_[currency], came, currency, day, lead)


def _drawn(
    by_account: Mapping[str, Sequence[Bill]],
    model: Model,
    day: date,
    luck_: Luck,
    landing: Landing,
) -> tuple[dict[str, Paths], dict[str, list[Bill]]]:
    drawn: dict[str, Drawn] = {}
    open_: dict[str, list[Bill]] = defaultdict(list)
    for account, bills in by_account.items():
        amounts: dict[str, list[Amount]] = defaultdict(list)
        for bill in bills:
            if bill.issued_on <= day and not bill.settled_by(day):
                edges = edges_of(forecast(model, bill, bills, day), day)
                due = (bill.due_on - day).days
                amounts[bill.currency].append(Amount(bill.amount_minor, edges, due))
                open_[bill.currency].append(bill)
        for currency, these in amounts.items():
            into = drawn.setdefault(currency, Drawn(Paths(), Paths()))
            draw_into(into, account, these, luck_, landing)
    return {currency: one.whole for currency, one in drawn.items()}, open_


def _came(by_account: Mapping[str, Sequence[Bill]], currency: str, day: date) -> _Came:
    """Return what tells how much came in (first, last], of what was open on `day` or of all."""

    def came(after: date, until: date, *, is_open: bool) -> int:
        return sum(
            bill.amount_minor
            for bills in by_account.values()
            for bill in bills
            if bill.currency == currency
            and bill.settled_on is not None
            and after < bill.settled_on <= until
            and (not is_open or bill.issued_on <= day)
        )

    return came


def _week(
    paths: Paths,
    open_: Sequence[Bill],
    came: _Came,
    currency: str,
    day: date,
    lead: int,
) -> WeekTried:
    values = paths.within(7 * lead - 6, 7 * lead)
    after, until = day + timedelta(days=7 * lead - 7), day + timedelta(days=7 * lead)
    due = sum(
        one.amount_minor
        for one in open_
        if one.due_on <= until and (one.due_on > after or lead == 1)
    )
    return WeekTried(
        day,
        lead,
        currency,
        sum(values) / len(values),
        quantile(values, LOW),
        quantile(values, MIDDLE),
        quantile(values, HIGH),
        came(after, until, is_open=True),
        due,
        came(day - timedelta(days=28), day, is_open=False) / 4,
    )


def score(weeks: Sequence[WeekTried]) -> Score:
    """Return how good weeks of one currency were."""
    whole = max(1, sum(one.came for one in weeks))
    return Score(
        len(weeks),
        sum(one.is_within for one in weeks) / len(weeks),
        sum(one.came < round(one.low) for one in weeks) / len(weeks),
        sum(abs(one.came - one.expected) for one in weeks) / whole,
        sum(abs(one.came - one.due) for one in weeks) / whole,
        sum(abs(one.came - one.before) for one in weeks) / whole,
    )


def learning(weeks: Sequence[WeekTried]) -> list[WeekTried]:
    """Return the weeks with bands stretched by those that were over when each was forecast."""
    made = []
    for week in weeks:
        over = [
            Ended(one.lead, one.low, one.middle, one.high, one.came)
            for one in weeks
            if one.currency == week.currency
            and week.made_on - timedelta(days=7 * LEARNT_WEEKS) <= one.made_on
            and one.made_on + timedelta(days=7 * one.lead) <= week.made_on
            and one.lead <= LEARNT_LEADS
        ]
        factor = stretch_of(over).of(7 * week.lead)
        low, high = stretched(week.low, week.middle, week.high, factor)
        made.append(replace(week, low=low, high=high))
    return made
