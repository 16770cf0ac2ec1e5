"""Cash discounts of a document: by lines of its payment terms, or in elements of their own.

Lines are XRechnung's (`saldo.einvoices.skonto`). Elements are those of UBL 2.1
(`cac:PaymentTerms`: SettlementDiscountPercent or SettlementDiscountAmount, Amount,
SettlementPeriod), of Factur-X EXTENDED and of ZUGFeRD 1.0. Where both stand, the lines count; where
an element says a thing twice, its last day counts before its days, and its percentage before its
amount. What contradicts is found, and never passed over silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from saldo.einvoices.document import Document
from saldo.einvoices.record import Skonto
from saldo.einvoices.skonto import discounts
from saldo.einvoices.terms import Group, number
from saldo.einvoices.tree import Node

_DAYS_OF: Final = {"": 1, "DAY": 1, "D": 1, "WEE": 7}
"""Units of a span, UN/ECE recommendation 20; D is what some write for days."""

_SPAN_BELOW: Final = 1_000_000
_ROUNDING: Final = Decimal("0.015")
"""A cent, and half of one that was rounded."""


def offered(root: Group, issued_on: date) -> tuple[Skonto, ...]:
    """Return the cash discounts that a document offers; what cannot be counted with is left out."""
    by_lines = _by_lines(root)
    return by_lines or tuple(one for _, one in _by_elements(root, issued_on) if one is not None)


def left_out(document: Document) -> Iterator[Node]:
    """Each discount in elements that cannot be counted with."""
    issued_on = document.root.day("BT-2")
    if issued_on is not None:
        yield from (node for node, one in _by_elements(document.root, issued_on) if one is None)


def twofold(document: Document) -> Iterator[Node]:
    """Each discount in elements that says two things: of its end, or of how much it is."""
    issued_on = document.root.day("BT-2")
    if issued_on is None:
        return
    for group in _groups(document.root):
        until, span = group.day("UNTIL"), _span(group)
        percent, amount = group.number("PERCENT"), group.number("AMOUNT")
        base = group.number("BASE") or document.payable
        is_twice = (
            until is not None
            and span is not None
            and (until - _begins(group, issued_on)).days != span
        )
        if percent is not None and amount is not None and base is not None:
            is_twice = is_twice or abs(base * percent / 100 - amount) > _ROUNDING
        if is_twice:
            yield group.node


def contradicted(document: Document) -> Iterator[Node]:
    """The first discount in elements, where the lines of the payment terms say others."""
    issued_on, by_lines = document.root.day("BT-2"), _by_lines(document.root)
    if issued_on is None or not by_lines:
        return
    beside = [(node, one) for node, one in _by_elements(document.root, issued_on) if one]
    due = document.payable
    if beside and {_compared(one, due) for _, one in beside} != {
        _compared(one, due) for one in by_lines
    }:
        yield beside[0][0]


def _by_lines(root: Group) -> tuple[Skonto, ...]:
    return discounts("\n".join(one.text for one in root.all("BT-20")))


def _by_elements(root: Group, issued_on: date) -> Iterator[tuple[Node, Skonto | None]]:
    for group in _groups(root):
        yield group.node, _read(group, issued_on)


def _groups(root: Group) -> Iterator[Group]:
    """The groups that mean a discount: payment terms in UBL may be anything else."""
    return (one for one in root.within("DISCOUNT") if one.has("PERCENT", "AMOUNT"))


def _read(group: Group, issued_on: date) -> Skonto | None:
    days = _days(group, issued_on)
    percent, amount, base = (group.number(name) for name in ("PERCENT", "AMOUNT", "BASE"))
    if days is None or not 0 <= days < _SPAN_BELOW:
        return None
    if group.has("PERCENT"):
        if percent is None or not 0 <= percent < 100:
            return None
        return Skonto(days, f"{percent:.2f}", None if base is None else f"{base:.2f}")
    return None if amount is None or amount <= 0 else Skonto(days, "0.00", None, f"{amount:.2f}")


def _days(group: Group, issued_on: date) -> int | None:
    """Return the days from issue in which a discount may be taken."""
    if group.has("UNTIL"):
        until = group.day("UNTIL")
        return None if until is None else (until - issued_on).days
    span = _span(group)
    return None if span is None else span + (_begins(group, issued_on) - issued_on).days


def _span(group: Group) -> int | None:
    span = group.first("SPAN")
    days = number(span.text) if span else None
    of_unit = _DAYS_OF.get(span.attribute("unitCode").upper()) if span else None
    if days is None or of_unit is None or days != int(days) or not 0 <= days < _SPAN_BELOW:
        return None
    return int(days) * of_unit


def _begins(group: Group, issued_on: date) -> date:
    return group.day("FROM") or issued_on


def _compared(one: Skonto, due: Decimal | None) -> tuple[int, str, Decimal | None, str | None]:
    return (one.days, one.percent, due if one.base is None else Decimal(one.base), one.amount)
