"""How its callers write and read: parameters, bodies, pages, results and errors.

Source: https://docs.paytsoftware.com/api/overview, pagination-and-syncing and responses.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote

from chalice.app import Response

from saldo.accounts.service import ScopeMissing
from saldo.clock import parse_instant
from saldo.edge.http import answer, status_of
from saldo.edge.v1.parse import json_of
from saldo.edge.v1.refusals import FieldMissing, FieldNotValid, ParameterNotValid
from saldo.errors import NotFound, Refusal
from saldo.invoices.intake import RECORDS_MAX

PER_PAGE: Final = 100
PER_PAGE_MAX: Final = 500
LISTED_MAX: Final = 500
TEXTS_MAX: Final = 1000
_KEY_PART_MAX: Final = 600

_STATUS: Final = {400: 422, 405: 405, 409: 422, 410: 404, 415: 422}
"""It knows 422 for whatever cannot be processed, where we tell kinds apart."""
_CODES: Final = {401: "unauthorized", 403: "forbidden", 404: "not_found"}


class RecordUnknown(NotFound):
    """There is no record of that id."""

    code = "record-unknown"


class AdministrationUnknown(NotFound):
    """The key belongs to another administration than the one that was named."""

    code = "administration-unknown"


def refused(refusal: Refusal) -> Response:
    """Return a refusal in its form: `{"code", "message"}`."""
    status = status_of(refusal)
    status = _STATUS.get(status, status)
    message = refusal.detail
    if isinstance(refusal, ScopeMissing):
        message = f"Missing permission: {message.rpartition(' ')[2].rstrip('.')}"
    code = _CODES.get(status, refusal.code.replace("-", "_"))
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return answer({"code": code, "message": message}, status, headers)


def fits(text: str) -> bool:
    """Tell whether a text can be part of a key; what cannot is nobody's number."""
    return 0 < len(quote(text, safe="")) <= _KEY_PART_MAX


def id_of(*parts: str) -> str:
    """Return an identifier that is safe in a path, and of which nothing has to be kept."""
    return (
        urlsafe_b64encode("#".join(quote(p, safe="") for p in parts).encode()).rstrip(b"=").decode()
    )


def parts_of(id_: str, count: int) -> tuple[str, ...]:
    """Return what `id_of` was given; raise RecordUnknown."""
    try:
        parts = urlsafe_b64decode(id_ + "=" * (-len(id_) % 4)).decode().split("#")
    except ValueError:
        parts = []
    if len(parts) != count or not all(parts):
        raise RecordUnknown("There is no record of that id.")
    found = tuple(unquote(part) for part in parts)
    if not all(fits(part) for part in found):
        raise RecordUnknown("There is no record of that id.")
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a list; whatever else it was given is left aside, as it does.

    `many` holds the comma separated filters by name.
    """

    many: dict[str, tuple[str, ...]] = field(default_factory=dict)
    one: dict[str, str] = field(default_factory=dict)
    updated_after: datetime | None = None
    deleted_after: datetime | None = None
    deleted_before: datetime | None = None
    cursor: str | None = None
    per_page: int = PER_PAGE
    only: tuple[Any, ...] | None = None

    def names(self, name: str) -> tuple[str, ...] | None:
        """Return the values of a filter, None where it was not given."""
        return self.many.get(name)

    def flag(self, name: str) -> bool | None:
        """Return a filter that is true or false, None where it was not given."""
        text = self.one.get(name)
        if text is None:
            return None
        if text not in ("true", "false"):
            raise ParameterNotValid(f"{name!r} must be true or false.")
        return text == "true"

    def wants(self, name: str) -> bool:
        """Tell whether a field that comes on request alone was asked for."""
        return self.only is not None and any(
            one == name or (isinstance(one, dict) and name in one) for one in self.only
        )


def asked(query: Mapping[str, Sequence[str]], administration: str) -> Asked:
    """Read the parameters of a query; raise ParameterNotValid or AdministrationUnknown."""
    given = {name: values[-1] for name, values in query.items() if values}
    check_administration(given.get("administration_id"), administration)
    many = {
        name: tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        for name, text in given.items()
        if name.endswith(("ids", "_numbers", "_identifiers", "statuses", "_methods"))
    }
    for name, values in many.items():
        if len(values) > LISTED_MAX:
            raise ParameterNotValid(f"{name!r} names more than {LISTED_MAX} records.")
        many[name] = tuple(value for value in values if fits(value))
    return Asked(
        many,
        given,
        _instant(given, "updated_after"),
        _instant(given, "deleted_after"),
        _instant(given, "deleted_before"),
        given.get("cursor") or None,
        _per_page(given.get("per_page")),
        only_of(given.get("fields")),
    )


def check_administration(named: Any, administration: str) -> None:
    """Refuse another administration than the key's; raise FieldMissing or AdministrationUnknown."""
    if named is None or named == "":
        raise FieldMissing("'administration_id' is missing.")
    if str(named) != administration:
        raise AdministrationUnknown(f"There is no administration {str(named)[:60]!r}.")


