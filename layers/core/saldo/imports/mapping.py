"""What a mapping is: how a file is read, and what its columns mean. See docs/imports.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from saldo.errors import Invalid, NotFound
from saldo.tables.days import DayForm
from saldo.tables.model import Layout
from saldo.tables.numbers import Decimal

AccountsRule = Literal["leave", "create", "update"]
ACCOUNTS_RULES: Final[tuple[AccountsRule, ...]] = get_args(AccountsRule)
"""leave: an unknown account refuses its row; create: it is made from the row, and one that is known
stays as it is; update: the row says what an account is, whole."""

NegativeRule = Literal["refuse", "credit-note", "leave-out"]
NEGATIVE_RULES: Final[tuple[NegativeRule, ...]] = get_args(NegativeRule)


class MappingNotValid(Invalid):
    """The mapping contradicts itself, lacks something, or names what nothing knows."""

    code = "mapping-not-valid"


class MappingUnknown(NotFound):
    """The creditor has no mapping for that source."""

    code = "mapping-unknown"


@dataclass(frozen=True, slots=True)
class Side:
    """Another column that turns an amount below zero: where it holds one of `values`."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """What a field is made of. `columns` are joined by `joint` where several are filled; without
    any it is `value`. Then, in this order: `part` cuts (separator, which part from 1; "" counts
    characters: from, how many), `table` translates, `otherwise` stands in for nothing.

    For amounts: `less` is a column taken off, `side` one that tells the sign, `inverted` turns it.
    """

    columns: tuple[str, ...] = ()
    joint: str = " "
    value: str = ""
    part: tuple[str, int, int] | None = None
    table: tuple[tuple[str, str], ...] = ()
    table_else: str | None = None
    otherwise: str = ""
    pad: int = 0
    days: DayForm | None = None
    decimal: Decimal | None = None
    less: str | None = None
    side: Side | None = None
    inverted: bool = False

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that it looks at."""
        others = (self.less, self.side.column if self.side else None)
        return (*self.columns, *(one for one in others if one))


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Rows that are none of ours: their `column` holds one of `values`, or begins with one of
    `begins`; compared without regard to case.
    """

    column: str
    values: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, read and checked. `days` and `decimal` hold where a field says no other."""

    layout: Layout
    fields: dict[str, Take] = field(hash=False)
    decimal: Decimal = ","
    days: DayForm = "DMY"
    accounts: AccountsRule = "create"
    negative: NegativeRule = "refuse"
    leave_out: tuple[LeaveOut, ...] = ()
    about: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the mapping looks at, each once."""
        named = [column for take in self.fields.values() for column in take.named]
        return tuple(dict.fromkeys([*named, *(rule.column for rule in self.leave_out)]))


@dataclass(frozen=True, slots=True)
class MappingVersion:
    """One version of the mapping of a creditor's source, as it was set. None is ever changed."""

    creditor: str
    source: str
    number: int
    data: dict[str, Any] = field(hash=False)
    set_at: datetime
    set_by: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.source, f"{self.number:06}")
