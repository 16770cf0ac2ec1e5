"""What separates the cells of a text file, what quotes them, and where its columns are named."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from saldo.tables.days import possible_forms
from saldo.tables.model import Row
from saldo.tables.numbers import possible_marks

SEPARATORS: Final = (";", "\t", ",", "|")
QUOTES: Final = ('"', "'", "")
_LINES: Final = 200
_HEADER_WITHIN: Final = 40
_SPREAD: Final = 0.5


@dataclass(frozen=True, slots=True)
class Dialect:
    """What was found; `is_sure` is False where another separator would do as well."""

    separator: str
    quote: str
    is_sure: bool


def detect_dialect(text: str) -> Dialect:
    """Return how the cells of a text are separated and quoted, by its first lines."""
    lines = text.splitlines(keepends=True)[:_LINES]
    first = lines[0].strip() if lines else ""
    quote = _quote(lines)
    if first.lower().startswith("sep=") and len(first) == 5:
        return Dialect(first[4], quote, is_sure=True)
    scores = {one: _score(lines, one, quote) for one in SEPARATORS}
    best = max(SEPARATORS, key=lambda one: scores[one])
    rest = max(scores[one] for one in SEPARATORS if one != best)
    if scores[best] <= 0:
        return Dialect(";", quote, is_sure=False)
    return Dialect(best, quote, is_sure=scores[best] > rest * 1.2)


def _quote(lines: Sequence[str]) -> str:
    """Return the mark that opens cells: after a separator or at the beginning of a line."""
    text = "\n" + "\n".join(line.strip() for line in lines)
    found = {
        mark: sum(text.count(f"{one}{mark}") for one in (*SEPARATORS, "\n")) for mark in ('"', "'")
    }
    return "'" if found["'"] > 2 * found['"'] and found["'"] > 1 else '"'


def _score(lines: Sequence[str], separator: str, quote: str) -> float:
    """Return how well a separator cuts the lines into the same number of cells."""
    reader = csv.reader(
        io.StringIO("".join(lines), newline=""), delimiter=separator, quotechar=quote
    )
    try:
        counts = Counter(len(cells) for cells in reader if any(cells))
    except csv.Error:
        return 0.0
    many = Counter({width: count for width, count in counts.items() if width > 1})
    if not many:
        return 0.0
    width, count = max(many.items(), key=lambda one: (one[1], one[0]))
    share = count / sum(counts.values())
    return share * share * (1 + min(width, 12) / 4)


def detect_header(rows: Sequence[Row]) -> int:
    """Return the line that names the columns, 0 where none does.

    It is the first that is as wide as the table, holds words that each stand there once, and no
    day or amount, where a row with some follows.
    """
    seen = list(islice((row for row in rows if not row.is_empty), _HEADER_WITHIN))
    widths = Counter(_width(row) for row in seen if _width(row) > 1)
    if not widths:
        return 0
    usual = max(widths.items(), key=lambda one: (one[1], one[0]))[0]
    for place, row in enumerate(seen):
        filled = [cell for cell in row.cells if cell]
        if len(filled) < max(2, usual * _SPREAD) or not all(map(_is_word, filled)):
            continue
        if row.typed or len(set(filled)) < len(filled) * 0.7:
            continue
        below = seen[place + 1 : place + 6]
        if not below or any(_has_values(other) for other in below):
            return row.line
    return 0


def _width(row: Row) -> int:
    return max((place for place, cell in enumerate(row.cells, 1) if cell), default=0)


def _is_word(cell: str) -> bool:
    return any(one.isalpha() for one in cell) and not possible_forms(cell)


def _has_values(row: Row) -> bool:
    return bool(row.typed) or any(
        possible_marks(cell) or possible_forms(cell) for cell in row.cells
    )
