"""Amounts, dates and typed numbers in the reader's language."""

from __future__ import annotations

import copy
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import NumberPattern, parse_pattern

from saldo.money import AmountNotReadable, AmountTooPrecise, decimals_of, parse_amount

FALLBACK_LANGUAGE: Final = "en"

_SPOKEN_AS: Final = {"en": "en_GB"}
"""Bare English is written as in Europe: 3 December 2026 and 03/12/2026 cannot both be meant."""

_GROUPED: Final = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_NUMBER: Final = re.compile(r"[0-9][0-9.,]*", re.ASCII)


@cache
def locale_of(language: str) -> Locale:
    """Return the locale for a BCP 47 tag such as "de", "de-AT" or "en"; English if unknown."""
    tag = language.replace("-", "_")
    primary = tag.partition("_")[0].lower()
    for candidate in (_SPOKEN_AS.get(tag, tag), primary):
        try:
            return Locale.parse(candidate)
        # ValueError: the tag is no tag; TypeError: it is empty.
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale.parse(_SPOKEN_AS[FALLBACK_LANGUAGE])


@lru_cache(maxsize=128)
def _pattern(locale: Locale, decimals: int, *, with_currency: bool) -> NumberPattern:
    """The locale's pattern, but with as many decimals as ISO 4217 gives the currency: CLDR rounds
    some currencies to what shops use, and an invoice is not a shop.
    """
    formats = locale.currency_formats["standard"] if with_currency else locale.decimal_formats[None]
    pattern = copy.copy(parse_pattern(formats.pattern))
    pattern.frac_prec = (decimals, decimals)
    return pattern


def amount_text(minor: int, currency: str, language: str) -> str:
    """Write minor units with their currency: 11900 EUR is "119,00 €" in German."""
    return _apply(minor, currency, language, with_currency=True)


def amount_field(minor: int, currency: str, language: str) -> str:
    """Write minor units without currency, as somebody would type them: "1.190,00"."""
    return _apply(minor, currency, language, with_currency=False)


def _apply(minor: int, currency: str, language: str, *, with_currency: bool) -> str:
    locale, decimals = locale_of(language), decimals_of(currency)
    pattern = _pattern(locale, decimals, with_currency=with_currency)
    value = Decimal(minor).scaleb(-decimals)
    text: str = pattern.apply(value, locale, currency=currency, currency_digits=False)
    return text


def decimal_text(value: Decimal, decimals: int, language: str) -> str:
    """Write a number with exactly `decimals` decimals: "57,6438"."""
    pattern = copy.copy(parse_pattern(locale_of(language).decimal_formats[None].pattern))
    pattern.frac_prec = (decimals, decimals)
    text: str = pattern.apply(value, locale_of(language))
    return text


def month_text(day: date, language: str) -> str:
    """Write a day's month shortly: "Nov 2026", "Nov. 2026" in German."""
    return str(format_skeleton("yMMM", day, locale=locale_of(language)))


def date_text(day: date, language: str) -> str:
    """Write a date in words, so that nobody takes the month for the day: "3. Dezember 2026"."""
    locale = locale_of(language)
    return _first(format_date(day, "long", locale=locale), day, locale)


def _first(written: str, day: date, locale: Locale) -> str:
    """French counts the first day and names the others; CLDR's patterns do not know it."""
    return written.replace("1 ", "1er ", 1) if locale.language == "fr" and day.day == 1 else written


def percent_text(percent: str, language: str) -> str:
    """Write a percentage that came as decimal digits: "11.27" is "11,27 %" in German."""
    locale = locale_of(language)
    number = percent.replace(".", locale.number_symbols["latn"]["decimal"])
    return f"{number}%" if locale.language in ("en", "nl") else f"{number}\u00a0%"


def quantity_text(digits: str, language: str) -> str:
    """Write a quantity that came as decimal digits, without zeros that say nothing: "2.50" is
    "2,5" in German. What is no number is left as it is.
    """
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return digits
    if not value.is_finite():
        return digits
    _, _, fraction = f"{value:f}".partition(".")
    return decimal_text(value, len(fraction.rstrip("0")), language)


