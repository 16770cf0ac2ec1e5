"""OFX as a row of tags: SGML (1.x), whose elements need no end, and XML (2.x) are read alike.

Nothing is ever expanded but the five entities of XML and numbered characters.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from saldo.statements.findings import Unreadable

_PIECE_CHARACTERS: Final = 64 * 1024
_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9_.]*)(?:\s[^<>]*)?/?>"
    r"(?P<text>[^<]*(?:<!\[CDATA\[.*?\]\]>[^<]*)*)",
    re.DOTALL,
)
_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with the text behind it, and the line that it stands on."""

    name: str
    is_end: bool
    text: str
    line: int


def tags(source: BinaryIO, encoding: str) -> Iterator[Tag]:
    """Yield the tags of a file; raise Unreadable for one that is too long."""
    stream = io.TextIOWrapper(source, encoding=encoding, errors="replace", newline=None)
    try:
        kept, line = "", 1
        while True:
            piece = stream.read(_PIECE_CHARACTERS)
            kept += piece
            # What stands behind the last tag may go on in the next piece.
            until = kept.rfind("<") if piece else len(kept)
            if until <= 0 and len(kept) > 2 * _PIECE_CHARACTERS:
                raise Unreadable("field-too-long", "A field is too long.", f"line {line}")
            until = _outside(kept, until)
            counted = 0
            for found in _TAG.finditer(kept, 0, max(until, 0)):
                line += kept.count("\n", counted, found.start())
                counted = found.start()
                yield Tag(found["name"].upper(), bool(found["end"]), _text(found["text"]), line)
            line += kept.count("\n", counted, max(until, 0))
            kept = kept[max(until, 0) :]
            if not piece:
                return
            if len(kept) > 2 * _PIECE_CHARACTERS:
                raise Unreadable("field-too-long", "A field is too long.", f"line {line}")
    finally:
        stream.detach()


def _outside(text: str, until: int) -> int:
    """Return where to stop so that no CDATA section is cut in two."""
    begun = text.rfind("<![CDATA[", 0, until + len("<![CDATA["))
    if begun < 0 or "]]>" in text[begun:until]:
        return until
    before = text.rfind("<", 0, begun)
    return until if before < 0 else min(until, before)


def _text(written: str) -> str:
    parts = _CDATA.split(written)
    # Every second part stood in CDATA, where nothing is an entity.
    return "".join(
        one if place % 2 else html.unescape(one) for place, one in enumerate(parts)
    ).strip()
