"""The words of a mail that came as HTML. Nothing of the page itself is ever shown. Pure.

What a reader would not see is left out: scripts, styles, and elements that are hidden.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from saldo.inbox.own_words import closed_up

_SILENT: Final = frozenset({"script", "style", "title", "template", "noscript", "svg"})
"""Not the head: its end need not be written, and what is in it is silent by itself."""

_VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_BLOCKS: Final = frozenset(
    "p div tr table ul ol li h1 h2 h3 h4 h5 h6 blockquote pre section article header footer".split()  # noqa: SIM905
)
_ENDED_BY: Final = {
    "p": _BLOCKS - {"tr", "li"},
    "li": frozenset({"li"}),
    "tr": frozenset({"tr"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
}
"""Elements whose end need not be written, and which ones end them by beginning (HTML, 13.1.2.4)."""

_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0+(?:\.0*)?(?![.\d])", re.I
)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_DEPTH_MAX: Final = 400
_QUOTES_MAX: Final = 6


def words_of_html(page: str) -> str:
    """Return the words of a page, a line per block; what it quotes begins with ">"."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects words. Marks that are never closed, or closed twice, change little."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._silent = 0
        self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" or tag in _BLOCKS or tag == "hr":
            self._end_line()
        self._end_what_ends(tag)
        if tag in _VOID or (len(self._open) >= _DEPTH_MAX and tag not in _SILENT):
            return
        said = {name: value or "" for name, value in attrs}
        silent = tag in _SILENT or "hidden" in said or bool(_HIDDEN.search(said.get("style", "")))
        self._open.append((tag, silent))
        self._silent += silent
        self._quotes += tag == "blockquote"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" or tag in _BLOCKS:
            self._end_line()
        del attrs

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()
        if not any(name == tag for name, _ in self._open[-40:]):
            return
        while self._open:
            if self._end_last() == tag:
                return

    def _end_what_ends(self, tag: str) -> None:
        """End the elements that an element ends by beginning."""
        while self._open and tag in _ENDED_BY.get(self._open[-1][0], ()):
            self._end_last()

    def _end_last(self) -> str:
        name, silent = self._open.pop()
        self._silent -= silent
        self._quotes -= name == "blockquote"
        return name

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._line.append(data)

    def _end_line(self) -> None:
        line = _SPACES.sub(" ", "".join(self._line)).strip().replace("\u00a0", " ")
        self._line = []
        mark = "> " * min(self._quotes, _QUOTES_MAX)
        self._lines.append(f"{mark}{line}".rstrip() if line or not mark else "")

    def text(self) -> str:
        """Return what was collected, with one blank line where there were several."""
        self._end_line()
        return closed_up(self._lines).strip()
