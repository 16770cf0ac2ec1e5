"""`saldo promise …`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from itertools import islice

from rich.markup import escape

from saldo.collection.facts import Promise
from saldo.collection.promises import PromiseOrder
from saldo.edge.v1 import render_collection
from saldo.money import Money, format_amount, parse_amount
from saldo.payments.look import invoice_of
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK

LISTED_MAX = 500


def take(options: Namespace, out: Output) -> int:
    """Take a promise to pay."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    amount_minor = None
    if options.amount is not None:
        currency = invoice_of(services.store, creditor.id, options.invoices[0]).currency
        amount_minor = parse_amount(options.amount, currency)
    made, is_new = services.promises.give(
        creditor,
        PromiseOrder(
            options.id or new_id(services),
            tuple(dict.fromkeys(options.invoices)),
            amount_minor,
            options.on,
            who(options),
            options.note,
        ),
    )
    lines = [
        f"{_amount(made)} promised until [bold]{made.on}[/], as {escape(made.id)}.",
        f"Reminders wait; unpaid, they go on from {made.looked_at_from}.",
    ]
    if not is_new:
        lines = [f"This promise was taken before; it is [bold]{made.state}[/]."]
    out.result(render_collection.promise(made), *lines)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List promises: all of an account with its reliability, or the creditor's open ones."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    if options.account is None:
        found: Sequence[Promise] = list(islice(services.promises.open_of(creditor), LISTED_MAX))
        out.result({"items": [render_collection.promise(one) for one in found]})
        _table(found, out, "Nothing is promised.")
        return OK
    found = services.promises.of(creditor, options.account)
    kept = services.promises.reliability(creditor, options.account)
    out.result(
        {
            "items": [render_collection.promise(one) for one in found],
            "reliability": render_collection.reliability(kept),
        }
    )
    _table(found, out, "Nothing was promised.")
    if kept.judged:
        out.say(
            f"\nOf {kept.judged} promises {kept.kept} were kept, {kept.part_kept} in part, "
            f"{kept.broken} broken: [bold]{kept.kept_percent} %[/] reliable."
        )
    return OK


def withdraw(options: Namespace, out: Output) -> int:
    """Take a promise back."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    ended = services.promises.withdraw(creditor, options.account, options.id, who(options))
    out.result(
        render_collection.promise(ended), f"The promise is [bold]{ended.state}[/]; reminders go on."
    )
    return OK


def _table(found: Sequence[Promise], out: Output, nothing: str) -> None:
    if not found:
        out.say(nothing)
        return
    out.table(
        "",
        ("promise", "account", "state", ">promised", ">paid", "until", "invoices"),
        [
            (
                one.id,
                one.account,
                one.state,
                _amount(one),
                format_amount(one.paid_minor, one.currency) if one.ended_at else "",
                str(one.on),
                ", ".join(one.invoices),
            )
            for one in found
        ],
    )


def _amount(promise: Promise) -> str:
    return str(Money(promise.amount_minor, promise.currency))
