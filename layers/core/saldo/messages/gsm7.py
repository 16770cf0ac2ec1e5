"""The alphabet of text messages: what fits in it, and how long a message is (3GPP TS 23.038)."""

from __future__ import annotations

import unicodedata
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("^{}\\[~]|€\f")
"""Each takes the room of two characters."""

SINGLE_MAX: Final = 160
PART_MAX: Final = 153
UCS2_SINGLE_MAX: Final = 70
UCS2_PART_MAX: Final = 67

_PLAIN: Final = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "‘": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "œ": "oe",
        "Œ": "OE",
        "ç": "c",
    }
)


def to_gsm7(text: str) -> str:
    """Replace what the alphabet lacks by what stands nearest: "ê" by "e", "…" by three points.

    What has no neighbour, such as a Greek name, stays; the message then goes out in UCS-2.
    """
    return "".join(map(_nearest, unicodedata.normalize("NFC", text).translate(_PLAIN)))


def _nearest(char: str) -> str:
    if char in BASIC or char in EXTENDED:
        return char
    base = unicodedata.normalize("NFD", char)[0]
    return base if base in BASIC else char


def is_gsm7(text: str) -> bool:
    return all(char in BASIC or char in EXTENDED for char in text)


def length(text: str) -> int:
    """Return how much room a text takes: septets in GSM-7, else UTF-16 units."""
    if is_gsm7(text):
        return len(text) + sum(char in EXTENDED for char in text)
    return len(text.encode("utf-16-be")) // 2
