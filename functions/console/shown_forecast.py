"""When what stands open is expected: the forecasts of an account, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from saldo.forecast.kept import ItemForecast, shard_of
from saldo.forecast.model import LATE_DAYS
from saldo.forecast.track import NO_MISSES, TrackMonth
from saldo.money import Money

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from screen import Visit
    from words import Words

ROWS_MAX: Final = 12
"""So many items are shown, those due first; their days are told besides in the API and files."""

READ_MAX: Final = 200
AHEAD_DAYS: Final = 30
"""What is expected is summed up for so many days ahead: a month, as cash is planned."""

SPAN_DAYS_MAX: Final = 120
SPAN_WIDTH: Final = 120
_MONTHS: Final = 3
_COUNTED_LEAST: Final = 20
"""From so many paid invoices on it is said how far off forecasts were."""


@dataclass(frozen=True, slots=True)
class Span:
    """A forecast as places in a drawing of SPAN_WIDTH units from today on: where the 80 % interval
    begins and how wide it is, where the middle lies, and the due date (None: it has passed).
    """

    begins: float
    width: float
    middle: float
    due: float | None


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One open item: the day expected, the interval, the chance of 30 days late in percent
    (`is_very_late`: it is so already), the reasons.
    """

    invoice: str
    open: Money
    expected_on: date
    early_on: date
    late_on: date
    very_late: int
    is_very_late: bool
    reasons: tuple[str, ...]
    disputed: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Ahead:
    """How much of what stands open in a currency is expected within AHEAD_DAYS, by `until`."""

    expected: Money
    open: Money
    until: date


@dataclass(frozen=True, slots=True)
class ForecastShown:
    """What the panel shows: `more` items besides; `off_days` is how far off forecasts were lately
    on average, `rule_days` the account's mean; None while too little came.
    """

    rows: tuple[ForecastRow, ...]
    more: int
    ahead: tuple[Ahead, ...]
    is_assumed: bool
    off_days: float | None
    rule_days: float | None


def forecast_shown(visit: Visit, account: str) -> ForecastShown | None:
    """Return what the account's panel shows, None where nothing is told.

    Reads READ_MAX forecasts at most and how good they were: some 35 half read units.
    """
    store, creditor = visit.services.store.relaxed(), visit.creditor.id
    kept = store.first(ItemForecast, creditor, shard_of(account), account, limit=READ_MAX)
    told = sorted((one.on(visit.today) for one in kept), key=lambda one: (one.due_on, one.invoice))
    if not told:
        return None
    off, rule = _misses(visit.services.forecast_track.of(creditor, _MONTHS))
    horizon = _horizon(told[:ROWS_MAX], visit.today)
    return ForecastShown(
        tuple(_row(one, visit.t, visit.today, horizon) for one in told[:ROWS_MAX]),
        len(told) - len(told[:ROWS_MAX]),
        ahead_of(told, visit.today),
        all(one.model == 0 for one in told),
        off,
        rule,
    )


def invoice_forecast(visit: Visit, account: str, number: str) -> ForecastRow | None:
    """Return the forecast of one invoice, None where it is not open or nothing is told of it."""
    store, creditor = visit.services.store.relaxed(), visit.creditor.id
    kept = store.get(ItemForecast, creditor, shard_of(account), account, number)
    if kept is None:
        return None
    told = kept.on(visit.today)
    return _row(told, visit.t, visit.today, _horizon([told], visit.today))


def ahead_of(told: Sequence[ItemForecast], today: date) -> tuple[Ahead, ...]:
    """Return what is expected of each currency: every item counts with its chance."""
    until = today + timedelta(days=AHEAD_DAYS)
    open_: dict[str, int] = {}
    expected: dict[str, float] = {}
    for one in told:
        open_[one.currency] = open_.get(one.currency, 0) + one.open_minor
        chance = 0.0 if one.disputed else one.forecast.paid_by(until)
        expected[one.currency] = expected.get(one.currency, 0.0) + chance * one.open_minor
    return tuple(
        Ahead(Money(round(expected[currency]), currency), Money(open_[currency], currency), until)
        for currency in sorted(open_)
    )


def _row(one: ItemForecast, t: Words, today: date, horizon: int) -> ForecastRow:
    told = one.forecast
    early, middle, late = told.paid_on(0.1), told.paid_on(0.5), told.paid_on(0.9)
    begins, ends = _place(early, today, horizon), _place(late, today, horizon)
    return ForecastRow(
        one.invoice,
        Money(one.open_minor, one.currency),
        middle,
        early,
        late,
        round(100 * told.very_late),
        (today - one.due_on).days >= LATE_DAYS,
        tuple(_reason(each.group, each.days, t) for each in told.reasons),
        one.disputed,
        Span(
            begins,
            max(1.0, round(ends - begins, 1)),
            _place(middle, today, horizon),
            _place(one.due_on, today, horizon) if one.due_on >= today else None,
        ),
    )


def _reason(group: str, days: float, t: Words) -> str:
    side = "later" if days > 0 else "sooner"
    return t.count(f"forecast.days_{side}", max(1, round(abs(days))), why=t(f"why.{group}.{side}"))


def _horizon(told: Sequence[ItemForecast], today: date) -> int:
    furthest = max((one.forecast.paid_on(0.9) - today).days for one in told)
    return min(max(furthest, 1), SPAN_DAYS_MAX)


def _place(day: date, today: date, horizon: int) -> float:
    return round(min(max((day - today).days / horizon, 0.0), 1.0) * SPAN_WIDTH, 1)


def _misses(months: Sequence[TrackMonth]) -> tuple[float | None, float | None]:
    whole = sum((one.issue for one in months), NO_MISSES)
    if whole.count < _COUNTED_LEAST:
        return None, None
    return whole.mean(whole.off), whole.mean(whole.mean_off)
