"""From a row's cells to the value of one field: joined, cut, translated, read. Pure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal as Exact
from typing import Any, Final

from saldo.errors import Invalid
from saldo.imports.fields import FIELDS, FieldType
from saldo.imports.mapping import Mapping, Take
from saldo.tables.days import possible_forms, read_day
from saldo.tables.model import Row, TableNotReadable
from saldo.tables.numbers import is_damaged, possible_marks, read_number

_TRUE: Final = frozenset(("1", "x", "j", "ja", "y", "yes", "true", "wahr", "vrai", "o", "oui"))
_FALSE: Final = frozenset(
    ("", "0", "n", "nein", "no", "nee", "non", "false", "falsch", "faux", "-")
)
_GROUP: Final = 3


class CellNotReadable(Invalid):
    """A cell is not what its field must be."""

    code = "cell-not-readable"


class DayNotReadable(Invalid):
    """A cell is no day of the form that the mapping says."""

    code = "day-not-readable"


class AmountAmbiguous(Invalid):
    """An amount could be meant both ways: 1.500 is a thousand and a half, or one and a half."""

    code = "amount-ambiguous"


class AmountCellNotReadable(Invalid):
    """A cell is no amount of the form that the mapping says."""

    code = "amount-cell-not-readable"


class NumberDamaged(Invalid):
    """A spreadsheet wrote a number as 1,00E+11, and lost digits of it."""

    code = "number-damaged"


class ColumnsMissing(TableNotReadable):
    """The mapping looks at columns that the file does not have."""

    code = "columns-missing"


class MappingContradicted(TableNotReadable):
    """A cell can only be meant otherwise than the mapping reads it, so that others beside it would
    be read wrongly without a sign of it."""

    code = "mapping-contradicted"


Reader = Callable[[Row], Any]


class Cells:
    """Reads the fields of a mapping from the rows of one table.

    Raises ColumnsMissing where the table lacks a column that the mapping looks at.
    """

    def __init__(self, mapping: Mapping, columns: tuple[str, ...]) -> None:
        self._mapping = mapping
        self._places = _places(columns)
        missing = [name for name in mapping.columns if name not in self._places]
        if missing:
            told = ", ".join(repr(name) for name in missing)
            there = ", ".join(columns[:40])
            raise ColumnsMissing(f"The file has no column {told}. It has: {there}.")
        self._readers: dict[str, Reader] = {
            name: self._reader(name, FIELDS[name].type, take)
            for name, take in mapping.fields.items()
        }

    def read(self, row: Row, name: str) -> Any:
        """Return a field's value, None where nothing stands; raise Invalid, naming the field."""
        reader = self._readers.get(name)
        return reader(row) if reader else None

    def text(self, row: Row, column: str) -> str:
        """Return a cell as it stands."""
        place = self._places[column]
        return row.cells[place] if place < len(row.cells) else ""

    def check(self, row: Row) -> None:
        """Raise MappingContradicted where a cell can only be meant otherwise than it is read."""
        for name, take in self._mapping.fields.items():
            kind = FIELDS[name].type
            if kind not in ("amount", "day"):
                continue
            for column in take.columns if kind == "day" else (*take.columns, *_some(take.less)):
                place = self._places[column]
                if place >= len(row.cells) or place in row.typed:
                    continue
                self._check_cell(row, column, row.cells[place], take, kind)

    def _check_cell(self, row: Row, column: str, cell: str, take: Take, kind: FieldType) -> None:
        if kind == "amount":
            decimal = take.decimal or self._mapping.decimal
            marks = possible_marks(cell)
            if decimal != "mixed" and len(marks) == 1 and decimal not in marks:
                other = "comma" if "," in marks else "point"
                raise MappingContradicted(
                    f"Line {row.line}, {column!r}: {cell!r} has a decimal {other}, and the mapping "
                    f"reads '{decimal}' as the decimal mark."
                )
            return
        form = take.days or self._mapping.days
        forms = possible_forms(cell) if take.part is None else frozenset()
        swapped = {"DMY": "MDY", "MDY": "DMY"}.get(form)
        if form not in forms and swapped in forms:
            raise MappingContradicted(
                f"Line {row.line}, {column!r}: {cell!r} can only be {swapped}, and the mapping "
                f"reads {form}."
            )

    def _reader(self, name: str, kind: FieldType, take: Take) -> Reader:
        if kind == "amount":
            return self._amount(name, take)
        if kind == "day":
            return self._day(name, take)
        raw = self._raw(take)
        convert: dict[FieldType, Callable[[str, str], Any]] = {
            "number": _number,
            "whole": _whole,
            "flag": _flag,
            "labels": _labels,
        }
        read = convert.get(kind, _text)

        def value(row: Row) -> Any:
            text, _ = raw(row)
            return read(text, name) if text or kind == "flag" else None

        return value

    def _raw(self, take: Take) -> Callable[[Row], tuple[str, bool]]:
        """Return what makes a field's text, and tells whether the file had typed it."""
        places = [self._places[column] for column in take.columns]
        table = {key.casefold(): to for key, to in take.table}

        def text(row: Row) -> tuple[str, bool]:
            if len(places) == 1:
                place = places[0]
                made = row.cells[place] if place < len(row.cells) else ""
                is_typed = place in row.typed
            elif places:
                parts = [row.cells[place] for place in places if place < len(row.cells)]
                made, is_typed = take.joint.join(part for part in parts if part), False
            else:
                made, is_typed = take.value, False
            if take.part:
                made, is_typed = _cut(made, take.part), False
            if table or take.table_else is not None:
                found = table.get(made.casefold())
                made = found if found is not None else _else(made, take)
            made = made or take.otherwise
            return (made.rjust(take.pad, "0") if made and take.pad else made), is_typed

        return text

    def _day(self, name: str, take: Take) -> Reader:
        raw, form = self._raw(take), take.days or self._mapping.days

        def day(row: Row) -> str | None:
            text, is_typed = raw(row)
            if not text or not text.strip("0-./ "):
                return None
            found = read_day(text, "YMD") if is_typed else None
            found = found or read_day(text, form)
            if found is None:
                raise DayNotReadable(f"{text!r} is no day ({form}).").at(f"/{name}")
            return found.isoformat()

        return day

    def _amount(self, name: str, take: Take) -> Reader:
        raw, decimal = self._raw(take), take.decimal or self._mapping.decimal
        less = self._raw(Take(columns=(take.less,))) if take.less else None
        side = take.side
        minus = frozenset(value.casefold() for value in side.values) if side else frozenset()

        def amount(row: Row) -> str | None:
            made = _exact(*raw(row), decimal, name)
            if less is not None:
                other = _exact(*less(row), decimal, name)
                if made is not None or other is not None:
                    made = (made or Exact(0)) - (other or Exact(0))
            if made is None:
                return None
            if side is not None and self.text(row, side.column).casefold() in minus:
                made = -made
            return f"{-made if take.inverted else made:f}"

        return amount


