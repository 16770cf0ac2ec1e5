"""`saldo service …`: what the API does, with the same words."""

from __future__ import annotations

from argparse import Namespace

from saldo.edge.v1 import service_stops
from saldo_cli.commands._common import ordered
from saldo_cli.output import Output
from saldo_cli.problems import OK


def show(options: Namespace, out: Output) -> int:
    """Show what is stopped."""
    _shown(service_stops.of(ordered(options), options.account), out)
    return OK


def stop(options: Namespace, out: Output) -> int:
    """Ask the ERP to stop."""
    return _change(options, out, stopped=True)


def let_go(options: Namespace, out: Output) -> int:
    """Tell the ERP that it goes on."""
    return _change(options, out, stopped=False)


def _change(options: Namespace, out: Output, *, stopped: bool) -> int:
    body = {
        "account": options.account,
        "service": options.service,
        "stopped": stopped,
        "reason": options.reason,
    }
    _shown(service_stops.change(ordered(options), body), out)
    return OK


def _shown(found: service_stops.ServiceStops, out: Output) -> None:
    out.result(found)
    if not found["items"]:
        out.say("Nothing is stopped.")
        return
    out.table(
        "",
        ("service", "since", "asked for by", ">open", "why"),
        [
            (
                one["service"],
                one["since"][:10],
                "a reminder" if one["kind"] == "stage" else one["by"],
                f"{one['amount']} {one['currency']}" if one["amount"] else "",
                one["reason"] or ", ".join(one["invoices"]),
            )
            for one in found["items"]
        ],
    )
