"""The languages that a set of pages speaks, and how each writes amounts, dates and numbers.

A language is a folder of texts, a page is a file in each: another language is one more folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from saldo.messages.formats import (
    FALLBACK_LANGUAGE,
    amount_field,
    amount_text,
    date_text,
    day_text,
    law_text,
    locale_of,
    percent_text,
    quantity_text,
)


@cache
def texts_of(folder: Path, language: str) -> Mapping[str, str]:
    """Return every text of a language; its folder has a file for each page."""
    texts: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.json")):
        more: dict[str, str] = json.loads(path.read_text("utf-8"))
        assert not texts.keys() & more.keys(), f"{path} says again what another file says"
        texts |= more
    return texts


@cache
def languages(folder: Path) -> dict[str, str]:
    """Return the languages that pages speak, with their names in themselves."""
    found = (path.name for path in sorted(folder.iterdir()) if path.is_dir())
    return {language: texts_of(folder, language)["language"] for language in found}


def choose_language(
    folder: Path, asked: str | None, accept_language: str | None, fallback: str
) -> str:
    """Return the language of a page: what was asked for by `?lang=`, else what the browser accepts
    (RFC 9110, 12.5.4), else `fallback`; always one that there are texts in.
    """
    wishes = [asked or "", *accepted(accept_language or ""), fallback]
    spoken = (spoken_as(folder, wish) for wish in wishes)
    return next((language for language in spoken if language), FALLBACK_LANGUAGE)


def spoken_as(folder: Path, tag: str) -> str | None:
    """Return the language among the folder's that a BCP 47 tag means, None if none does."""
    for candidate in (tag, tag.partition("-")[0].lower()):
        if candidate in languages(folder):
            return candidate
    return None


def accepted(header: str) -> list[str]:
    """Return the tags of an Accept-Language header (RFC 9110, 12.5.4), the most wanted first."""
    weighted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > 0:
            weighted.append((quality, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


class Words:
    """The texts of one language, with the formats that go with it."""

    def __init__(self, folder: Path, language: str) -> None:
        spoken = spoken_as(folder, language)
        self.language = spoken or FALLBACK_LANGUAGE
        # The tag as given carries the country, which decides how amounts are written.
        self._formats = language if spoken else FALLBACK_LANGUAGE
        self._texts = texts_of(folder, self.language)

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values)

    def text(self, key: str) -> str:
        """Return a text as it stands, its places not filled in."""
        return self._texts[key]

    def has(self, key: str) -> bool:
        """Tell whether there is a text of that name."""
        return key in self._texts

    def known(self, key: str, fallback: str) -> str:
        """Return `key` if there is a text of that name, else `fallback`."""
        return key if key in self._texts else fallback

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the text for a number of things, in the language's plural form for it."""
        form = locale_of(self._formats).plural_form(number)
        text = self._texts.get(f"{key}.{form}") or self._texts[f"{key}.other"]
        return text.format(n=number, **values)

    def amount(self, minor: int, currency: str) -> str:
        return amount_text(minor, currency, self._formats)

    def field(self, minor: int, currency: str) -> str:
        return amount_field(minor, currency, self._formats)

    def short_date(self, day: date) -> str:
        """Write a date for a list: "3 Dec 2026", and numbers alone only where they are one order's,
        as in German.
        """
        return day_text(day, self._formats)

    def date(self, day: date) -> str:
        return date_text(day, self._formats)

    def percent(self, digits: str) -> str:
        return percent_text(digits, self._formats)

    def quantity(self, digits: str, unit: str) -> str:
        """Write how much of something, "2,5 Stk", kept on one line."""
        return f"{quantity_text(digits, self._formats)}\u00a0{unit}".rstrip("\u00a0")

    def law(self, ground: str) -> str:
        return law_text(ground, self._formats)
