"""A report as CSV for programs, and as a paper to be typeset. Pure.

The CSV is in UTF-8 with a byte order mark, CR LF, ISO dates and decimal points; columns have the
names that the API knows, the same in every language.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from saldo.accounts.model import Creditor
from saldo.figures.answer import ReportColumn, ReportRow, ReportTable
from saldo.figures.columns import Value
from saldo.figures.speech import FigureSpeech, groups_of, is_number
from saldo.money import format_amount
from saldo.reports.evidence_paper import Column
from saldo.reports.paper import Paper, PaperRow, PaperTable
from saldo.spreadsheet_cells import harmless

_BOM: Final = "\ufeff"
_COLUMNS_UPRIGHT: Final = 5


def csv_of(table: ReportTable) -> bytes:
    """Return a report as a CSV file: a row's currency stands first; totals are left out."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(["currency", *groups_of(table), *(column.name for column in table.columns)])
    for row in table.rows:
        rows.writerow([row.currency, *map(harmless, row.groups), *_plain(table, row)])
    return (_BOM + out.getvalue()).encode()


def _plain(table: ReportTable, row: ReportRow) -> list[str]:
    pairs = zip(table.columns, row.values, strict=True)
    return [_plain_value(column, value, row.currency) for column, value in pairs]


def _plain_value(column: ReportColumn, value: Value, currency: str) -> str:
    """Return a value as programs read it: "119.00", "12.5", "2026-11-22"; "" for none."""
    if value is None:
        return ""
    if column.kind == "money":
        return format_amount(int(value), currency)
    return harmless(str(value)) if isinstance(value, str) else str(value)


def paper_of(creditor: Creditor, title: str, table: ReportTable, language: str) -> Paper:
    """Return a report as a paper: a table for each currency."""
    say = FigureSpeech(language)
    return Paper(
        language=say.language,
        sender=creditor.name,
        sender_lines=creditor.address,
        imprint=creditor.imprint,
        colour=creditor.brand_colour,
        to_lines=(),
        title=title,
        facts=((say.report(table.asked.report), say.when(table)),),
        tables=tuple(_table(say, table, currency) for currency in table.currencies),
        page=say("page", page="{page}", pages="{pages}"),
        made_on=table.today,
        note=say.about(table) if table.rows else say("nothing"),
        landscape=len(groups_of(table)) + len(table.columns) > _COLUMNS_UPRIGHT,
    )


def _table(say: FigureSpeech, table: ReportTable, currency: str) -> PaperTable:
    groups = groups_of(table)
    heads = say.heads(table)
    is_right = [*(False for _ in groups), *(is_number(column) for column in table.columns)]
    columns = tuple(
        Column(head, share=0 if right else 1, right=right)
        for head, right in zip(heads, is_right, strict=True)
    )
    rows = [PaperRow(tuple(say.row(table, r))) for r in table.rows if r.currency == currency]
    rows += [
        PaperRow(tuple(say.total(table, row)), strong=True)
        for row in table.totals
        if row.currency == currency
    ]
    return PaperTable(currency, columns, tuple(rows))
