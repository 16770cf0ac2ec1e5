"""What the syntax bindings add: UBL-SR-…, UBL-DT-… and CII-SR-….

Source: CEN/TS 16931-3-2 (UBL) and CEN/TS 16931-3-3 (CII). Only those that a business could trip
over; what the schemas forbid anyway is not repeated here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from saldo.einvoices.document import Document
from saldo.einvoices.rules.decimals import has_too_many_decimals
from saldo.einvoices.rules.rule import Broken, groups
from saldo.einvoices.tree import Node


def _ubl(rule: Broken) -> Broken:
    return lambda document: rule(document) if document.is_ubl else iter(())


def _cii(rule: Broken) -> Broken:
    return lambda document: iter(()) if document.is_ubl else rule(document)


def _once(term: str, path: str = "") -> Broken:
    """A term stands there once at most."""

    def broken(document: Document) -> Iterator[Node]:
        for group in groups(document, path):
            for extra in group.terms.get(term, [])[1:]:
                yield extra.node

    return broken


def _amount_decimals(document: Document) -> Iterator[Node]:
    """UBL-DT-01: amounts beside prices have two decimals at most."""
    for node in document.root.node.walk():
        if node.name.endswith("Amount") and has_too_many_decimals(node.value, 2):
            above = node.parent.name if node.parent else ""
            of_price = above == "Price" or (
                above == "AllowanceCharge"
                and node.parent is not None
                and node.parent.parent is not None
                and node.parent.parent.name == "Price"
            )
            if not of_price:
                yield node


def _media_types(document: Document) -> Iterator[Node]:
    for each in document.root.within("BG-24"):
        for embedded in each.terms.get("BT-125", ()):
            if not embedded.attribute("mimeCode"):
                yield embedded.node


def _scheme_of_object(document: Document) -> Iterator[Node]:
    """UBL-SR-43: a scheme identifier belongs to the invoiced object (type code 130) alone."""
    for reference in document.root.node.named("AdditionalDocumentReference"):
        code = [one.value for one in reference.named("DocumentTypeCode")]
        if code != ["130"] and any("schemeID" in one.attributes for one in reference.named("ID")):
            yield reference


def _payment_references(document: Document) -> Iterator[Node]:
    """UBL-SR-44: one payment identifier, though it may be repeated in each way to pay."""
    written = document.root.all("BT-83")
    for each in written:
        if each.text != written[0].text:
            yield each.node
    for means in document.root.node.named("PaymentMeans"):
        yield from means.named("PaymentID")[1:]


def _means_agree(document: Document) -> Iterator[Node]:
    """UBL-SR-47: several ways to pay have one code of their means."""
    written = [one for means in document.root.within("BG-16") for one in means.all("BT-81")]
    yield from (one.node for one in written if one.text != written[0].text)


def _note_has_text(document: Document) -> Iterator[Node]:
    """CII-SR-030: a note has exactly one content."""
    for note in document.root.within("BG-1"):
        if len(note.terms.get("BT-22", ())) != 1:
            yield note.node


def _one_tax_of_line(document: Document) -> Iterator[Node]:
    for line in document.root.within("BG-25"):
        if len(line.within("BG-30")) != 1:
            yield line.node


def _one_tax_point(document: Document) -> Iterator[Node]:
    """CII-SR-461: the tax point's day stands once, however many rates there are."""
    yield from (extra.node for extra in document.root.all("BT-7")[1:])


TESTS: Final[Mapping[str, Broken]] = {
    "UBL-SR-12": _ubl(_once("BT-31", "BG-4")),
    "UBL-SR-43": _ubl(_scheme_of_object),
    "UBL-SR-44": _ubl(_payment_references),
    "UBL-SR-47": _ubl(_means_agree),
    "UBL-DT-01": _ubl(_amount_decimals),
    "UBL-DT-06": _ubl(_media_types),
    "CII-SR-030": _cii(_note_has_text),
    "CII-SR-454": _cii(_one_tax_of_line),
    "CII-SR-461": _cii(_one_tax_point),
}