def _instant(given: Mapping[str, str], name: str) -> datetime | None:
    text = given.get(name)
    if not text:
        return None
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise ParameterNotValid(
            f"{name!r} must be an instant such as 2026-11-21T08:00:00Z."
        ) from None


def _per_page(text: str | None) -> int:
    try:
        number = int(text) if text else PER_PAGE
    except ValueError:
        number = 0
    if not 1 <= number <= PER_PAGE_MAX:
        raise ParameterNotValid(f"'per_page' must be a number from 1 to {PER_PAGE_MAX}.")
    return number


def only_of(text: Any) -> tuple[Any, ...] | None:
    """Read the fields that are wanted, `{"only": ["a", {"b": ["c"]}]}`; raise ParameterNotValid."""
    if text is None or text == "":
        return None
    try:
        wanted = json.loads(text) if isinstance(text, str) else text
        only = wanted["only"]
    except (ValueError, KeyError, TypeError, RecursionError):
        only = None
    if not isinstance(only, list) or not all(isinstance(one, str | dict) for one in only):
        raise ParameterNotValid(
            '\'fields\' must be JSON such as {"only": ["id", {"labels": ["name"]}]}.'
        )
    return tuple(only)


def sparse(
    row: Mapping[str, Any], only: Sequence[Any] | None, on_request: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return the fields of a row that were asked for; without a wish all but `on_request`."""
    if only is None:
        return {name: value for name, value in row.items() if name not in on_request}
    kept: dict[str, Any] = {}
    for one in only:
        for name, inner in one.items() if isinstance(one, dict) else ((one, None),):
            if name in row:
                kept[name] = _within(row[name], inner)
    return kept


def _within(value: Any, inner: Any) -> Any:
    if isinstance(value, list):
        return [_within(one, inner) for one in value]
    if isinstance(value, dict) and isinstance(inner, list):
        return sparse(value, inner)
    return value


def page(rows: Sequence[Any], cursor: str | None = None) -> dict[str, Any]:
    """Return a page in its form."""
    return {"data": list(rows), "pagination": {"cursor": cursor}}


class Told:
    """What became of the records of a write: errors and warnings by the record's own name."""

    def __init__(self) -> None:
        self.count = 0
        self._errors: dict[str, list[str]] = {}
        self._warnings: dict[str, list[str]] = {}

    def wrong(self, name: str, *messages: str) -> None:
        self._errors.setdefault(name, []).extend(messages)

    def warn(self, name: str, *messages: str) -> None:
        if messages:
            self._warnings.setdefault(name, []).extend(messages)

    def done(self) -> None:
        self.count += 1

    def body(self) -> dict[str, Any]:
        return {
            "success": True,
            "count": self.count,
            "errors": self._errors,
            "warnings": self._warnings,
        }


def body_of(raw: bytes, media_type: str | None) -> dict[str, Any]:
    """Read a body as JSON or as a form, where `a[]` is a list; raise Invalid."""
    kind = (media_type or "application/json").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return _form(raw)
    found = json_of(raw)
    if not isinstance(found, dict):
        raise FieldNotValid("The body must be an object.")
    return found


def _form(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=2 * TEXTS_MAX)
    except ValueError:
        raise FieldNotValid("The form is not readable.") from None
    for name, value in pairs:
        plain = name.removesuffix("[]")
        if "[" in plain:
            raise FieldNotValid(f"{name[:60]!r}: send records as JSON.")
        if plain != name:
            found.setdefault(plain, []).append(value)
        else:
            found[plain] = value
    return found


def records_of(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the records of a write; raise what is wrong with it as a whole."""
    records = body.get(name)
    if records is None:
        raise FieldMissing(f"'{name}' is missing.")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise FieldNotValid(f"'{name}' must be a list of objects.")
    if not 1 <= len(records) <= RECORDS_MAX:
        raise FieldNotValid(f"A call carries 1 to {RECORDS_MAX} records; these are {len(records)}.")
    return records


def texts_of(body: Mapping[str, Any], name: str) -> list[str]:
    """Return a list of texts, empty where it was not sent; raise FieldNotValid."""
    values = body.get(name)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise FieldNotValid(f"'{name}' must be a list of texts.")
    if len(values) > TEXTS_MAX:
        raise FieldNotValid(f"'{name}' holds at most {TEXTS_MAX} texts.")
    if not all(fits(one) for one in values):
        raise FieldNotValid(f"'{name}' holds an empty text, or one that is too long.")
    return list(dict.fromkeys(values))
