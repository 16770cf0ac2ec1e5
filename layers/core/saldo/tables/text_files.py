"""Rows of text files: with separators, or in columns of fixed width. Pure; one row at a time."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from saldo.tables.model import (
    CELL_CHARACTERS_MAX,
    COLUMNS_MAX,
    Layout,
    Opener,
    Row,
    TableNotReadable,
    TableTooLarge,
)

_MARK = "\ufeff"


def separated_rows(opener: Opener, layout: Layout) -> Iterator[Row]:
    """Yield every record of a file with separators, empty ones among them.

    Raises TableNotReadable for bytes that are none in the encoding and quotation marks that are
    never closed, TableTooLarge for too many columns.
    """
    with _text(opener, layout.encoding) as file:
        reader = csv.reader(
            file,
            delimiter=layout.separator,
            quotechar=layout.quote or None,
            quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
            doublequote=True,
        )
        line = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise _never_closed(line) from None
            except UnicodeError:
                raise _not_in(layout.encoding, line) from None
            yield _row(line, cells)
            line = reader.line_num + 1


def fixed_rows(opener: Opener, layout: Layout) -> Iterator[Row]:
    """Yield every line, cut into the layout's columns. Raises TableNotReadable."""
    with _text(opener, layout.encoding) as file:
        lines = iter(file)
        number = 0
        while True:
            number += 1
            try:
                line = next(lines)
            except StopIteration:
                return
            except UnicodeError:
                raise _not_in(layout.encoding, number) from None
            bare = line.rstrip("\r\n\x1a")
            yield _row(number, [bare[one.first - 1 : one.last] for one in layout.columns])


def _text(opener: Opener, encoding: str) -> io.TextIOWrapper:
    """Open the file as text; a mark at the beginning is taken off."""
    name = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    return io.TextIOWrapper(opener(), name, errors="strict", newline="")


def _row(line: int, cells: list[str]) -> Row:
    if len(cells) > COLUMNS_MAX:
        raise TableTooLarge(f"Line {line} has more than {COLUMNS_MAX} columns.")
    clean = tuple(cell.strip().strip(_MARK) for cell in cells)
    if any(len(cell) > CELL_CHARACTERS_MAX for cell in clean):
        raise _never_closed(line)
    return Row(line, clean)


def _never_closed(line: int) -> TableNotReadable:
    return TableNotReadable(f"A quotation mark in line {line} is never closed.")


def _not_in(encoding: str, line: int) -> TableNotReadable:
    return TableNotReadable(f"The file is not written in {encoding}: see about line {line}.")
