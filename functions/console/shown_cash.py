"""What the screens of the money to come show: the forecast, what a change would do, what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from saldo.cash.scenario import ScenarioCurrency, ScenarioRow
from saldo.cash.track import Track, TrackedWeek
from saldo.cash.view import Band, CashAsked, CashCurrency, CashRow, Step, cash_asked
from saldo.figures.ask import asked, within_branches
from saldo.figures.model import DIMENSIONS
from saldo.figures.speech import FigureSpeech
from saldo.people.rights import grant_of

if TYPE_CHECKING or __package__:
    from functions.console.cash_charts import BandChart, BandPoint, banded
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    from cash_charts import BandChart, BandPoint, banded
    from screen import Visit

LEADS: Final = (1, 2, 4, 8)
Choice = tuple[str, str, tuple[tuple[str, str], ...]]
Tile = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A currency: figures at a glance (name, figure, what stands below), chart, heads and rows."""

    currency: str
    tiles: tuple[Tile, ...]
    chart: BandChart | None
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    sentence: str = ""


def asked_by(visit: Visit) -> CashAsked:
    """Return what the address asks for, of what the visitor may see; raise CashNotValid."""
    chosen = {str(name): list(visit.queries(name)) for name in DIMENSIONS}
    wanted = cash_asked(visit.query("step"), chosen)
    grant = grant_of(visit.user, visit.creditor.id)
    mine = within_branches(asked("aging", filters=wanted.filters), grant.branches if grant else ())
    return CashAsked(wanted.step, mine.filters)


def choices(visit: Visit) -> list[Choice]:
    """Return what the form offers: dimensions of which more than one value is in use. One get."""
    say = FigureSpeech(visit.user.language)
    mine = asked_by_grant(visit)
    places = [
        one
        for one in visit.services.cash_forecasts.places(visit.creditor.id)
        if mine.lets_through(one)
    ]
    found: list[Choice] = []
    for name in DIMENSIONS:
        values = sorted({str(getattr(place, name)) for place in places})
        if len(values) > 1:
            pairs = tuple((value, say.group_value(name, value)) for value in values)
            found.append((name, say.group(name), pairs))
    return found


def asked_by_grant(visit: Visit) -> CashAsked:
    """Return all that the visitor may see."""
    grant = grant_of(visit.user, visit.creditor.id)
    branches = sorted(grant.branches) if grant else []
    return cash_asked("", {"branch": branches} if branches else {})


def shown(visit: Visit, found: CashCurrency, step: Step) -> Shown:
    """Return the forecast of a currency."""
    t, currency = visit.t, found.currency

    def amount(minor: int) -> str:
        return t.amount(minor, currency)

    whole = found.rows[-1].cumulative if found.rows else Band(0, 0, 0, 0)
    thereafter = found.half_year + found.year + found.later
    tiles = (
        (
            t("cash.within"),
            amount(found.within),
            t("cash.between", low=amount(whole.low), high=amount(whole.high)),
        ),
        (t("cash.open"), amount(found.open_minor), t.count("cash.items", found.count)),
        (t("cash.thereafter"), amount(thereafter), t("cash.later", amount=amount(found.later))),
        (t("cash.never"), amount(found.never), t("cash.never.below")),
    )
    points = [
        BandPoint(
            _label(visit, row, step),
            row.open.expected,
            row.open.low,
            row.open.high,
            _told(visit, row, currency, step),
            row.new.expected,
        )
        for row in found.rows
    ]
    has_new = any(row.new.expected for row in found.rows)
    legend = [(t("cash.expected"), "told"), (t("cash.band"), "band")]
    legend += [(t("cash.new"), "ahead")] if has_new else []
    highest = max((max(p.high, p.expected + p.more) for p in points), default=0)
    title = t(f"cash.by.{step}", currency=currency)
    heads = [t("cash.when"), t("cash.expected"), "10 %", "50 %", "90 %", t("cash.so_far")]
    return Shown(
        currency,
        tiles,
        banded(title, t("cash.chart.about"), points, legend, (amount(highest), "")),
        tuple([*heads, t("cash.new")] if has_new else heads),
        tuple(
            (
                _label(visit, row, step),
                *map(amount, _band(row.open)),
                amount(row.cumulative.expected),
                *([amount(row.new.expected)] if has_new else []),
            )
            for row in found.rows
        ),
        title,
    )


def _label(visit: Visit, row: CashRow, step: Step) -> str:
    if step == "day" or row.first == row.last:
        return visit.t.short_date(row.first)
    if step == "month":
        return f"{row.first:%m/%Y}"
    return visit.t.short_date(row.first)


def _told(visit: Visit, row: CashRow, currency: str, step: Step) -> str:
    t = visit.t
    low, high = (t.amount(one, currency) for one in (row.open.low, row.open.high))
    told = t("cash.told", expected=t.amount(row.open.expected, currency), low=low, high=high)
    return f"{_label(visit, row, step)}: {told}"


def _band(band: Band) -> tuple[int, int, int, int]:
    return band.expected, band.low, band.middle, band.high


