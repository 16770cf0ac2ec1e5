"""XML into elements, with expat alone: no document type, so no entity of any kind.

A document type declaration is refused at its first character. With it go entity bombs, external
entities and external subsets, as XRechnung and Peppol forbid one anyway; expat resolves nothing
that is not declared. Size, depth and number of elements are bounded while reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn
from xml.parsers import expat

from saldo.adapters.einvoice.limits import LIMITS, Limits, Unreadable
from saldo.einvoices.tree import Node

_PREFIXES: Final = {
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc:",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac:",
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2": "",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": "rsm:",
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100": "ram:",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100": "udt:",
    "urn:un:unece:uncefact:data:standard:QualifiedDataType:100": "qdt:",
    "urn:ferd:CrossIndustryDocument:invoice:1p0": "rsm:",
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12": "ram:",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15": "udt:",
    "urn:un:unece:uncefact:data:standard:QualifiedDataType:12": "qdt:",
}
"""The vocabularies that are read, with the prefix a place is shown with."""

_FOREIGN: Final = "?"
"""Before the name of an element of any other vocabulary, so that no table ever finds it."""


def parse(source: bytes, renamed: Mapping[str, str] | None = None, limits: Limits = LIMITS) -> Node:
    """Return the document's root element; raise Unreadable.

    `renamed` says what elements of an older vocabulary are called in the newer one.
    """
    if len(source) > limits.xml_bytes_max:
        raise Unreadable(f"The XML is larger than {limits.xml_bytes_max:,} bytes.")
    return _Reader(renamed or {}, limits).read(source)


class _Reader:
    def __init__(self, renamed: Mapping[str, str], limits: Limits) -> None:
        self._renamed, self._limits = renamed, limits
        self._names: dict[str, tuple[str, str]] = {}
        self._node: Node | None = None
        self._root: Node | None = None
        self._texts: list[list[str]] = []
        self._count = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, source: bytes) -> Node:
        try:
            self._parser.Parse(source, True)  # noqa: FBT003 - positional in expat
        except expat.ExpatError as broken:
            raise Unreadable(
                f"This is not well-formed XML: {expat.ErrorString(broken.code)}, "
                f"line {broken.lineno}."
            ) from None
        except (LookupError, ValueError) as unknown:  # an encoding that Python does not have
            raise Unreadable(f"The XML's encoding cannot be read: {unknown}.") from None
        if self._root is None:
            raise Unreadable("The XML is empty.")
        return self._root

    def _start(self, expanded: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > self._limits.elements_max:
            raise Unreadable(f"The XML has more than {self._limits.elements_max:,} elements.")
        if len(self._texts) >= self._limits.depth_max:
            raise Unreadable(f"The XML is nested deeper than {self._limits.depth_max} elements.")
        if len(attributes) > self._limits.attributes_max:
            raise Unreadable("An element of the XML has too many attributes.")
        name, tag = self._names.get(expanded) or self._named(expanded)
        node = Node(name, tag, attributes, self._node, self._parser.CurrentLineNumber)
        if self._node is None:
            self._root = node
        else:
            self._node.children.setdefault(name, []).append(node)
        self._node = node
        self._texts.append([])

    def _end(self, _: str) -> None:
        assert self._node is not None, "expat ends what it began"
        self._node.text = "".join(self._texts.pop())
        self._node = self._node.parent

    def _characters(self, text: str) -> None:
        self._texts[-1].append(text)

    def _doctype(self, *_: object) -> NoReturn:
        raise Unreadable("The XML declares a document type, which an invoice must not.")

    def _named(self, expanded: str) -> tuple[str, str]:
        space, _, local = expanded.rpartition(" ")
        prefix = _PREFIXES.get(space)
        if prefix is None:
            named = (_FOREIGN + local, local)
        else:
            named = (self._renamed.get(local, local), prefix + local)
        if len(self._names) < self._limits.elements_max // 100:
            self._names[expanded] = named
        return named