def read_amount(text: str, currency: str, language: str) -> int:
    """Read an amount as somebody typed it, in minor units: "1.190,50 €" and "1190.5" are equal.

    The last separator is the decimal one. A single separator before exactly three digits is what
    `language` makes of it, and refused if that would be more decimals than the currency has: who
    types "1,190" on a German page must not pay one euro and nineteen cents. Raises
    AmountNotReadable, AmountTooPrecise or AmountTooLarge.
    """
    bare = re.sub(r"[\s'’]", "", text.replace(currency, "").replace("−", "-"))
    bare = bare.strip("€$£")
    if not _NUMBER.fullmatch(bare):
        raise AmountNotReadable(f"{text[:40]!r} is not an amount.").told(text=text[:40])
    number = _with_point(bare, text, language)
    if len(number.partition(".")[2]) > decimals_of(currency):
        raise AmountTooPrecise(f"{text[:40]!r} has more decimals than {currency} knows.")
    return parse_amount(number, currency)


def _with_point(bare: str, text: str, language: str) -> str:
    """Take grouping away and turn the decimal separator into a point."""
    decimal = _decimal_separator(bare, language)
    whole, point, fraction = bare.rpartition(decimal) if decimal else (bare, "", "")
    if not point:
        whole, fraction = bare, ""
    if not whole.isdigit() and not _GROUPED.fullmatch(whole):
        raise AmountNotReadable(f"{text[:40]!r} is not an amount.").told(text=text[:40])
    digits = whole.replace(".", "").replace(",", "")
    return f"{digits}.{fraction}" if fraction else digits


def _decimal_separator(bare: str, language: str) -> str:
    """Return the character that sets decimals apart in `bare`, "" if there are none."""
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0:
        return ""
    candidate = bare[last]
    if bare.count(candidate) > 1:
        return ""
    other = "," if candidate == "." else "."
    three_digits_follow = len(bare) - last - 1 == 3
    if other not in bare and three_digits_follow and 1 <= last <= 3:
        symbol = locale_of(language).number_symbols["latn"]["decimal"]
        return candidate if candidate == symbol else ""
    return candidate


def day_text(day: date, language: str) -> str:
    """Write a date briefly, as tables need it: "3 Dec 2026", in German "03.12.2026"."""
    locale = locale_of(language)
    return _first(format_date(day, "medium", locale=locale), day, locale)


_CITED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "de": (
        (r"\((\d+)\)", r"Abs. \1"),
        (r"\bnos?\. (\d+)", r"Nr. \1"),
        (r"\bsentence (\d+)", r"Satz \1"),
        (r"\bart\. ", "Art. "),
        (r"\bof Directive (\S+)/EU\b", r"der Richtlinie \1/EU"),
    ),
    "nl": (
        (r"\((\d+)\)", r"lid \1"),
        (r"\bnos?\. (\d+)", r"onder \1"),
        (r"\bsentence (\d+)", r"zin \1"),
        (r"\bof Directive (\S+)/EU\b", r"van Richtlijn \1/EU"),
    ),
    "fr": (
        (r"\((\d+)\)", r"al. \1"),
        (r"\bnos?\. (\d+)", r"n° \1"),
        (r"\bsentence (\d+)", r"phrase \1"),
        (r"\bof Directive (\S+)/EU\b", r"de la directive \1/UE"),
    ),
}


def law_text(ground: str, language: str) -> str:
    """Write a ground of the law's packs as its reader cites it, parts kept on one line.

    "§288 (5) BGB" is "§ 288 Abs. 5 BGB" in German.
    """
    text = re.sub(r"§(?=\d)", "§ ", ground)
    for pattern, replacement in _CITED.get(language.partition("-")[0].lower(), ()):
        text = re.sub(pattern, replacement, text)
    return re.sub(r"(§|[Aa]rt\.|Abs\.|Nr\.|Satz|lid|onder|al\.|n°) (?=\d)", "\\1\u00a0", text)


def country_text(country: str, language: str) -> str:
    """Write an ISO 3166 alpha-2 country by its name; what is none is left as it is."""
    name: str = locale_of(language).territories.get(country.upper(), country)
    return name


COUNTRIES: Final = (
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR"),
    *("HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE"),
    *("SI", "SK", "US"),
)
"""Countries that a payer may choose for letters; a person enters any other."""


@lru_cache(maxsize=16)
def country_names(language: str) -> tuple[tuple[str, str], ...]:
    """Return codes and names of COUNTRIES in the order of their names in a language."""
    names = locale_of(language).territories
    return tuple(sorted(((code, names[code]) for code in COUNTRIES), key=lambda one: one[1]))
