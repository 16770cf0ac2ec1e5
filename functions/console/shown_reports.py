"""What the screen of reports shows: an overview, or one report as chart and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from saldo.figures.answer import ReportRow, ReportTable, times_of
from saldo.figures.ask import PERIODS, REPORTS, STEPS, Asked, asked, within_branches
from saldo.figures.columns import Value
from saldo.figures.formulas import age_names, ages_in
from saldo.figures.model import DIMENSIONS
from saldo.figures.speech import FigureSpeech, groups_of, is_number
from saldo.people.rights import grant_of, rights_of

if TYPE_CHECKING or __package__:
    from functions.console import charts
    from functions.console.charts import Chart, Point
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    import charts
    from charts import Chart, Point
    from screen import Visit

_WEEKS: Final = 13
_TOP: Final = 5
COMPANIES_MAX: Final = 50
_DRAWN: Final = {"collecting": ("dso", "dso_count_back", "best_dso"), "behaviour": ("days_beyond",)}
"""Reports of which lines are drawn rather than columns: several figures of one unit."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in words; `to` is the account that it leads to."""

    text: str
    right: bool = False
    to: str = ""


@dataclass(frozen=True, slots=True)
class CurrencyTable:
    """The rows of one currency, its total and its charts."""

    currency: str
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a column."""

    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report in words."""

    name: str
    title: str
    about: str
    when: str
    heads: tuple[Head, ...]
    parts: tuple[CurrencyTable, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its name, and what stands below it."""

    name: str
    figure: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class OverviewPart:
    """The figures of one currency at a glance."""

    currency: str
    tiles: tuple[Tile, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a report can be changed to: pairs of value and words."""

    columns: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    filters: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    periods: tuple[tuple[str, str], ...]


def asked_by(visit: Visit) -> Asked:
    """Return what the address asks for. Raises ReportUnknown, ReportNotValid, AgesNotValid."""
    groups = [one for one in visit.queries("by") if one]
    is_shaped = bool(visit.query("shaped"))
    filters = {str(name): visit.queries(name) for name in DIMENSIONS if visit.queries(name)}
    return asked(
        visit.query("report"),
        columns=visit.queries("columns"),
        groups=groups if groups or is_shaped else None,
        filters=filters,
        period=visit.query("period"),
        ages=ages_in([one for one in visit.query("ages").replace(",", " ").split() if one]),
        idle_days=int(idle) if (idle := visit.query("idle", 3)).isdigit() else None,
    )


def _within(visit: Visit, creditor: str, wanted: Asked) -> Asked:
    """Return the same for what somebody may see: who sees some branches, their figures alone."""
    grant = grant_of(visit.user, creditor)
    return within_branches(wanted, grant.branches if grant else ())


def made(visit: Visit, wanted: Asked) -> ReportTable:
    """Return the report as somebody may see it."""
    creditor = visit.creditor
    return visit.services.reports.make(
        creditor.id, creditor.time_zone, _within(visit, creditor.id, wanted)
    )


def choices(visit: Visit, wanted: Asked) -> Choices:
    """Return what the form of a report offers: places that are in use, at most one query."""
    say, shape = FigureSpeech(visit.user.language), wanted.shape
    places = visit.services.reports.places(visit.creditor.id)
    filters = []
    for name in DIMENSIONS:
        values = sorted({str(getattr(place, name)) for place in places})
        if len(values) > 1 or wanted.filters.get(name):
            pairs = tuple((value, say.group_value(name, value)) for value in values)
            filters.append((name, say.group(name), pairs))
    return Choices(
        tuple((name, say.column(wanted.report, name)) for name in shape.columns),
        tuple((name, say.group(name)) for name in shape.groups),
        tuple(filters),
        tuple((name, say(f"period.{name}")) for name in PERIODS) if shape.by_period else (),
    )


def shown(visit: Visit, table: ReportTable, title: str = "") -> ShownReport:
    """Return a report in words, with its charts."""
    say, report = FigureSpeech(visit.user.language), table.asked.report
    currencies = list(dict.fromkeys(row.currency for row in table.rows))
    rights = [*(False for _ in groups_of(table)), *(is_number(one) for one in table.columns)]
    heads = zip(say.heads(table), rights, strict=True)
    return ShownReport(
        report,
        title or say.report(report),
        say(f"about.{report}"),
        say.when(table),
        tuple(Head(text, right) for text, right in heads),
        tuple(_part(say, table, currency, rights) for currency in currencies),
    )


def _part(
    say: FigureSpeech, table: ReportTable, currency: str, rights: Sequence[bool]
) -> CurrencyTable:
    rows = [row for row in table.rows if row.currency == currency]
    total = next((row for row in table.totals if row.currency == currency), None)
    is_list = table.asked.shape.limited
    return CurrencyTable(
        currency,
        tuple(
            tuple(
                Cell(text, right, row.groups[0] if is_list and place == 0 else "")
                for place, (text, right) in enumerate(zip(say.row(table, row), rights, strict=True))
            )
            for row in rows
        ),
        tuple(
            Cell(text, right) for text, right in zip(say.total(table, total), rights, strict=True)
        )
        if total and table.asked.groups
        else (),
        tuple(one for one in _charts(say, table, rows, currency) if one is not None),
    )


def _charts(
    say: FigureSpeech, table: ReportTable, rows: Sequence[ReportRow], currency: str
) -> list[Chart | None]:
    title = f"{say.report(table.asked.report)}, {currency}"
    about = f"{say.when(table)}. {say(f'about.{table.asked.report}')}"
    if table.asked.report == "aging" and not table.asked.groups:
        return [age_chart(say, table, row) for row in rows]
    if table.asked.report in _DRAWN and table.asked.groups[:1] == ("month",):
        wanted = _DRAWN[table.asked.report]
        if len(table.asked.groups) == 1:
            return [_lines(say, table, rows, wanted, f"{title}", about)]
    number = next((n for n, one in enumerate(table.columns) if is_number(one)), None)
    if number is None:
        return []
    drawn = [point for row in rows if (point := _point(say, table, row, number)) is not None]
    head = f"{say.column(table.asked.report, table.columns[number].name)}, {currency}"
    if len(table.asked.groups) == 1 and table.asked.groups[0] in STEPS:
        return [charts.standing(head, about, _filled(say, table, rows, number))]
    return [charts.lying(head, about, drawn)]


def _point(say: FigureSpeech, table: ReportTable, row: ReportRow, number: int) -> Point | None:
    value = row.values[number]
    if value is None or isinstance(value, str):
        return None
    names = zip(groups_of(table), row.groups, strict=True)
    label = ", ".join(say.group_value(name, text) for name, text in names) or row.currency
    return Point(label, float(value), say.value(table.columns[number], value, row.currency))


def _filled(
    say: FigureSpeech, table: ReportTable, rows: Sequence[ReportRow], number: int
) -> list[Point]:
    """Return a point for every day, week or month of a report: 0 where there is no row."""
    step, column = table.asked.groups[0], table.columns[number]
    by_time = {row.groups[0]: row for row in rows}
    currency = rows[0].currency if rows else "EUR"
    found = []
    for time in times_of(step, table.first, table.last):
        row = by_time.get(time, ReportRow(currency, (time,), (0,) * len(table.columns)))
        value = row.values[number]
        if isinstance(value, (int, float)):
            told = say.value(column, value, currency)
            found.append(Point(say.group_value(step, time), float(value), told))
    return found


def _lines(
    say: FigureSpeech,
    table: ReportTable,
    rows: Sequence[ReportRow],
    names: Sequence[str],
    title: str,
    about: str,
    width: int = charts.WIDTH,
) -> Chart | None:
    places = [n for n, column in enumerate(table.columns) if column.name in names]
    drawn = [[_point(say, table, row, place) for row in rows] for place in places]
    called = [say.column(table.asked.report, table.columns[place].name) for place in places]
    return charts.lines(title, about, called, drawn, width) if drawn else None


def age_chart(say: FigureSpeech, table: ReportTable, row: ReportRow) -> Chart | None:
    """Return what is open by age as one bar."""
    ages = age_names(table.asked.ages)
    by_name = dict(zip((column.name for column in table.columns), row.values, strict=True))
    points = [
        Point(
            say.column("aging", age),
            float(value),
            say.value(table.columns[_place(table, age)], value, row.currency),
            f"age{min(4, place)}",
        )
        for place, age in enumerate(ages)
        if isinstance(value := by_name.get(age), int)
    ]
    return charts.stacked(f"{say.report('aging')}, {row.currency}", say.when(table), points)


def _place(table: ReportTable, name: str) -> int:
    return next(n for n, column in enumerate(table.columns) if column.name == name)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything at a glance: a part for each currency, and the lists that people must look at."""

    parts: tuple[OverviewPart, ...]
    debtors: ShownReport
    unattended: ShownReport
    others: tuple[tuple[str, str, str], ...]
    companies: ShownReport | None = None


def companies(visit: Visit) -> ShownReport | None:
    """Return the aging of every creditor at which somebody may see reports, None for a single one.

    One query each, of COMPANIES_MAX at most.
    """
    named = {grant.creditor for grant in visit.user.grants}
    if named == {visit.creditor.id}:
        return None
    parts = visit.services
    every = parts.accounts.creditors()
    mine = [one for one in every if "reports:read" in rights_of(visit.user, one.id)]
    if len(mine) < 2:
        return None
    say, wanted = FigureSpeech(visit.user.language), asked("aging", groups=())
    tables = [
        (one.name, parts.reports.make(one.id, one.time_zone, _within(visit, one.id, wanted)))
        for one in mine[:COMPANIES_MAX]
    ]
    first = tables[0][1]
    currencies = sorted({row.currency for _, table in tables for row in table.rows})
    rights = (False, *(is_number(column) for column in first.columns))
    heads = zip((say.group("creditor"), *say.heads(first)), rights, strict=True)
    return ShownReport(
        "aging",
        say.report("aging"),
        say("about.aging"),
        say.when(first),
        tuple(Head(text, right) for text, right in heads),
        tuple(
            CurrencyTable(
                currency,
                tuple(
                    tuple(
                        Cell(text, right)
                        for text, right in zip((name, *say.row(table, row)), rights, strict=True)
                    )
                    for name, table in tables
                    for row in table.rows
                    if row.currency == currency
                ),
                (),
                (),
            )
            for currency in currencies
        ),
    )


def overview(visit: Visit) -> Overview:
    """Return what a manager looks at first: some forty queries, however many invoices."""
    say = FigureSpeech(visit.user.language)
    aging = made(visit, asked("aging", groups=()))
    months = made(visit, asked("collecting", columns=(*_DRAWN["collecting"], "effectiveness")))
    weeks = made(
        visit,
        asked("cash", columns=("collected",), groups=("week",),
              first=visit.today - timedelta(days=7 * _WEEKS), last=visit.today),
    )  # fmt: skip
    parts = []
    for row in aging.rows:
        currency = row.currency
        of_months = [one for one in months.rows if one.currency == currency]
        of_weeks = [one for one in weeks.rows if one.currency == currency]
        dso_chart = _lines(
            say, months, of_months, _DRAWN["collecting"], say.report("collecting"),
            say.when(months), charts.NARROW,
        )  # fmt: skip
        cash = _filled(say, weeks, of_weeks, 0)
        found = (
            age_chart(say, aging, row),
            dso_chart,
            charts.standing(say.column("cash", "collected"), say.when(weeks), cash, charts.NARROW),
        )
        tiles = _tiles(say, aging, row, months, of_months)
        parts.append(OverviewPart(currency, tiles, tuple(one for one in found if one is not None)))
    return Overview(
        tuple(parts),
        shown(visit, made(visit, asked("debtors", limit=_TOP))),
        shown(visit, made(visit, asked("unattended", limit=_TOP))),
        tuple((name, say.report(name), say(f"about.{name}")) for name in REPORTS),
        companies(visit),
    )


def _tiles(
    say: FigureSpeech,
    aging: ReportTable,
    row: ReportRow,
    months: ReportTable,
    of_months: Sequence[ReportRow],
) -> tuple[Tile, ...]:
    def figure(table: ReportTable, of: ReportRow, name: str) -> str:
        place = next((n for n, one in enumerate(table.columns) if one.name == name), None)
        value: Value = of.values[place] if place is not None else None
        return say.value(table.columns[place], value, of.currency) if place is not None else "–"

    tiles = [
        Tile(say.column("aging", "total"), f"{figure(aging, row, 'total')} {row.currency}"),
        Tile(say.column("aging", "overdue_share"), figure(aging, row, "overdue_share")),
    ]
    if of_months:
        last = of_months[-1]
        month = say.group_value("month", last.groups[0])
        tiles += [
            Tile(say.column("collecting", name), figure(months, last, name), month)
            for name in ("dso", "best_dso", "effectiveness")
        ]
    return tuple(tiles)
