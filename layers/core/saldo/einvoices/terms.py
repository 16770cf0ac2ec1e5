"""The semantic model of EN 16931-1: business terms (BT-…) in business groups (BG-…).

Rules and the record are written against these, so that they hold for every syntax. A term is as
the document wrote it; nothing is interpreted here but numbers and dates on demand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from saldo.einvoices.tree import Node

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_DIGITS_MAX: Final = 40
_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One business term: its text, and the element it stands in."""

    text: str
    node: Node

    def attribute(self, name: str) -> str:
        """Return an attribute without white space around it, empty if it is not there."""
        return self.node.attributes.get(name, "").strip()


@dataclass(slots=True)
class Group:
    """One occurrence of a business group, its terms and the groups within it."""

    id: str
    node: Node
    terms: dict[str, list[Term]] = field(default_factory=dict)
    groups: dict[str, list[Group]] = field(default_factory=dict)
    _firsts: dict[str, Term] = field(default_factory=dict)

    def add(self, term_id: str, term: Term) -> None:
        """Take one more occurrence of a term."""
        self.terms.setdefault(term_id, []).append(term)
        if term.text:
            self._firsts.setdefault(term_id, term)

    def all(self, term: str) -> list[Term]:
        """Return each occurrence of a term that is not empty."""
        return [one for one in self.terms.get(term, ()) if one.text]

    def first(self, term: str) -> Term | None:
        """Return the first occurrence of a term that is not empty, if there is one."""
        return self._firsts.get(term)

    def text(self, term: str) -> str:
        """Return a term's text, empty if it is missing."""
        found = self.first(term)
        return found.text if found else ""

    def has(self, *terms: str) -> bool:
        """Tell whether one of the terms is there and not empty."""
        return any(self.first(term) is not None for term in terms)

    def number(self, term: str) -> Decimal | None:
        """Return a term as a number; None if it is missing or none."""
        return number(self.text(term))

    def day(self, term: str) -> date | None:
        """Return a term as a day; None if it is missing or none."""
        return day(self.text(term))

    def within(self, group: str) -> list[Group]:
        """Return the occurrences of a group directly within this one."""
        return self.groups.get(group, [])

    def one(self, group: str) -> Group | None:
        """Return the first occurrence of a group within this one."""
        found = self.groups.get(group)
        return found[0] if found else None


def number(text: str) -> Decimal | None:
    """Read a decimal number as xs:decimal has it; None if the text is none, or endless."""
    if len(text) > _DIGITS_MAX or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def day(text: str) -> date | None:
    """Read 2026-12-03 or 20261203, with whatever time zone follows; None if it is no day."""
    found = _DAY.match(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
