"""A text as a QR code (ISO/IEC 18004), by segno.

Error level M and a quiet zone of four modules are what the standard asks for and what scanners at
arm's length read. A pay link of up to 62 characters makes 33 by 33 modules.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

_LEVEL = "m"
_QUIET_MODULES = 4
_PIXELS_A_MODULE = 10
_PIXELS_IN_MAIL = 5


def _code(text: str, encoding: str | None = None) -> segno.QRCode:
    import segno  # only who draws a code pays for it: most pages show none

    return segno.make_qr(text, error=_LEVEL, boost_error=False, encoding=encoding)


def svg(text: str) -> str:
    """Return an `<svg>` element that takes the size of its place, black on what is below it."""
    code = _code(text)
    return code.svg_inline(border=_QUIET_MODULES, omitsize=True)


def svg_file(text: str) -> bytes:
    """Return the same as an SVG document of its own, on white."""
    code = _code(text)
    out = io.BytesIO()
    code.save(out, kind="svg", border=_QUIET_MODULES, scale=_PIXELS_A_MODULE, light="#fff")
    return out.getvalue()


def png(text: str) -> bytes:
    """Return a PNG image, ten pixels a module, black on white."""
    code = _code(text)
    out = io.BytesIO()
    code.save(out, kind="png", border=_QUIET_MODULES, scale=_PIXELS_A_MODULE)
    return out.getvalue()


def _payment(text: str) -> segno.QRCode:
    # EPC069-12 asks for UTF-8 where it says so; left alone, segno writes ISO 8859-1 if it can.
    return _code(text, "utf-8")


def payment_svg(text: str) -> str:
    """Return an `<svg>` element of a payment's text, which takes the size of its place.

    It brings its own white ground and quiet zone along: scanners want dark on light, whatever the
    colours of a page.
    """
    return _payment(text).svg_inline(
        border=_QUIET_MODULES, omitsize=True, dark="#000", light="#fff", svgclass=None
    )


class Codes:
    """Implements `saldo.reminders.channels.mail.CodeDrawer`: texts in UTF-8, as EPC069-12 wants."""

    def png(self, text: str) -> bytes:
        """Return a PNG image, five pixels a module: sharp at twice the size that mail shows."""
        out = io.BytesIO()
        _payment(text).save(out, kind="png", border=_QUIET_MODULES, scale=_PIXELS_IN_MAIL)
        return out.getvalue()

    def svg(self, text: str) -> str:
        """Return an SVG document, black on nothing."""
        out = io.BytesIO()
        _payment(text).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
        return out.getvalue().decode()
