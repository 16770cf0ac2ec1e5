"""A camt file as a growing tree that is emptied while it grows.

expat hands the elements to the C tree builder, one piece of the file after the other; between the
pieces whoever reads takes complete elements off. No Python runs per element, and memory does not
grow with the file. A document type is refused at its first character, and with it entity bombs and
external entities: no bank sends one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final, NoReturn
from xml.etree import ElementTree as ET  # only its builder; what parses is expat, below
from xml.parsers import expat

from saldo.statements.findings import Unreadable

_PIECE_BYTES: Final = 64 * 1024
OPEN_BYTES_MAX: Final = 32 * 1024 * 1024
"""How much of a file may go by without one element being complete: a single huge booking."""

_PREFIXED: Final = re.compile(rb"<[\w.-]+:(?:Document|BkToCstmr)")
_VERSION: Final = re.compile(r"camt\.05[234]\.(\d{3}\.\d{2})")


class Growing:
    """The tree: `top` holds the document; `version` is that of its namespace, if it has one."""

    def __init__(self, source: BinaryIO) -> None:
        self.top: ET.Element
        self.version = ""
        self.is_whole = False
        self._source = source
        self._open_bytes = 0
        self._builder = ET.TreeBuilder()
        self.top = self._builder.start("", {})
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.CharacterDataHandler = self._builder.data

    @property
    def line(self) -> int:
        """The line that was read last."""
        return self._parser.CurrentLineNumber

    def taken(self) -> None:
        """Say that something was taken off."""
        self._open_bytes = 0

    def grow(self) -> Iterator[None]:
        """Read piece by piece, yielding after each; raise Unreadable."""
        piece = self._source.read(_PIECE_BYTES)
        self._set_handlers(piece)
        while piece:
            self._parse(piece, is_last=False)
            self._open_bytes += len(piece)
            if self._open_bytes > OPEN_BYTES_MAX:
                raise Unreadable(
                    "booking-too-large",
                    f"One booking is larger than {OPEN_BYTES_MAX // 1024 // 1024} MB.",
                    f"line {self.line}",
                )
            yield
            piece = self._source.read(_PIECE_BYTES)
        self._parse(b"", is_last=True)
        self.is_whole = True
        yield

    def _parse(self, piece: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except expat.ExpatError as broken:
            raise Unreadable(
                "xml-broken",
                f"This is not well-formed XML: {expat.ErrorString(broken.code)}.",
                f"line {broken.lineno}",
            ) from None
        except (LookupError, ValueError) as unknown:  # an encoding that Python does not have
            raise Unreadable("encoding-unknown", f"The encoding is unknown: {unknown}.") from None

    def _set_handlers(self, piece: bytes) -> None:
        """Choose how names are read: as they are, or without the prefix of a namespace."""
        builder = self._builder
        match = _VERSION.search(piece[:4096].decode("latin-1"))
        self.version = match[1] if match else ""
        if not _PREFIXED.search(piece):
            self._parser.StartElementHandler = builder.start
            self._parser.EndElementHandler = builder.end
            return

        def start(name: str, attributes: dict[str, str]) -> None:
            builder.start(name.rpartition(":")[2], attributes)

        def end(name: str) -> None:
            builder.end(name.rpartition(":")[2])

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end

    def _doctype(self, *_: object) -> NoReturn:
        raise Unreadable(
            "document-type-refused",
            "The XML declares a document type, which no statement needs.",
            f"line {self.line}",
        )
