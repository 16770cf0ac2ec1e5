"""A creditor's own face on its payers' pages."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from saldo.accounts.logo import LOGO_BYTES_MAX, LogoNotValid, LogoTooLarge, logo_of
from saldo.store import Put
from saldo_cli.branding import branding_changes, colour_warning
from saldo_cli.problems import UsageProblem
from tests.books import CREDITOR, Books
from tests.functions.payer import HERE, Browser, browsing


def png(width: int = 180, height: int = 60) -> bytes:
    """Make a whole white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\xff" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def jpeg(width: int, height: int) -> bytes:
    """The beginning of a picture, with a segment before its frame header."""
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\0" * 9
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 9 + b"\xff\xc0" + struct.pack(">H", 17) + frame
    )


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


def test_a_logo_is_served_from_here_and_may_be_kept_for_ever(
    books: Books, browser: Browser
) -> None:
    logo = logo_of(png())
    books.store.commit([Put(logo)])
    books.accounts.change_creditor(
        CREDITOR, logo=logo.ref, privacy_url="https://musterwerk.example/datenschutz"
    )
    status, headers, page = browser.get(books.links.create(CREDITOR, "RE-1"))
    assert 'href="https://musterwerk.example/datenschutz"' in page.decode()
    assert "img-src 'self'" in headers["content-security-policy"]
    (source,) = re.findall(r'src="(/assets/logo-[^"]+)" width="180" height="60"', page.decode())
    status, headers, drawing = browser.get(f"{HERE}{source}")
    assert status == 200 and headers["content-type"] == "image/svg+xml"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "default-src 'none'" in headers["content-security-policy"]
    (kept,) = re.findall(r"base64,([^\"]+)", drawing.decode())
    assert base64.b64decode(kept) == png()


def test_a_logo_that_nobody_kept_is_not_found(browser: Browser) -> None:
    assert browser.get(f"{HERE}/assets/logo-{'0' * 32}-1x1.svg")[0] == 404


@pytest.mark.parametrize(
    ("data", "size"), [(png(), "180x60"), (png(1, 1), "1x1"), (jpeg(320, 90), "320x90")]
)
def test_a_pictures_size_is_read_from_its_content(data: bytes, size: str) -> None:
    assert logo_of(data).ref.endswith(f"-{size}")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 100,
        b"\x89PNG\r\n\x1a\n",
        png(2001, 1),
        b"\xff\xd8\xff\xe0\x00\x02" + b"\0" * 20,
        jpeg(0, 10),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(data: bytes) -> None:
    with pytest.raises(LogoNotValid):
        logo_of(data)


def test_a_logo_that_makes_pages_heavy_is_refused() -> None:
    with pytest.raises(LogoTooLarge):
        logo_of(png() + b"\0" * LOGO_BYTES_MAX)


def test_the_command_keeps_a_logo_once_and_takes_it_out(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(png())
    for _ in range(2):
        asked = Namespace(logo=str(file), privacy_url="https://musterwerk.example/p")
        changes = branding_changes(asked, books.store)
        assert changes == {
            "logo": logo_of(png()).ref,
            "privacy_url": "https://musterwerk.example/p",
        }
    gone = Namespace(logo="none", privacy_url="none")
    assert branding_changes(gone, books.store) == {"logo": "", "privacy_url": None}
    assert branding_changes(Namespace(logo=None, privacy_url=None), books.store) == {}


@pytest.mark.parametrize("address", ["http://musterwerk.example", "javascript:alert(1)", "x"])
def test_a_privacy_notice_is_reached_by_https(books: Books, address: str) -> None:
    with pytest.raises(UsageProblem):
        branding_changes(Namespace(logo=None, privacy_url=address), books.store)


def test_a_colour_that_nobody_could_read_is_told_with_its_ratio() -> None:
    assert colour_warning("#1f5f5b") is None
    warning = colour_warning("#ffd400")
    assert warning is not None and ":1 on the page's ground; text needs 4.5:1" in warning
