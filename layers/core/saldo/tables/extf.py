"""DATEV's format (EXTF): a line about the file, a line of names, and bookings or master data.

Source: developer.datev.de, "DATEV-Format": fields by semicolons, texts in quotation marks, decimal
comma, CP1252 or UTF-8 with a mark. Of the first line: field 1 EXTF (DTVF from DATEV's own
programs), 3 the category (16 debtors and creditors, 21 bookings), 13 the beginning of the business
year, 14 the length of ledger accounts, 15 and 16 first and last day, 22 the currency. Personal
accounts are one digit longer than ledger accounts; debtors begin with 1 to 6, creditors with 7 to
9. A booking's day is DDMM, its amount never negative: S and H belong to the field "Konto".

What these fields say together is told in columns of our own, behind the file's: see `DERIVED`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from saldo.tables.days import read_day
from saldo.tables.model import Layout, Opener, Row, Table, TableNotReadable, column_names
from saldo.tables.numbers import read_number
from saldo.tables.text_files import separated_rows

BOOKINGS: Final = 21
MASTER_DATA: Final = 16

DERIVED: Final = (
    "Saldo: Debitor",
    "Saldo: Betrag",
    "Saldo: Belegdatum",
    "Saldo: Fälligkeit",
    "Saldo: Währung",
    "Saldo: Art",
)
"""The debtor that a booking is about, its amount with a sign (what the debtor owes is positive),
its day with the year, the day of "Fälligkeit", else of "Belegfeld 2" where that is a day, the
currency, and what the row is: "Forderung", "Minderung", "Storno", "kein Debitor", "Umbuchung", of
master data "Debitor" or "Kreditor"."""

_HEAD: Final = re.compile(rb'^(?:\xef\xbb\xbf)?"?(?:EXTF|DTVF)"?;"?\d{3}"?;"?\d{1,3}"?;')
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(\d{2})", re.ASCII)
_REVERSED: Final = frozenset({"1", "G", "g"})


@dataclass(frozen=True, slots=True)
class ExtfHead:
    """What the first line says. Days are None and the currency "" where it is silent."""

    category: int
    format_name: str
    year_begins: date | None
    account_digits: int
    first: date | None
    last: date | None
    currency: str


def is_extf(head: bytes) -> bool:
    """Tell whether a file begins as one of DATEV's format."""
    return _HEAD.match(head) is not None


def extf_layout(encoding: str) -> Layout:
    """Return how the files of the format are read."""
    return Layout("datev-extf", encoding, ";", '"', 2)


def open_extf(opener: Opener, layout: Layout) -> Table:
    """Return the table of a file of bookings or of master data; raise TableNotReadable."""
    rows = separated_rows(opener, layout)
    head = _head(next(rows, Row(1, ())).cells)
    names = next(rows, Row(2, ())).cells
    if "Konto" not in names:
        raise TableNotReadable("Line 2 must hold the names of the fields, 'Konto' among them.")
    columns = column_names(names)
    derive = _bookings(head, columns) if head.category == BOOKINGS else _masters(head, columns)
    return Table((*columns, *DERIVED), derive(rows))


def _head(cells: tuple[str, ...]) -> ExtfHead:
    filled = (*cells, *([""] * 32))
    if filled[0] not in ("EXTF", "DTVF") or not filled[2].isdigit():
        raise TableNotReadable("Line 1 is not that of a file in DATEV's format (EXTF).")
    category = int(filled[2])
    if category not in (BOOKINGS, MASTER_DATA):
        raise TableNotReadable(
            f"The file holds {filled[3] or category}: only Buchungsstapel (21) and "
            "Debitoren/Kreditoren (16) are read."
        )
    digits = int(filled[13]) if filled[13].isdigit() else 4
    year, first, last = (read_day(filled[place], "YMD") for place in (12, 14, 15))
    return ExtfHead(category, filled[3], year, digits, first, last, filled[21])


class _Derive:
    """Adds what is derived behind each row's own cells."""

    def __init__(self, head: ExtfHead, columns: tuple[str, ...]) -> None:
        self.head = head
        self._places = {name: place for place, name in enumerate(columns)}
        self._width = len(columns)

    def __call__(self, rows: Iterator[Row]) -> Iterator[Row]:
        own = frozenset(range(self._width, self._width + len(DERIVED)))
        for row in rows:
            if row.is_empty:
                yield row
                continue
            cells = (*row.cells, *([""] * (self._width - len(row.cells))))[: self._width]
            yield Row(row.line, (*cells, *self.derived(cells)), own)

    def derived(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        raise NotImplementedError

    def cell(self, cells: tuple[str, ...], *names: str) -> str:
        for name in names:
            place = self._places.get(name)
            if place is not None and cells[place]:
                return cells[place]
        return ""

    def person(self, account: str) -> str:
        """Return what a personal account is: "D", "K", or "" for a ledger account."""
        bare = account.lstrip("0")
        if not bare.isdigit() or len(bare) != self.head.account_digits + 1:
            return ""
        return "D" if bare[0] in "123456" else "K"


class _bookings(_Derive):  # noqa: N801 - called as a function makes its caller plain
    def derived(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        account = self.cell(cells, "Konto")
        counter = self.cell(cells, "Gegenkonto (ohne BU-Schlüssel)", "Gegenkonto")
        amount = read_number(self.cell(cells, "Umsatz (ohne Soll/Haben-Kz)", "Umsatz"), ",") or ""
        owed = self.cell(cells, "Soll/Haben-Kennzeichen") != "H"
        sides = (self.person(account), self.person(counter))
        debtor = account if sides[0] == "D" else counter if sides[1] == "D" else ""
        if debtor is counter and debtor:
            owed = not owed
        if not debtor or amount.startswith("-"):
            kind = "kein Debitor"
        elif sides == ("D", "D"):
            kind = "Umbuchung"
        elif self.cell(cells, "Generalumkehr (GU)", "Generalumkehr") in _REVERSED:
            kind = "Storno"
        else:
            kind = "Forderung" if owed else "Minderung"
        signed = amount if owed or not amount else f"-{amount}"
        day = self._day(self.cell(cells, "Belegdatum"))
        due = self._due(cells)
        currency = self.cell(cells, "WKZ Umsatz") or self.head.currency or "EUR"
        return debtor, signed, day, due, currency, kind

    def _day(self, text: str) -> str:
        """Return the day of DDMM in the time that the file is about; "" where it lies outside."""
        match = _DAY_MONTH.fullmatch(text)
        begin = self.head.first or self.head.year_begins
        if not match or begin is None:
            return ""
        end = self.head.last or date(begin.year + 1, begin.month, 1)
        for year in dict.fromkeys((begin.year, end.year)):
            try:
                day = date(year, int(match[2]), int(match[1]))
            except ValueError:
                continue
            if begin <= day <= end:
                return day.isoformat()
        return ""

    def _due(self, cells: tuple[str, ...]) -> str:
        named = read_day(self.cell(cells, "Fälligkeit"), "DMY")
        second = self.cell(cells, "Belegfeld 2")
        by_custom = read_day(second, "DMY") if len(second) == 6 else None
        found = named or by_custom
        return found.isoformat() if found else ""


class _masters(_Derive):  # noqa: N801 - called as a function makes its caller plain
    def derived(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        account = self.cell(cells, "Konto")
        kind = {"D": "Debitor", "K": "Kreditor"}.get(self.person(account), "kein Debitor")
        return account if kind == "Debitor" else "", "", "", "", "", kind
