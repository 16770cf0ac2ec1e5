"""Cash discounts of an electronic invoice, as the books keep them. Pure.

XRechnung counts the days of `#SKONTO#TAGE=…#` from the day of issue (BT-2), and its percentage is
of what is payable (BT-115) unless the line names a basis. Some name a sum of money instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from saldo.einvoices.record import Invoice, Skonto
from saldo.errors import Refusal
from saldo.intake.ports import ReportRow
from saldo.invoices.discounts import BASIS_POINTS_BELOW, DiscountTerm, check_terms
from saldo.money import parse_amount

_DAYS_MAX: Final = 365
_PLACE: Final = "BT-20"


@dataclass(frozen=True, slots=True)
class Discounts:
    """What is taken of them. `due_on` is the invoice's, moved back where a discount runs longer:
    whoever may still keep something back is not late.
    """

    terms: tuple[DiscountTerm, ...]
    due_on: date
    remarks: tuple[ReportRow, ...] = ()


def taken_discounts(document: Invoice, due_on: date, amount_minor: int) -> Discounts:
    """Return the discounts of a document that the books can keep, and say what they cannot."""
    if not document.discounts:
        return Discounts((), due_on)
    terms = tuple(sorted(_terms(document, amount_minor), key=lambda one: one.until))
    moved = max((due_on, *(one.until for one in terms)))
    remarks = []
    if moved > due_on:
        words = f"A discount runs until {moved}: it is due then, and not on {due_on}."
        remarks.append(ReportRow("warning", _PLACE, code="due-after-discount", text=words))
    if len(terms) < len(document.discounts):
        words = "A cash discount is of nothing, of half or more, or of more than is owed: left out."
        remarks.append(ReportRow("warning", _PLACE, code="discount-left-out", text=words))
    try:
        check_terms(terms, document.issued_on, moved, amount_minor)
    except Refusal as refusal:
        left = ReportRow("warning", _PLACE, code="discount-left-out", text=refusal.detail)
        return Discounts((), due_on, (left,))
    return Discounts(terms, moved, tuple(remarks))


def _terms(document: Invoice, amount_minor: int) -> Iterator[DiscountTerm]:
    whole = max(amount_minor, document.totals.tax_inclusive_minor or 0)
    for one in document.discounts:
        if one.amount is not None:
            yield from _in_money(one, one.amount, document, amount_minor)
            continue
        points = int(Decimal(one.percent) * 100)
        basis = amount_minor if one.base is None else _minor(one.base, document.currency)
        until = document.issued_on + timedelta(days=min(one.days, _DAYS_MAX))
        if not 0 < points < BASIS_POINTS_BELOW or one.days > _DAYS_MAX or not 0 < basis <= whole:
            continue
        if basis <= amount_minor:
            of = None if basis == amount_minor else basis
            yield DiscountTerm(until, points, basis_minor=of)
        elif (fixed := (basis * points + 5000) // 10_000) * 2 < amount_minor:
            # Of more than is left to pay, as a part was prepaid: the same sum, in money.
            yield DiscountTerm(until, fixed_minor=fixed)


def _in_money(
    one: Skonto, amount: str, document: Invoice, amount_minor: int
) -> Iterator[DiscountTerm]:
    fixed = _minor(amount, document.currency)
    if 0 < fixed * 2 < amount_minor and one.days <= _DAYS_MAX:
        yield DiscountTerm(document.issued_on + timedelta(days=one.days), fixed_minor=fixed)


def _minor(text: str, currency: str) -> int:
    try:
        return parse_amount(text, currency)
    except Refusal:
        return 0  # no basis that can be: told as left out
