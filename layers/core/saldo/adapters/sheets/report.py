"""A report as an Excel workbook, by XlsxWriter: a sheet for each currency, numbers as numbers."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any, Final

import xlsxwriter

from saldo.figures.answer import ReportColumn, ReportRow, ReportTable
from saldo.figures.columns import Value
from saldo.figures.speech import FigureSpeech, groups_of
from saldo.money import decimals_of

_CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - what the format holds has no zone
_EXACT_MINOR_MAX: Final = 10**15
"""A spreadsheet's numbers hold fifteen digits; what has more is written as a text."""

_WIDTH: Final = 18
_PERCENT: Final = 100


def workbook(table: ReportTable, title: str, language: str) -> bytes:
    """Return the workbook. The same report gives the same bytes."""
    say, out = FigureSpeech(language), io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": title, "created": _CREATED})
    currencies = list(dict.fromkeys(row.currency for row in table.rows))
    for currency in currencies:
        _Sheet(book, say, table, currency).write(title)
    if not currencies:
        book.add_worksheet(say.report(table.asked.report)[:31]).write_string(0, 0, say("nothing"))
    book.close()
    return out.getvalue()


class _Sheet:
    def __init__(self, book: Any, say: FigureSpeech, table: ReportTable, currency: str) -> None:
        decimals = decimals_of(currency)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        self._say, self._table, self._currency = say, table, currency
        self._decimals = decimals
        self._sheet = book.add_worksheet(currency)
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self._title = book.add_format({"bold": True, "font_size": 14})
        formats = {"money": pattern, "percent": "0.0%", "days": "0.0", "count": "#,##0"}
        formats["date"] = "yyyy-mm-dd"
        self._plain = {k: book.add_format({"num_format": p}) for k, p in formats.items()}
        self._strong = {
            k: book.add_format({"num_format": p, "bold": True, "top": 1})
            for k, p in formats.items()
        }

    def write(self, title: str) -> None:
        """Write the title, the heads, the rows of this currency and its total."""
        sheet, table, say = self._sheet, self._table, self._say
        sheet.write_string(0, 0, title, self._title)
        sheet.write_string(1, 0, f"{say.when(table)} · {self._currency}")
        heads = say.heads(table)
        sheet.set_column(0, len(heads) - 1, _WIDTH)
        for column, head in enumerate(heads):
            sheet.write_string(3, column, head, self._head)
        sheet.freeze_panes(4, 0)
        line = 4
        for row in table.rows:
            if row.currency == self._currency:
                names = zip(groups_of(table), row.groups, strict=True)
                self._row(line, [say.group_value(n, v) for n, v in names], row, self._plain)
                line += 1
        for row in table.totals:
            if row.currency == self._currency:
                blank = [""] * (len(groups_of(table)) - 1)
                self._row(line, [say("total"), *blank], row, self._strong)

    def _row(self, line: int, groups: list[str], row: ReportRow, shapes: dict[str, Any]) -> None:
        for column, text in enumerate(groups):
            self._sheet.write_string(line, column, text)
        cells = zip(self._table.columns, row.values, strict=True)
        for place, (column_, value) in enumerate(cells, len(groups)):
            self._cell(line, place, column_, value, shapes)

    def _cell(
        self, line: int, place: int, column: ReportColumn, value: Value, shapes: dict[str, Any]
    ) -> None:
        if value is None:
            if column.name in self._table.not_given:
                self._sheet.write_string(line, place, self._say("not_given"))
            return
        kind = column.kind
        if kind in ("text", "amount") or (kind == "money" and abs(int(value)) >= _EXACT_MINOR_MAX):
            self._sheet.write_string(line, place, self._say.value(column, value, self._currency))
        elif kind == "date":
            at = datetime.combine(date.fromisoformat(str(value)), time.min)
            self._sheet.write_datetime(line, place, at, shapes[kind])
        else:
            number = float(value)
            if kind == "money":
                number = int(value) / 10**self._decimals
            elif kind == "percent":
                number /= _PERCENT
            self._sheet.write_number(line, place, number, shapes[kind])
