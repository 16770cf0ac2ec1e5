"""An element of a document, as far as reading an invoice needs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_NO_NODES: Final[list[Node]] = []


class Node:
    """An element: its name without prefix, attributes, own text, children by name, and its line.

    `tag` is the name as the document wrote it, for showing; `name` is what tables look for, which
    differs where an older vocabulary called the same thing otherwise. Children of one name keep
    their order; the order between names says nothing in an invoice and is not kept.
    """

    __slots__ = ("attributes", "children", "line", "name", "parent", "tag", "text")

    def __init__(
        self, name: str, tag: str, attributes: dict[str, str], parent: Node | None, line: int
    ) -> None:
        self.name, self.tag, self.attributes = name, tag, attributes
        self.parent, self.line = parent, line
        self.children: dict[str, list[Node]] = {}
        self.text = ""

    def named(self, name: str) -> list[Node]:
        """Return the children of that name, in their order."""
        return self.children.get(name, _NO_NODES)

    @property
    def value(self) -> str:
        """The text without white space around it."""
        return self.text.strip()

    def path(self) -> str:
        """Return where this element stands, such as `/Invoice/cac:InvoiceLine[2]/cbc:ID`."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None:
            steps.append(node.tag + node.position())
            node = node.parent
        return "/" + "/".join(reversed(steps))

    def position(self) -> str:
        """Return `[2]` for the second of several of that name, nothing for an only one."""
        beside = self.parent.named(self.name) if self.parent else _NO_NODES
        if len(beside) < 2:
            return ""
        return f"[{next(at for at, one in enumerate(beside, 1) if one is self)}]"

    def walk(self) -> Iterator[Node]:
        """Yield this element and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            for nodes in node.children.values():
                waiting += nodes
