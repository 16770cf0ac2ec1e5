"""From a file to a table: by what a mapping says, or by what the file itself shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from saldo.tables.columns import Columns
from saldo.tables.dialect import detect_dialect, detect_header
from saldo.tables.encodings import Encoding, detect_encoding, is_other_than
from saldo.tables.extf import extf_layout, is_extf, open_extf
from saldo.tables.model import (
    ROWS_MAX,
    EncodingContradicted,
    Layout,
    Opener,
    Row,
    Table,
    TableNotReadable,
    TableTooLarge,
    Workbooks,
    column_names,
)
from saldo.tables.text_files import fixed_rows, separated_rows

_ZIP: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_SAMPLE_BYTES: Final = 1 << 16
_HEADER_WITHIN: Final = 60


@dataclass(frozen=True, slots=True)
class Detected:
    """How a file seems to be read, and what is not certain about it."""

    layout: Layout
    doubts: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


class Tables:
    """Reads tables. Workbooks are read by a part of their own."""

    def __init__(self, workbooks: Workbooks) -> None:
        self._workbooks = workbooks

    def detect(self, opener: Opener) -> Detected:
        """Return how a file seems to be read.

        Raises TableNotReadable, TableTooLarge or WorkbookNotTaken.
        """
        with opener() as file:
            head = file.read(_SAMPLE_BYTES)
        if not head.strip():
            raise TableNotReadable("The file is empty.")
        if head.startswith(_OLD_WORKBOOK):
            raise TableNotReadable(
                "This is a workbook of the old kind (.xls), or a locked one: save it as .xlsx, "
                "without a password."
            )
        if head.startswith(_ZIP):
            return self._of_workbook(opener)
        encoding = detect_encoding(opener)
        if is_extf(head):
            name = "cp1252" if not encoding.is_sure else encoding.name
            return Detected(extf_layout(name))
        return _of_text(opener, head, encoding)

    def open(self, opener: Opener, layout: Layout) -> Table:
        """Return a file's table, read as `layout` says; its rows raise as `detect` does.

        DATEV's format may be in either encoding of its own. Raises EncodingContradicted.
        """
        if layout.format != "xlsx" and is_other_than(opener, layout.encoding):
            if layout.format != "datev-extf":
                raise EncodingContradicted(
                    f"The file is written in UTF-8 or UTF-16, and {layout.encoding} was said: "
                    "its letters with accents would come out wrong."
                )
            layout = replace(layout, encoding=detect_encoding(opener).name)
        if layout.format == "datev-extf":
            table = open_extf(opener, layout)
        elif layout.format == "fixed-width":
            names = tuple(one.name for one in layout.columns)
            table = Table(names, _below(fixed_rows(opener, layout), layout.header_line))
        else:
            rows = self._rows(opener, layout)
            table = _named(rows, layout.header_line)
        return Table(table.columns, _counted(table.rows))

    def _rows(self, opener: Opener, layout: Layout) -> Iterator[Row]:
        if layout.format == "xlsx":
            return self._workbooks.rows(opener, layout.sheet)
        return separated_rows(opener, layout)

    def _of_workbook(self, opener: Opener) -> Detected:
        sheets = tuple(self._workbooks.sheets(opener))
        layout = Layout("xlsx", "", "", "", 0, sheets[0] if sheets else "")
        rows = list(islice(self._workbooks.rows(opener, layout.sheet), _HEADER_WITHIN))
        line = detect_header(rows)
        doubts = () if line else ("No row names the columns.",)
        if len(sheets) > 1:
            told = ", ".join(sheets)
            doubts = (*doubts, f"The workbook has several sheets ({told}); the first is read.")
        return Detected(replace(layout, header_line=line), doubts, sheets)


def survey(table: Table) -> Columns:
    """Look at a whole table, and return what its columns hold."""
    columns = Columns(table.columns)
    for row in table.rows:
        if not row.is_empty:
            columns.see(row)
    return columns


def _of_text(opener: Opener, head: bytes, encoding: Encoding) -> Detected:
    text = head.decode(encoding.name, errors="ignore").lstrip("\ufeff")
    dialect = detect_dialect(text)
    layout = Layout("csv", encoding.name, dialect.separator, dialect.quote, 0)
    rows = list(islice(separated_rows(opener, layout), _HEADER_WITHIN))
    line = detect_header(rows)
    doubts = []
    if not encoding.is_sure:
        doubts.append(f"Encoding: {encoding.name} is a guess ({encoding.why}).")
    if not dialect.is_sure:
        doubts.append("Separator: nothing tells for certain what separates the columns.")
    if not line:
        doubts.append("No line names the columns; they go by their places, #1, #2 …")
    return Detected(replace(layout, header_line=line), tuple(doubts))


def _named(rows: Iterator[Row], header_line: int) -> Table:
    """Return a table whose columns are named by a line of it, or by their places."""
    if header_line:
        for row in rows:
            if row.line == header_line:
                return Table(column_names(row.cells), rows)
            if row.line > header_line:
                break
        raise TableNotReadable(f"There is no line {header_line} that names the columns.")
    first = list(islice(rows, _HEADER_WITHIN))
    width = max((len(row.cells) for row in first), default=0)
    return Table(column_names(("",) * width), _chained(first, rows))


def _chained(first: list[Row], rest: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from rest


def _below(rows: Iterator[Row], header_line: int) -> Iterator[Row]:
    return (row for row in rows if row.line > header_line)


def _counted(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if number > ROWS_MAX:
            raise TableTooLarge(f"The table has more than {ROWS_MAX} rows.")
        yield row
