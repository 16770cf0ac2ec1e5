"""Records to plain data and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from saldo.accounts.model import Account, Contact
from saldo.codec import decode, encode

ACCOUNT = Account(
    "c",
    "1",
    "Ä",
    "consumer",
    "NL",
    "nl",
    "Europe/Amsterdam",
    (Contact("A", phone="1"),),
    datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
)


def test_there_and_back() -> None:
    assert decode(Account, encode(ACCOUNT)) == ACCOUNT


def test_defaults_are_left_out_and_unknown_fields_ignored() -> None:
    plain = encode(ACCOUNT)
    assert "version" not in plain and "due_at" not in plain
    assert decode(Account, {**plain, "of_the_future": 1}) == ACCOUNT


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        encode({"amount": 1.5})


@dataclass(frozen=True)
class Day:
    on: date | None
    days: tuple[date, ...] = ()


def test_days() -> None:
    day = Day(date(2026, 2, 28), (date(2026, 1, 1),))
    assert encode(day) == {"on": "2026-02-28", "days": ["2026-01-01"]}
    assert decode(Day, encode(day)) == day


@dataclass(frozen=True)
class Labelled:
    custom: dict[str, str] = field(default_factory=dict)


def test_what_a_factory_makes_by_default_is_left_out_too() -> None:
    assert encode(Labelled()) == {}
    assert decode(Labelled, {}) == Labelled({})
    assert decode(Labelled, encode(Labelled({"a": "b"}))) == Labelled({"a": "b"})
