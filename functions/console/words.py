"""The languages that the console speaks: a folder of templates/texts each, a file per screen."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from saldo.edge import words

TEMPLATES: Final = Path(__file__).parent / "templates"
TEXTS: Final = TEMPLATES / "texts"


class Words(words.Words):
    """The console's texts of one language, with the formats that go with it."""

    def __init__(self, language: str) -> None:
        super().__init__(TEXTS, language)


def languages() -> dict[str, str]:
    """Return the languages that the console speaks, with their names in themselves."""
    return words.languages(TEXTS)


def choose_language(asked: str | None, accept_language: str | None) -> str:
    """Return the language of a page for somebody who is not signed in yet."""
    return words.choose_language(TEXTS, asked, accept_language, "en")
