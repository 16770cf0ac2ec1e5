"""`saldo report`."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from saldo.codec import encode
from saldo.money import Money
from saldo.reminders.shadow import WouldBe, would_have_been_sent
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def shadow(options: Namespace, out: Output) -> int:
    """Tell what would have been sent while the creditor was in shadow."""
    first, last = options.first or date.min, options.last or date.max
    if first > last:
        raise UsageProblem(f"{first} comes after {last}.")
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    accounts = would_have_been_sent(services.store, creditor.id, first, last)
    steps = sorted((one for found in accounts for one in found), key=lambda one: one.on)
    out.table(
        "",
        ("on", "account", "name", "invoice", "step", "message", "by", ">open"),
        [_row(one) for one in steps],
    )
    told = len({one.account for one in steps})
    out.result(
        {"creditor": creditor.id, "steps": [encode(one) for one in steps], "accounts": told},
        f"{len(steps)} steps of {told} accounts would have gone."
        if steps
        else "Nothing would have gone.",
    )
    return OK


def _row(one: WouldBe) -> list[str]:
    amount = str(Money(one.open_minor, one.currency))
    message = one.message or "hand-over"
    return [
        str(one.on), one.account, one.name, one.invoice, one.step, message, one.channel, amount
    ]  # fmt: skip
