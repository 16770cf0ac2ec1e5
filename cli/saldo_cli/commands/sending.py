"""`saldo sending …`: the one switch of the whole installation."""

from __future__ import annotations

from argparse import Namespace

from saldo_cli.commands._common import cloud_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def switch_on(options: Namespace, out: Output) -> int:
    """Allow sending again."""
    return _switch(options, out, sends=True)


def switch_off(options: Namespace, out: Output) -> int:
    """Stop all sending."""
    return _switch(options, out, sends=False)


def show(options: Namespace, out: Output) -> int:
    """Say whether the installation sends."""
    _tell(out, sends=cloud_of(options).services.accounts.installation().sending)
    return OK


def _switch(options: Namespace, out: Output, *, sends: bool) -> int:
    done = cloud_of(options).services.accounts.switch_sending(sends, who(options))
    _tell(out, sends=done.sending)
    return OK


def _tell(out: Output, *, sends: bool) -> None:
    out.result(
        {"sending": sends},
        "Sending is [green]on[/]."
        if sends
        else "Sending is [red]off[/] for the whole installation: what is due is held back.",
    )
