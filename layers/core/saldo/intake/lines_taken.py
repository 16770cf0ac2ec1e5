"""Lines of an electronic invoice, as payers are shown them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from saldo.einvoices.record import Adjustment, Invoice, Line
from saldo.intake.ports import ReportRow
from saldo.intake.words import one_line
from saldo.invoices.lines import LINES_MAX, InvoiceLine

_TEXT_MAX: Final = 200
_REF_MAX: Final = 40
_UNIT_MAX: Final = 20
_DECIMALS: Final = Decimal("0.000001")
_WHOLE_BELOW: Final = Decimal(10) ** 12
_RATE_BELOW: Final = 100


def taken_lines(document: Invoice) -> tuple[tuple[InvoiceLine, ...], tuple[ReportRow, ...]]:
    """Return the lines of a document that the books can keep, and say what they cannot.

    Lines that do not add up to the net total would be a riddle to whoever reads them: then there
    are none, and the document itself is there to be looked at.
    """
    lines, net = tuple(_lines(document)), document.totals.tax_exclusive_minor
    if lines and net is not None and sum(line.amount_minor for line in lines) != net:
        words = "Its lines do not add up to its net total; they are left to the document itself."
        return (), (ReportRow("warning", "BG-25", code="lines-left-out", text=words),)
    if len(lines) > LINES_MAX:
        words = f"Only the first {LINES_MAX} lines are kept beside the document."
        return lines[:LINES_MAX], (ReportRow("warning", code="lines-too-many", text=words),)
    return lines, ()


def _lines(document: Invoice) -> Iterator[InvoiceLine]:
    """Yield what the total is made of: lines, then allowances and charges of the whole."""
    refs: set[str] = set()

    def ref(wanted: str) -> str:
        free = one_line(wanted, _REF_MAX) or str(len(refs) + 1)
        while free in refs:
            free = f"{free[: _REF_MAX - 4]}-{len(refs) + 1}"
        refs.add(free)
        return free

    for line in document.lines:
        if line.net_minor is not None:
            yield _line(line, ref(line.id))
    for sign, adjustments in ((-1, document.allowances), (1, document.charges)):
        for one in adjustments:
            if one.amount_minor:
                yield _adjusted(one, sign, ref("+" if sign > 0 else "-"))


def _line(line: Line, ref: str) -> InvoiceLine:
    assert line.net_minor is not None, "looked at before"
    return InvoiceLine(
        ref,
        one_line(line.name or line.description or line.note, _TEXT_MAX) or ref,
        _decimal(line.quantity) or "1",
        line.net_minor,
        one_line(line.unit, _UNIT_MAX),
        _decimal(line.price) if line.price_quantity == "1" else None,
        _rate(line.tax_rate),
    )


def _adjusted(one: Adjustment, sign: int, ref: str) -> InvoiceLine:
    assert one.amount_minor is not None, "looked at before"
    text = one_line(one.reason, _TEXT_MAX) or ref
    return InvoiceLine(ref, text, "1", sign * one.amount_minor, "", None, _rate(one.tax_rate))


def _decimal(text: str) -> str | None:
    """Return a number with as many decimals as are kept, None if there is none, or too large."""
    if not text or abs(value := Decimal(text)) >= _WHOLE_BELOW:
        return None
    if value == value.quantize(_DECIMALS):
        return text
    return f"{Decimal(text).quantize(_DECIMALS).normalize():f}"


def _rate(text: str) -> str | None:
    if not text or not 0 <= Decimal(text) < _RATE_BELOW:
        return None
    rounded = round(Decimal(text), 3)
    return text if rounded == Decimal(text) else f"{rounded.normalize():f}"
