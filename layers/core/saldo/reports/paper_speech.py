"""The words of documents for payers: a file of them per language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from saldo.messages.formats import amount_text, date_text, day_text
from saldo.messages.word_files import locale, spoken, words_in

_HERE: Final = Path(__file__).parent / "paper_words"


class PaperSpeech:
    """Says things in one of the supplied languages, in English for others."""

    def __init__(self, language: str) -> None:
        self.language = locale(_HERE, language)
        self._words: Mapping[str, str] = words_in(_HERE, spoken(_HERE, language))

    def __call__(self, key: str, /, **values: object) -> str:
        return self._words[key].format(**values) if values else self._words[key]

    def known(self, key: str, fallback: str) -> str:
        """Return `key` if there is a text of that name, else `fallback`."""
        return key if key in self._words else fallback

    def money(self, minor: int, currency: str) -> str:
        return amount_text(minor, currency, self.language)

    def day(self, day: date) -> str:
        """Write a day for a table."""
        return day_text(day, self.language)

    def date(self, day: date) -> str:
        """Write a day in words."""
        return date_text(day, self.language)
