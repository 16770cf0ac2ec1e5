"""A creditor's logo on the pages of its payers: checked by its content, kept by its fingerprint."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from saldo.errors import Invalid, TooLarge

LOGO_BYTES_MAX: Final = 20_000
SIDE_PIXELS_MAX: Final = 2_000
_HASH_CHARACTERS: Final = 32

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers of a frame header (ITU-T T.81, table B.1), which holds the size."""
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG's markers without a length."""


class LogoNotValid(Invalid):
    """The file is no PNG or JPEG picture of a usable size, whatever its name says."""

    code = "logo-not-valid"


class LogoTooLarge(TooLarge):
    """The logo has more bytes than a page should carry."""

    code = "logo-too-large"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture by its `ref`, which carries its width and height in pixels: "{hash}-{w}x{h}". What
    it holds never changes, so that browsers may keep it for ever. `data` is in Base64.
    """

    ref: str
    kind: Literal["image/png", "image/jpeg"]
    data: str
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.ref,)


def logo_of(data: bytes) -> Logo:
    """Return the logo in a file; raise LogoNotValid or LogoTooLarge.

    Vector drawings are refused: they can carry programs.
    """
    if len(data) > LOGO_BYTES_MAX:
        raise LogoTooLarge(f"A logo has at most {LOGO_BYTES_MAX:,} bytes; this has {len(data):,}.")
    kind: Literal["image/png", "image/jpeg"]
    if data.startswith(_PNG):
        kind, size = "image/png", _png_size(data)
    elif data.startswith(_JPEG):
        kind, size = "image/jpeg", _jpeg_size(data)
    else:
        raise LogoNotValid("A logo is a PNG or a JPEG picture.")
    if size is None or not all(0 < side <= SIDE_PIXELS_MAX for side in size):
        raise LogoNotValid(f"A logo has a size, of at most {SIDE_PIXELS_MAX} pixels a side.")
    ref = f"{sha256(data).hexdigest()[:_HASH_CHARACTERS]}-{size[0]}x{size[1]}"
    return Logo(ref, kind, base64.b64encode(data).decode(), version=1)


def size_of_logo(ref: str) -> tuple[int, int]:
    """Return the width and the height that a logo's `ref` carries, in pixels."""
    width, _, height = ref.rpartition("-")[2].partition("x")
    return int(width), int(height)


def logo_drawing(logo: Logo) -> str:
    """Return the logo as an SVG document that holds nothing but the picture.

    Text goes through every gateway as it is, where pictures need settings of their own.
    """
    width, height = size_of_logo(logo.ref)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'href="data:{logo.kind};base64,{logo.data}"/></svg>'
    )


def _png_size(data: bytes) -> tuple[int, int] | None:
    """The header chunk comes first (PNG, third edition, 11.2.1)."""
    if len(data) < 24 or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker in _BARE or marker == 0xFF:
            at += 2 if marker in _BARE else 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        at += 2 + length
    return None
