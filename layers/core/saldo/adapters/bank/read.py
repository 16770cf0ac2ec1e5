"""Reads a bank's file of any format: which one it is, its content says, never its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from saldo.statements.csv_map import CsvMap
from saldo.statements.findings import Unreadable
from saldo.statements.model import Row

_PEEK_BYTES: Final = 16 * 1024
_SWIFT: Final = re.compile(rb"(?:^|[\r\n])(?::\d\d[A-Z]?:|:NS:|\{1:F)")
_OFX: Final = re.compile(rb"\A(?:OFXHEADER:|(?:<\?xml[^>]*\?>\s*)?(?:<\?OFX\s|<OFX>))")
_WIDE_XML: Final = re.compile(rb"(?:\xff\xfe|\xfe\xff)[\x00\s]*<")
_CAMT: Final = re.compile(rb"camt\.05[234]|<(?:\w+:)?BkToCstmr")
_CODA: Final = re.compile(rb"0000[0-9]{7}[0-9 ]{3}[0-9]{2}")
_BAI2: Final = re.compile(rb"01,[^,\r\n]*,[^,\r\n]*,\d{6},\d{0,4},")
_BLANK: Final = b" \t\r\n\x01"

Reader = Callable[[BinaryIO], Iterator[Row]]


def read(source: BinaryIO, mapping: CsvMap | None = None) -> Iterator[Row]:
    """Yield the rows of all statements of a file that can be sought in.

    What is in none of the banks' formats is read as CSV if a `mapping` says how.

    Nothing is raised for what a file holds. A file that breaks off yields a refused finding as its
    last row, and the statement that it broke off in has no Tail: then nothing of the whole file may
    be booked.
    """
    try:
        yield from _reader(source, mapping)(source)
    except Unreadable as refused:
        yield refused.finding


def recognises(head: bytes) -> bool:
    """Tell by a file's first bytes whether it is in one of the banks' formats; CSV never is."""
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    if begin[:1] == b"<" or _WIDE_XML.match(begin):
        plain = begin.replace(b"\x00", b"")
        return bool(_OFX.search(plain) or _CAMT.search(plain))
    return bool(
        _OFX.search(begin) or _CODA.match(begin) or _SWIFT.search(begin) or _BAI2.match(begin)
    )


def _reader(source: BinaryIO, mapping: CsvMap | None) -> Reader:
    """Return who reads this; raise Unreadable. Formats are imported where they are met."""
    peek = source.read(_PEEK_BYTES)
    source.seek(0)
    begin = peek.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    if _OFX.search(begin):
        from saldo.adapters.bank import ofx

        return ofx.rows
    if begin[:1] == b"<" or _WIDE_XML.match(begin):
        from saldo.adapters.bank import camt

        return camt.rows
    if _SWIFT.search(begin):
        from saldo.adapters.bank import mt940

        return mt940.rows
    if begin[:3] == b"01,":
        from saldo.adapters.bank import bai2

        return bai2.rows
    if _CODA.match(begin):
        from saldo.adapters.bank import coda

        return coda.rows
    if not begin:
        raise Unreadable("empty", "The file is empty.")
    if mapping is not None:
        from saldo.adapters.bank import csv

        return csv.rows(mapping)
    raise Unreadable(
        "format-unknown", "The file is in no format of bank statements that is read.", "line 1"
    )
