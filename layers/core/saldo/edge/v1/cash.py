"""The cash forecast over the API: what is expected, what a change would do, how good it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.cash.exports import csv_of
from saldo.cash.scenario import (
    DAYS_MAX,
    PERCENT_MAX,
    Scenario,
    ScenarioCurrency,
    ScenarioKind,
    ScenarioRow,
    ScenarioTable,
    scenario,
)
from saldo.cash.track import LEADS_MAX, WEEKS_MAX, Track, TrackedWeek
from saldo.cash.view import (
    Band,
    CashAsked,
    CashCurrency,
    CashForecasts,
    CashNotValid,
    CashRow,
    CashTable,
    Step,
    cash_asked,
)
from saldo.clock import iso_instant, local_day
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.edge.v1.requests import Query
from saldo.figures.model import DIMENSIONS
from saldo.money import format_amount

if TYPE_CHECKING:
    from saldo.edge.v1.money import Ordered

_List = Annotated[str | None, Field(max_length=2000)]
_OF_CUSTOMER = "customer"


class _GroupQuery(Query):
    """Whose receipts; lists are separated by commas."""

    branch: Annotated[_List, Field(description="Of these branches alone.")] = None
    country: Annotated[_List, Field(description="Of these countries alone.")] = None
    collector: Annotated[_List, Field(description="Of these collectors' accounts alone.")] = None
    segment: Annotated[_List, Field(description="Of accounts under these policies alone.")] = None
    kind: Annotated[_List, Field(description="`business`, `consumer`.")] = None


class CashQuery(_GroupQuery):
    """How the forecast is cut, and whose receipts; lists are separated by commas."""

    step: Annotated[Step | None, Field(description="A row for each. Default: `week`.")] = None


class CashScenarioQuery(_GroupQuery):
    """A change, what you assume of it, and whom it concerns."""

    change: Annotated[ScenarioKind, Field(description="What changes.")]
    days: Annotated[
        int | None,
        Field(
            ge=-DAYS_MAX,
            le=DAYS_MAX,
            description="`reminders`: by how many days what is late comes later, below zero: "
            "sooner; `discount`: by how many sooner; `customer-late`: by how many later.",
        ),
    ] = None
    percent: Annotated[
        float | None,
        Field(
            ge=-100,
            le=PERCENT_MAX,
            description="`discount`: what is taken off; `volume`: by how much more is invoiced.",
        ),
    ] = None
    share_percent: Annotated[
        float | None,
        Field(gt=0, le=100, description="How much of what is owed it moves. Default: all."),
    ] = None
    account: Annotated[
        str | None, Field(max_length=200, description="The customer, for `customer-…`.")
    ] = None


class CashTrackQuery(Query):
    """Which weeks that are over, and how long before their end they were forecast."""

    weeks: Annotated[int | None, Field(ge=1, le=WEEKS_MAX, description="So many. Default: 13.")] = (
        None
    )
    lead: Annotated[
        int | None,
        Field(ge=1, le=LEADS_MAX, description="Forecast so many weeks before its end. Default: 1."),
    ] = None


class BandAnswer(TypedDict):
    """An amount: expected, and what it stays below with a chance of 10, 50 and 90 %."""

    expected: _Amount
    low: _Amount
    middle: _Amount
    high: _Amount


class CashRowAnswer(TypedDict):
    """What is expected from a day to another."""

    first: _Day
    last: _Day
    open: Annotated[BandAnswer, Field(description="Of what is invoiced and open.")]
    not_invoiced_yet: Annotated[
        BandAnswer, Field(description="If invoicing goes on as in past weeks. Never in `open`.")
    ]
    so_far: Annotated[BandAnswer, Field(description="Of what is open, from the first row on.")]


class CashCurrencyAnswer(TypedDict):
    """A currency's forecast. The five amounts after `items` sum to `open`."""

    currency: str
    open: _Amount
    items: int
    within: Annotated[_Amount, Field(description="Expected by `until`.")]
    half_year: Annotated[_Amount, Field(description="After it, within 182 days.")]
    year: Annotated[_Amount, Field(description="After that, within 365 days.")]
    later: Annotated[_Amount, Field(description="Later still.")]
    never: Annotated[_Amount, Field(description="Given up: contested, or the debtor insolvent.")]
    rows: list[CashRowAnswer]


