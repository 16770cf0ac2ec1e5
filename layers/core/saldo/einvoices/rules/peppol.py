"""Peppol BIS Billing 3.0: PEPPOL-EN16931-R…, which XRechnung 3.0 asks for too.

Source: Peppol BIS Billing 3.0, business rules (docs.peppol.eu/poacc/billing/3.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from saldo.einvoices.document import ZERO, Document
from saldo.einvoices.rules.rule import Broken, groups, needs
from saldo.einvoices.terms import Group, number
from saldo.einvoices.tree import Node

_ADJUSTMENTS: Final = (
    ("BG-20", 92),
    ("BG-21", 99),
    ("BG-25/BG-27", 136),
    ("BG-25/BG-28", 141),
)
_SLACK: Final = Decimal("0.02")
_SLACK_HUF: Final = Decimal("0.5")


def _slack(document: Document) -> Decimal:
    return _SLACK_HUF if document.currency == "HUF" else _SLACK


def _tax_currency_differs(document: Document) -> Iterator[Node]:
    other = document.root.first("BT-6")
    if other and other.text == document.currency:
        yield other.node


def _nothing_empty(document: Document) -> Iterator[Node]:
    for node in document.root.node.walk():
        # CII makes this group mandatory even where there is nothing to say in it.
        if not node.children and not node.value and node.name != "ApplicableHeaderTradeDelivery":
            yield node


def _adjusted(document: Document) -> Iterator[tuple[Group, Decimal | None, Group, int]]:
    for path, first in _ADJUSTMENTS:
        for group in groups(document, path):
            yield group, group.number(f"BT-{first}"), group, first


def _amount_is_percentage(document: Document) -> Iterator[Node]:
    """R040: the amount is the base times the percentage, give or take 0.02 (HUF: 0.50)."""
    slack = _slack(document)
    for group, amount, _, first in _adjusted(document):
        base, percent = group.number(f"BT-{first + 1}"), group.number(f"BT-{first + 2}")
        if base is None or percent is None:
            continue
        if abs((amount or ZERO) - base * percent / 100) > slack:
            yield group.node


def _base_with_percentage(document: Document) -> Iterator[Node]:
    for group, _, _, first in _adjusted(document):
        if group.has(f"BT-{first + 2}") and not group.has(f"BT-{first + 1}"):
            yield group.node


def _percentage_with_base(document: Document) -> Iterator[Node]:
    for group, _, _, first in _adjusted(document):
        if group.has(f"BT-{first + 1}") and not group.has(f"BT-{first + 2}"):
            yield group.node


def _indicators(*above: str, ubl: bool) -> Broken:
    """R043: an allowance or charge says which of both it is, by true or false."""

    def broken(document: Document) -> Iterator[Node]:
        for node in document.root.node.walk() if document.is_ubl is ubl else ():
            if node.name != "ChargeIndicator" or not node.parent or node.parent.name not in above:
                continue
            written = node.named("Indicator") or [node]
            if any(one.value not in ("true", "false") for one in written):
                yield node

    return broken


def _net_price(document: Document) -> Iterator[Node]:
    for price in groups(document, "BG-25/BG-29"):
        net, gross = price.number("BT-146"), price.number("BT-148")
        if gross is not None and net != gross - (price.number("BT-147") or ZERO):
            yield price.node


def _one_currency(document: Document) -> Iterator[Node]:
    """R051: amounts are in the document's currency, but for VAT in the accounting currency."""
    allowed = {document.currency, document.root.text("BT-6")}
    for node in document.root.node.walk():
        written = node.attributes.get("currencyID")
        if written is not None and written.strip() not in allowed:
            yield node


def _one_breakdown(document: Document) -> Iterator[Node]:
    """R053: one VAT total with a breakdown (UBL), one at most in the document's currency (CII)."""
    root = document.root
    if document.is_ubl:
        count = sum(bool(one.named("TaxSubtotal")) for one in root.node.named("TaxTotal"))
        wrong = count != 1
    else:
        count = sum(one.attribute("currencyID") == document.currency for one in root.all("BT-110"))
        wrong = count > 1
    if wrong:
        yield root.node


def _one_total_in_tax_currency(document: Document) -> Iterator[Node]:
    root = document.root
    other = root.text("BT-6")
    if document.is_ubl:
        count = sum(not one.named("TaxSubtotal") for one in root.node.named("TaxTotal"))
    else:
        count = sum(
            bool(other) and one.attribute("currencyID") == other for one in root.all("BT-110")
        )
    if count != (1 if other else 0):
        yield root.node


