"""In which encoding a text file is written. Pure; it reads the whole file, in pieces.

Marks at the beginning decide, then whether every byte is good UTF-8, which other text practically
never is. Among the encodings of one byte a letter, all of which read everything, the one under
which the bytes are the letters of German, Dutch and French is taken, and said to be a guess.
"""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO, Final

from saldo.tables.model import Opener, TableNotReadable

ENCODINGS: Final = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "cp850")
"""What a mapping may name; a mark at the beginning is never part of the text."""

_PIECE: Final = 1 << 16
_ASCII: Final = bytes(range(128))
_LETTERS: Final = frozenset("äöüÄÖÜßéèêëàâçîïôûùÉÈÀÇñÑáíóúåøæ€–’„“§°ÿœ")
_NOT_1252: Final = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
_ZEROS_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Encoding:
    """`is_sure` is False where others read the file too; `why` says what spoke for this one."""

    name: str
    is_sure: bool
    why: str


def detect_encoding(opener: Opener) -> Encoding:
    """Return in what a file is written; raise TableNotReadable for what is no text."""
    with opener() as file:
        head = file.read(_PIECE)
        told = _marked(head) or _wide(head)
        if told is not None:
            return told
        high, is_utf8 = _bytes_of(head, file)
    if not high:
        return Encoding("utf-8", is_sure=True, why="plain letters alone")
    if is_utf8:
        return Encoding("utf-8", is_sure=True, why="every byte is good UTF-8")
    return _of_one_byte(high)


def is_other_than(opener: Opener, encoding: str) -> bool:
    """Tell whether a file that a one-byte encoding would read is surely UTF-8 or UTF-16: every
    letter with an accent would come out as two others, and nothing would say so.
    """
    if encoding.startswith("utf"):
        return False
    with opener() as file:
        head = file.read(_PIECE)
        if _marked(head) or _wide(head):
            return True
        high, is_utf8 = _bytes_of(head, file)
    return bool(high) and is_utf8


def _bytes_of(head: bytes, file: BinaryIO) -> tuple[Counter[int], bool]:
    """Count the bytes beyond ASCII, and tell whether all is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    high: Counter[int] = Counter()
    is_utf8, piece = True, head
    while piece:
        if b"\x00" in piece:
            raise TableNotReadable("The file is no text: it holds zero bytes.")
        following = file.read(_PIECE)
        if is_utf8:
            try:
                decoder.decode(piece, final=not following)
            except UnicodeDecodeError:
                is_utf8 = False
        high.update(piece.translate(None, _ASCII))
        piece = following
    return high, is_utf8


def _marked(head: bytes) -> Encoding | None:
    why = "the mark at its beginning"
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", is_sure=True, why=why)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", is_sure=True, why=why)
    return None


def _wide(head: bytes) -> Encoding | None:
    """Tell UTF-16 without a mark by where its zero bytes are."""
    pairs = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > _ZEROS_SHARE and even < odd / 4:
        return Encoding("utf-16-le", is_sure=True, why="a zero byte after most letters")
    if even > _ZEROS_SHARE and odd < even / 4:
        return Encoding("utf-16-be", is_sure=True, why="a zero byte before most letters")
    return None


def _of_one_byte(high: Counter[int]) -> Encoding:
    scores: dict[str, int] = {}
    for name in ("cp1252", "cp850", "latin-1"):
        if name == "cp1252" and not _NOT_1252.isdisjoint(high):
            continue
        scores[name] = sum(
            count for byte, count in high.items() if bytes([byte]).decode(name) in _LETTERS
        )
    best = max(scores, key=lambda name: scores[name])
    others = sorted(name for name in scores if name not in (best, "latin-1"))
    rivals = [name for name in others if scores[name] * 2 > scores[best]]
    return Encoding(
        best,
        is_sure=scores[best] == sum(high.values()) and not rivals,
        why="its bytes are letters with accents in it"
        + (f"; {', '.join(rivals)} reads it nearly as well" if rivals else ""),
    )
