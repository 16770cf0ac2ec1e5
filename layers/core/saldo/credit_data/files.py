"""Taking a file of reports: every row is taken, or told why not; the same again is harmless."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Final, Literal

from saldo.accounts.service import AccountUnknown
from saldo.credit_data.columns import ColumnsNotValid, ReportColumns, told_of
from saldo.credit_data.take import CreditReports, Outcome
from saldo.errors import Refusal, TooLarge
from saldo.tables.model import Row, Table
from saldo.tables.read import Tables

ROWS_MAX: Final = 5000
"""So many rows one file may have at the command line."""

ROWS_MAX_AT_THE_DESK: Final = 1000
"""Of a file that comes in by itself: each new row is some fifteen calls of the table."""

ROWS_MAX_IN_A_CALL: Final = 250
"""Of a file sent with a call, whose answer has 29 seconds."""

RowOutcome = Outcome | Literal["unknown-account", "refused"]


class ReportFileTooLarge(TooLarge):
    """The file has more rows than one call takes: cut it."""

    code = "credit-file-too-large"


@dataclass(frozen=True, slots=True)
class RowTaken:
    """What became of one row. `code` and `text` say why it was refused, "" else."""

    line: int
    account: str
    outcome: RowOutcome
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FileTaken:
    """What became of a file, row by row."""

    rows: tuple[RowTaken, ...]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(one.outcome for one in self.rows))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The numbers that no account has, each once, in the order of the file."""
        found = (one.account for one in self.rows if one.outcome == "unknown-account")
        return tuple(dict.fromkeys(found))


class ReportFiles:
    """Takes files of reports."""

    def __init__(self, reports: CreditReports, tables: Tables) -> None:
        self._reports, self._tables = reports, tables

    def take(
        self,
        creditor: str,
        source: str,
        data: bytes,
        columns: ReportColumns,
        by: str,
        *,
        rows_max: int = ROWS_MAX,
    ) -> FileTaken:
        """Take the rows of a file under the name of its source.

        Raises TableNotReadable, ColumnsNotValid or ReportFileTooLarge before any row is taken.
        """
        layout = self._tables.detect(lambda: BytesIO(data)).layout
        table = self._tables.open(lambda: BytesIO(data), layout)
        missing = sorted(set(columns.fields.values()) - set(table.columns))
        if missing:
            raise ColumnsNotValid(f"The file has no column {missing[0]!r}.").at("/fields")
        rows = _bounded(table, rows_max)
        return FileTaken(
            tuple(self._row(creditor, source, table, one, columns, by) for one in rows)
        )

    def _row(
        self,
        creditor: str,
        source: str,
        table: Table,
        row: Row,
        columns: ReportColumns,
        by: str,
    ) -> RowTaken:
        cells = dict(zip(table.columns, row.cells, strict=False))
        account = cells.get(columns.fields["account"], "").strip()
        try:
            told = told_of(columns, cells)
            taken = self._reports.take(creditor, account, source, told, by)
        except AccountUnknown as unknown:
            return RowTaken(row.line, account, "unknown-account", unknown.code, unknown.detail)
        except Refusal as refusal:
            return RowTaken(row.line, account, "refused", refusal.code, refusal.detail)
        return RowTaken(row.line, account, taken.outcome)


def _bounded(table: Table, rows_max: int) -> list[Row]:
    rows = [row for row in islice(table.rows, rows_max + 1) if not row.is_empty]
    if len(rows) > rows_max:
        raise ReportFileTooLarge(f"A file has {rows_max} rows at most here: cut it.")
    return rows
