"""Names of payers as banks write them: cut off, in capitals, without umlauts, in any order. Pure.

Legal forms say little about who somebody is, and payers leave them out, so they are not compared;
but two companies that differ in nothing else are ambiguous, which whoever asks here has to see.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LEGAL_TEXT: Final = (
    "gmbh mbh ag kg kgaa ohg gbr ug ek ev eg se bv nv vof cv ltd limited plc llc llp inc corp co "
    "company cie sarl sas sa srl spa sl ab as oy aps haftungsbeschraenkt haftungsbeschrankt "
    "compagnie gesellschaft"
)
_LEGAL: Final = frozenset(_LEGAL_TEXT.split())
_NOISE_TEXT: Final = "u und and en et the firma fa herr frau dhr mevr mr mrs"
_NOISE: Final = frozenset(_NOISE_TEXT.split())
_FOLDED: Final = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ł": "l"})
_SPACED: Final = re.compile(r"\b(?:g\. m\. b\. h|b\. v|n\. v|e\. k|v\. o\. f)\.")
_INITIALS: Final = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b\.?")
_WORDS: Final = re.compile(r"[^\W_]+")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_COLLAPSED: Final = re.compile(r"(?<=[aou])e")
CUT_FROM: Final = 26
"""From how many characters on a name may have been cut off: MT940 carries 27 in a line."""

_WORD_SIMILAR: Final = 75.0

SIMILAR: Final = 88.0
"""From which likeness on (0 to 100) two names may be one's."""


@lru_cache(maxsize=200_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words that tell who it is, in their order, folded to plain small letters.

    "Müller & Söhne GmbH & Co. KG", "MUELLER SOEHNE" and "MULLER SOHNE" give the same words.
    """
    text = unicodedata.normalize("NFC", name).casefold()
    text = _SPACED.sub(_undotted, text)
    text = _INITIALS.sub(_undotted, text)
    text = text.translate(_FOLDED).translate(_UMLAUTS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(each for each in text if not unicodedata.combining(each))
    words = [each for each in _WORDS.findall(text) if each not in _NOISE]
    if (
        len(name) >= CUT_FROM
        and len(words) > 1
        and any(each.startswith(words[-1]) for each in _LEGAL)
    ):
        words.pop()  # a legal form, cut off
    telling = [each for each in words if each not in _LEGAL] or words
    return tuple(_COLLAPSED.sub("", each) for each in telling)


def _undotted(match: re.Match[str]) -> str:
    """Join "b.v." and "g. m. b. h.", and keep a blank behind."""
    return match[0].replace(".", "").replace(" ", "") + " "


@lru_cache(maxsize=200_000)
def normal(name: str) -> str:
    """Return the name for comparison, whatever the order of its words."""
    return " ".join(sorted(words_of(name)))


def is_same(one: str, other: str) -> bool:
    """Tell whether two names say the same, apart from legal form, order, case and umlauts."""
    return bool(one) and normal(one) == normal(other)


def is_cut(short: str, whole: str) -> bool:
    """Tell whether `short` is `whole` as a bank cuts it off."""
    return (
        len(short.strip()) >= CUT_FROM
        and len(short) < len(whole)
        and "".join(words_of(whole)).startswith("".join(words_of(short)))
    )


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 100, whatever the order of their words.

    A word of one's own in either speaks against: "Matanga" is not "Matanga Advies". So whole
    strings are compared, never the best part of one.
    """
    from rapidfuzz import fuzz

    return float(fuzz.ratio(normal(one), normal(other)))


def is_similar(one: str, other: str) -> bool:
    """Tell whether two names may be one's: the same, cut off, or with a slip of the pen."""
    if not one or not other:
        return False
    return is_same(one, other) or is_cut(one, other) or _slipped(one, other)


def _slipped(one: str, other: str) -> bool:
    """Tell whether each word is like its counterpart; what one holds alone, the other lacks.

    A slip changes letters within words. Where a word is another ("H. Meijer Beheer" and
    "H. Roosendaal Beheer") the whole may look alike all the same, so every word has to.
    """
    from rapidfuzz import fuzz

    if likeness(one, other) < SIMILAR:
        return False
    left, right = sorted(words_of(one)), sorted(words_of(other))
    if len(left) != len(right):
        return "".join(left) == "".join(right) or likeness(one, other) >= 96
    return all(
        mine in right
        or (len(mine) > 2 and max(fuzz.ratio(mine, each) for each in right) >= _WORD_SIMILAR)
        for mine in left
    )
