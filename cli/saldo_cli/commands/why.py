"""`saldo why`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.codec import encode
from saldo.money import Money
from saldo.reminders.why import Told
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK


def why(options: Namespace, out: Output) -> int:
    """Tell every decision about an invoice, and what comes next."""
    services = cloud_of(options).services
    told = services.why.invoice(creditor_of(options, services).id, options.invoice)
    invoice = told.invoice
    amount = Money(invoice.amount_minor, invoice.currency)
    still_open = Money(invoice.open_minor, invoice.currency)
    state = f"{still_open} open" if invoice.is_open else "settled"
    out.result(
        {
            "invoice": encode(invoice),
            "past": [_plain(one) for one in told.past],
            "next": _plain(told.next),
        },
        f"Invoice [bold]{escape(invoice.number)}[/] of account {escape(invoice.account)}: "
        f"{amount}, due {invoice.due_on}, {state}",
        *[f"  {escape(one.sentence)}" for one in told.past],
        *([] if told.past else ["  Nothing was decided about it so far."]),
        f"[bold]Next:[/] {escape(told.next.sentence)}",
    )
    return OK


def _plain(told: Told) -> dict[str, object]:
    return {"day": told.day, "sentence": told.sentence, "facts": told.facts}
