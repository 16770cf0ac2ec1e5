"""`saldo pause` and `saldo resume`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.service import Target
from saldo.codec import encode
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def pause(options: Namespace, out: Output) -> int:
    """Keep notices back."""
    services = cloud_of(options).services
    target = _target(options, creditor_of(options, services).id)
    hold = services.accounts.pause(target, options.reason, who(options), options.until)
    end = f"until {hold.until}" if hold.until else "until it is resumed"
    out.result(encode(hold), f"Notices about {_named(target)} are held back {end}.")
    return OK


def resume(options: Namespace, out: Output) -> int:
    """End a pause."""
    services = cloud_of(options).services
    target = _target(options, creditor_of(options, services).id)
    ended = services.accounts.resume(target, who(options))
    out.result(
        [encode(hold) for hold in ended],
        f"Notices about {_named(target)} may go again, with the next run.",
    )
    return OK


def _target(options: Namespace, creditor: str) -> Target:
    return Target(creditor, options.account or WHOLE_CREDITOR, options.invoice)


def _named(target: Target) -> str:
    if target.invoice:
        return f"invoice [bold]{escape(target.invoice)}[/]"
    if target.account != WHOLE_CREDITOR:
        return f"account [bold]{escape(target.account)}[/]"
    return f"everything of [bold]{escape(target.creditor)}[/]"
