"""Reports in words: a file of them per language, for screens, workbooks, papers and mails. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from saldo.figures.answer import ReportColumn, ReportRow, ReportTable
from saldo.figures.columns import Value
from saldo.messages.formats import (
    amount_field,
    amount_text,
    country_text,
    date_text,
    day_text,
    decimal_text,
    month_text,
    percent_text,
)
from saldo.messages.word_files import spoken, words_in
from saldo.money import parse_amount

_HERE: Final = Path(__file__).parent / "words"
_DAYS_DECIMALS: Final = 1
_TENTH: Final = Decimal("0.1")


class FigureSpeech:
    """Says reports in one of the supplied languages, in English for others."""

    def __init__(self, language: str) -> None:
        self.language = spoken(_HERE, language)
        self._words: Mapping[str, str] = words_in(_HERE, self.language)

    def __call__(self, key: str, /, **values: object) -> str:
        return self._words[key].format(**values) if values else self._words[key]

    def report(self, name: str) -> str:
        return self(f"report.{name}")

    def about(self, table: ReportTable) -> str:
        """Return what a report is about, and that its prices are assumed where they are."""
        said = self(f"about.{table.asked.report}")
        return f"{said} {self('prices_assumed')}" if table.prices_assumed else said

    def column(self, report: str, name: str) -> str:
        """Return what a column is called; an age by its days."""
        own = f"column.{report}.{name}"
        if own in self._words:
            return self._words[own]
        if f"column.{name}" in self._words:
            return self._words[f"column.{name}"]
        if name.startswith("over-"):
            return self("column.over", days=name.removeprefix("over-"))
        return self("column.age", days=name.replace("-", "–"))

    def group(self, name: str) -> str:
        return self(f"group.{name}")

    def group_value(self, group: str, value: str) -> str:
        """Return a group's value as people read it."""
        if not value:
            return self("value.none")
        if group == "country":
            return country_text(value, self.language)
        if group == "stage":
            return self("value.stage", number=value)
        if group == "month":
            return month_text(date.fromisoformat(f"{value}-01"), self.language)
        if group in ("day", "week"):
            return day_text(date.fromisoformat(value), self.language)
        key = {"reason": "reason", "kind": "value", "provider": "provider"}.get(
            group, ""
        ) + f".{value}"
        return self._words.get(key, value)

    def value(self, column: ReportColumn, value: Value, currency: str) -> str:
        """Return a cell as people read it; "–" where there is no figure."""
        if value is None:
            return "–"
        if column.kind in ("text", "date", "amount"):
            return self._text(column, str(value))
        if column.kind == "money":
            return amount_field(int(value), currency, self.language)
        number = Decimal(str(value))
        if column.kind == "percent":
            return percent_text(f"{number.quantize(_TENTH)}", self.language)
        return decimal_text(number, _DAYS_DECIMALS if column.kind == "days" else 0, self.language)

    def _text(self, column: ReportColumn, value: str) -> str:
        if column.kind == "date":
            return day_text(date.fromisoformat(value), self.language)
        if column.kind == "amount":
            text, _, currency = value.partition(" ")
            return amount_text(parse_amount(text, currency), currency, self.language)
        return self._words.get(f"{column.name}.{value}", value)

    def row(self, table: ReportTable, row: ReportRow) -> list[str]:
        """Return a row's cells: its groups, then its values."""
        names = groups_of(table)
        groups = [self.group_value(n, v) for n, v in zip(names, row.groups, strict=True)]
        return [*groups, *self._values(table, row)]

    def total(self, table: ReportTable, row: ReportRow) -> list[str]:
        """Return the cells of a currency's total."""
        blank = [""] * (len(groups_of(table)) - 1)
        return [self("total"), *blank, *self._values(table, row)]

    def _values(self, table: ReportTable, row: ReportRow) -> list[str]:
        return [
            self("not_given")
            if value is None and column.name in table.not_given
            else self.value(column, value, row.currency)
            for column, value in zip(table.columns, row.values, strict=True)
        ]

    def heads(self, table: ReportTable) -> list[str]:
        """Return what stands above the columns of `row`."""
        report = table.asked.report
        return [
            *(self.group(name) for name in groups_of(table)),
            *(self.column(report, column.name) for column in table.columns),
        ]

    def when(self, table: ReportTable) -> str:
        """Return the day or the period that a report is about."""
        if not table.asked.shape.by_period:
            return self("as_of", date=date_text(table.today, self.language))
        return self(
            "from_to",
            first=day_text(table.first, self.language),
            last=day_text(table.last, self.language),
        )


def groups_of(table: ReportTable) -> tuple[str, ...]:
    """Return the groups of a report's rows; a list's rows are accounts."""
    return ("account",) if table.asked.shape.limited else table.asked.groups


def is_number(column: ReportColumn) -> bool:
    """Tell whether a column stands to the right."""
    return column.kind in ("money", "count", "days", "percent", "amount")