def shown_scenario(visit: Visit, found: ScenarioCurrency) -> Shown:
    """Return what a change does in a currency."""
    t, currency = visit.t, found.currency

    def amount(minor: int) -> str:
        return t.amount(minor, currency)

    def told(row: ScenarioRow) -> str:
        values = {"low": amount(row.difference.low), "high": amount(row.difference.high)}
        words = t("cash.told", expected=amount(row.difference.expected), **values)
        return f"{t.short_date(row.first)}: {words}"

    points = [
        BandPoint(
            t.short_date(row.first),
            row.difference.expected,
            row.difference.low,
            row.difference.high,
            told(row),
        )
        for row in found.rows
    ]
    ends = (
        amount(max((max(p.high, p.expected) for p in points), default=0)),
        amount(min((min(p.low, p.expected) for p in points), default=0)),
    )
    legend = ((t("cash.difference"), "told"), (t("cash.band"), "band"))
    title = t("cash.difference.title", currency=currency)
    end = found.at_end
    between = t("cash.between", low=amount(end.low), high=amount(end.high))
    tiles: list[Tile] = [(t("cash.at_end"), amount(end.expected), between)]
    if found.lowest is not None:
        low = found.lowest.cumulative
        day = t.short_date(found.lowest.last)
        tiles.append((t("cash.lowest"), amount(low.expected), t("cash.lowest.below", day=day)))
    if found.lost:
        tiles.append((t("cash.lost"), amount(found.lost), t("cash.lost.below")))
    return Shown(
        currency,
        tuple(tiles),
        banded(title, t("cash.difference.about"), points, legend, ends),
        (t("cash.when"), t("cash.before"), t("cash.after"), t("cash.difference"), "10 %", "50 %",
         "90 %", t("cash.so_far")),
        tuple(
            (
                t.short_date(row.first),
                amount(row.before.expected),
                amount(row.after.expected),
                *map(amount, _band(row.difference)),
                amount(row.cumulative.expected),
            )
            for row in found.rows
        ),
        title,
    )  # fmt: skip


def shown_track(visit: Visit, found: Track) -> Shown:
    """Return what was forecast then of a currency, against what came."""
    t, currency = visit.t, found.currency

    def amount(minor: int | None) -> str:
        return "–" if minor is None else t.amount(minor, currency)

    def percent(value: float | None) -> str:
        return "–" if value is None else t.percent(f"{value:g}")

    points = [
        BandPoint(
            t.short_date(week.monday),
            week.expected,
            week.low,
            week.high,
            _tracked(visit, week, currency),
            came=week.came,
        )
        for week in found.weeks
    ]
    highest = max((max(p.high, p.expected, p.came or 0) for p in points), default=0)
    legend = (
        (t("cash.came.within"), "came"),
        (t("cash.came.missed"), "missed"),
        (t("cash.expected"), "told"),
        (t("cash.band"), "band"),
    )
    rules = t("cash.rules", due=percent(found.error_due), before=percent(found.error_before))
    tiles = (
        (t("cash.hit"), percent(found.within), t("cash.hit.below")),
        (t("cash.error"), percent(found.error), rules),
    )
    title = t("cash.track.title", currency=currency)
    lowest = min((min(p.low, p.came or 0) for p in points), default=0)
    return Shown(
        currency,
        tiles,
        banded(title, t("cash.track.about"), points, legend, (amount(highest), amount(lowest))),
        (t("cash.when"), t("cash.came"), t("cash.expected"), "10 %", "90 %", t("cash.judged"),
         t("cash.rule.due"), t("cash.rule.before")),
        tuple(
            (
                t.short_date(week.monday),
                *map(amount, (week.came, week.expected, week.low, week.high)),
                _judged(visit, week),
                amount(week.due),
                amount(week.before),
            )
            for week in found.weeks
        ),
        title,
    )  # fmt: skip


def _judged(visit: Visit, week: TrackedWeek) -> str:
    if week.is_within:
        return visit.t("cash.within_band")
    return visit.t("cash.below_band" if week.came < week.low else "cash.above_band")


def _tracked(visit: Visit, week: TrackedWeek, currency: str) -> str:
    t = visit.t
    low, high = t.amount(week.low, currency), t.amount(week.high, currency)
    came = t("cash.came.told", amount=t.amount(week.came, currency), low=low, high=high)
    return f"{t.short_date(week.monday)}: {came}"


def measured(visit: Visit) -> list[str]:
    """Return what comparisons by lot told of reminders, in words: one read. Nothing else says what
    a reminder does.
    """
    told = visit.services.step_book.comparison(visit.creditor.id)
    found = []
    for effect in told.effects if told else ():
        policy, stage, *_ = [*effect.step.split(":"), ""]
        if effect.found.days is not None:
            days = effect.found.days
            found.append(
                visit.t(
                    "cash.measured",
                    cases=effect.found.cases,
                    policy=policy,
                    stage=stage,
                    channel=visit.t(visit.t.known(f"channel.{effect.channel}", "channel.email")),
                    days=f"{days.value:.1f}",
                    low=f"{days.low:.1f}",
                    high=f"{days.high:.1f}",
                )
            )
    return found
