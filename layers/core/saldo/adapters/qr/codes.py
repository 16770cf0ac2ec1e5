"""A text as a QR code (ISO/IEC 18004), by segno.

Error level M and a quiet zone of four modules are what the standard asks for and what scanners at
arm's length read. A pay link of up to 62 characters makes 33 by 33 modules.
"""

from __future__ import annotations

import io

import segno

_LEVEL = "m"
_QUIET_MODULES = 4
_PIXELS_A_MODULE = 10


def svg(text: str) -> str:
    """Return an `<svg>` element that takes the size of its place, black on what is below it."""
    code = segno.make_qr(text, error=_LEVEL, boost_error=False)
    return code.svg_inline(border=_QUIET_MODULES, omitsize=True)


def svg_file(text: str) -> bytes:
    """Return the same as an SVG document of its own, on white."""
    code = segno.make_qr(text, error=_LEVEL, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=_QUIET_MODULES, scale=_PIXELS_A_MODULE, light="#fff")
    return out.getvalue()


def png(text: str) -> bytes:
    """Return a PNG image, ten pixels a module, black on white."""
    code = segno.make_qr(text, error=_LEVEL, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="png", border=_QUIET_MODULES, scale=_PIXELS_A_MODULE)
    return out.getvalue()
