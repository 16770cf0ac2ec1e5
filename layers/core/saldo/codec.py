"""Frozen dataclasses to plain data and back, by their type hints.

Plain data is None, bool, int, str, list and dict: what JSON and DynamoDB both know. Dates and
instants become ISO texts. Fields that equal their default may be left out, so that a record can
gain a field without touching what is stored.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union

from saldo.clock import iso_instant, parse_instant

T = TypeVar("T")
Decoder = Callable[[Any], Any]


def encode(value: Any) -> Any:
    """Turn a value into plain data. Floats are refused: money would hide in them."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime):
        return iso_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {
            f.name: encode(item)
            for f in fields(value)
            if (item := getattr(value, f.name)) != _default(f)
        }
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} is no plain data")


def _default(field: Field[Any]) -> Any:
    """Return what a field is where nothing was said; MISSING, which equals nothing, for none."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def decode(kind: type[T], data: dict[str, Any]) -> T:
    """Build a dataclass from what `encode` made of one; unknown fields are ignored."""
    made: T = _decoder(kind)(data)  # type: ignore[arg-type]  # classes are hashable
    return made


@cache
def _decoder(hint: Any) -> Decoder:
    origin = typing.get_origin(hint)
    if hint is Any or origin is Literal or hint in (bool, int, str, dict) or origin is dict:
        return lambda value: value
    if hint is datetime:
        return parse_instant
    if hint is date:
        return date.fromisoformat
    if origin in (Union, types.UnionType):
        (inner,) = [a for a in typing.get_args(hint) if a is not type(None)]
        one = _decoder(inner)
        return lambda value: None if value is None else one(value)
    if origin is tuple:
        item = _decoder(typing.get_args(hint)[0])
        return lambda value: tuple(item(v) for v in value)
    if is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        parts = {f.name: _decoder(hints[f.name]) for f in fields(hint)}
        make: Callable[..., Any] = hint  # type: ignore[assignment]  # a class builds its own
        return lambda value: make(**{k: parts[k](v) for k, v in value.items() if k in parts})
    raise TypeError(f"no way to decode {hint!r}")
