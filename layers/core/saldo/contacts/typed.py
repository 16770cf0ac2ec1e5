"""What people typed, without what can only confuse whoever reads it."""

from __future__ import annotations

import re
from typing import Final

_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Control characters, which a terminal obeys, and the marks that turn the writing direction and let
one text look like another; line ends and tabs stay."""


def cleaned(text: str) -> str:
    """Return a text of several lines as it was typed, without control characters."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n")).strip()


def in_one_line(text: str) -> str:
    """Return a text as one line."""
    return " ".join(cleaned(text).split())
