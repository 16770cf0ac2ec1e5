"""Days, amounts and account numbers as banks write them."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from saldo.errors import Invalid
from saldo.money import AMOUNT_MINOR_MAX, decimals_of, parse_amount
from saldo.statements.findings import Unreadable

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T+Z-].*)?", re.ASCII)
_BEGINS: Final = ("", "N", "n")
_NOTHING: Final = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF"})


def shaped_iban(text: str) -> str:
    """Return `text` if it has an IBAN's form. Banks' files are believed: samples and anonymised
    files have numbers whose check digits do not hold.
    """
    compact = text.replace(" ", "").upper()
    return compact if _IBAN.fullmatch(compact) else ""


def said(text: str | None) -> str:
    """Return a reference, "" where the bank says that there is none."""
    if not text:
        return ""
    stripped = text.strip()
    # Most that banks write begins with another letter: it need not be raised to be compared.
    return "" if stripped[:1] in _BEGINS and stripped.upper() in _NOTHING else stripped


@lru_cache(maxsize=4096)
def iso_day(text: str) -> date:
    """Return the day of an ISO date or time as it is written there; raise Unreadable."""
    match = _ISO_DAY.fullmatch(text.strip())
    if match is None:
        raise Unreadable("day-not-readable", f"{text!r} is no day.")
    return day(int(match[1]), int(match[2]), int(match[3]))


def day(year: int, month: int, number: int) -> date:
    """Return a day of the calendar; raise Unreadable."""
    try:
        return date(year, month, number)
    except ValueError:
        raise Unreadable(
            "day-not-in-calendar", f"There is no {year:04d}-{month:02d}-{number:02d}."
        ) from None


@lru_cache(maxsize=4096)
def short_day(text: str) -> date:
    """Return the day of YYMMDD; 80 to 99 are of the last century. Raise Unreadable."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        raise Unreadable("day-not-readable", f"{text!r} is no day: YYMMDD is expected.")
    year = int(text[:2])
    return day(year + (1900 if year >= 80 else 2000), int(text[2:4]), int(text[4:6]))


def point_amount(text: str, currency: str) -> int:
    """Return minor units of an amount with a point; raise Unreadable. It has no sign.

    An XML decimal may leave out the digits on one side of the point: ".5", "5.".
    """
    digits = text.strip().removesuffix(".")
    try:
        minor = parse_amount(f"0{digits}" if digits.startswith(".") else digits, currency)
    except Invalid as invalid:
        raise Unreadable(invalid.code, invalid.detail) from None
    if minor < 0:
        raise Unreadable("amount-not-readable", f"{text!r} has a sign where none belongs.")
    return minor


@lru_cache(maxsize=64)
def places(currency: str) -> int:
    """Return how many decimals a currency has; raise Unreadable."""
    try:
        return decimals_of(currency)
    except Invalid as invalid:
        raise Unreadable(invalid.code, invalid.detail) from None


def comma_amount(text: str, currency: str) -> int:
    """Return minor units of SWIFT's amount ("12,5", "12,"); raise Unreadable."""
    whole, _, fraction = text.partition(",")
    decimals = places(currency)
    digits = whole + fraction
    if len(fraction) != decimals:
        if len(fraction) > decimals:
            fraction = fraction.rstrip("0")
            if len(fraction) > decimals:
                raise Unreadable(
                    "amount-too-precise", f"{text!r} has more decimals than {currency} knows."
                )
        digits = whole + fraction + "0" * (decimals - len(fraction))
    if not (digits.isascii() and digits.isdigit()):
        raise Unreadable("amount-not-readable", f"{text!r} is no amount.")
    minor = int(digits)
    if minor > AMOUNT_MINOR_MAX:
        raise Unreadable("amount-too-large", f"{text!r} is more than one record may carry.")
    return minor
