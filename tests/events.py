"""Every event that a test lets happen is held against the schema of its type."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

from saldo.events import Event
from saldo.store import Record


@cache
def validator(event_type: str, version: int) -> Any:
    """Return the validator of an event type; there must be one."""
    path = files("saldo") / "event_schemas" / f"{event_type}.v{version}.json"
    schema = json.loads(path.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def check_events(records: Sequence[Record]) -> None:
    """Fail when a committed event is not as its schema says."""
    for record in records:
        if isinstance(record, Event):
            validator(record.type, record.version).validate(record.data)