class CashAnswer(TypedDict):
    """The forecast; `day` is null before the first night made one."""

    step: Step
    day: Annotated[_Day | None, Field(description="The evening from which it looks ahead.")]
    until: _Day | None
    made_at: _Instant | None
    changed: Annotated[int, Field(description="Accounts that changed since, counted in.")]
    is_cut: Annotated[bool, Field(description="More changed; they are seen tomorrow.")]
    weeks_new: Annotated[int, Field(description="Past weeks that `not_invoiced_yet` rests on.")]
    currencies: Annotated[list[CashCurrencyAnswer], Field(description="Never added together.")]


class ScenarioRowAnswer(TypedDict):
    """A week without and with the change."""

    first: _Day
    last: _Day
    before: BandAnswer
    after: BandAnswer
    difference: Annotated[BandAnswer, Field(description="Of the change alone.")]
    so_far: Annotated[BandAnswer, Field(description="The difference, from the first week on.")]


class ScenarioCurrencyAnswer(TypedDict):
    """What a change does in a currency."""

    currency: str
    lowest: Annotated[
        ScenarioRowAnswer | None,
        Field(description="Where the difference so far is lowest; null if never below nothing."),
    ]
    at_end: BandAnswer
    lost: Annotated[_Amount, Field(description="What never comes for it.")]
    rows: list[ScenarioRowAnswer]


class ScenarioAnswer(TypedDict):
    """What a change does, by week. What you assumed of it stands with it."""

    change: ScenarioKind
    days: int
    percent: float
    share_percent: float
    account: str | None
    day: _Day | None
    currencies: list[ScenarioCurrencyAnswer]


class TrackedWeekAnswer(TypedDict):
    """A week that is over: what was forecast, and what came."""

    monday: _Day
    expected: _Amount
    low: _Amount
    middle: _Amount
    high: _Amount
    came: _Amount
    within: Annotated[bool, Field(description="What came lies between `low` and `high`.")]
    due: Annotated[_Amount, Field(description="What fell due in it.")]
    before: Annotated[
        _Amount | None, Field(description="The mean of the four weeks before the forecast.")
    ]


class TrackAnswer(TypedDict):
    """How good the forecasts were, in percent; errors per sum of what came."""

    currency: str
    lead: int
    within_percent: Annotated[float | None, Field(description="Should be some 80.")]
    error_percent: float | None
    error_due_percent: Annotated[float | None, Field(description="Of the due dates.")]
    error_before_percent: Annotated[float | None, Field(description="Of the weeks before.")]
    weeks: list[TrackedWeekAnswer]


class TrackList(TypedDict):
    """What was forecast then, against what came: all receipts, what was not invoiced yet too."""

    items: list[TrackAnswer]


def asked_in(query: _GroupQuery, step: str = "") -> CashAsked:
    """Return what a query asks for; raise CashNotValid."""
    filters: dict[str, list[str]] = {
        name: [part.strip() for part in text.split(",") if part.strip()]
        for name in DIMENSIONS
        if (text := getattr(query, name))
    }
    return cash_asked(step, filters)


def show(order: Ordered, query: CashQuery) -> CashAnswer:
    """Return the forecast; raise CashNotValid."""
    return cash_answer(_shown(order, query))


def show_csv(order: Ordered, query: CashQuery) -> bytes:
    """Return the forecast as a CSV file; raise CashNotValid."""
    return csv_of(_shown(order, query))


def _shown(order: Ordered, query: CashQuery) -> CashTable:
    forecasts: CashForecasts = order.services.cash_forecasts
    return forecasts.show(order.creditor, asked_in(query, query.step or ""))


def scenario_in(query: CashScenarioQuery) -> Scenario:
    """Return the change that a query asks for; raise CashNotValid."""
    return scenario(
        query.change,
        days=query.days,
        percent=query.percent,
        share_percent=query.share_percent,
        account=query.account or "",
    )


def try_(order: Ordered, query: CashScenarioQuery) -> ScenarioAnswer:
    """Return what a change would do; raise CashNotValid or AccountUnknown."""
    wanted = scenario_in(query)
    if query.account and not wanted.kind.startswith(_OF_CUSTOMER):
        raise CashNotValid("Only 'customer-…' is about one account.").at("/account")
    made = order.services.cash_scenarios.try_(order.creditor, wanted, asked_in(query))
    return scenario_answer(made)


