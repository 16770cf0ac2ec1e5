"""What the index of an evidence pack is made of when it is typeset: sections of tables. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Style = Literal["plain", "strong", "small", "code"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cell, after its `label`. `code` is what is compared character by character."""

    text: str
    style: Style = "plain"
    label: str = ""


Cell = tuple[Line, ...]
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `share` of the width that is left over, 0 for as wide as its cells need."""

    title: str
    share: int = 0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a sentence and a table; without `columns` the rows are a word and its value."""

    title: str
    note: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """All of it. `as_of` is the day of the last fact: the same facts make the same paper.

    `page` has {page} and {pages} where the numbers go.
    """

    language: str
    creditor: str
    title: str
    lead: str
    nothing: str
    page: str
    as_of: date
    sections: tuple[Section, ...]


class IndexTypesetter(Protocol):
    """Makes PDFs; the same index gives the same bytes."""

    def index(self, index: Index) -> bytes: ...


def cell(text: object, style: Style = "plain") -> Cell:
    """Return a cell of one line."""
    return (Line(str(text), style),)


def lines(*told: Line | tuple[str, Style] | str) -> Cell:
    """Return a cell of several lines; empty ones are left out."""
    made = [one if isinstance(one, Line) else _line(one) for one in told]
    return tuple(one for one in made if one.text)


def _line(told: tuple[str, Style] | str) -> Line:
    return Line(told) if isinstance(told, str) else Line(*told)
