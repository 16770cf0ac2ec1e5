"""What must be there: BR-01 to BR-65 of EN 16931-1:2017, clause 6.4.1, as far as they ask for it.

Fatal is what an open item cannot be without: number, day, currency, both names, and the sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from saldo.einvoices.document import Document
from saldo.einvoices.rules.rule import Broken, groups, needs, needs_attribute, needs_group
from saldo.einvoices.terms import Group, day
from saldo.einvoices.tree import Node


def _total(term: str) -> Broken:
    """The totals are there and have a term that is a number."""

    def broken(document: Document) -> Iterator[Node]:
        if document.total(term) is None:
            yield document.totals.node if document.totals else document.root.node

    return broken


def _readable_days(document: Document) -> Iterator[Node]:
    """Source: none; a standard's schema refuses what is no day. Without it nothing can fall due."""
    for term in ("BT-2", "BT-9"):
        written = document.root.first(term)
        if written and day(written.text) is None:
            yield written.node


def _in_order(path: str, first: str, last: str) -> Broken:
    """A period does not end before it begins."""

    def wrong(group: Group) -> bool:
        begin, end = group.day(first), group.day(last)
        return begin is not None and end is not None and end < begin

    return lambda document: (g.node for g in groups(document, path) if wrong(g))


def _not_negative(path: str, term: str) -> Broken:
    def wrong(group: Group) -> bool:
        value = group.number(term)
        return value is not None and value < 0

    return lambda document: (g.node for g in groups(document, path) if wrong(g))


def _representative_vat(document: Document) -> Iterator[Node]:
    for group in document.root.within("BG-11"):
        if not group.has("BT-63"):
            yield group.node


def _rate_or_out_of_scope(document: Document) -> Iterator[Node]:
    for tax in document.breakdown:
        if not tax.has("BT-119") and tax.text("BT-118") != "O":
            yield tax.node


def _account_for_transfer(document: Document) -> Iterator[Node]:
    for means in document.root.within("BG-16"):
        account = means.one("BG-17")
        if means.text("BT-81") in ("30", "58") and not (account and account.has("BT-84")):
            yield means.node


def _card_shows_little(document: Document) -> Iterator[Node]:
    for card in groups(document, "BG-16/BG-18"):
        digits = sum(sign.isdigit() for sign in card.text("BT-87"))
        if digits > 10:  # the first six and the last four may be shown
            yield card.node


def _tax_total_in_tax_currency(document: Document) -> Iterator[Node]:
    other = document.root.text("BT-6")
    written = (one.attribute("currencyID") for one in document.root.all("BT-110"))
    if other and other not in written:
        yield document.root.node


def _both_of_item_attribute(document: Document) -> Iterator[Node]:
    for each in groups(document, "BG-25/BG-31/BG-32"):
        if not (each.has("BT-160") and each.has("BT-161")):
            yield each.node


TESTS: Final[Mapping[str, Broken]] = {
    "BR-01": needs("", "BT-24"),
    "BR-02": needs("", "BT-1"),
    "BR-03": needs("", "BT-2"),
    "SALDO-01": _readable_days,
    "BR-04": needs("", "BT-3"),
    "BR-05": needs("", "BT-5"),
    "BR-06": lambda d: _named(d, "BG-4", "BT-27"),
    "BR-07": lambda d: _named(d, "BG-7", "BT-44"),
    "BR-08": needs_group("BG-4", "BG-5"),
    "BR-09": needs("BG-4/BG-5", "BT-40"),
    "BR-10": needs_group("BG-7", "BG-8"),
    "BR-11": needs("BG-7/BG-8", "BT-55"),
    "BR-12": _total("BT-106"),
    "BR-13": _total("BT-109"),
    "BR-14": _total("BT-112"),
    "BR-15": _total("BT-115"),
    "BR-16": needs_group("", "BG-25"),
    "BR-17": needs("BG-10", "BT-59"),
    "BR-18": needs("BG-11", "BT-62"),
    "BR-19": needs_group("BG-11", "BG-12"),
    "BR-20": needs("BG-11/BG-12", "BT-69"),
    "BR-21": needs("BG-25", "BT-126"),
    "BR-22": needs("BG-25", "BT-129"),
    "BR-23": needs("BG-25", "BT-130"),
    "BR-24": needs("BG-25", "BT-131"),
    "BR-25": lambda d: _items(d, "BG-31", "BT-153"),
    "BR-26": lambda d: _items(d, "BG-29", "BT-146"),
    "BR-27": _not_negative("BG-25/BG-29", "BT-146"),
    "BR-28": _not_negative("BG-25/BG-29", "BT-148"),
    "BR-29": _in_order("BG-14", "BT-73", "BT-74"),
    "BR-30": _in_order("BG-25/BG-26", "BT-134", "BT-135"),
    "BR-31": needs("BG-20", "BT-92"),
    "BR-32": needs("BG-20", "BT-95"),
    "BR-33": needs("BG-20", "BT-97", "BT-98"),
    "BR-36": needs("BG-21", "BT-99"),
    "BR-37": needs("BG-21", "BT-102"),
    "BR-38": needs("BG-21", "BT-104", "BT-105"),
    "BR-41": needs("BG-25/BG-27", "BT-136"),
    "BR-42": needs("BG-25/BG-27", "BT-139", "BT-140"),
    "BR-43": needs("BG-25/BG-28", "BT-141"),
    "BR-44": needs("BG-25/BG-28", "BT-144", "BT-145"),
    "BR-45": needs("BG-23", "BT-116"),
    "BR-46": needs("BG-23", "BT-117"),
    "BR-47": needs("BG-23", "BT-118"),
    "BR-48": _rate_or_out_of_scope,
    "BR-49": needs("BG-16", "BT-81"),
    "BR-50": needs("BG-16/BG-17", "BT-84"),
    "BR-51": _card_shows_little,
    "BR-52": needs("BG-24", "BT-122"),
    "BR-53": _tax_total_in_tax_currency,
    "BR-54": _both_of_item_attribute,
    "BR-55": needs("BG-3", "BT-25"),
    "BR-56": _representative_vat,
    "BR-57": needs("BG-13/BG-15", "BT-80"),
    "BR-61": _account_for_transfer,
    "BR-62": needs_attribute("BG-4", "BT-34", "schemeID"),
    "BR-63": needs_attribute("BG-7", "BT-49", "schemeID"),
    "BR-64": needs_attribute("BG-25/BG-31", "BT-157", "schemeID"),
    "BR-65": needs_attribute("BG-25/BG-31", "BT-158", "listID"),
}


def _named(document: Document, group_id: str, term: str) -> Iterator[Node]:
    group = document.root.one(group_id)
    if group is None or not group.has(term):
        yield group.node if group else document.root.node


def _items(document: Document, group_id: str, term: str) -> Iterator[Node]:
    for line in document.root.within("BG-25"):
        inner = line.one(group_id)
        if inner is None or not inner.has(term):
            yield line.node
