"""The page of a transfer: where the money goes, as texts to copy and as a code to scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saldo.adapters.qr.codes import payment_svg
from saldo.creditor_reference import printed_reference
from saldo.money import format_amount
from saldo.payments.designation import Designation, Wish
from saldo.payments.links import Opened
from saldo.payments.standing import Standing
from saldo.payments.transfers import TransferOrder
from saldo.wiring import Services

from . import agreed
from .shown import Frame

_GROUP = 4


@dataclass(frozen=True, slots=True)
class TransferPage:
    """A transfer: `copied` names are fields that can be copied, in the order of a bank's form, each
    with what is shown and what is copied. `code` is an `<svg>` element, "" without a code;
    `rests_until` is the last day on which reminders would rest, None where nothing can be told.
    `discount_minor` is taken off the amount already, if the money comes by `discount_until`;
    `contested_minor` is not in it. `instalment_on` is the day of the instalment that it pays.
    """

    frame: Frame
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    as_of: date
    copied: tuple[tuple[str, str, str], ...]
    code: str
    rests_until: date | None
    is_account: bool
    discount_minor: int = 0
    discount_until: date | None = None
    contested_minor: int = 0
    instalment_on: date | None = None


def wish(numbers: tuple[str, ...], currency: str, standing: Standing) -> Wish:
    """Return what the address of the page asks for: the invoices that it names, else everything."""
    first = standing.open_[0].currency if standing.open_ else ""
    return Wish(numbers or None, None if numbers else currency or first)


def transfer_page(
    services: Services, opened: Opened, standing: Standing, frame: Frame, order: TransferOrder
) -> TransferPage:
    """Return what the page of a transfer shows."""
    what, bank = order.what, order.bank
    until = services.announced.until(opened) if order.due_on is None else None
    if until and not agreed.announceable(services, opened, what.invoices):
        until = None
    reference = order.reference.reference
    copied = [
        ("holder", bank.account_holder, bank.account_holder),
        ("iban", _grouped(bank.iban), "".join(bank.iban.split())),
    ]
    if bank.bic:
        copied.append(("bic", bank.bic, bank.bic))
    # The amount is copied as its reader types it; a bank's form has the currency beside the field.
    copied.append(("amount", "", format_amount(what.amount_minor, what.currency)))
    copied.append(("reference", printed_reference(reference), reference))
    return TransferPage(
        frame,
        what.invoices,
        what.currency,
        what.amount_minor,
        standing.today,
        tuple(copied),
        payment_svg(order.code) if order.code else "",
        until and agreed.last_day(until),
        is_account=opened.link.scope == "account",
        discount_minor=sum(one.amount_minor for one in what.discounts),
        discount_until=min((one.until for one in what.discounts), default=None),
        contested_minor=_payable_minor(standing, what) - what.amount_minor
        if order.due_on is None
        else 0,
        instalment_on=order.due_on,
    )


def _payable_minor(standing: Standing, what: Designation) -> int:
    return sum(one.payable_minor for one in standing.open_ if one.number in what.invoices)


def _grouped(iban: str) -> str:
    compact = "".join(iban.split())
    return " ".join(compact[at : at + _GROUP] for at in range(0, len(compact), _GROUP))