def track(order: Ordered, query: CashTrackQuery) -> TrackList:
    """Return what was forecast then, against what came."""
    return track_answer(tracks(order, query.weeks or 13, query.lead or 1))


def tracks(order: Ordered, weeks: int, lead: int) -> list[Track]:
    """Return the weeks that are over, by currency."""
    services, creditor = order.services, order.creditor
    today = local_day(services.clock.now(), creditor.time_zone)
    currencies = services.cash_forecasts.currencies(creditor.id)
    return services.cash_track.of(creditor.id, today, weeks, lead, currencies)


def cash_answer(made: CashTable) -> CashAnswer:
    """Render a forecast."""
    return {
        "step": made.asked.step,
        "day": made.day.isoformat() if made.day else None,
        "until": made.until.isoformat() if made.until else None,
        "made_at": iso_instant(made.made_at) if made.made_at else None,
        "changed": made.changed,
        "is_cut": made.is_cut,
        "weeks_new": made.weeks_new,
        "currencies": [_currency(one) for one in made.currencies],
    }


def _currency(one: CashCurrency) -> CashCurrencyAnswer:
    return {
        "currency": one.currency,
        "open": format_amount(one.open_minor, one.currency),
        "items": one.count,
        "within": format_amount(one.within, one.currency),
        "half_year": format_amount(one.half_year, one.currency),
        "year": format_amount(one.year, one.currency),
        "later": format_amount(one.later, one.currency),
        "never": format_amount(one.never, one.currency),
        "rows": [_row(row, one.currency) for row in one.rows],
    }


def _row(row: CashRow, currency: str) -> CashRowAnswer:
    return {
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "open": _band(row.open, currency),
        "not_invoiced_yet": _band(row.new, currency),
        "so_far": _band(row.cumulative, currency),
    }


def _band(band: Band, currency: str) -> BandAnswer:
    return {
        "expected": format_amount(band.expected, currency),
        "low": format_amount(band.low, currency),
        "middle": format_amount(band.middle, currency),
        "high": format_amount(band.high, currency),
    }


def scenario_answer(made: ScenarioTable) -> ScenarioAnswer:
    """Render what a change does."""
    wanted = made.scenario
    return {
        "change": wanted.kind,
        "days": wanted.days,
        "percent": wanted.percent,
        "share_percent": wanted.share_percent,
        "account": wanted.account or None,
        "day": made.day.isoformat() if made.day else None,
        "currencies": [_changed(one) for one in made.currencies],
    }


def _changed(one: ScenarioCurrency) -> ScenarioCurrencyAnswer:
    return {
        "currency": one.currency,
        "lowest": _changed_row(one.lowest, one.currency) if one.lowest else None,
        "at_end": _band(one.at_end, one.currency),
        "lost": format_amount(one.lost, one.currency),
        "rows": [_changed_row(row, one.currency) for row in one.rows],
    }


def _changed_row(row: ScenarioRow, currency: str) -> ScenarioRowAnswer:
    return {
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "before": _band(row.before, currency),
        "after": _band(row.after, currency),
        "difference": _band(row.difference, currency),
        "so_far": _band(row.cumulative, currency),
    }


def track_answer(found: list[Track]) -> TrackList:
    """Render what was forecast then, against what came."""
    return {
        "items": [
            {
                "currency": one.currency,
                "lead": one.lead,
                "within_percent": one.within,
                "error_percent": one.error,
                "error_due_percent": one.error_due,
                "error_before_percent": one.error_before,
                "weeks": [_week(week, one.currency) for week in one.weeks],
            }
            for one in found
        ],
    }


def _week(week: TrackedWeek, currency: str) -> TrackedWeekAnswer:
    return {
        "monday": week.monday.isoformat(),
        "expected": format_amount(week.expected, currency),
        "low": format_amount(week.low, currency),
        "middle": format_amount(week.middle, currency),
        "high": format_amount(week.high, currency),
        "came": format_amount(week.came, currency),
        "within": week.is_within,
        "due": format_amount(week.due, currency),
        "before": None if week.before is None else format_amount(week.before, currency),
    }
