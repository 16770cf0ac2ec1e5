"""What a person reads of a page, and which of it is in no language of theirs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from typing import Final

ENGLISH: Final = frozenset(
    (
        *("after", "and", "any", "are", "because", "been", "before", "by", "cannot"),
        *("could", "customer", "customers", "day", "days", "does", "every", "for", "from"),
        *("has", "have", "how", "invoice", "invoices", "its", "just", "never", "nothing"),
        *("only", "other", "paid", "payment", "payments", "please", "reminder"),
        *("reminders", "said", "sent", "should", "still", "that", "the", "their", "there"),
        *("they", "this", "until", "were", "what", "when", "which", "who", "whose", "why"),
        *("with", "would", "you", "your"),
    )
)
"""Words of English that are none of German or Dutch: a sentence of English has one of them."""

_CODE: Final = re.compile(r"\b[a-z]+(?:[._][a-z]+)+\b")
"""snake_case, or names with dots between."""
_MARKS: Final = ".,;:!?()„“”‚‘’\"'…–·"
_PYTHON: Final = re.compile(r"\{'|\bNone\b|\bTrue\b|\bFalse\b|datetime\.")
_TOLD_BY: Final = frozenset({"title", "aria-label", "placeholder", "alt", "aria-description"})
_UNREAD: Final = frozenset({"script", "style", "pre", "code", "textarea"})
_EMPTY: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr", "path", "use"})
"""Elements without an end: what they hold are attributes."""


class Page(HTMLParser):
    """Collects the texts of a page and where its links lead; what is in another language, as its
    `lang` says, and what is code is left out.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._language, self._left_out, self._depth = language, 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        had = {name: value or "" for name, value in attrs}
        if "href" in had and tag == "a":
            self.links.append(had["href"])
        if not self._left_out:
            self.texts += [had[name] for name in _TOLD_BY & had.keys() if had[name]]
        if tag in _EMPTY:
            return
        self._depth += 1
        elsewhere = had.get("lang", self._language) != self._language
        if not self._left_out and (tag in _UNREAD or elsewhere):
            self._left_out = self._depth

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass an element without content."""
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in _EMPTY:
            return
        if self._left_out == self._depth:
            self._left_out = 0
        self._depth -= 1

    def handle_data(self, data: str) -> None:
        """Take a text."""
        text = " ".join(data.split())
        if text and not self._left_out:
            self.texts.append(text)


def read(html: str, language: str) -> Page:
    """Return what stands on a page of a language."""
    page = Page(language)
    page.feed(html)
    return page


def unspoken(texts: Collection[str], data: Collection[str] = ()) -> Iterator[str]:
    """Yield the texts that are English or code, once each, with what is wrong with them.

    `data` are pieces of text that somebody typed: they may be in any language.
    """
    for text in dict.fromkeys(texts):
        bare = text
        for typed in data:
            bare = bare.replace(typed, " ")
        bare = re.sub(r"\S*[@/\\]\S*|https?:\S+|\S+\.(?:csv|json|pdf|xml|zip)\b", " ", bare)
        words = (one.strip(_MARKS).casefold() for one in bare.split())
        english = [one for one in words if one in ENGLISH]
        codes = [*_CODE.findall(bare), *_PYTHON.findall(bare)]
        if english or codes:
            yield f"{text[:160]!r}: {', '.join((*english[:4], *codes[:4]))}"
