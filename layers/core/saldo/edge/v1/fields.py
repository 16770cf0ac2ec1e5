"""The kinds of fields that records are made of: each with its check, its schema and its reason.

A check says what a value must be, as the end of a sentence that begins with the field's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from saldo.clock import parse_instant
from saldo.edge.v1.codes import COUNTRIES, time_zones
from saldo.events import EventType
from saldo.money import CURRENCY_DECIMALS

NUMBER_CHARACTERS_MAX = 64
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)

# Control characters, line and paragraph separators, and the marks that turn the writing direction
# and let one text look like another.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
_DECIMALS = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{2,30}", re.ASCII)
# ASCII only: the mail service takes nothing else; a domain with umlauts is written in punycode.
_EMAIL = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_EMAIL_LOCAL_PART_MAX = 64
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)


def wrong(must: str, code: str = "field-not-valid") -> PydanticCustomError:
    """Return the error that `must` describes, e.g. "must be a day such as 2026-11-21"."""
    return PydanticCustomError(code, "{must}", {"must": must})


def _printable(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise wrong("must not hold control characters or line breaks")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise wrong("must not be blank")
    return text


def _number(text: str) -> str:
    if text != text.strip():
        raise wrong("must not begin or end with a blank")
    # Names that begin with "~" stand for the creditor as a whole and the like.
    if text.startswith("~"):
        raise wrong("must not begin with '~'")
    return text


def _matching(pattern: re.Pattern[str], must: str) -> AfterValidator:
    def check(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise wrong(must)
        return text

    return AfterValidator(check)


def _listed(known: Callable[[], Any], must: str) -> AfterValidator:
    def check(text: str) -> str:
        if text not in known():
            raise wrong(must)
        return text

    return AfterValidator(check)


def _email(text: str) -> str:
    if _EMAIL.fullmatch(text) is None or text.index("@") > _EMAIL_LOCAL_PART_MAX:
        raise wrong("must be an e-mail address such as billing@debtor.example")
    return text


def _day(value: Any) -> Any:
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise wrong("must be a day such as 2026-11-21")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise wrong("is not a day of the calendar") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise wrong(f"must lie between {FIRST_DAY} and {LAST_DAY}")
    return day


def _instant(value: Any) -> Any:
    try:
        return parse_instant(value)
    except (TypeError, ValueError, OverflowError):
        raise wrong(
            "must be an instant with its offset such as 2026-11-21T08:00:00Z (in a URL, '+' is "
            "written %2B)"
        ) from None


def _amount(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise wrong('must be a text such as "119.00": JSON numbers lose cents', "amount-not-text")
    return value


PRINTABLE = AfterValidator(_printable)
NOT_BLANK = AfterValidator(_not_blank)

Number = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=NUMBER_CHARACTERS_MAX),
    PRINTABLE,
    AfterValidator(_number),
]
"""A number as the ERP writes it; slashes and blanks inside are welcome, case counts."""

Country = Annotated[
    str,
    StringConstraints(strict=True, max_length=8),
    _listed(lambda: COUNTRIES, "must be a country's code of two capital letters (ISO 3166)"),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"}),
]
Language = Annotated[
    str,
    StringConstraints(strict=True, max_length=8),
    _matching(_LANGUAGE, "must be a language's code of two small letters, such as de"),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]{2}$"}),
]
TimeZone = Annotated[
    str,
    StringConstraints(strict=True, max_length=64),
    _listed(time_zones, "must be the name of a time zone such as Europe/Berlin (IANA)"),
]
Currency = Annotated[
    str,
    StringConstraints(strict=True, max_length=8),
    _listed(
        lambda: CURRENCY_DECIMALS, "must be a currency's code of three capital letters (ISO 4217)"
    ),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"}),
]
Amount = Annotated[
    str,
    StringConstraints(strict=True, max_length=24),
    BeforeValidator(_amount),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,16}(\.\d{1,6})?$"}),
]
"""A positive decimal text with no more decimals than its currency; read once that is known."""

Decimals = Annotated[
    str,
    StringConstraints(strict=True, max_length=24),
    BeforeValidator(_amount),
    _matching(_DECIMALS, 'must be a decimal text such as "2.5"'),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,6})?$"}),
]
"""Any decimal text, below zero too."""

Email = Annotated[
    str,
    StringConstraints(strict=True, max_length=254),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]
Phone = Annotated[
    str,
    StringConstraints(strict=True, max_length=32),
    _matching(_PHONE, "must be a telephone number such as +49 30 901820"),
]
Region = Annotated[
    str,
    StringConstraints(strict=True, max_length=8),
    _matching(_REGION, "must be a region's code such as DE-BY (ISO 3166-2)"),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$"}),
]
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]

EVENTS: tuple[str, ...] = get_args(EventType)
EVENT_FAMILIES = tuple(dict.fromkeys(f"{name.partition('.')[0]}." for name in EVENTS))
EventName = Annotated[
    str,
    StringConstraints(strict=True, max_length=64),
    _listed(
        lambda: (*EVENTS, *EVENT_FAMILIES),
        "must be an event such as payment.settled, or a family of them such as payment.",
    ),
    WithJsonSchema({"type": "string", "enum": [*EVENTS, *EVENT_FAMILIES]}),
]
Flag = Annotated[bool, Field(strict=True)]
