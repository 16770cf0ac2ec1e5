"""What the one stylesheet of the payer's pages promises to every reader."""

from __future__ import annotations

import re

import pytest

from functions.pay.payer.pages import STATIC

SHEET = (STATIC / "pay.css").read_text("utf-8")
_PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right)\b|text-align:\s*(?:left|right)\b"
    r"|^\s*(?:left|right):|float:",
    re.MULTILINE,
)


def test_pages_can_be_read_from_right_to_left() -> None:
    assert _PHYSICAL.findall(SHEET) == []
    for sides in re.findall(r"(?:margin|padding):([^;}]*)", SHEET):
        parts = sides.replace("!important", "").split()
        if len(parts) == 4 and "(" not in sides:
            assert parts[1] == parts[3], f"left and right differ in {sides!r}"


@pytest.mark.parametrize(
    "asked", ["prefers-reduced-motion", "forced-colors", "prefers-color-scheme: dark", "print"]
)
def test_pages_heed_what_readers_set(asked: str) -> None:
    assert re.search(rf"@media[^{{]*{asked}", SHEET)


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert not re.search(r"url\(|@import|@font-face|https?:", SHEET)
