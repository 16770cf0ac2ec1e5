"""The text of a bank's file: its encoding found out, its lines counted, what is no text refused."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import methodcaller
from typing import BinaryIO, Final

from saldo.statements.findings import Finding, Unreadable

_PIECE_BYTES: Final = 64 * 1024
_NO_TEXT: Final = re.compile(rb"[\x00\x02\x04-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
"""Control characters that no bank's file has. SWIFT's own frame is \\x01 and \\x03; \\x1a ends old
files; an escape would be a terminal's.
"""
_TEXT: Final = bytes(one for one in range(256) if not _NO_TEXT.match(bytes((one,))))
"""All that it may have: deleting these is the quickest way to see that nothing else is there."""

_ONLY_CP1252: Final = re.compile(rb"[\x80-\x9f]")
_ENDS: Final = re.compile(rb"\r\n|\n|\r")
_WITHOUT_END: Final = methodcaller("rstrip", "\n")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a first look at the whole file tells."""

    encoding: str
    findings: tuple[Finding, ...]


def scan(source: BinaryIO, *, has_lines: bool = True) -> Scan:
    """Look through a file once, in pieces, and go back to its beginning; raise Unreadable.

    Without lines, as in what is marked up, nobody minds how long they are or how they end.
    """
    look = _Look(has_lines=has_lines)
    while piece := source.read(_PIECE_BYTES):
        look.take(piece)
    source.seek(0)
    if not look.at:
        raise Unreadable("empty", "The file is empty.")
    findings = []
    if has_lines and look.has_mixed_ends:
        findings.append(_mixed(source))
    if has_lines and look.last not in (b"\n", b"\r"):
        findings.append(
            Finding(
                "no-final-line-end", "information", "The last line has no end.", f"byte {look.at}"
            )
        )
    if look.is_utf8:
        return Scan("utf-8-sig", tuple(findings))
    findings.append(
        Finding(
            "encoding-assumed",
            "information",
            "The file is no UTF-8: it was read as Western European.",
        )
    )
    return Scan("cp1252" if look.is_windows else "latin-1", tuple(findings))


class _Look:
    """What is seen of a file while it goes by."""

    def __init__(self, *, has_lines: bool) -> None:
        self.at, self.last = 0, b""
        self._has_lines = has_lines
        self.is_windows = False
        self._crlf = self._lf = self._cr = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True

    def take(self, piece: bytes) -> None:
        """Look at the next piece; raise Unreadable."""
        match = _NO_TEXT.search(piece) if piece.translate(None, _TEXT) else None
        if match:
            raise Unreadable(
                "binary-content",
                f"Byte {match[0][0]:#04x} is no part of a text.",
                f"byte {self.at + match.start()}",
            )
        if (
            self._has_lines
            and len(piece) == _PIECE_BYTES
            and b"\n" not in piece
            and b"\r" not in piece
        ):
            raise Unreadable(
                "line-too-long",
                f"A line is longer than {_PIECE_BYTES // 1024} KiB.",
                f"byte {self.at}",
            )
        self._decode(piece, final=False)
        if not (self.is_windows or piece.isascii()):
            self.is_windows = bool(_ONLY_CP1252.search(piece))
        self._crlf += piece.count(b"\r\n") + (self.last == b"\r" and piece[:1] == b"\n")
        self._lf += piece.count(b"\n")
        self._cr += piece.count(b"\r")
        self.last = piece[-1:]
        self.at += len(piece)

    @property
    def is_utf8(self) -> bool:
        """Tell whether all of it was, to the last byte."""
        self._decode(b"", final=True)
        return self._is_utf8

    @property
    def has_mixed_ends(self) -> bool:
        ends = (self._crlf, self._lf - self._crlf, self._cr - self._crlf)
        return sum(count > 0 for count in ends) > 1

    def _decode(self, piece: bytes, *, final: bool) -> None:
        if self._is_utf8:
            try:
                self._decoder.decode(piece, final)
            except UnicodeDecodeError:
                self._is_utf8 = False


def lines(source: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a file that was scanned, without their ends, whichever they are.

    A byte that the encoding has no character for is read as one that says so, never left out.
    """
    text = io.TextIOWrapper(source, encoding=encoding, errors="replace", newline=None)
    try:
        yield from map(_WITHOUT_END, text)
    finally:
        text.detach()


def _mixed(source: BinaryIO) -> Finding:
    """Return where the second kind of line end begins."""
    first, number, kept = b"", 0, b""
    try:
        while piece := source.read(_PIECE_BYTES):
            joined = kept + piece
            # A "\r" at the end of a piece may be half of "\r\n".
            kept = b"\r" if joined.endswith(b"\r") else b""
            for match in _ENDS.finditer(joined[: len(joined) - len(kept)]):
                number += 1
                first = first or match[0]
                if match[0] != first:
                    return _found(number)
        return _found(number + 1)
    finally:
        source.seek(0)


def _found(line: int) -> Finding:
    return Finding(
        "mixed-line-ends",
        "warning",
        "From here on lines end differently than before; they were read all the same.",
        f"line {line}",
    )
