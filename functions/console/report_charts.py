"""Which charts a report has: lines, columns or bars of its figures, for one currency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from saldo.figures.answer import ReportRow, ReportTable, times_of
from saldo.figures.formulas import age_names
from saldo.figures.shapes import STEPS
from saldo.figures.speech import FigureSpeech, groups_of, is_number
from saldo.reminders.foresee_model import CHANNELS

if TYPE_CHECKING or __package__:
    from functions.console import charts
    from functions.console.charts import Chart, Point
else:  # in Lambda this folder is the root of the code
    import charts
    from charts import Chart, Point

DRAWN: Final = {
    "collecting": (("dso", "dso_count_back", "best_dso"), ("effectiveness",)),
    "behaviour": (("days_beyond", "days_late_weighted"),),
}
"""Reports of which lines are drawn rather than columns: each drawing has figures of one unit."""

DSO: Final = DRAWN["collecting"][0]


def charts_of(
    say: FigureSpeech, table: ReportTable, rows: Sequence[ReportRow], currency: str
) -> list[Chart | None]:
    about = f"{say.when(table)}. {say(f'about.{table.asked.report}')}"
    if table.asked.report == "aging" and not table.asked.groups:
        return [age_chart(say, table, row) for row in rows]
    if table.asked.report in DRAWN and table.asked.groups == ("month",):
        return [
            lines_of(say, table, rows, wanted, _titled(say, table, wanted, currency), about)
            for wanted in DRAWN[table.asked.report]
        ]
    number = next((n for n, one in enumerate(table.columns) if is_number(one)), None)
    if number is None:
        return []
    if table.asked.report == "costs":
        return _of_costs(say, table, rows, number, currency)
    drawn = [point for row in rows if (point := _point(say, table, row, number)) is not None]
    head = f"{say.column(table.asked.report, table.columns[number].name)}, {currency}"
    if len(table.asked.groups) == 1 and table.asked.groups[0] in STEPS:
        return [charts.standing(head, about, filled(say, table, rows, number))]
    return [charts.lying(head, about, drawn)]


_KINDS: Final = (*(f"cost_{channel}" for channel in CHANNELS), "provider_fees", "running")
"""Columns whose figures add up to all costs."""


def _of_costs(
    say: FigureSpeech, table: ReportTable, rows: Sequence[ReportRow], number: int, currency: str
) -> list[Chart | None]:
    """Return the first figure over time, and what all costs consist of."""
    about = say.when(table)
    found: list[Chart | None] = []
    if len(table.asked.groups) == 1 and table.asked.groups[0] in STEPS:
        head = f"{say.column('costs', table.columns[number].name)}, {currency}"
        found.append(charts.standing(head, about, filled(say, table, rows, number)))
    totals = [row for row in table.totals if row.currency == currency] or rows
    sums = {
        column.name: sum(v for row in totals if isinstance(v := row.values[place], int))
        for place, column in enumerate(table.columns)
        if column.name in _KINDS
    }
    points = [
        Point(
            say.column("costs", column.name),
            float(sums[column.name]),
            say.value(column, sums[column.name], currency),
        )
        for column in table.columns
        if sums.get(column.name)
    ]
    found.append(charts.lying(f"{say.column('costs', 'cost')}, {currency}", about, points))
    return found


def _titled(say: FigureSpeech, table: ReportTable, names: Sequence[str], currency: str) -> str:
    """Return the title of a drawing: its figure's where it has one, else the report's."""
    report = table.asked.report
    name = say.column(report, names[0]) if len(names) == 1 else say.report(report)
    return f"{name}, {currency}"


def _point(say: FigureSpeech, table: ReportTable, row: ReportRow, number: int) -> Point | None:
    value = row.values[number]
    if value is None or isinstance(value, str):
        return None
    names = zip(groups_of(table), row.groups, strict=True)
    label = ", ".join(say.group_value(name, text) for name, text in names) or row.currency
    return Point(label, float(value), say.value(table.columns[number], value, row.currency))


def filled(
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


def lines_of(
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
