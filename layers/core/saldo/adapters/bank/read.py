"""Reads a bank's file of any format: which one it is, its content says, never its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from saldo.statements.findings import Unreadable
from saldo.statements.model import Row

_PEEK_BYTES: Final = 16 * 1024
_SWIFT: Final = re.compile(rb"(?:^|[\r\n])(?::\d\d[A-Z]?:|:NS:|\{1:F)")
_BLANK: Final = b" \t\r\n\x01"

Reader = Callable[[BinaryIO], Iterator[Row]]


def read(source: BinaryIO) -> Iterator[Row]:
    """Yield the rows of all statements of a file that can be sought in.

    Nothing is raised for what a file holds. A file that breaks off yields a refused finding as its
    last row, and the statement that it broke off in has no Tail: then nothing of the whole file may
    be booked.
    """
    try:
        yield from _reader(source)(source)
    except Unreadable as refused:
        yield refused.finding


def _reader(source: BinaryIO) -> Reader:
    """Return who reads this; raise Unreadable. Formats are imported where they are met."""
    peek = source.read(_PEEK_BYTES)
    source.seek(0)
    begin = peek.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    if begin[:1] == b"<" or begin[:2] in (b"\xff\xfe", b"\xfe\xff"):
        from saldo.adapters.bank import camt

        return camt.rows
    if _SWIFT.search(begin):
        from saldo.adapters.bank import mt940

        return mt940.rows
    if begin[:3] == b"01,":
        from saldo.adapters.bank import bai2

        return bai2.rows
    if not begin:
        raise Unreadable("empty", "The file is empty.")
    raise Unreadable(
        "format-unknown", "The file is in no format of bank statements that is read.", "line 1"
    )
