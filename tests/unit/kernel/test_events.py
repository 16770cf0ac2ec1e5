"""Event types and their schemas agree."""

from __future__ import annotations

from importlib.resources import files
from typing import get_args

from saldo.events import EventType
from tests.events import validator


def test_every_event_type_has_a_schema_and_no_schema_is_left_over() -> None:
    names = {f.name.removesuffix(".v1.json") for f in (files("saldo") / "event_schemas").iterdir()}
    assert names == set(get_args(EventType))
    assert all(validator(name, 1) for name in names)