def _same_sign(document: Document) -> Iterator[Node]:
    if not document.root.has("BT-6"):
        return
    ours, theirs = document.tax_total, document.tax_total_in_tax_currency
    one = number(ours.text) if ours else None
    other = number(theirs.text) if theirs else None
    if one is None or other is None or one * other < 0:
        yield document.root.node


def _mandate(document: Document) -> Iterator[Node]:
    for means in document.root.within("BG-16"):
        if means.text("BT-81") in ("49", "59") and not document.root.has("BT-89"):
            yield means.node


def _line_objects(document: Document) -> Iterator[Node]:
    """R101: a document that a line refers to is an invoiced object (type code 130)."""
    for line in document.root.within("BG-25"):
        if document.is_ubl:
            references = line.node.named("DocumentReference")
            codes = "DocumentTypeCode"
        else:
            settled = line.node.named("SpecifiedLineTradeSettlement")
            references = [r for s in settled for r in s.named("AdditionalReferencedDocument")]
            codes = "TypeCode"
        for each in references:
            written = [code.value for code in each.named(codes)]
            if written != ["130"]:
                yield each


def _in_period(*, first: bool) -> Broken:
    term = "BT-134" if first else "BT-135"

    def broken(document: Document) -> Iterator[Node]:
        period = document.root.one("BG-14")
        begin, end = (period.day("BT-73"), period.day("BT-74")) if period else (None, None)
        for each in groups(document, "BG-25/BG-26"):
            day = each.day(term)
            if day and ((begin and day < begin) or (end and day > end)):
                yield each.node

    return broken


def _net_of_line(document: Document) -> Iterator[Node]:
    """R120: a line's net amount is quantity times price, plus charges, less allowances."""
    slack = _slack(document)
    for line in document.lines:
        price, net = line.one("BG-29"), line.number("BT-131")
        each = price.number("BT-146") if price else None
        if each is None or price is None:
            continue
        quantity = line.number("BT-129")
        base = price.number("BT-149") or Decimal(1)
        expected = (Decimal(1) if quantity is None else quantity) * each / base
        expected += _sum(line, "BG-28", "BT-141") - _sum(line, "BG-27", "BT-136")
        if abs((net or ZERO) - expected) > slack:
            yield line.node


def _sum(line: Group, group_id: str, term: str) -> Decimal:
    return sum((each.number(term) or ZERO for each in line.within(group_id)), ZERO)


def _base_quantity(document: Document) -> Iterator[Node]:
    for price in groups(document, "BG-25/BG-29"):
        base = price.number("BT-149")
        if base is not None and base <= 0:
            yield price.node


def _base_unit(document: Document) -> Iterator[Node]:
    for line in document.root.within("BG-25"):
        price = line.one("BG-29")
        unit = price.text("BT-150") if price else ""
        if unit and unit != line.text("BT-130"):
            yield line.node


TESTS: Final[Mapping[str, Broken]] = {
    "PEPPOL-EN16931-R001": needs("", "BT-23"),
    "PEPPOL-EN16931-R003": needs("", "BT-10", "BT-13"),
    "PEPPOL-EN16931-R005": _tax_currency_differs,
    "PEPPOL-EN16931-R008": _nothing_empty,
    "PEPPOL-EN16931-R010": needs("BG-7", "BT-49"),
    "PEPPOL-EN16931-R020": needs("BG-4", "BT-34"),
    "PEPPOL-EN16931-R040": _amount_is_percentage,
    "PEPPOL-EN16931-R041": _base_with_percentage,
    "PEPPOL-EN16931-R042": _percentage_with_base,
    "PEPPOL-EN16931-R043": _indicators("AllowanceCharge", ubl=True),
    "PEPPOL-EN16931-R043-1": _indicators("SpecifiedTradeAllowanceCharge", ubl=False),
    "PEPPOL-EN16931-R043-2": _indicators("AppliedTradeAllowanceCharge", ubl=False),
    "PEPPOL-EN16931-R046": _net_price,
    "PEPPOL-EN16931-R051": _one_currency,
    "PEPPOL-EN16931-R053": _one_breakdown,
    "PEPPOL-EN16931-R054": _one_total_in_tax_currency,
    "PEPPOL-EN16931-R055": _same_sign,
    "PEPPOL-EN16931-R061": _mandate,
    "PEPPOL-EN16931-R101": _line_objects,
    "PEPPOL-EN16931-R110": _in_period(first=True),
    "PEPPOL-EN16931-R111": _in_period(first=False),
    "PEPPOL-EN16931-R120": _net_of_line,
    "PEPPOL-EN16931-R121": _base_quantity,
    "PEPPOL-EN16931-R130": _base_unit,
}
