"""What the screen of one report shows: its charts and tables, and what it can be changed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from saldo.figures.answer import ReportRow, ReportTable
from saldo.figures.ask import PERIODS, Asked, ReportNotValid, asked
from saldo.figures.formulas import ages_in
from saldo.figures.model import DIMENSIONS
from saldo.figures.readers import as_seen_by
from saldo.figures.speech import FigureSpeech, groups_of, is_number

if TYPE_CHECKING or __package__:
    from functions.console.charts import Chart
    from functions.console.report_charts import charts_of
    from functions.console.report_costs import without_empty
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    from charts import Chart
    from report_charts import charts_of
    from report_costs import without_empty
    from screen import Visit


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in words; `to` is the account that it leads to, `query` the report of whoever is
    behind it.
    """

    text: str
    right: bool = False
    to: str = ""
    query: str = ""


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
        first=_day(visit, "from"),
        last=_day(visit, "to"),
        ages=ages_in([one for one in visit.query("ages").replace(",", " ").split() if one]),
        limit=int(rows) if (rows := visit.query("limit", 3)).isdecimal() else None,
        idle_days=int(idle) if (idle := visit.query("idle", 3)).isdecimal() else None,
    )


def _day(visit: Visit, name: str) -> date | None:
    """Return a day of the address, None where none is named; raise ReportNotValid."""
    typed = visit.query(name, 10)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ReportNotValid(f"{typed!r} is no day.").told("days") from None


def made(visit: Visit, wanted: Asked) -> ReportTable:
    """Return the report as somebody may see it."""
    creditor = visit.creditor
    return visit.services.reports.make(
        creditor.id, creditor.time_zone, as_seen_by(visit.user, creditor.id, wanted)
    )


def choices(visit: Visit, wanted: Asked) -> Choices:
    """Return what the form of a report offers: places that are in use, at most one query."""
    say, shape = FigureSpeech(visit.user.language), wanted.shape
    mine = as_seen_by(visit.user, visit.creditor.id, replace(wanted, filters={})).filters
    places = [
        one
        for one in visit.services.reports.places(visit.creditor.id)
        if one.branch in mine.get("branch", (one.branch,))
    ]
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
    table = without_empty(table)
    say, report = FigureSpeech(visit.user.language), table.asked.report
    currencies = list(dict.fromkeys(row.currency for row in table.rows))
    rights = [*(False for _ in groups_of(table)), *(is_number(one) for one in table.columns)]
    heads = zip(say.heads(table), rights, strict=True)
    return ShownReport(
        report,
        title or say.report(report),
        say.about(table),
        say.when(table),
        tuple(Head(text, right) for text, right in heads),
        tuple(_part(say, table, currency, rights) for currency in currencies),
    )


def _behind(table: ReportTable, row: ReportRow) -> str:
    """Return the address of who owes what a row of an aging sums, "" for rows of other reports."""
    if table.asked.report != "aging" or not table.asked.groups:
        return ""
    own = dict(zip(table.asked.groups, row.groups, strict=True))
    filters = {**table.asked.filters, **{name: [value] for name, value in own.items()}}
    pairs = [(name, value) for name, values in filters.items() for value in values]
    return urlencode([("report", "debtors"), *pairs])


def _part(
    say: FigureSpeech, table: ReportTable, currency: str, rights: Sequence[bool]
) -> CurrencyTable:
    rows = [row for row in table.rows if row.currency == currency]
    total = next((row for row in table.totals if row.currency == currency), None)
    is_list = table.asked.shape.limited
    behind = [_behind(table, row) for row in rows]
    return CurrencyTable(
        currency,
        tuple(
            tuple(
                Cell(
                    text,
                    right,
                    row.groups[0] if is_list and place == 0 else "",
                    query if place == 0 else "",
                )
                for place, (text, right) in enumerate(zip(say.row(table, row), rights, strict=True))
            )
            for row, query in zip(rows, behind, strict=True)
        ),
        tuple(
            Cell(text, right) for text, right in zip(say.total(table, total), rights, strict=True)
        )
        if total and table.asked.groups
        else (),
        tuple(one for one in charts_of(say, table, rows, currency) if one is not None),
    )
