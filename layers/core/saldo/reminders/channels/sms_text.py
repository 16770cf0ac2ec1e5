"""How long a text message is, in the units that carriers bill: characters become segments.

Source: 3GPP TS 23.038 (the GSM 7-bit default alphabet and its extension table) and TS 23.040
(concatenation takes 7 characters, or 3 of UCS-2, off each part).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from saldo.messages import gsm7

Alphabet = Literal["GSM-7", "UCS-2"]

_ONE: dict[Alphabet, int] = {"GSM-7": gsm7.SINGLE_MAX, "UCS-2": gsm7.UCS2_SINGLE_MAX}
_EACH_OF_SEVERAL: dict[Alphabet, int] = {"GSM-7": gsm7.PART_MAX, "UCS-2": gsm7.UCS2_PART_MAX}
_BEYOND_ONE_UNIT = 0xFFFF


@dataclass(frozen=True, slots=True)
class SmsLength:
    """`units` of the alphabet (septets, or 16-bit units) in so many `segments`."""

    alphabet: Alphabet
    units: int
    segments: int


def sms_length(text: str) -> SmsLength:
    """Return alphabet, length and segments of `text`; an empty text takes one segment."""
    if gsm7.is_gsm7(text):
        return _length("GSM-7", [2 if sign in gsm7.EXTENDED else 1 for sign in text])
    return _length("UCS-2", [2 if ord(sign) > _BEYOND_ONE_UNIT else 1 for sign in text])


def _length(alphabet: Alphabet, sizes: list[int]) -> SmsLength:
    total = sum(sizes)
    if total <= _ONE[alphabet]:
        return SmsLength(alphabet, total, 1)
    segments, room = 1, _EACH_OF_SEVERAL[alphabet]
    left = room
    for size in sizes:
        if size > left:  # an escape and its sign, or a surrogate pair, stay in one part
            segments, left = segments + 1, room
        left -= size
    return SmsLength(alphabet, total, segments)
