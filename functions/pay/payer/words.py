"""The languages that the pay pages speak: a folder of templates/texts each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from saldo.edge import words

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
TEXTS: Final = TEMPLATES / "texts"


def languages() -> dict[str, str]:
    """Return the languages that pages speak, with their names in themselves."""
    return words.languages(TEXTS)


def choose_language(asked: str | None, accept_language: str | None, fallback: str) -> str:
    """Return the language of a page: what the payer asked for, else what the browser accepts, else
    the account's.
    """
    return words.choose_language(TEXTS, asked, accept_language, fallback)


def texts_of(language: str) -> Mapping[str, str]:
    """Return every text of a language."""
    return words.texts_of(TEXTS, language)


class Words(words.Words):
    """The pay pages' texts of one language, with the formats that go with it."""

    def __init__(self, language: str) -> None:
        super().__init__(TEXTS, language)
