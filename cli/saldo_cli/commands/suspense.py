"""`saldo suspense list` and `saldo suspense transfer`: operators' work, as it crosses creditors."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.edge.v1 import render_money
from saldo.money import Money, format_amount
from saldo.payments.allocate import Grounds
from saldo.payments.look import invoice_of, on_suspense
from saldo.payments.model import Payment
from saldo.payments.treasury import AccountsDiffer, NotOnSuspense
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def list_all(options: Namespace, out: Output) -> int:
    """List the money that fits nobody yet, the oldest first."""
    services = cloud_of(options).services
    found = sorted(on_suspense(services.store), key=lambda p: (p.created_at, p.id))
    nothing = [] if found else ["Nothing stands on suspense."]
    out.result([_plain(payment) for payment in found], *nothing)
    if found:
        out.table(
            "",
            ("payment", "received", "through", ">amount"),
            [
                (
                    p.id,
                    str(p.received_on or p.created_at.date()),
                    f"{p.provider} {p.method or ''}".strip(),
                    str(Money(p.amount_minor, p.currency)),
                )
                for p in found
            ],
        )
    return OK


def _plain(payment: Payment) -> dict[str, str | None]:
    return {
        "payment": payment.id,
        "provider": payment.provider,
        "provider_id": payment.provider_id,
        "method": payment.method,
        "currency": payment.currency,
        "amount": format_amount(payment.amount_minor, payment.currency),
        "received_on": payment.received_on.isoformat() if payment.received_on else None,
    }


def transfer(options: Namespace, out: Output) -> int:
    """Move money to whom it belongs."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    held = next((p for p in on_suspense(services.store) if p.id == options.payment), None)
    if held is None:
        raise NotOnSuspense(f"{options.payment!r} does not stand on suspense.")
    for number in options.invoices:
        if invoice_of(services.store, creditor, number).account != options.account:
            raise AccountsDiffer(f"{number!r} is not an invoice of account {options.account!r}.")
    left = services.treasury.transfer(
        held.account,
        held.id,
        creditor,
        options.account,
        options.invoices,
        Grounds(who(options), options.reason),
    )
    amount = str(Money(held.amount_minor, held.currency))
    now = [invoice_of(services.store, creditor, number) for number in options.invoices]
    rest = (
        f"{Money(left.open_minor, left.currency)} of it are credit."
        if left
        else "All of it went to its invoices."
    )
    out.result(
        {
            "payment": held.id,
            "account": options.account,
            "credit": render_money.credit(left) if left else None,
            "open": [render_money.open_now(invoice) for invoice in now],
        },
        out.good(f"✓ {amount} moved to account {options.account}."),
        escape(rest),
    )
    return OK
