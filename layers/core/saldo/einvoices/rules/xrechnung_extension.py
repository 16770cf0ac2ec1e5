"""XRechnung's extension (BR-DEX-…) and its rules for clean vehicles (BR-DE-CVD-…).

Source: KoSIT, Standard XRechnung 3.0, chapter 13; CIUS CVD 0.9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from saldo.einvoices.document import ZERO, Document, rounded
from saldo.einvoices.rules.codes import code_list
from saldo.einvoices.rules.decimals import has_too_many_decimals
from saldo.einvoices.rules.rule import Broken, groups, needs
from saldo.einvoices.terms import Group
from saldo.einvoices.tree import Node


def _no_parts(document: Document) -> Iterator[Node]:
    """BR-DEX-02: a line that has lines below it is their sum."""
    waiting = list(document.root.within("BG-25"))
    while waiting:
        line = waiting.pop()
        below = line.within("BG-DEX-01")
        waiting += below
        if below and line.number("BT-131") != sum(
            (b.number("BT-131") or ZERO for b in below), ZERO
        ):
            yield line.node


def _sub_tax(document: Document) -> Iterator[Node]:
    """BR-DEX-03: each line below another has exactly one VAT category."""
    waiting = [b for line in document.root.within("BG-25") for b in line.within("BG-DEX-01")]
    while waiting:
        line = waiting.pop()
        waiting += line.within("BG-DEX-01")
        if len(line.within("BG-30")) != 1:
            yield line.node


def _payable_with_third_parties(document: Document) -> Iterator[Node]:
    """BR-DEX-09: the amount due counts what is paid for third parties."""
    gross, due = document.total("BT-112"), document.total("BT-115")
    if gross is None or due is None or document.totals is None:
        return
    third = sum((p.number("BT-DEX-002") or ZERO for p in document.root.within("BG-DEX-09")), ZERO)
    prepaid, rounding = document.total("BT-113") or ZERO, document.total("BT-114") or ZERO
    if rounded(due - rounding) != rounded(gross - prepaid + third):
        yield document.totals.node


def _third_party_currency(document: Document) -> Iterator[Node]:
    for each in document.root.within("BG-DEX-09"):
        paid = each.first("BT-DEX-002")
        if paid is None or paid.attribute("currencyID") != document.currency:
            yield each.node


def _third_party_decimals(document: Document) -> Iterator[Node]:
    for each in document.root.within("BG-DEX-09"):
        if has_too_many_decimals(each.text("BT-DEX-002"), 2):
            yield each.node


_VEHICLES: Final = code_list("vehicle_categories")
_CLEAN: Final = code_list("clean_vehicles")
_CLASSES: Final = code_list("classifications") | {"CVD"}


def _vehicles(item: Group) -> int:
    return sum(one.attribute("listID") == "CVD" for one in item.all("BT-158"))


def _attributes(item: Group) -> int:
    return sum(one.text("BT-160") == "cva" for one in item.within("BG-32"))


def _items(document: Document) -> list[Group]:
    return groups(document, "BG-25/BG-31")


def _has_vehicle(document: Document) -> Iterator[Node]:
    if not any(_vehicles(item) and _attributes(item) for item in _items(document)):
        yield document.root.node


def _vehicle_codes(document: Document) -> Iterator[Node]:
    for item in _items(document):
        for one in item.all("BT-158"):
            if one.attribute("listID") == "CVD" and one.text not in _VEHICLES:
                yield one.node


def _classes(document: Document) -> Iterator[Node]:
    for item in _items(document):
        for one in item.all("BT-158"):
            if one.attribute("listID") not in _CLASSES:
                yield one.node


def _clean_codes(document: Document) -> Iterator[Node]:
    for item in _items(document):
        for one in item.within("BG-32"):
            if one.text("BT-160") == "cva" and one.text("BT-161") not in _CLEAN:
                yield one.node


def _one_attribute(document: Document) -> Iterator[Node]:
    yield from (i.node for i in _items(document) if _vehicles(i) and _attributes(i) != 1)


def _one_category(document: Document) -> Iterator[Node]:
    yield from (i.node for i in _items(document) if _attributes(i) and _vehicles(i) != 1)


TESTS: Final[Mapping[str, Broken]] = {
    "BR-DEX-02": _no_parts,
    "BR-DEX-03": _sub_tax,
    "BR-DEX-09": _payable_with_third_parties,
    "BR-DEX-10": needs("BG-DEX-09", "BT-DEX-001"),
    "BR-DEX-11": needs("BG-DEX-09", "BT-DEX-002"),
    "BR-DEX-12": needs("BG-DEX-09", "BT-DEX-003"),
    "BR-DEX-13": _third_party_decimals,
    "BR-DEX-14": _third_party_currency,
    "BR-DE-CVD-01": needs("", "BT-12"),
    "BR-DE-CVD-02": needs("", "BT-17"),
    "BR-DE-CVD-03": _has_vehicle,
    "BR-DE-CVD-04": _vehicle_codes,
    "BR-DE-CVD-05": _clean_codes,
    "BR-DE-CVD-06-a": _one_attribute,
    "BR-DE-CVD-06-b": _one_category,
    "BR-TMP-CVD-01": _classes,
}
