"""`saldo paid-claim …`."""

from __future__ import annotations

from argparse import Namespace
from itertools import islice

from rich.markup import escape

from saldo.collection.facts import PaidClaim
from saldo.edge.v1 import paid_claims
from saldo.money import Money
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK

LISTED_MAX = 500


def list_all(options: Namespace, out: Output) -> int:
    """List what is said to be paid: all of an account, or the creditor's open ones."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = (
        list(islice(services.paid_claims.open_of(creditor), LISTED_MAX))
        if options.account is None
        else services.paid_claims.of(creditor, options.account)
    )
    out.result([paid_claims.render(one) for one in found])
    if not found:
        out.say("Nobody says to have paid.")
        return OK
    out.table(
        "",
        ("claim", "account", "state", ">amount", "paid on", "how", "proofs", "invoices"),
        [
            (
                one.id,
                one.account,
                one.state,
                _amount(one),
                str(one.paid_on),
                one.how,
                str(len(one.files)),
                ", ".join(one.invoices),
            )
            for one in found
        ],
    )
    return OK


def confirm(options: Namespace, out: Output) -> int:
    """Say that the money was found."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    made = services.paid_claims.confirm(
        creditor, options.account, options.id, who(options), options.text
    )
    out.result(
        paid_claims.render(made),
        f"{_amount(made)} were found. Nothing is booked by this: book the payment, too.",
        f"Reminders about {escape(', '.join(made.invoices))} rest until {made.rests_until}.",
    )
    return OK


def unfounded(options: Namespace, out: Output) -> int:
    """Say that the money was not found."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    made = services.paid_claims.unfounded(
        creditor, options.account, options.id, who(options), options.text
    )
    out.result(
        paid_claims.render(made),
        f"{_amount(made)} were not found; the debtor is told so, and reminders go on.",
    )
    return OK


def _amount(claim: PaidClaim) -> str:
    return str(Money(claim.amount_minor, claim.currency))
