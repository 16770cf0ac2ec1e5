"""Which part of a payment pays which invoice, and what is granted as cash discount with it. Pure.

A discount is granted where it was promised, or where the sum that came says that it was taken, if
the money came in time and closes the invoice. What came too late pays what it was meant to pay: the
difference stays open on that invoice and takes nothing from the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from saldo.invoices.discounts import Discounted, discount_on
from saldo.invoices.model import Invoice, OpenItem
from saldo.payments.model import PromisedDiscount


@dataclass(frozen=True, slots=True)
class Share:
    """What of a payment goes to an invoice, and the discount that closes it, in minor units."""

    invoice: Invoice
    paid_minor: int
    discount_minor: int = 0


def shares(
    invoices: Sequence[Invoice],
    available_minor: int,
    promised: Iterable[PromisedDiscount] = (),
    received_on: date | None = None,
    tolerance_days: int = 0,
    *,
    is_last: bool = True,
) -> list[Share]:
    """Divide money among open invoices of its currency, in their order.

    `received_on` is the day on which the money was ours, None where no discount is granted any
    more. What is left over pays what was kept back too late, if no other invoices follow
    (`is_last`). An invoice that gets nothing is left out.
    """
    promises = {one.invoice: one for one in promised}
    found: list[Share] = []
    left = available_minor
    for invoice in invoices:
        promise = promises.get(invoice.number)
        granted = _granted(invoice, promise, received_on, tolerance_days)
        if granted and left >= invoice.open_minor - granted:
            share = Share(invoice, invoice.open_minor - granted, granted)
        else:
            kept = promise.amount_minor if promise and not granted else 0
            share = Share(invoice, min(left, max(0, invoice.open_minor - kept)))
        left -= share.paid_minor
        found.append(share)
    if is_last:
        found = _topped_up(found, left)
    return [share for share in found if share.paid_minor]


def deducted(
    items: Sequence[OpenItem | Invoice], amount_minor: int, day: date, tolerance_days: int = 0
) -> tuple[PromisedDiscount, ...]:
    """Return the discounts that whoever pays `items` with this sum on `day` has taken: for money
    that comes without a word about them, as a bank transfer does.

    What is missing is a discount if the discounts of these items reach as far, and no more than is
    missing; they are used up in the order of the items. Nothing missing, or too much, takes none.
    """
    missing = sum(item.open_minor for item in items) - amount_minor
    found = {item.number: discount_on(item, day, tolerance_days) for item in items}
    most = sum(one.amount_minor for one in found.values() if one)
    if not 0 < missing <= most:
        return ()
    taken: list[PromisedDiscount] = []
    for number, one in found.items():
        if one is None or not missing:
            continue
        minor = min(missing, one.amount_minor)
        taken.append(PromisedDiscount(number, minor, one.term.until))
        missing -= minor
    return tuple(taken)


def _granted(
    invoice: Invoice,
    promise: PromisedDiscount | None,
    received_on: date | None,
    tolerance_days: int,
) -> int:
    """Return the discount that a promise comes to now: none when the money came too late, less
    when less is left of the invoice.
    """
    if promise is None or received_on is None:
        return 0
    if received_on > promise.until + timedelta(days=tolerance_days):
        return 0
    now = _of_day(invoice, promise.until)
    most = invoice.parts.principal if now is None else now
    return min(promise.amount_minor, most)


def _of_day(item: Discounted, day: date) -> int | None:
    """Return the discount of a day; None where the invoice knows of none any more: what its payer
    was promised stands.
    """
    found = discount_on(item, day)
    return found.amount_minor if found else None


def _topped_up(found: list[Share], left: int) -> list[Share]:
    full: list[Share] = []
    for share in found:
        more = min(left, share.invoice.open_minor - share.paid_minor - share.discount_minor)
        full.append(Share(share.invoice, share.paid_minor + more, share.discount_minor))
        left -= more
    return full
