"""What is ordered about disputes, and why it may be refused. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from saldo.collection.facts import Dispute, DisputedLine, DisputeReason
from saldo.errors import Conflict, Invalid, NotFound
from saldo.invoices.model import Invoice
from saldo.money import format_amount

LINES_MAX: Final = 100


class DisputeTooMuch(Invalid):
    """More is contested than stands open on the invoice, other disputes about it counted in."""

    code = "dispute-too-much"


class DisputeLinesNotValid(Invalid):
    """The lines do not sum to the amount, or one is named twice."""

    code = "dispute-lines-not-valid"


class DisputeDayNotValid(Invalid):
    """A deadline, or the day a credit note is expected by, does not lie ahead."""

    code = "dispute-day-not-valid"


class DisputeDiffers(Conflict):
    """The id was used before for a dispute with other contents."""

    code = "dispute-differs"


class DisputeUnknown(NotFound):
    """There is no such dispute on this account."""

    code = "dispute-unknown"


class DisputeOver(Conflict):
    """The dispute has ended with another outcome already."""

    code = "dispute-over"


class AgreedTooMuch(Invalid):
    """More is agreed to be let off than was contested."""

    code = "agreed-too-much"


@dataclass(frozen=True, slots=True)
class DisputeOrder:
    """What is contested: some lines, an amount of the invoice, or all that stands open (None)."""

    id: str
    invoice: str
    reason: DisputeReason
    text: str
    by: str
    owner: str
    amount_minor: int | None = None
    lines: tuple[DisputedLine, ...] = ()
    deadline: date | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettlementTerms:
    """How a dispute is settled: `agreed_minor` is let off, by a credit note until a day or not."""

    agreed_minor: int
    by: str
    text: str = ""
    credit_expected: bool = False
    credit_by: date | None = None


def contested_minor(order: DisputeOrder, invoice: Invoice) -> int:
    """Return what is contested, in minor units; raise DisputeLinesNotValid."""
    if not order.lines:
        return invoice.open_minor if order.amount_minor is None else order.amount_minor
    if len({line.ref for line in order.lines}) < len(order.lines):
        raise DisputeLinesNotValid("A line is named twice.").at("/lines")
    total = sum(line.amount_minor for line in order.lines)
    if order.amount_minor not in (None, total):
        amount = format_amount(total, invoice.currency)
        raise DisputeLinesNotValid(f"The lines sum to {amount} {invoice.currency}.").at("/lines")
    return total


def is_same(known: Dispute, order: DisputeOrder) -> bool:
    """Say whether an order is the one that a dispute was made from."""
    return (
        known.invoice == order.invoice
        and known.reason == order.reason
        and known.text == order.text
        and known.lines == order.lines
        and order.amount_minor in (None, known.amount_minor)
        and order.deadline in (None, known.deadline)
    )
