"""Texts of documents, made fit for the books: the same limits that the API holds records to."""

from __future__ import annotations

import re
from typing import Final

NUMBER_CHARACTERS_MAX: Final = 64

# Control characters, line and paragraph separators, and the marks that turn the writing direction.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def one_line(text: str, most: int) -> str:
    """Return a text in one printable line of at most `most` characters, cut with an ellipsis."""
    plain = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def number_in(text: str) -> str | None:
    """Return a text as the number of a document or an account, None if it cannot be one."""
    plain = text.strip()
    if not plain or len(plain) > NUMBER_CHARACTERS_MAX or plain.startswith("~"):
        return None
    return None if _UNPRINTABLE.search(plain) else plain
