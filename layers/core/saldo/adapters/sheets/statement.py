"""A statement of account as an Excel workbook, by XlsxWriter: a sheet for each currency.

Amounts are numbers and days are dates, each with its format, so that a spreadsheet reckons with
them; texts are written as texts, so that none becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

import xlsxwriter

from saldo.money import decimals_of
from saldo.reports.account_papers import what_happened
from saldo.reports.paper_speech import PaperSpeech
from saldo.reports.statement import CurrencyPart, Statement

_EXACT_MINOR_MAX: Final = 10**15
"""A spreadsheet's numbers hold fifteen digits; what has more is written as a text."""

_CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - what the format holds has no zone
_WIDTHS: Final = (12, 52, 12, 16, 16)


def workbook(made: Statement, language: str) -> bytes:
    """Return the workbook. The same statement gives the same bytes."""
    say, out = PaperSpeech(language), io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": say("statement"), "created": _CREATED})
    for part in made.parts:
        _Sheet(book, say, part).write(made)
    if not made.parts:
        sheet = book.add_worksheet(say("statement")[:31])
        sheet.write_string(0, 0, say("nothing", date=say.date(made.last)))
    book.close()
    return out.getvalue()


class _Sheet:
    def __init__(self, book: Any, say: PaperSpeech, part: CurrencyPart) -> None:
        decimals = decimals_of(part.currency)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        self._say, self._part, self._decimals = say, part, decimals
        self._sheet = book.add_worksheet(part.currency)
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._bold = book.add_format({"bold": True})
        self._money = book.add_format({"num_format": pattern})
        self._sum = book.add_format({"num_format": pattern, "bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._row = 0

    def write(self, made: Statement) -> None:
        """Write the bookings, what is open, and its ages, one below the other."""
        say, part = self._say, self._part
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._heads("date", "fact", "due", "amount", "balance")
        self._sheet.freeze_panes(1, 0)
        self._line(made.first, say("opening"), None, None, part.opening_minor, strong=True)
        for one in part.lines:
            what = what_happened(say, one)
            self._line(one.on, what, one.due_on, one.amount_minor, one.balance_minor)
        closing = say("closing", date=say.date(made.last))
        self._line(made.last, closing, None, None, part.closing_minor, strong=True)
        self._row += 1
        self._heads("issued", "invoice", "due", "invoice_amount", "open_amount")
        for open_ in part.open_:
            self._line(
                open_.issued_on, open_.number, open_.due_on, open_.amount_minor, open_.open_minor
            )
        self._line(None, say("sum"), None, None, part.open_minor, strong=True)
        self._row += 1
        self._heads("", "age", "", "", "open_amount")
        for age, minor in part.ages.items():
            self._line(None, say(f"age.{age}"), None, None, minor)
        self._line(None, say("credit"), None, None, -part.credit_minor)

    def _heads(self, *words: str) -> None:
        titles: Sequence[str] = [self._say(word) if word else "" for word in words]
        for column, title in enumerate(titles):
            self._sheet.write_string(self._row, column, title, self._head)
        self._row += 1

    def _line(
        self,
        on: date | None,
        what: str,
        due_on: date | None,
        amount_minor: int | None,
        balance_minor: int,
        *,
        strong: bool = False,
    ) -> None:
        for column, day in ((0, on), (2, due_on)):
            if day:
                at = datetime.combine(day, time.min)
                self._sheet.write_datetime(self._row, column, at, self._day)
        self._sheet.write_string(self._row, 1, what, self._bold if strong else None)
        for column, minor in ((3, amount_minor), (4, balance_minor)):
            if minor is not None:
                self._amount(column, minor, self._sum if strong else self._money)
        self._row += 1

    def _amount(self, column: int, minor: int, shape: Any) -> None:
        if abs(minor) >= _EXACT_MINOR_MAX:
            text = self._say.money(minor, self._part.currency)
            self._sheet.write_string(self._row, column, text)
            return
        self._sheet.write_number(self._row, column, minor / 10**self._decimals, shape)
