"""The spellings of an invoice's number that payers use, and how much each says. Pure.

"RE-2026-004711" comes as "RE 2026 4711", "RE2026004711", "2026-004711", "2026004711", "Rechnung
4711" or "4711". A number is taken apart into letters and digits; zeros in front of digits do not
count. Which mark stands between the parts does not matter, but parts are whole: 4711 is not in
14711.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Grade = Literal["reference", "number", "short", "noisy"]
"""How much a spelling says. `reference`: an id of ours, or one with check digits. `number`: the
whole number, or so many of its digits that chance is out. `short`: few digits, so that it takes a
known payer. `noisy`: right only when letters are read as the digits they look like.
"""

RANK: Final[dict[Grade, int]] = {"reference": 0, "number": 1, "short": 2, "noisy": 3}
TELLING_DIGITS: Final = 6
"""From how many digits on a number without its letters is hardly met by chance."""

TAIL_DIGITS_MIN: Final = 3
REFERENCE_MIN: Final = 6
_PARTS: Final = re.compile(r"[^\W\d_]+|[0-9]+")
_LIKE_DIGITS: Final = str.maketrans("OQDILZSBG", "000112586")


class Part(NamedTuple):
    """Letters or digits next to each other, and where in their text they stand."""

    text: str
    start: int
    end: int

    @property
    def is_digits(self) -> bool:
        return self.text[0].isdigit()


def upper(text: str) -> str:
    """Return `text` in capitals with every character in its place ("ß" stays)."""
    risen = text.upper()
    if len(risen) == len(text):
        return risen
    return "".join(each.upper() if len(each.upper()) == 1 else each for each in text)


def parts_of(text: str) -> list[Part]:
    """Return the parts of a text in capitals."""
    return [Part(each[0], each.start(), each.end()) for each in _PARTS.finditer(text)]


def plain(digits: str) -> str:
    """Return digits without the zeros in front."""
    return digits.lstrip("0") or "0"


def compact(texts: list[str]) -> str:
    """Return the key of parts written in one."""
    return "".join(texts)


def apart(texts: list[str]) -> str:
    """Return the key of parts as parts, each without zeros in front."""
    return "|".join(plain(each) if each[0].isdigit() else each for each in texts)


def like_digits(text: str) -> str:
    """Return `text` with letters read as the digits that they look like."""
    return text.translate(_LIKE_DIGITS)


def spellings(number: str) -> Iterator[tuple[str, Grade]]:
    """Yield the keys under which a number is found, and how much each says."""
    texts = [each.text for each in parts_of(upper(number))]
    digits = [each for each in texts if each[0].isdigit()]
    if not digits:
        if texts:
            yield "=" + compact(texts), "number"
        return
    joined = compact(digits)
    has_letters = len(digits) < len(texts)
    is_telling = len(plain(joined)) >= TELLING_DIGITS
    whole: Grade = "number" if has_letters or is_telling else "short"
    yield "=" + compact(texts), whole
    yield apart(texts), whole
    if has_letters:
        yield "=" + joined, "number" if is_telling else "short"
        yield apart(digits), "number" if is_telling else "short"
    yield plain(joined), "number" if is_telling else "short"
    if len(digits) > 1 and len(plain(digits[-1])) >= TAIL_DIGITS_MIN:
        yield plain(digits[-1]), "short"
    if len(compact(texts)) >= TELLING_DIGITS:
        yield "~" + like_digits(compact(texts)), "noisy"
        if len(joined) >= TELLING_DIGITS:
            yield "~" + like_digits(joined), "noisy"


def reference_key(reference: str) -> str:
    """Return the key of a reference of ours, "" if it is too short to be one."""
    key = compact([each.text for each in parts_of(upper(reference))])
    return "=" + key if len(key) >= REFERENCE_MIN else ""


def with_tail(number: str, tail: str) -> str:
    """Return `number` with other last digits: "RE-4711" with "12" gives "RE-4712".

    A tail as long as the digits that it stands for, or longer, replaces them.
    """
    digits = [each for each in parts_of(upper(number)) if each.is_digits]
    if not digits:
        return ""
    last = digits[-1]
    keep = last.text[: max(len(last.text) - len(tail), 0)]
    if len(tail) >= len(plain(last.text)):
        tail, keep = plain(tail), ""
    return number[: last.start] + keep + tail + number[last.end :]
