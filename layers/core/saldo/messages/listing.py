"""Many numbers in few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from saldo.messages.formats import FALLBACK_LANGUAGE

NAMED_MAX: Final = 3
"""So many numbers are named; what a payment provider shows of a description is short."""

_MORE: Final = {
    "de": "{named} und {n} weitere",
    "en": "{named} and {n} more",
    "fr": "{named} et {n} de plus",
    "nl": "{named} en nog {n}",
}


def short_list(numbers: Sequence[str], language: str) -> str:
    """Return "RE-1, RE-2, RE-3 and 12 more" in a language given as a BCP 47 tag.

    A single number stands alone.
    """
    named = ", ".join(numbers[:NAMED_MAX])
    if len(numbers) <= NAMED_MAX:
        return named
    primary = language.partition("-")[0].lower()
    text = _MORE.get(primary) or _MORE[FALLBACK_LANGUAGE]
    return text.format(named=named, n=len(numbers) - NAMED_MAX)
