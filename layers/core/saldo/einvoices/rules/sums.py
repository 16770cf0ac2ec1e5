"""What must add up: BR-CO-10 to BR-CO-17 of EN 16931-1:2017, clause 6.4.2.

Sums are compared as the standard's own rules do: exactly, after rounding to two decimals, or to
the currency's where it has more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from saldo.einvoices.document import CENT, ZERO, Document, rounded
from saldo.einvoices.rules.rule import Broken
from saldo.einvoices.terms import number
from saldo.einvoices.tree import Node
from saldo.money import CURRENCY_DECIMALS

Expected = Callable[[Document], Decimal | None]


def decimals_of(document: Document) -> int:
    return max(2, CURRENCY_DECIMALS.get(document.currency, 2))


def _is(
    document: Document, total: str, expected: Decimal | None, *, slack: Decimal = ZERO
) -> Iterator[Node]:
    """Yield the totals if one of them is not what it is expected to be; unknown is no fault."""
    written = document.total(total)
    if document.totals is None or written is None or expected is None:
        return
    if abs(written - rounded(expected, decimals_of(document))) > slack:
        yield document.totals.node


def _slack(document: Document) -> Decimal:
    """Factur-X EXTENDED lets sums differ by a cent per line (BR-FXEXT-CO-10 and following)."""
    return CENT * max(1, len(document.lines)) if document.profile.tolerance_per_line else ZERO


def _lines(document: Document) -> Iterator[Node]:
    amounts = [line.number("BT-131") for line in document.lines]
    known = [amount for amount in amounts if amount is not None]
    if len(known) == len(amounts) and (amounts or document.profile.has("lines")):
        yield from _is(document, "BT-106", sum(known, ZERO), slack=_slack(document))


def _adjustments(group: str, amount: str, total: str) -> Callable[[Document], Iterator[Node]]:
    """The sum of the document's allowances or charges is the total, and both are told or none."""

    def broken(document: Document) -> Iterator[Node]:
        amounts = (each.number(amount) or ZERO for each in document.root.within(group))
        expected = sum(amounts, ZERO)
        if document.total(total) is None:
            if expected != 0 and document.totals is not None:
                yield document.totals.node
            return
        yield from _is(document, total, expected, slack=_slack(document))

    return broken


def _without_tax(document: Document) -> Iterator[Node]:
    lines = document.total("BT-106")
    if lines is None:
        return
    less, more = document.total("BT-107") or ZERO, document.total("BT-108") or ZERO
    yield from _is(document, "BT-109", lines - less + more, slack=_slack(document))


def _tax(document: Document) -> Iterator[Node]:
    term = document.tax_total
    written = number(term.text) if term else None
    if term is None or written is None or not document.breakdown:
        return
    amounts = (each.number("BT-117") or ZERO for each in document.breakdown)
    if abs(written - rounded(sum(amounts, ZERO), decimals_of(document))) > _slack(document):
        yield term.node


def _with_tax(document: Document) -> Iterator[Node]:
    net = document.total("BT-109")
    if document.has_several_tax_totals and document.totals is not None:
        yield document.totals.node
    elif net is not None:
        yield from _is(document, "BT-112", net + document.tax_sum)


def _payable(document: Document) -> Iterator[Node]:
    gross = document.total("BT-112")
    if gross is None or document.profile.has("extension"):  # BR-DEX-09 stands for it there
        return
    if document.syntax == "ZUGFeRD 1.0" and gross < 0 and document.total("BT-115") == 0:
        return  # its corrections say that nothing is due, whatever they give back
    prepaid, rounding = document.total("BT-113") or ZERO, document.total("BT-114") or ZERO
    yield from _is(document, "BT-115", gross - prepaid + rounding)


def _tax_of_breakdown(document: Document) -> Iterator[Node]:
    """The VAT of a line of the breakdown is its base times its rate, give or take one.

    The standard's own rules allow a difference below 1, because VAT may be reckoned line by line.
    """
    for tax in document.breakdown:
        base, rate, amount = tax.number("BT-116"), tax.number("BT-119"), tax.number("BT-117")
        if base is None or amount is None:
            continue
        expected = rounded(abs(base) * abs(rate or ZERO) / 100, decimals_of(document))
        if abs(abs(amount) - expected) >= 1:
            yield tax.node


TESTS: Final[Mapping[str, Broken]] = {
    "BR-CO-10": _lines,
    "BR-CO-11": _adjustments("BG-20", "BT-92", "BT-107"),
    "BR-CO-12": _adjustments("BG-21", "BT-99", "BT-108"),
    "BR-CO-13": _without_tax,
    "BR-CO-14": _tax,
    "BR-CO-15": _with_tax,
    "BR-CO-16": _payable,
    "BR-CO-17": _tax_of_breakdown,
}
