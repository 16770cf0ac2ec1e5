"""What a rule is, and the few forms that most of them have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from saldo.einvoices.document import Document
from saldo.einvoices.findings import Severity
from saldo.einvoices.profiles import Scope
from saldo.einvoices.terms import Group
from saldo.einvoices.tree import Node

Places = Iterable[Node]
Broken = Callable[[Document], Places]
"""Where a document breaks a rule; nothing where it keeps it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the catalogue: the rule's id in its standard, and what is wrong where it is broken.

    `scope` names the set it belongs to: where a document's profile has it not, it is not asked.
    """

    id: str
    scope: Scope
    severity: Severity
    sentence: str


def groups(document: Document, path: str) -> list[Group]:
    """Return the groups at a path of ids such as `BG-25/BG-29`; the empty one is the document."""
    found = [document.root]
    for step in path.split("/") if path else ():
        found = [inner for group in found for inner in group.within(step)]
    return found


def needs(path: str, *terms: str) -> Broken:
    """Each group at the path has one of the terms."""
    return lambda document: (g.node for g in groups(document, path) if not g.has(*terms))


def needs_group(path: str, group_id: str) -> Broken:
    """Each group at the path has a group within it."""
    return lambda document: (g.node for g in groups(document, path) if not g.within(group_id))


def needs_attribute(path: str, term: str, *names: str) -> Broken:
    """Each occurrence of a term carries one of the attributes, not empty."""

    def broken(document: Document) -> Iterator[Node]:
        for group in groups(document, path):
            for one in group.terms.get(term, ()):
                if not any(one.attribute(name) for name in names):
                    yield one.node

    return broken
