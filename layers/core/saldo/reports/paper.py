"""What documents for payers are made of before they are typeset. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from saldo.reports.evidence_paper import Column


@dataclass(frozen=True, slots=True)
class PaperRow:
    """Cells, as many as the table has columns."""

    cells: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table under its title."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[PaperRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `warning` stands in a box above everything else; `facts` are words and values.

    `page` has {page} and {pages} where the numbers go; `made_on` is what the document is as of, so
    that the same facts make the same file. `landscape` is for tables of many columns.
    """

    language: str
    sender: str
    sender_lines: tuple[str, ...]
    imprint: str
    colour: str
    to_lines: tuple[str, ...]
    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[PaperTable, ...]
    page: str
    made_on: date
    warning: str = ""
    note: str = ""
    landscape: bool = False


class PaperTypesetter(Protocol):
    """Makes a PDF of a document."""

    def pdf(self, paper: Paper) -> bytes: ...
