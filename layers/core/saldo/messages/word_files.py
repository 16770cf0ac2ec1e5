"""Folders of words: one JSON file per language, English where there is none. Pure."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from saldo.messages.formats import FALLBACK_LANGUAGE


def spoken(folder: Path, language: str) -> str:
    """Return the language that a folder has words in: the primary part of `language`, or English.

    "de-AT" is spoken as "de".
    """
    primary = language.partition("-")[0].lower()
    return primary if (folder / f"{primary}.json").is_file() else FALLBACK_LANGUAGE


def locale(folder: Path, language: str) -> str:
    """Return how amounts and days are written beside a folder's words.

    "de-AT" writes its amounts in its own way; a language without words is not mixed in.
    """
    primary = language.partition("-")[0].lower()
    return language if spoken(folder, language) == primary else FALLBACK_LANGUAGE


@cache
def words_in(folder: Path, language: str) -> dict[str, Any]:
    """Return a folder's words in a language that it has, read once. They are not to be changed."""
    found: dict[str, Any] = json.loads((folder / f"{language}.json").read_text("utf-8"))
    return found
