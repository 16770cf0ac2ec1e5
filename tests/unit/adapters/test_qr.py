"""QR codes for paper: what the standard asks for, read back from what is drawn."""

from __future__ import annotations

import struct
import zlib
from xml.etree import ElementTree as ET

import pytest
import segno

from saldo.adapters.qr import codes

LINK = "https://pay.musterwerk.example/p/1mZQ0aRrE3uJ8xkqYwVt5g"
LINK_OF_GATEWAY = (
    "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live/p/1mZQ0aRrE3uJ8xkqYwVt5g"
)
QUIET, PIXELS = 4, 10


def drawn(png: bytes) -> list[list[int]]:
    """Return the modules of a PNG of one bit a pixel, row by row: 1 is dark, its border included.

    Read by the PNG standard alone, so that nothing of segno judges segno.
    """
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (png[:8], depth, colour) == (b"\x89PNG\r\n\x1a\n", 1, 0)
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    raw, stride = zlib.decompress(data), (width + 7) // 8 + 1
    rows: list[bytes] = []
    for y in range(height):
        line = raw[y * stride : (y + 1) * stride]
        assert line[0] in (0, 2), "no filter, or the one that adds the line above"
        above = rows[-1] if line[0] == 2 else bytes(stride - 1)
        rows.append(bytes((a + b) % 256 for a, b in zip(line[1:], above, strict=True)))

    def dark(x: int, y: int) -> int:
        return 1 - (rows[y][x // 8] >> (7 - x % 8) & 1)

    middle = PIXELS // 2
    return [
        [dark(x, y) for x in range(middle, width, PIXELS)] for y in range(middle, height, PIXELS)
    ]


@pytest.mark.parametrize(("link", "side"), [(LINK, 33), (LINK_OF_GATEWAY, 41)])
def test_png_has_the_size_of_its_version_and_a_quiet_zone(link: str, side: int) -> None:
    modules = drawn(codes.png(link))
    assert len(modules) == side + 2 * QUIET
    border = [row for y, row in enumerate(modules) if y < QUIET or y >= side + QUIET]
    border += [[*row[:QUIET], *row[-QUIET:]] for row in modules]
    assert not any(any(row) for row in border)
    inside = [row[QUIET:-QUIET] for row in modules[QUIET:-QUIET]]
    for finder in (inside[0][:7], inside[0][-7:], inside[-1][:7]):
        assert finder == [1] * 7


def test_error_correction_is_of_level_m() -> None:
    modules = drawn(codes.png(LINK))
    # The format information beside the first finder, its mask 101 0100 0001 0010 taken off:
    # ISO/IEC 18004, 7.9. Level M is 00.
    bits = modules[QUIET + 8][QUIET : QUIET + 2]
    assert [bit ^ mask for bit, mask in zip(bits, (1, 0), strict=True)] == [0, 0]


def test_svg_takes_the_size_of_its_place_and_shows_the_same_modules() -> None:
    svg = codes.svg(LINK)
    found = ET.fromstring(svg)
    assert (found.get("viewBox"), found.get("width")) == ("0 0 41 41", None)
    assert "<?xml" not in svg
    assert "<script" not in svg


def test_svg_file_is_a_document_of_its_own() -> None:
    found = ET.fromstring(codes.svg_file(LINK).decode())
    assert found.tag == "{http://www.w3.org/2000/svg}svg"
    assert found.get("width") == "410"


def test_the_text_is_the_link_as_it_is() -> None:
    again = segno.make_qr(LINK, error="m", boost_error=False)
    assert drawn(codes.png(LINK)) == [list(row) for row in again.matrix_iter(border=QUIET)]
    assert again.mode == "byte"
