"""VAT by category: BR-S-…, BR-Z-…, BR-E-…, BR-AE-…, BR-IC-…, BR-G-…, BR-O-…, BR-AF-…, BR-AG-….

Source: EN 16931-1:2017, clause 6.4.3. The nine families ask for the same ten things with other
values, so they are one table and ten tests. VAT of a rate may differ by less than 1, as in the
standard's own rules: it may be reckoned line by line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from saldo.einvoices.document import ZERO, Document, Taxed, rounded
from saldo.einvoices.rules.rule import Broken
from saldo.einvoices.terms import Group
from saldo.einvoices.tree import Node


@dataclass(frozen=True, slots=True)
class Category:
    """One VAT category: `code` in documents, `family` in the rules' ids, and what holds for it.

    `seller` and `buyer` list the identifiers of which one must be there (`never`: none may be).
    """

    family: str
    code: str
    name: str
    rate: Literal["positive", "any", "zero", "none"]
    seller: tuple[str, ...]
    buyer: tuple[str, ...] = ()
    exemption: bool = False
    several_rates: bool = False
    never: bool = False


_ANY: Final = ("BT-31", "BT-32", "BT-63")
_VAT: Final = ("BT-31", "BT-63")
CATEGORIES: Final = (
    Category("S", "S", "standard rate", "positive", _ANY, several_rates=True),
    Category("Z", "Z", "zero rate", "zero", _ANY),
    Category("E", "E", "exempt", "zero", _ANY, exemption=True),
    Category("AE", "AE", "reverse charge", "zero", _ANY, ("BT-48", "BT-47"), exemption=True),
    Category("IC", "K", "intra-community supply", "zero", _VAT, ("BT-48",), exemption=True),
    Category("G", "G", "export", "zero", _VAT, exemption=True),
    Category("O", "O", "not subject to VAT", "none", _VAT, ("BT-48",), exemption=True, never=True),
    Category("AF", "L", "Canary Islands", "any", _ANY, several_rates=True),
    Category("AG", "M", "Ceuta and Melilla", "any", _ANY, several_rates=True),
)
_PLACES: Final = (("line", "02", "05"), ("allowance", "03", "06"), ("charge", "04", "07"))


def _identifiers(document: Document) -> set[str]:
    """Return which of the identifiers that matter for VAT are there."""
    held = (("BG-4", ("BT-31", "BT-32")), ("BG-7", ("BT-47", "BT-48")), ("BG-11", ("BT-63",)))
    return {
        term
        for group_id, terms in held
        for group in document.root.within(group_id)
        for term in terms
        if group.has(term)
    }


def _of(document: Document, category: Category) -> list[Taxed]:
    return [each for each in document.taxed if each.category == category.code]


def _breakdown(document: Document, category: Category) -> list[Group]:
    return [each for each in document.breakdown if each.text("BT-118") == category.code]


def _in_breakdown(category: Category) -> Broken:
    """What is used stands in the breakdown, and nothing else does; once, if it has one rate."""

    def broken(document: Document) -> Iterator[Node]:
        used, listed = _of(document, category), _breakdown(document, category)
        if used and (not listed or (len(listed) > 1 and not category.several_rates)):
            yield used[0].group.node
        elif listed and not used and category.several_rates:
            yield listed[0].node
        elif len(listed) > 1 and not category.several_rates:
            yield listed[1].node

    return broken


def _identified(category: Category, place: str) -> Broken:
    def broken(document: Document) -> Iterator[Node]:
        used = [each for each in _of(document, category) if each.place == place]
        if not used:
            return
        there = _identifiers(document)
        if category.never:
            wrong = bool(there.intersection(category.seller + category.buyer))
        else:
            wrong = not there.intersection(category.seller) or (
                bool(category.buyer) and not there.intersection(category.buyer)
            )
        if wrong:
            yield used[0].group.node

    return broken


def _rated(category: Category, place: str) -> Broken:
    def wrong(each: Taxed) -> bool:
        if category.rate == "none":
            return each.has_rate
        if category.rate == "zero":
            return each.rate != 0
        return each.rate is None or each.rate < 0 or (category.rate == "positive" and not each.rate)

    return lambda document: (
        each.group.node for each in _of(document, category) if each.place == place and wrong(each)
    )


def _taxable(category: Category) -> Broken:
    """The taxable amount is what lines and charges less allowances of the rate come to."""

    def broken(document: Document) -> Iterator[Node]:
        listed = _breakdown(document, category)
        expected: defaultdict[Decimal | None, Decimal] = defaultdict(lambda: ZERO)
        for each in _of(document, category) if listed else ():
            expected[each.rate if category.several_rates else None] += each.signed
        for tax in listed:
            written = tax.number("BT-116")
            rate = tax.number("BT-119") if category.several_rates else None
            if written is not None and written != rounded(expected[rate]):
                yield tax.node

    return broken


def _tax(category: Category) -> Broken:
    def broken(document: Document) -> Iterator[Node]:
        for listed in _breakdown(document, category):
            amount, base = listed.number("BT-117"), listed.number("BT-116")
            if amount is None:
                continue
            if category.rate in ("zero", "none"):
                wrong = amount != 0
            else:
                expected = (base or ZERO) * (listed.number("BT-119") or ZERO) / 100
                wrong = abs(amount - expected) >= 1
            if wrong:
                yield listed.node

    return broken


def _exemption(category: Category) -> Broken:
    return lambda document: (
        listed.node
        for listed in _breakdown(document, category)
        if listed.has("BT-120", "BT-121") is not category.exemption
    )


def _family(category: Category) -> Iterator[tuple[str, Broken]]:
    prefix = f"BR-{category.family}-"
    yield prefix + "01", _in_breakdown(category)
    for place, identified, rated in _PLACES:
        yield prefix + identified, _identified(category, place)
        yield prefix + rated, _rated(category, place)
    yield prefix + "08", _taxable(category)
    yield prefix + "09", _tax(category)
    yield prefix + "10", _exemption(category)


def _supply_has_day(document: Document) -> Iterator[Node]:
    """BR-IC-11: an intra-community supply says when."""
    listed = _listed(document, "K")
    delivery = document.root.one("BG-13")
    if listed and not (delivery and delivery.has("BT-72")) and not document.root.within("BG-14"):
        yield listed[0].node


def _supply_has_country(document: Document) -> Iterator[Node]:
    """BR-IC-12: an intra-community supply says to which country."""
    listed = _listed(document, "K")
    delivery = document.root.one("BG-13")
    address = delivery.one("BG-15") if delivery else None
    if listed and not (address and address.has("BT-80")):
        yield listed[0].node


def _listed(document: Document, code: str) -> list[Group]:
    return [each for each in document.breakdown if each.text("BT-118") == code]


def _alone_in_breakdown(document: Document) -> Iterator[Node]:
    """BR-O-11: out of scope of VAT stands alone in the breakdown."""
    if _listed(document, "O"):
        yield from (each.node for each in document.breakdown if each.text("BT-118") != "O")


def _alone(place: str) -> Broken:
    """BR-O-12 to BR-O-14: and so does it among lines, allowances and charges."""

    def broken(document: Document) -> Iterator[Node]:
        if _listed(document, "O"):
            yield from (
                each.group.node
                for each in document.taxed
                if each.place == place and each.category != "O"
            )

    return broken


TESTS: Final[Mapping[str, Broken]] = {
    **dict(rule for category in CATEGORIES for rule in _family(category)),
    "BR-IC-11": _supply_has_day,
    "BR-IC-12": _supply_has_country,
    "BR-O-11": _alone_in_breakdown,
    "BR-O-12": _alone("line"),
    "BR-O-13": _alone("allowance"),
    "BR-O-14": _alone("charge"),
}
