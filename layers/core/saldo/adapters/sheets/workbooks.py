"""Implements `Workbooks` with openpyxl, row by row, after a look at what the file unpacks to.

A workbook is an archive of XML. Before anything in it is read its index is: how many parts it has,
what they unpack to by themselves and together, and how many times their size that is. Parts are
never unpacked further than the index says. Formulas are not reckoned: the value that the program
last saved with them counts.
"""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from saldo.tables.model import (
    CELL_CHARACTERS_MAX,
    ROWS_MAX,
    Opener,
    Row,
    TableNotReadable,
    TableTooLarge,
    WorkbookNotTaken,
)

_PARTS_MAX: Final = 2_000
_UNPACKED_BYTES_MAX: Final = 512 * 1024 * 1024
_TEXTS_BYTES_MAX: Final = 64 * 1024 * 1024
"""Of the texts that cells share, which alone are held in memory at once."""

_RATIO_MAX: Final = 150
_RATIO_FROM_BYTES: Final = 4 * 1024 * 1024
_COLUMNS_MAX: Final = 256
_DOCTYPE_WITHIN: Final = 4096
_DIGITS_EXACT: Final = 15
_ZEROS_FORMAT: Final = re.compile(r"0{2,}")


class OpenpyxlWorkbooks:
    """Reads .xlsx."""

    def sheets(self, opener: Opener) -> list[str]:
        """Return the names of the sheets with cells, in their order."""
        with _workbook(opener) as book:
            return [sheet.title for sheet in book.worksheets]

    def rows(self, opener: Opener, sheet: str) -> Iterator[Row]:
        """Yield the rows of a sheet ("": the first one) that are not empty."""
        with _workbook(opener) as book:
            found = [one for one in book.worksheets if sheet in ("", one.title)]
            if not found:
                raise TableNotReadable(f"The workbook has no sheet {sheet!r}.")
            found[0].reset_dimensions()
            missing: tuple[Any, ...] | None = None
            for number, cells in enumerate(found[0].iter_rows(max_col=_COLUMNS_MAX), 1):
                if number > ROWS_MAX:
                    raise TableTooLarge(f"The sheet has more than {ROWS_MAX:,} rows.")
                if cells is missing:
                    continue
                row = _row(number, cells)
                if row.is_empty:
                    missing = cells  # rows that the file leaves out are all the same tuple
                else:
                    yield row


@contextmanager
def _workbook(opener: Opener) -> Iterator[Any]:
    import openpyxl  # only a workbook pays for it
    from openpyxl.utils.exceptions import InvalidFileException

    with opener() as file:
        try:
            _check(file)
            file.seek(0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions, which are not read
                book = openpyxl.load_workbook(
                    file, read_only=True, data_only=True, keep_links=False
                )
        except (zipfile.BadZipFile, InvalidFileException, ParseError, *_FAULTS) as error:
            raise _broken(error) from None
        try:
            yield book
        except (zipfile.BadZipFile, ParseError, *_FAULTS) as error:
            raise _broken(error) from None
        finally:
            book.close()


_FAULTS: Final = (
    LookupError, ValueError, TypeError, AttributeError, EOFError, NotImplementedError,
    OverflowError, RuntimeError, OSError, struct.error, zlib.error,
)  # fmt: skip
"""What openpyxl and zipfile raise over parts that are missing, or are not what they should be."""


def _broken(error: Exception) -> TableNotReadable:
    return TableNotReadable(f"The workbook is broken: {type(error).__name__}.")


def _check(file: IO[bytes]) -> None:
    """Refuse an archive that is no workbook, or unpacks to more than a workbook does."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "[Content_Types].xml" not in names:
            raise TableNotReadable("The file is an archive, and no workbook (.xlsx).")
        if len(parts) > _PARTS_MAX or len(names) < len(parts):
            raise WorkbookNotTaken("The workbook has too many parts, or one of them twice.")
        total = sum(part.file_size for part in parts)
        if total > _UNPACKED_BYTES_MAX:
            raise TableTooLarge("The workbook unpacks to more than 512 MB.")
        for part in parts:
            _check_part(archive, part)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 1:
        raise WorkbookNotTaken("The workbook is locked with a password.")
    if part.file_size > _RATIO_FROM_BYTES and part.file_size > _RATIO_MAX * part.compress_size:
        raise WorkbookNotTaken("A part of the workbook unpacks to far more than any table does.")
    name = part.filename.lower()
    if name.endswith("sharedstrings.xml") and part.file_size > _TEXTS_BYTES_MAX:
        raise TableTooLarge("The workbook holds more than 64 MB of texts.")
    if name.endswith((".xml", ".rels")):
        with archive.open(part) as opened:
            if b"<!DOCTYPE" in opened.read(_DOCTYPE_WITHIN):
                raise WorkbookNotTaken("A part of the workbook defines entities of its own.")


def _row(number: int, cells: tuple[Any, ...]) -> Row:
    from openpyxl.cell.read_only import EMPTY_CELL

    texts: list[str] = []
    typed: set[int] = set()
    for place, cell in enumerate(cells):
        value = None if cell is EMPTY_CELL else cell.value
        if value is None:
            texts.append("")
        elif isinstance(value, str):
            texts.append(value.strip()[:CELL_CHARACTERS_MAX])
        else:
            texts.append(_text(value, cell))
            typed.add(place)
    while texts and not texts[-1]:
        texts.pop()
    return Row(number, tuple(texts), frozenset(typed))


def _text(value: Any, cell: Any) -> str:
    """Write a typed value plainly; a number that is shown with zeros in front keeps them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        shown = str(getattr(cell, "number_format", "") or "")
        return str(value).zfill(len(shown)) if _ZEROS_FORMAT.fullmatch(shown) else str(value)
    if isinstance(value, float):
        return _plain(value, cell)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return value.isoformat() if isinstance(value, date | time) else str(value)
    return str(value)


def _plain(value: float, cell: Any) -> str:
    """Write a number with the fifteen digits that a spreadsheet keeps, never as 1E+11."""
    if not isfinite(value):
        return ""
    text = f"{Decimal(f'{value:.{_DIGITS_EXACT}g}'):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    shown = str(getattr(cell, "number_format", "") or "")
    if "." not in text and _ZEROS_FORMAT.fullmatch(shown):
        return text.zfill(len(shown))
    return text or "0"
