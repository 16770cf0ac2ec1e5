"""Reading a mapping from its JSON data, naming what is wrong and where. Pure.

A name that nothing knows is refused: a setting that is spelt wrong would be one that does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from saldo.imports.fields import FIELDS, KINDS, NEEDED, PAYMENT_ID
from saldo.imports.mapping import (
    ACCOUNTS_RULES,
    NEGATIVE_RULES,
    LeaveOut,
    Mapping,
    MappingNotValid,
    Side,
    Take,
)
from saldo.tables.days import DAY_FORMS
from saldo.tables.dialect import QUOTES, SEPARATORS
from saldo.tables.encodings import ENCODINGS
from saldo.tables.model import COLUMNS_MAX, FORMATS, FixedColumn, Layout
from saldo.tables.numbers import DECIMALS

SCHEMA: Final = 1
_TEXT_MAX: Final = 300
_MANY_MAX: Final = 1_000
_LINE_MAX: Final = 100_000

_NONE: Final[tuple[str, ...]] = ()

T = TypeVar("T")


class _Part:
    """One object of the data, read setting by setting; `place` is a JSON pointer to it."""

    def __init__(self, data: Any, place: str) -> None:
        if not isinstance(data, dict):
            raise _wrong(place, "must be an object")
        self._data, self.place, self._read = data, place, set[str]()

    def has(self, name: str) -> bool:
        return self._data.get(name) is not None

    def take(self, name: str, read: Callable[[Any, str], T], default: T) -> T:
        self._read.add(name)
        return read(self._data[name], f"{self.place}/{name}") if self.has(name) else default

    def done(self) -> None:
        """Refuse what nobody asked for."""
        for name in self._data:
            if name not in self._read:
                known = ", ".join(sorted(self._read))
                raise _wrong(f"{self.place}/{name}", f"is no setting; here there are {known}")


def mapping_from(data: Any) -> Mapping:
    """Read a mapping from its JSON data; raise MappingNotValid, pointing at what is wrong."""
    part = _Part(data, "")
    if part.take("schema", _whole, 0) != SCHEMA:
        raise _wrong("/schema", f"must be {SCHEMA}")
    mapping = Mapping(
        layout=part.take("layout", _layout, Layout()),
        fields=part.take("fields", _fields, {}),
        decimal=part.take("decimal", _one_of(DECIMALS), ","),
        days=part.take("days", _one_of(DAY_FORMS), "DMY"),
        accounts=part.take("accounts", _one_of(ACCOUNTS_RULES), "create"),
        negative=part.take("negative", _one_of(NEGATIVE_RULES), "refuse"),
        leave_out=part.take("leave_out", _rules, ()),
        about=part.take("about", _text, ""),
    )
    part.done()
    _check(mapping)
    return mapping


def _check(mapping: Mapping) -> None:
    """Refuse a mapping that could take no row at all."""
    kind = mapping.fields.get("kind")
    kinds = _kinds(kind)
    for one in kinds:
        _check_kind(mapping, one)
    if mapping.negative == "credit-note" and "invoice" not in mapping.fields:
        raise _wrong("/fields", "must have 'invoice': which one a credit note reduces")
    if mapping.layout.format == "fixed-width" and not mapping.layout.columns:
        raise _wrong("/layout/columns", "must say where the columns are")
    if mapping.layout.format == "fixed-width":
        there = {one.name for one in mapping.layout.columns}
        for name in mapping.columns:
            if name not in there:
                raise _wrong("/fields", f"names a column that the layout lacks: {name!r}")


def _check_kind(mapping: Mapping, kind: str) -> None:
    if kind == "payment" and PAYMENT_ID not in mapping.fields:
        return  # such rows are refused
    for name in NEEDED.get(kind, ()):
        if name not in mapping.fields:
            raise _wrong("/fields", f"must have {name!r}, for rows that are {kind}s")
    if kind == "invoice" and not {"due_on", "due_days"} & mapping.fields.keys():
        raise _wrong("/fields", "must have 'due_on' or 'due_days'")


def _kinds(kind: Take | None) -> tuple[str, ...]:
    if kind is None:
        return ("invoice",)
    found = [to for _, to in kind.table]
    found += [one for one in (kind.value, kind.otherwise, kind.table_else) if one]
    for one in found:
        if one not in KINDS:
            raise _wrong("/fields/kind", f"makes a row {one!r}; it is {', '.join(KINDS)}")
    return tuple(dict.fromkeys(found))


def _layout(data: Any, place: str) -> Layout:
    part = _Part(data, place)
    plain = Layout()
    made = Layout(
        format=part.take("format", _one_of(FORMATS), "csv"),
        encoding=part.take("encoding", _one_of(ENCODINGS), plain.encoding),
        separator=part.take("separator", _one_of(SEPARATORS), plain.separator),
        quote=part.take("quote", _one_of(QUOTES), plain.quote),
        header_line=part.take("header_line", _whole, 1),
        sheet=part.take("sheet", _text, ""),
        columns=part.take("columns", _columns, ()),
    )
    part.done()
    return made


def _columns(data: Any, place: str) -> tuple[FixedColumn, ...]:
    made: list[FixedColumn] = []
    for at, one in _each(data, place):
        part = _Part(one, at)
        column = FixedColumn(
            part.take("name", _text, ""),
            part.take("first", _whole, 0),
            part.take("last", _whole, 0),
        )
        part.done()
        if not column.name or not 1 <= column.first <= column.last:
            raise _wrong(at, "must have a name, and characters from 'first' (1 or more) to 'last'")
        if any(column.name == other.name for other in made):
            raise _wrong(at, f"stands there twice: {column.name!r}")
        made.append(column)
    if len(made) > COLUMNS_MAX:
        raise _wrong(place, f"must be at most {COLUMNS_MAX} columns")
    return tuple(made)


def _fields(data: Any, place: str) -> dict[str, Take]:
    if not isinstance(data, dict):
        raise _wrong(place, "must be an object")
    made: dict[str, Take] = {}
    for name, one in data.items():
        at = f"{place}/{name}"
        if name not in FIELDS:
            raise _wrong(at, f"is no field; there are {', '.join(FIELDS)}")
        made[name] = _take(one, at, FIELDS[name].type == "amount")
    return made


def _take(data: Any, place: str, is_amount: bool) -> Take:
    part = _Part(data, place)
    column = part.take("column", _text, "")
    columns = part.take("columns", _texts, _NONE)
    named: tuple[str, ...] = (column,) if column else columns
    made = Take(
        columns=named,
        joint=part.take("with", _text, " "),
        value=part.take("value", _text, ""),
        part=part.take("part", _cut, None),
        table=part.take("table", _table, ()),
        table_else=part.take("table_else", _text_or_none, None),
        otherwise=part.take("otherwise", _text, ""),
        pad=part.take("pad", _whole, 0),
        days=part.take("days", _one_of(DAY_FORMS), None),
        decimal=part.take("decimal", _one_of(DECIMALS), None),
        less=part.take("less", _text_or_none, None),
        side=part.take("minus_where", _side, None),
        inverted=part.take("inverted", _flag, False),  # noqa: FBT003 - the default
    )
    part.done()
    if (column and columns) or bool(named) == bool(made.value):
        raise _wrong(place, "must have one of 'column', 'columns' and 'value'")
    if not is_amount and (made.less or made.side or made.inverted):
        raise _wrong(place, "is no amount: 'less', 'minus_where' and 'inverted' are for amounts")
    if made.pad > _TEXT_MAX:
        raise _wrong(f"{place}/pad", f"must be at most {_TEXT_MAX}")
    return made


def _cut(data: Any, place: str) -> tuple[str, int, int]:
    part = _Part(data, place)
    by = part.take("at", _text, "")
    number = part.take("take", _whole, 1)
    first, count = part.take("from", _whole, 1), part.take("count", _whole, 0)
    part.done()
    if by:
        return by, max(1, number), 0
    if first < 1 or count < 1:
        raise _wrong(place, "must have 'at' and 'take', or 'from' (1 or more) and 'count'")
    return "", first, count


def _side(data: Any, place: str) -> Side:
    part = _Part(data, place)
    made = Side(part.take("column", _text, ""), part.take("is", _texts, ()))
    part.done()
    if not made.column or not made.values:
        raise _wrong(place, "must have 'column' and 'is'")
    return made


def _rules(data: Any, place: str) -> tuple[LeaveOut, ...]:
    made = []
    for at, one in _each(data, place):
        part = _Part(one, at)
        rule = LeaveOut(
            part.take("column", _text, ""),
            part.take("is", _texts, ()),
            part.take("begins", _texts, ()),
        )
        part.done()
        if not rule.column or not (rule.values or rule.begins):
            raise _wrong(at, "must have 'column', and 'is' or 'begins'")
        made.append(rule)
    return tuple(made)


def _table(data: Any, place: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(data, dict) or len(data) > _MANY_MAX:
        raise _wrong(place, f"must be an object of at most {_MANY_MAX} words")
    return tuple((key, _text(value, f"{place}/{key}")) for key, value in data.items())


def _each(data: Any, place: str) -> list[tuple[str, Any]]:
    if not isinstance(data, list) or len(data) > _MANY_MAX:
        raise _wrong(place, f"must be a list of at most {_MANY_MAX}")
    return [(f"{place}/{number}", one) for number, one in enumerate(data)]


def _texts(data: Any, place: str) -> tuple[str, ...]:
    return tuple(_text(one, at) for at, one in _each(data, place))


def _text(data: Any, place: str) -> str:
    if not isinstance(data, str) or len(data) > _TEXT_MAX:
        raise _wrong(place, f"must be a text of at most {_TEXT_MAX} characters")
    return data


def _text_or_none(data: Any, place: str) -> str | None:
    return _text(data, place)


def _whole(data: Any, place: str) -> int:
    if not isinstance(data, int) or isinstance(data, bool) or not 0 <= data <= _LINE_MAX:
        raise _wrong(place, f"must be a whole number from 0 to {_LINE_MAX}")
    return data


def _flag(data: Any, place: str) -> bool:
    if not isinstance(data, bool):
        raise _wrong(place, "must be true or false")
    return data


def _one_of(values: Sequence[T]) -> Callable[[Any, str], T]:
    def read(data: Any, place: str) -> T:
        if data not in values or isinstance(data, bool):
            raise _wrong(place, f"must be one of {', '.join(map(repr, values))}")
        found: T = data
        return found

    return read


def _wrong(place: str, must: str) -> MappingNotValid:
    found = MappingNotValid(f"{place or 'The mapping'} {must}.")
    found.at(place)
    return found
