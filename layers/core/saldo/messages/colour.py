"""A creditor's brand colour, made safe to read: the contrast rules of WCAG 2.2 (1.4.3)."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import cache
from typing import Final

TEXT_CONTRAST: Final = 4.5
DEFAULT_BRAND: Final = "#1f5f5b"
WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
"""Pure, for on some colours nothing softer reaches TEXT_CONTRAST, and neither does white."""

LIGHT_GROUND: Final = "#f4f6f5"
DARK_GROUND: Final = "#1e2724"
"""What pages and mails lay text on, the less contrasting of their grounds."""

_HEX: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Palette:
    """A brand on light and on dark ground.

    `fill` carries text in `on_fill` (a button); `ink` is text or a line on the ground itself.
    """

    fill: str
    on_fill: str
    ink: str
    dark_fill: str
    dark_on_fill: str
    dark_ink: str


@cache
def palette(brand: str) -> Palette:
    """Return the colours made of `brand`, "#rrggbb"; what is no colour gives the default brand."""
    colour = brand.lower()
    if not _HEX.fullmatch(colour):
        colour = DEFAULT_BRAND
    dark = _adjusted(colour, DARK_GROUND, lighter=True)
    return Palette(
        fill=colour,
        on_fill=_readable_on(colour),
        ink=_adjusted(colour, LIGHT_GROUND, lighter=False),
        dark_fill=dark,
        dark_on_fill=_readable_on(dark),
        dark_ink=dark,
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _readable_on(ground: str) -> str:
    return WHITE if contrast(WHITE, ground) >= TEXT_CONTRAST else BLACK


def _adjusted(colour: str, ground: str, *, lighter: bool) -> str:
    """Change the lightness of `colour`, not its hue, until it can be read on `ground`."""
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    end = 1.0 if lighter else 0.0
    made = colour
    for step in range(51):
        mixed = lightness + (end - lightness) * step / 50
        rgb = hls_to_rgb(hue, mixed, saturation)
        made = "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)
        if contrast(made, ground) >= TEXT_CONTRAST:
            break
    return made


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
