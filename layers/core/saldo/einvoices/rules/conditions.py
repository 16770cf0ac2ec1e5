"""Conditions between terms: BR-CO-03 to BR-CO-26 beside the sums, and of cash discounts.

Source: EN 16931-1:2017, clause 6.4.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from saldo.einvoices.cash_discounts import contradicted, left_out, twofold
from saldo.einvoices.document import Document
from saldo.einvoices.rules.codes import COUNTRIES
from saldo.einvoices.rules.rule import Broken, groups, needs
from saldo.einvoices.tree import Node

_VAT_IDS: Final = (("BG-4", "BT-31"), ("BG-7", "BT-48"), ("BG-11", "BT-63"))


def _one_tax_point(document: Document) -> Iterator[Node]:
    root = document.root
    if root.has("BT-7") and root.has("BT-8"):
        yield root.node


def _line_has_category(document: Document) -> Iterator[Node]:
    for line in document.root.within("BG-25"):
        tax = line.one("BG-30")
        if tax is None or not tax.has("BT-151"):
            yield line.node


def _vat_id_has_country(document: Document) -> Iterator[Node]:
    """A VAT identifier begins with a country's code; Greece's is EL."""
    for group_id, term in _VAT_IDS:
        for group in document.root.within(group_id):
            for one in group.all(term):
                if one.text[:2] not in COUNTRIES and one.text[:2] not in ("EL", "XI"):
                    yield one.node


def _terms_when_due(document: Document) -> Iterator[Node]:
    due = document.total("BT-115")
    if document.syntax == "UBL CreditNote":
        return
    if due is not None and due > 0 and not document.root.has("BT-9", "BT-20"):
        assert document.totals is not None, "an amount due stands in the totals"
        yield document.totals.node


def _seller_identified(document: Document) -> Iterator[Node]:
    for seller in document.root.within("BG-4"):
        if not seller.has("BT-29", "BT-30", "BT-31"):
            yield seller.node


def _breakdown(document: Document) -> Iterator[Node]:
    if not document.breakdown:
        yield document.root.node


def _period(document: Document) -> Iterator[Node]:
    for period in groups(document, "BG-14"):
        if not period.has("BT-73", "BT-74") and not document.root.has("BT-8"):
            yield period.node


def _reasons(path: str, *terms: str) -> Broken:
    """There is a reason or its code, and none of them is an empty element."""

    def broken(document: Document) -> Iterator[Node]:
        for group in groups(document, path):
            written = [one.text for term in terms for one in group.terms.get(term, ())]
            if not written or not all(written):
                yield group.node

    return broken


TESTS: Final[Mapping[str, Broken]] = {
    "BR-CO-03": _one_tax_point,
    "BR-CO-04": _line_has_category,
    "BR-CO-09": _vat_id_has_country,
    "BR-CO-18": _breakdown,
    "BR-CO-19": _period,
    "BR-CO-20": needs("BG-25/BG-26", "BT-134", "BT-135"),
    "BR-CO-21": _reasons("BG-20", "BT-97", "BT-98"),
    "BR-CO-22": _reasons("BG-21", "BT-104", "BT-105"),
    "BR-CO-23": _reasons("BG-25/BG-27", "BT-139", "BT-140"),
    "BR-CO-24": _reasons("BG-25/BG-28", "BT-144", "BT-145"),
    "BR-CO-25": _terms_when_due,
    "BR-CO-26": _seller_identified,
    # No standard's: what is offered for paying early must be clear to whoever books it.
    "SALDO-02": left_out,
    "SALDO-03": twofold,
    "SALDO-04": contradicted,
}
