"""From the books to the API's answers about money."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, cast

from saldo.clock import iso_instant
from saldo.money import format_amount
from saldo.payments.desk import own_refund_id
from saldo.payments.treasury import own_counter_id

if TYPE_CHECKING:  # shapes alone: a cold start does not pay for them
    from saldo.edge.v1 import answers_money as answers
    from saldo.invoices import model as invoices
    from saldo.ledger.charges import Fact
    from saldo.payments.desk import Allocated
    from saldo.payments.look import PaymentView
    from saldo.payments.model import Payment, Refund

FactKind = Literal["fee", "interest", "discount", "write-off"]


def payment(view: PaymentView) -> answers.Payment:
    """Render a payment with its allocations and refunds."""
    found, currency = view.payment, view.payment.currency
    allocated = sum(a.parts.total for a in view.allocations if a.reversed_at is None)
    return {
        "id": found.id,
        "your_id": own_counter_id(found),
        "account": view.account,
        "state": found.state,
        "provider": found.provider,
        "provider_id": found.provider_id if own_counter_id(found) is None else None,
        "method": found.method,
        "currency": currency,
        "amount": format_amount(found.amount_minor, currency),
        "allocated": format_amount(allocated, currency),
        "credit": format_amount(view.credit_minor, currency),
        "invoices": list(found.invoices),
        "created_at": iso_instant(found.created_at),
        "received_on": found.received_on.isoformat() if found.received_on else None,
        "settled_at": iso_instant(found.settled_at) if found.settled_at else None,
        "failure": found.failure,
        "second_of": found.second_of,
        "returned": _returned(found),
        "allocations": [allocation(made) for made in view.allocations],
        "refunds": [refund(given) for given in view.refunds],
    }


def _returned(found: Payment) -> answers.Returned | None:
    if found.returned is None or not found.is_returned:
        return None
    retry = found.returned.retry_after
    return {
        "kind": found.returned.kind,
        "amount": format_amount(found.taken_minor, found.currency),
        "reason": found.returned.reason,
        "told_at": iso_instant(found.returned.told_at),
        "retry_after": retry.isoformat() if retry else None,
    }


def payment_taken(view: PaymentView, now: Iterable[invoices.Invoice]) -> answers.PaymentTaken:
    """Render a payment taken on site with what its invoices owe now."""
    return cast("answers.PaymentTaken", {**payment(view), "open": [open_now(i) for i in now]})


def open_now(found: invoices.Invoice) -> answers.OpenNow:
    """Render what an invoice owes."""
    return {
        "invoice": found.number,
        "currency": found.currency,
        "open": format_amount(found.open_minor, found.currency),
    }


def allocation(made: invoices.Allocation) -> answers.Allocation:
    """Render an allocation."""
    return {
        "source": made.source,
        "invoice": made.invoice,
        "currency": made.currency,
        "amount": format_amount(made.parts.total, made.currency),
        "principal": format_amount(made.principal_minor, made.currency),
        "costs": format_amount(made.costs_minor, made.currency),
        "interest": format_amount(made.interest_minor, made.currency),
        "discount": format_amount(made.discount_minor, made.currency),
        "allocated_at": iso_instant(made.allocated_at),
        "by": made.by,
        "reason": made.reason,
        "taken_back_at": iso_instant(made.reversed_at) if made.reversed_at else None,
        "taken_back_by": made.reversed_by,
        "taken_back_reason": made.reversed_reason,
    }


def refund(found: Refund) -> answers.Refund:
    """Render a refund under the id that it was ordered with."""
    return {
        "id": own_refund_id(found),
        "payment": found.payment,
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "state": found.state,
        "failure": found.failure,
        "reason": found.reason,
        "by": found.by,
        "created_at": iso_instant(found.created_at),
        "ended_at": iso_instant(found.ended_at) if found.ended_at else None,
    }


def credit(found: invoices.Credit) -> answers.Credit:
    """Render credit of an account."""
    return {
        "source": found.source,
        "account": found.account,
        "currency": found.currency,
        "open": format_amount(found.open_minor, found.currency),
        "since": found.since.isoformat(),
    }


def credits_(found: Iterable[invoices.Credit]) -> answers.Credits:
    """Render an account's credit with its sum per currency."""
    every = list(found)
    totals: dict[str, int] = {}
    for one in every:
        totals[one.currency] = totals.get(one.currency, 0) + one.open_minor
    return {
        "items": [credit(one) for one in every],
        "totals": [
            {"currency": currency, "open": format_amount(minor, currency)}
            for currency, minor in sorted(totals.items())
        ],
    }


def allocated(found: Allocated) -> answers.Allocated:
    """Render how a credit and its invoices stand."""
    return {
        "source": found.source,
        "account": found.account,
        "credit": credit(found.credit) if found.credit else None,
        "allocations": [allocation(made) for made in found.standing],
        "open": [open_now(invoice) for invoice in found.invoices],
    }


def charge(fact: Fact, kind: FactKind, invoice: invoices.Invoice) -> answers.Charge:
    """Render a fact on an invoice, and what the invoice owes now."""
    currency = invoice.currency
    fee: dict[str, Any] = {"kind": fact.fee} if fact.fee else {}
    return cast(
        "answers.Charge",
        {
            "id": fact.id,
            "fact": kind,
            **fee,
            "invoice": invoice.number,
            "account": invoice.account,
            "currency": currency,
            "amount": format_amount(fact.amount_minor, currency),
            "on": fact.on.isoformat(),
            "reason": fact.reason,
            "open": format_amount(invoice.open_minor, currency),
            "open_costs": format_amount(invoice.costs_open_minor, currency),
            "open_interest": format_amount(invoice.interest_open_minor, currency),
        },
    )
