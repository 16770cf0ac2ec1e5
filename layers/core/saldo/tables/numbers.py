"""Numbers as people and programs write them: decimal comma or point, marks of thousands, signs.

A form is "," or "." for the decimal mark, or "mixed": each number as it can only be meant. What
could be meant both ways ("1.234") is never guessed.
"""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

Decimal = Literal[",", ".", "mixed"]
DECIMALS: Final[tuple[Decimal, ...]] = get_args(Decimal)

_GAP: Final = "['\u2019 \u00a0\u202f]"
_COMMA: Final = re.compile(
    rf"(?:\d{{1,3}}(?:\.\d{{3}})+|\d{{1,3}}(?:{_GAP}\d{{3}})+|\d+)?(?:,\d+)?", re.ASCII
)
_POINT: Final = re.compile(
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:{_GAP}\d{{3}})+|\d+)?(?:\.\d+)?", re.ASCII
)
_EITHER: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_MONEY: Final = re.compile(r"(?:€|\$|£|EUR|CHF|USD|GBP|Fr\.)", re.IGNORECASE)
_DAMAGED: Final = re.compile(r"\d[.,]?\d*[eE]\+?\d{1,3}", re.ASCII)
_CHARACTERS_MAX: Final = 40


def read_number(text: str, decimal: Decimal) -> str | None:
    """Return a number as "-1234.5", or None where the text is no number of that form.

    Signs may stand before or after; brackets and a trailing H (Haben) say below zero, S is Soll. A
    currency beside it is passed over.
    """
    sign, bare = _unsigned(text)
    if bare is None:
        return None
    if decimal == "mixed":
        marks = possible_marks(text)
        if len(marks) != 1 and any(mark in bare for mark in ".,"):
            return None
        decimal = "," if marks == {","} else "."
    pattern = _COMMA if decimal == "," else _POINT
    if not pattern.fullmatch(bare) or not any(one.isdigit() for one in bare):
        return None
    whole, _, fraction = bare.partition(decimal)
    digits = "".join(one for one in whole if one.isdigit()).lstrip("0") or "0"
    number = f"{digits}.{fraction}" if fraction else digits
    return f"-{number}" if sign < 0 and number.strip("0.") else number


def possible_marks(text: str) -> frozenset[str]:
    """Return the decimal marks under which a text is a number; both where no mark tells."""
    _, bare = _unsigned(text)
    if bare is None or not any(one.isdigit() for one in bare):
        return frozenset()
    found = ((",", _COMMA), (".", _POINT))
    return frozenset(mark for mark, pattern in found if pattern.fullmatch(bare))


def is_ambiguous(text: str) -> bool:
    """Tell whether a number means one thing with a decimal comma and another with a point."""
    _, bare = _unsigned(text)
    return bare is not None and _EITHER.fullmatch(bare) is not None


def is_damaged(text: str) -> bool:
    """Tell whether a spreadsheet turned a long number into 1,00E+11, which loses digits."""
    return _DAMAGED.fullmatch(text) is not None


def _unsigned(text: str) -> tuple[int, str | None]:
    """Return the sign and what is left; None where the text is too long for a number."""
    if not text or len(text) > _CHARACTERS_MAX:
        return 1, None
    bare, sign = _MONEY.sub("", text).strip(), 1
    if bare.startswith("(") and bare.endswith(")"):
        bare, sign = bare[1:-1].strip(), -1
    elif bare[-1:] in ("S", "H") and bare[:1] not in "+-−":
        sign = -1 if bare[-1] == "H" else 1
        bare = bare[:-1].strip()
    for edge in (bare[:1], bare[-1:]):
        if edge and edge in "+-−":
            sign = 1 if edge == "+" else -1
            bare = bare[1:] if bare[:1] == edge else bare[:-1]
            break
    return sign, bare.strip()
