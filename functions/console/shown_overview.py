"""What a manager looks at first: every currency at a glance, and the lists that people look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from saldo.figures.answer import ReportRow, ReportTable
from saldo.figures.ask import asked
from saldo.figures.columns import Value
from saldo.figures.readers import as_seen_by
from saldo.figures.shapes import REPORTS
from saldo.figures.speech import FigureSpeech, is_number
from saldo.people.rights import rights_of

if TYPE_CHECKING or __package__:
    from functions.console import charts
    from functions.console.charts import Chart
    from functions.console.report_charts import DSO, age_chart, filled, lines_of
    from functions.console.screen import Visit
    from functions.console.shown_reports import (
        Cell,
        CurrencyTable,
        Head,
        ShownReport,
        made,
        shown,
    )
else:  # in Lambda this folder is the root of the code
    import charts
    from charts import Chart
    from report_charts import DSO, age_chart, filled, lines_of
    from screen import Visit
    from shown_reports import Cell, CurrencyTable, Head, ShownReport, made, shown

_WEEKS: Final = 13
_TOP: Final = 5
COMPANIES_MAX: Final = 50


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
        (
            one.name,
            parts.reports.make(one.id, one.time_zone, as_seen_by(visit.user, one.id, wanted)),
        )
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
    months = made(visit, asked("collecting", columns=(*DSO, "effectiveness")))
    weeks = made(
        visit,
        asked("cash", columns=("collected",), groups=("week",),
              first=visit.today - timedelta(days=7 * _WEEKS), last=visit.today),
    )  # fmt: skip
    costs = made(visit, asked("costs", columns=("cost_per_100",), period="last-month"))
    parts = []
    for row in aging.rows:
        currency = row.currency
        of_months = [one for one in months.rows if one.currency == currency]
        of_weeks = [one for one in weeks.rows if one.currency == currency]
        dso_chart = lines_of(
            say, months, of_months, DSO, say.report("collecting"),
            say.when(months), charts.NARROW,
        )  # fmt: skip
        cash = filled(say, weeks, of_weeks, 0)
        found = (
            age_chart(say, aging, row),
            dso_chart,
            charts.standing(say.column("cash", "collected"), say.when(weeks), cash, charts.NARROW),
        )
        tiles = (*_tiles(say, aging, row, months, of_months), *_cost_tiles(say, costs, currency))
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
        last, before = of_months[-1], of_months[-2] if len(of_months) > 1 else None
        month = say.group_value("month", last.groups[0])
        tiles += [
            Tile(
                say.column("collecting", name),
                figure(months, last, name),
                month
                if before is None
                else say("tile.before", month=month, figure=figure(months, before, name)),
            )
            for name in ("dso", "best_dso", "effectiveness")
        ]
    return tuple(tiles)


def _cost_tiles(say: FigureSpeech, costs: ReportTable, currency: str) -> Iterator[Tile]:
    """Yield what it cost to collect a hundred last month, where something came."""
    without = ", ".join(say.column("costs", name) for name in costs.not_given)
    for row in costs.rows:
        if row.currency == currency and row.values[0] is not None:
            month = say.group_value("month", row.groups[0])
            yield Tile(
                say.column("costs", "cost_per_100"),
                f"{say.value(costs.columns[0], row.values[0], currency)} {currency}",
                say("tile.without", month=month, what=without) if without else month,
            )
