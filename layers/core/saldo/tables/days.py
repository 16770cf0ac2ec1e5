"""Days as people and programs write them. A form is the order of day, month and year.

Points always separate day, month and year in this order; 03/04/2026 and 03-04-2026 may begin with
the day or with the month, which nothing in them tells.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args

DayForm = Literal["DMY", "MDY", "YMD", "serial"]
DAY_FORMS: Final[tuple[DayForm, ...]] = get_args(DayForm)
"""DMY: 21.11.2026, 21/11/26, 211126; MDY: 11/21/2026; YMD: 2026-11-21, 20261121; serial: the number
of a day as spreadsheets count them, 46347."""

_YEARS: Final = (1970, 2199)
_PIVOT: Final = 70
_TIME: Final = re.compile(
    r"[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|[AaPp][Mm]|[+-]\d{2}:?\d{2})?$"
)
_PARTS: Final = re.compile(r"(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})", re.ASCII)
_DIGITS: Final = re.compile(r"\d{8}|\d{6}", re.ASCII)
_SERIAL: Final = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_NAMED: Final = re.compile(
    r"(\d{1,2})[. -]{1,2}([A-Za-zÄäéû]{3,9})\.?[ -]{1,2}(\d{4}|\d{2})", re.ASCII
)
_MONTHS: Final = (
    "jan", "feb fév fev", "mar mär mrz maa mrt", "apr avr", "mai may mei", "jun juin", "jul juil",
    "aug aoû aou", "sep", "okt oct", "nov", "dez dec déc",
)  # fmt: skip
_SERIAL_ZERO: Final = date(1899, 12, 30)
"""What spreadsheets count from, seen from March 1900 on."""


@lru_cache(maxsize=8192)
def read_day(text: str, form: DayForm) -> date | None:
    """Return the day, or None where the text is no day of that form."""
    bare = _TIME.sub("", text.strip())
    if form == "serial":
        return _serial(bare)
    if _DIGITS.fullmatch(bare):
        return _of_digits(bare, form)
    match = _PARTS.fullmatch(bare)
    if match:
        return _of_parts(match[1], match[2], match[3], match[4], form)
    return _named(bare) if form == "DMY" else None


@lru_cache(maxsize=8192)
def possible_forms(text: str) -> frozenset[DayForm]:
    """Return the forms under which a text is a day."""
    return frozenset(form for form in DAY_FORMS if read_day(text, form) is not None)


def _of_parts(first: str, mark: str, second: str, third: str, form: DayForm) -> date | None:
    if form == "YMD":
        return _day(first, second, third) if len(first) == len("2026") else None
    if len(first) > 2 or len(third) not in (2, 4):
        return None
    if form == "MDY":
        return None if mark == "." else _day(third, first, second)
    return _day(third, second, first)


def _of_digits(bare: str, form: DayForm) -> date | None:
    if form == "YMD":
        return _day(bare[:-4], bare[-4:-2], bare[-2:])
    if form == "DMY":
        return _day(bare[4:], bare[2:4], bare[:2])
    return None


def _serial(bare: str) -> date | None:
    if not _SERIAL.fullmatch(bare):
        return None
    found = _SERIAL_ZERO + timedelta(days=int(bare[:5]))
    return found if _YEARS[0] <= found.year <= _YEARS[1] else None


def _named(bare: str) -> date | None:
    match = _NAMED.fullmatch(bare)
    if not match:
        return None
    word = match[2].lower()
    for number, names in enumerate(_MONTHS, 1):
        if any(word.startswith(name) for name in names.split()):
            return _day(match[3], str(number), match[1])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    if len(year) == 3 or len(day) > 2:
        return None
    number = int(year)
    if len(year) <= 2:
        number += 2000 if number < _PIVOT else 1900
    if not _YEARS[0] <= number <= _YEARS[1]:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
