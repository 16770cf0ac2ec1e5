"""A receivables ledger from a CSV file: what was invoiced, when it was due, when it was paid."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from saldo.errors import Refusal
from saldo.money import decimals_of, parse_amount
from saldo_cli.problems import CommandProblem

REQUIRED = ("account", "invoice", "issued_on", "due_on", "amount", "paid_on")
"""What `--map` must name a column for."""

_PROBLEMS_SHOWN_MAX = 10


class LedgerNotReadable(CommandProblem):
    """The file is no ledger; the sentence names the rows."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One invoice of the ledger. `paid_on` None: never paid. `row` is the line in the file."""

    row: int
    account: str
    number: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    paid_on: date | None


def read_ledger(
    path: Path, columns: Mapping[str, str], date_format: str, currency: str
) -> list[LedgerLine]:
    """Read the ledger at `path`.

    `columns` maps the names in REQUIRED to the file's columns, `date_format` is strptime's. An
    empty `paid_on` means that the invoice was never paid. Raises LedgerNotReadable, or
    UnknownCurrency.
    """
    decimals_of(currency)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            _expect_columns(rows.fieldnames or (), columns)
            return _lines(enumerate(rows, start=2), columns, date_format, currency)
    except OSError as error:
        raise LedgerNotReadable(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise LedgerNotReadable(f"{path} is no CSV file in UTF-8: {error}.") from error


def _expect_columns(there: object, columns: Mapping[str, str]) -> None:
    known = list(there) if isinstance(there, (list, tuple)) else []
    missing = sorted(column for column in columns.values() if column not in known)
    if missing:
        raise LedgerNotReadable(
            f"The file has no column {', '.join(map(repr, missing))}.",
            f"It has: {', '.join(known) or 'none'}.",
        )


def _lines(
    rows: Iterator[tuple[int, dict[str, str]]] | enumerate[dict[str, str]],
    columns: Mapping[str, str],
    date_format: str,
    currency: str,
) -> list[LedgerLine]:
    lines: list[LedgerLine] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            line = _line(number, row, columns, date_format, currency)
            if line.number in seen:
                raise ValueError(f"invoice {line.number} stands in row {seen[line.number]} already")
        except (ValueError, Refusal) as error:
            problems.append(f"Row {number}: {str(error).rstrip('.')}.")
            continue
        seen[line.number] = number
        lines.append(line)
    if problems:
        shown = problems[:_PROBLEMS_SHOWN_MAX]
        more = len(problems) - len(shown)
        raise LedgerNotReadable(
            f"{len(problems)} of {len(problems) + len(lines)} rows cannot be replayed.",
            "\n".join([*shown, *([f"… and {more} more."] if more else [])]),
        )
    if not lines:
        raise LedgerNotReadable("The file has no invoices.")
    return lines


def _line(
    number: int,
    row: Mapping[str, str | None],
    columns: Mapping[str, str],
    date_format: str,
    currency: str,
) -> LedgerLine:
    def text(name: str) -> str:
        found = (row.get(columns[name]) or "").strip()
        if not found and name != "paid_on":
            raise ValueError(f"{columns[name]} is empty")
        return found

    def day(name: str) -> date:
        return datetime.strptime(text(name), date_format).replace(tzinfo=UTC).date()

    line = LedgerLine(
        number,
        text("account"),
        text("invoice"),
        day("issued_on"),
        day("due_on"),
        currency,
        parse_amount(text("amount"), currency),
        day("paid_on") if text("paid_on") else None,
    )
    if line.amount_minor <= 0:
        raise ValueError("the amount is not above zero")
    if line.due_on < line.issued_on:
        raise ValueError("it is due before it was issued")
    if line.paid_on is not None and line.paid_on < line.issued_on:
        raise ValueError("it was paid before it was issued")
    return line
