"""What somebody wrote in a mail themselves, without what they quoted and the lines below. Pure.

Read line by line, in time that grows with the text and no faster: nobody can write a mail that
keeps this busy. Where it is not sure it leaves words in; the mail is kept whole in any case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

LINES_MAX: Final = 4_000
_LINE_LOOKED_AT: Final = 400
_INTRO_LINES: Final = 3
_INTRO_LENGTH: Final = 320
_HEADER_LINES: Final = 8
_HEADERS_MIN: Final = 2
_SIGNATURE_LINES_MAX: Final = 20
_QUOTE_KEPT: Final = 5
"""Lines kept of a quotation that somebody answers below: enough to know what is meant."""

_LABEL: Final = re.compile(r"[*_\s>]{0,4}([^\W\d_][\w' \-]{0,24})\s?:")
_RULER: Final = re.compile(r"\s*[_=*\-–—]{5,}\s*")
_DELIMITER: Final = re.compile(r"--\s?")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """`text` is what was written, `quoted` tells that a quotation was left out."""

    text: str
    quoted: bool


def own_words(text: str) -> OwnWords:
    """Return what was written above, below or between what was quoted; all of it where that is
    nothing.
    """
    lines = [one.rstrip() for one in text.replace("\r\n", "\n").split("\n")[:LINES_MAX]]
    end = _end_of_own(lines)
    kept = _without_quotes(lines[:end])
    said = "\n".join(_without_footer(_without_signature(kept))).strip()
    if not said:
        return OwnWords("\n".join(lines).strip(), quoted=False)
    left_out = sum(map(_is_quote, lines[:end])) - sum(map(_is_quote, kept))
    return OwnWords(closed_up(said.split("\n")), quoted=end < len(lines) or left_out > 0)


def _end_of_own(lines: list[str]) -> int:
    """Return the first line of what is quoted to the end of the mail."""
    for place, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith(">"):
            continue
        if _is_separator(line) or _is_header(lines, place):
            return _above_ruler(lines, place)
        length = _intro(lines, place)
        if length and not _is_quote(_next(lines, place + length)):
            return place
    return len(lines)


def _without_quotes(lines: list[str]) -> list[str]:
    """Leave out lines that begin with ">", and what introduces them.

    Whoever answers between the lines of a quotation has its last lines kept above each answer.
    """
    blocks = _blocks(lines)
    answered = sum(one and not other for (one, _), (other, _) in pairwise(blocks))
    between = answered > 1
    kept: list[str] = []
    for number, (quoted, block) in enumerate(blocks):
        if not quoted:
            kept += block
        elif between and number + 1 < len(blocks):
            kept += [one for one in block if one.strip(" >")][-_QUOTE_KEPT:]
    return kept


def _blocks(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Return the runs of quoted and of own lines; an introduction belongs to its quotation, and is
    dropped.
    """
    found: list[tuple[bool, list[str]]] = []
    place = 0
    while place < len(lines):
        length = _intro(lines, place)
        if length and _is_quote(_next(lines, place + length)):
            place += length
            continue
        line = lines[place]
        quoted = _is_quote(line)
        if not line.strip():
            quoted = bool(found) and found[-1][0]
        if not found or found[-1][0] != quoted:
            found.append((quoted, []))
        found[-1][1].append(line)
        place += 1
    return [(quoted, block) for quoted, block in found if any(one.strip() for one in block)]


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith(">")


def _next(lines: list[str], place: int) -> str:
    """Return the first line from `place` on that is not blank, "" without one."""
    return next((one for one in lines[place : place + 4] if one.strip()), "")


def _intro(lines: list[str], place: int) -> int:
    """Return over how many lines a sentence such as "On 3 May 2026, A B wrote:" goes, 0 if none
    begins here.
    """
    joined = ""
    for length, line in enumerate(lines[place : place + _INTRO_LINES], start=1):
        if not line.strip() or _is_quote(line):
            return 0
        joined = f"{joined} {line.strip()}"[: _INTRO_LENGTH + 1]
        if len(joined) > _INTRO_LENGTH:
            return 0
        if joined.endswith(":"):
            return length if _says_who_wrote(joined) else 0
    return 0


def _says_who_wrote(line: str) -> bool:
    if not any(one.isdigit() for one in line):
        return False
    low = f" {line.lower().rstrip(': ')} "
    if any(f" {word} " in low for word in _words("wrote")):
        return True
    return (
        "@" in line and line.rstrip(": ").endswith(">") and low.split(maxsplit=1)[0][:1].isdigit()
    )


def _is_separator(line: str) -> bool:
    bare = line[:_LINE_LOOKED_AT].strip(" \t-–—_=*:>").replace("’", "'").lower()
    return bare in _words("separators")


def _is_header(lines: list[str], place: int) -> bool:
    """Tell whether the head of another mail begins here: "From: …", "Sent: …", "To: …"."""
    if _label(lines[place]) not in _words("from"):
        return False
    following = [one for one in lines[place + 1 : place + 1 + _HEADER_LINES] if one.strip()]
    return sum(_label(one) in _words("labels") for one in following) >= _HEADERS_MIN


def _label(line: str) -> str:
    found = _LABEL.match(line[:_LINE_LOOKED_AT])
    return found[1].strip().lower() if found else ""


def _above_ruler(lines: list[str], place: int) -> int:
    """Return where the line of underscores above a quoted mail stands, else the place itself."""
    above = place - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and _RULER.fullmatch(lines[above][:_LINE_LOOKED_AT]) else place


def _without_signature(lines: list[str]) -> list[str]:
    """Leave out what stands below "-- " (RFC 3676, 4.3), if it is short enough to be one."""
    for place in range(len(lines) - 1, 0, -1):
        if len(lines) - place > _SIGNATURE_LINES_MAX + 1:
            break
        if _DELIMITER.fullmatch(lines[place]) and any(one.strip() for one in lines[:place]):
            return lines[:place]
    return lines


def _without_footer(lines: list[str]) -> list[str]:
    """Leave out what a telephone writes below every mail."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or _is_footer(kept[-1])):
        kept.pop()
    return kept


def _is_footer(line: str) -> bool:
    low = line.strip(" \t_*<>").lower()
    return len(low) < 120 and any(low.startswith(one) for one in _words("footers"))


def closed_up(lines: Iterable[str]) -> str:
    """Return lines as a text with one blank line where there were several."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line)
    return "\n".join(kept)


@cache
def _words(name: str) -> tuple[str, ...]:
    data = json.loads((files("saldo.inbox") / "own_words.json").read_text("utf-8"))
    return tuple(data[name])
