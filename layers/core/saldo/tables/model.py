"""What a table is: rows of texts with their places, how it is read, and why one is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal, Protocol, get_args

from saldo.errors import Invalid, TooLarge

Opener = Callable[[], BinaryIO]
"""Opens a file from its beginning; the reader closes it."""

Format = Literal["csv", "fixed-width", "xlsx", "datev-extf"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

COLUMNS_MAX: Final = 512
"""More than the widest export that is known (DATEV's master data has 254)."""

CELL_CHARACTERS_MAX: Final = 32_767
"""A spreadsheet's own limit. What is longer is a quotation mark that nobody closed."""

ROWS_MAX: Final = 1_048_576
"""A spreadsheet's own limit."""


class TableNotReadable(Invalid):
    """The file is no table, or not one in the form that was said."""

    code = "table-not-readable"


class EncodingContradicted(TableNotReadable):
    """The file is written in UTF-8 or UTF-16, and was said to be in another encoding."""

    code = "encoding-contradicted"


class TableTooLarge(TooLarge):
    """The table has more rows, columns or bytes than are taken."""

    code = "table-too-large"


class WorkbookNotTaken(Invalid):
    """The workbook is locked, unpacks to far more than it is, or holds what no workbook needs."""

    code = "workbook-not-taken"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: `line` is where it begins in the file, or its number in the sheet, from 1.

    Cells are texts without blanks around them. Those in `typed` were numbers, days or truth values
    in the file itself: they stand as 1234.5, 2026-11-21 and true, whatever the texts beside them
    look like.
    """

    line: int
    cells: tuple[str, ...]
    typed: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class FixedColumn:
    """A column of a file without separators: characters `first` to `last`, from 1, both within."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read. `header_line` is the line (or row of the sheet) with the columns' names,
    0 where there is none; `quote` is "" where texts stand bare; `sheet` "" is the first one.
    """

    format: Format = "csv"
    encoding: str = "utf-8"
    separator: str = ";"
    quote: str = '"'
    header_line: int = 1
    sheet: str = ""
    columns: tuple[FixedColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is being read: its columns' names, and its rows, once, in order."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


class Workbooks(Protocol):
    """Reads workbooks. Everything may raise TableNotReadable, TableTooLarge or WorkbookNotTaken."""

    def sheets(self, opener: Opener) -> list[str]:
        """Return the names of the sheets with cells, in their order."""

    def rows(self, opener: Opener, sheet: str) -> Iterator[Row]:
        """Yield the rows of a sheet ("": the first one) that are not empty."""


def column_names(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return names that are each there once: a second "Name" is "Name #2", a nameless column goes
    by its place, "#3".
    """
    seen: dict[str, int] = {}
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        bare = " ".join(cell.split())
        if not bare:
            names.append(f"#{place}")
            continue
        seen[bare] = seen.get(bare, 0) + 1
        names.append(bare if seen[bare] == 1 else f"{bare} #{seen[bare]}")
    return tuple(names)
