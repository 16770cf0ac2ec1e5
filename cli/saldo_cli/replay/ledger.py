"""A receivables ledger from a CSV file: what was invoiced, when it was due, when it was paid."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from saldo.errors import Refusal
from saldo.money import decimals_of, parse_amount
from saldo_cli.problems import CommandProblem

REQUIRED = ("account", "invoice", "issued_on", "due_on", "amount", "paid_on")
"""What `--map` must name a column for."""

_PROBLEMS_SHOWN_MAX = 10
_Row = Mapping[str, str | None]
_Reader = Callable[[int, _Row, Mapping[str, str], str, str], "LedgerLine"]


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
    lines, problems = _read(path, columns, date_format, currency, _line)
    if problems:
        raise LedgerNotReadable(
            f"{len(problems)} of {len(problems) + len(lines)} rows cannot be replayed.",
            "\n".join(_shown(problems)),
        )
    if not lines:
        raise LedgerNotReadable("The file has no invoices.")
    return lines


def read_past(
    path: Path, columns: Mapping[str, str], date_format: str, currency: str
) -> tuple[list[LedgerLine], list[str]]:
    """Read a ledger that is learnt from; return its lines, and what was left out and why.

    As `read_ledger`, but a row that cannot be understood costs that row alone, and an invoice may
    be due or paid before it was issued or have the number of another: the past holds such ones.
    Raises LedgerNotReadable where no row can be read.
    """
    lines, problems = _read(path, columns, date_format, currency, _row_of)
    if not lines:
        raise LedgerNotReadable("The file has no invoices.", "\n".join(_shown(problems)))
    return lines, _shown(problems)


def _shown(problems: list[str]) -> list[str]:
    more = len(problems) - _PROBLEMS_SHOWN_MAX
    return [*problems[:_PROBLEMS_SHOWN_MAX], *([f"… and {more} more."] if more > 0 else [])]


def _read(
    path: Path, columns: Mapping[str, str], date_format: str, currency: str, read: _Reader
) -> tuple[list[LedgerLine], list[str]]:
    decimals_of(currency)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            _expect_columns(rows.fieldnames or (), columns)
            return _lines(
                enumerate(rows, start=2),
                lambda number, row: read(number, row, columns, date_format, currency),
                unique=read is _line,
            )
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
    rows: Iterable[tuple[int, dict[str, str]]],
    read: Callable[[int, _Row], LedgerLine],
    *,
    unique: bool,
) -> tuple[list[LedgerLine], list[str]]:
    lines: list[LedgerLine] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            line = read(number, row)
            if unique and line.number in seen:
                raise ValueError(f"invoice {line.number} stands in row {seen[line.number]} already")
        except (ValueError, Refusal) as error:
            problems.append(f"Row {number}: {str(error).rstrip('.')}.")
            continue
        seen[line.number] = number
        lines.append(line)
    return lines, problems


def _line(
    number: int,
    row: _Row,
    columns: Mapping[str, str],
    date_format: str,
    currency: str,
) -> LedgerLine:
    line = _row_of(number, row, columns, date_format, currency)
    if line.amount_minor <= 0:
        raise ValueError("the amount is not above zero")
    if line.due_on < line.issued_on:
        raise ValueError("it is due before it was issued")
    if line.paid_on is not None and line.paid_on < line.issued_on:
        raise ValueError("it was paid before it was issued")
    return line


def _row_of(
    number: int,
    row: _Row,
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

    return LedgerLine(
        number,
        text("account"),
        text("invoice"),
        day("issued_on"),
        day("due_on"),
        currency,
        parse_amount(text("amount"), currency),
        day("paid_on") if text("paid_on") else None,
    )
