"""Orders about what is owed beside the invoice, and about what no longer is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from saldo.edge.v1 import reads, render_money
from saldo.edge.v1.money import Ordered, check_not_ahead
from saldo.edge.v1.parse import read
from saldo.edge.v1.records import positive_amount
from saldo.edge.v1.refusals import FactCurrency
from saldo.edge.v1.requests_money import (
    ChargeOrder,
    DiscountOrder,
    FeeOrder,
    InterestOrder,
    WriteOffOrder,
)
from saldo.errors import Refusal
from saldo.invoices.model import NumberTaken
from saldo.ledger.charges import Fact, FactAmount
from saldo.money import parse_amount
from saldo.payments.desk import MeansMissing
from saldo.payments.surcharge import Surcharge

if TYPE_CHECKING:
    from saldo.edge.v1 import answers_money as answers

Charged = tuple["answers.Charge", bool]
"""The answer, and whether the fact was new."""


def fee(order: Ordered, body: Any) -> Charged:
    """Add a fee.

    Raises Invalid, InvoiceUnknown, FactCurrency, FactDiffers or SurchargeNotAllowed.
    """
    sent = read(FeeOrder, body)
    fact = _fact(order, sent)
    if (sent.means is None) != (sent.cost is None):
        raise MeansMissing("'means' and 'cost' go together.").at("/cost")
    surcharge = None
    if sent.means is not None and sent.cost is not None:
        cost_minor = positive_amount(sent.cost, sent.currency, "/cost")
        surcharge = Surcharge(sent.means, fact.amount_minor, cost_minor, sent.currency)
    is_new = _is_new(order, fact, "fee")
    invoice = order.services.desk.charge_fee(fact, sent.kind, surcharge)
    return render_money.charge(replace(fact, fee=sent.kind), "fee", invoice), is_new


def interest(order: Ordered, body: Any) -> Charged:
    """Add interest. Raises Invalid, InvoiceUnknown, FactCurrency or FactDiffers."""
    fact = _fact(order, read(InterestOrder, body))
    is_new = _is_new(order, fact, "interest")
    return render_money.charge(fact, "interest", order.services.charges.add_interest(fact)), is_new


def discount(order: Ordered, body: Any) -> Charged:
    """Grant a cash discount. Raises Invalid, InvoiceUnknown, FactCurrency or FactDiffers."""
    sent = read(DiscountOrder, body)
    fact = _fact(order, sent)
    vat = {rate: _vat(rate, text, sent.currency) for rate, text in sent.vat.items()}
    is_new = _is_new(order, fact, "discount")
    invoice = order.services.charges.take_discount(fact, vat)
    return render_money.charge(fact, "discount", invoice), is_new


def write_off(order: Ordered, body: Any) -> Charged:
    """Give up what is owed.

    Raises Invalid, InvoiceUnknown, FactCurrency or FactDiffers, and SecondPersonNeeded where a
    person orders it.
    """
    fact = _fact(order, read(WriteOffOrder, body))
    if order.by_person:
        _need_two(order, fact, body)
    is_new = _is_new(order, fact, "write-off")
    return render_money.charge(fact, "write-off", order.services.charges.write_off(fact)), is_new


def _fact(order: Ordered, sent: ChargeOrder) -> Fact:
    amount_minor = positive_amount(sent.amount, sent.currency)
    check_not_ahead(order, sent.on, "/on")
    try:
        invoice = reads.invoice(order.services.store, order.creditor.id, sent.invoice)
    except Refusal as refusal:
        raise refusal.at("/invoice")  # noqa: B904 - the same refusal, only pointing
    if invoice.currency != sent.currency:
        raise FactCurrency(f"{invoice.number!r} is owed in {invoice.currency}.").at("/currency")
    return Fact(
        sent.id,
        order.creditor.id,
        invoice.number,
        amount_minor,
        sent.on,
        order.by,
        sent.reason,
    )


def _need_two(order: Ordered, fact: Fact, body: Any) -> None:
    from saldo.people.four_eyes import Wanted

    invoice = reads.invoice(order.services.store, order.creditor.id, fact.invoice)
    order.services.four_eyes.check(
        Wanted(
            fact.creditor,
            "write-off",
            fact.id,
            invoice.account,
            invoice.number,
            fact.amount_minor,
            invoice.currency,
            fact.reason,
            fact.by,
            dict(body),
        )
    )


def _is_new(order: Ordered, fact: Fact, kind: str) -> bool:
    return order.services.store.get(NumberTaken, fact.creditor, kind, fact.id) is None


def _vat(rate: str, text: str, currency: str) -> int:
    pointer = f"/vat/{rate}"
    try:
        minor = parse_amount(text, currency)
    except Refusal as refusal:
        raise refusal.at(pointer)  # noqa: B904 - the same refusal, only pointing
    if minor < 0:
        raise FactAmount("The VAT inside a discount is not negative.").at(pointer)
    return minor