def _places(columns: tuple[str, ...]) -> dict[str, int]:
    """Return where each column is, by its name and by its place ("#3")."""
    by_place = {f"#{place}": place - 1 for place in range(1, len(columns) + 1)}
    return by_place | {name: place for place, name in enumerate(columns)}


def _some(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _else(text: str, take: Take) -> str:
    if not take.table:
        return text
    if take.table_else is None and text:
        known = ", ".join(repr(key) for key, _ in take.table[:20])
        raise CellNotReadable(f"{text!r} is none of the words that the mapping knows: {known}.")
    return take.table_else or ""


def _cut(text: str, part: tuple[str, int, int]) -> str:
    by, first, count = part
    if not by:
        return text[first - 1 : first - 1 + count].strip()
    parts = text.split(by)
    return parts[first - 1].strip() if first <= len(parts) else ""


def _text(text: str, name: str) -> str:
    del name
    return " ".join(text.split())


def _number(text: str, name: str) -> str:
    if is_damaged(text):
        raise NumberDamaged(
            f"{text!r} was a longer number before a spreadsheet saved it; export it as text."
        ).at(f"/{name}")
    return " ".join(text.split())


def _whole(text: str, name: str) -> int:
    bare = text.partition(".")[0] if text.replace(".", "", 1).rstrip("0").isdigit() else text
    if not bare.isascii() or not bare.isdigit() or len(bare) > _GROUP + 1:
        raise CellNotReadable(f"{text!r} is no whole number.").at(f"/{name}")
    return int(bare)


def _flag(text: str, name: str) -> bool:
    word = text.casefold()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise CellNotReadable(f"{text!r} is neither yes nor no.").at(f"/{name}")


def _labels(text: str, name: str) -> list[str]:
    del name
    return [one.strip() for one in text.split(",") if one.strip()]


def _exact(text: str, is_typed: bool, decimal: Any, name: str) -> Exact | None:
    """Read an amount; what could be meant both ways is refused."""
    if not text or text in ("-", "–"):
        return None
    number = read_number(text, "." if is_typed else decimal)
    if number is None:
        raise AmountCellNotReadable(f"{text!r} is no amount with the decimal mark '{decimal}'.").at(
            f"/{name}"
        )
    whole, _, fraction = number.lstrip("-").partition(".")
    if not is_typed and len(fraction) == _GROUP and len(whole) <= _GROUP and whole != "0":
        raise AmountAmbiguous(f"{text!r} may be meant as {whole}{fraction}: write its cents.").at(
            f"/{name}"
        )
    return Exact(number)
