"""From bytes to checked records. What is wrong becomes a refusal that points at its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from saldo.edge.v1.refusals import (
    AmountNotText,
    BodyNotJson,
    FieldMissing,
    FieldNotValid,
    FieldUnknown,
    ParameterNotValid,
    RecordsCount,
)
from saldo.errors import Refusal
from saldo.invoices.intake import RECORDS_MAX

M = TypeVar("M", bound=BaseModel)

_ECHO_CHARACTERS_MAX = 60
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")
_MUST = {
    "missing": "is missing",
    "string_type": "must be a text",
    "string_unicode": "is not valid Unicode",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "string_too_short": "must hold at least {min_length} character(s)",
    "string_too_long": "must hold at most {max_length} characters",
    "too_short": "must hold at least {min_length} element(s)",
    "too_long": "must hold at most {max_length} elements",
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def json_of(raw: bytes) -> Any:
    """Read a JSON document; raise BodyNotJson. Names that stand twice in an object are refused."""
    try:
        document: Any = json.loads(
            raw.decode(), object_pairs_hook=_object, parse_constant=_no_constant
        )
        if _HALF_CHARACTER.search(raw):
            # Half of a surrogate pair passes for JSON, but no text that holds one can be written.
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        reason = "half a character" if isinstance(error, UnicodeEncodeError) else str(error)
        raise BodyNotJson(f"The body is not JSON: {reason}.") from error
    return document


def records_of(body: Any) -> list[Any]:
    """Return the records of a bulk call, unread; raise what is wrong with the whole."""
    if not isinstance(body, dict):
        raise FieldNotValid('The body must be an object: {"records": [...]}.').at("")
    for name in body:
        if name != "records":
            raise _unknown(name, ["records"]).at(_pointer((name,)))
    records = body.get("records")
    if records is None:
        raise FieldMissing("'records' is missing.").at("/records")
    if not isinstance(records, list):
        raise FieldNotValid("'records' must be a list.").at("/records")
    if not 1 <= len(records) <= RECORDS_MAX:
        raise RecordsCount(
            f"A call carries 1 to {RECORDS_MAX} records; these are {len(records)}."
        ).at("/records")
    return records


def read(model: type[M], value: Any) -> M:
    """Read one record; raise the refusal of the first thing that is wrong with it."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _refusal(_first(error), list(model.model_fields)) from None


def read_query(model: type[M], query: Mapping[str, Sequence[str]]) -> M:
    """Read the parameters of a query; raise ParameterNotValid."""
    for name, values in query.items():
        if len(values) != 1:
            raise ParameterNotValid(f"{name[:_ECHO_CHARACTERS_MAX]!r} stands there twice.")
    try:
        return model.model_validate({name: values[0] for name, values in query.items()})
    except ValidationError as error:
        refusal = _refusal(_first(error), list(model.model_fields))
        raise ParameterNotValid(refusal.detail) from None


def inside(refusal: Refusal, place: str) -> str:
    """Return where `refusal` points, seen from a document that holds its record at `place`."""
    return place + (refusal.pointer or "")


def _first(error: ValidationError) -> ErrorDetails:
    errors = error.errors(include_url=False, include_input=False)
    # A misspelt name makes two errors, of which this one says what happened.
    return next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])


def _refusal(error: ErrorDetails, fields: list[str]) -> Refusal:
    kind, place = error["type"], error["loc"]
    if kind == "extra_forbidden":
        return _unknown(str(place[-1]), fields if len(place) == 1 else []).at(_pointer(place))
    name = "/".join(map(str, place))
    subject = f"{name!r}" if place else "The record"
    must = error["ctx"]["must"] if "must" in error.get("ctx", {}) else _must(error)
    detail = f"{subject} {must}."
    if kind == "missing":
        return FieldMissing(detail).at(_pointer(place))
    refusal = AmountNotText if kind == AmountNotText.code else FieldNotValid
    return refusal(detail).at(_pointer(place))


def _must(error: ErrorDetails) -> str:
    must = _MUST.get(error["type"])
    return must.format(**error.get("ctx", {})) if must else f"is not valid: {error['msg']}"


def _unknown(name: str, fields: list[str]) -> Refusal:
    from difflib import get_close_matches  # needed for a refusal alone

    detail = f"There is no field {name[:_ECHO_CHARACTERS_MAX]!r}."
    close = get_close_matches(name[:_ECHO_CHARACTERS_MAX], fields, 1)
    return FieldUnknown(f"{detail} Is {close[0]!r} meant?" if close else detail)


def _pointer(place: tuple[int | str, ...]) -> str:
    return "".join(
        "/" + str(part)[:_ECHO_CHARACTERS_MAX].replace("~", "~0").replace("/", "~1")
        for part in place
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object names a field twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")
