"""`saldo hold …`, and the short ways `saldo pause` and `saldo resume`."""

from __future__ import annotations

from argparse import Namespace
from typing import Literal

from rich.markup import escape

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.service import Target
from saldo.codec import encode
from saldo.edge.v1 import orders, render
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import HoldOrder, HoldsQuery
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


def list_all(options: Namespace, out: Output) -> int:
    """List what keeps notices back."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    on, number = _place(options)
    query = read(HoldsQuery, {"on": on, "number": number, "ended": options.ended})
    found = orders.holds_on(services.store, services.clock, creditor, query)
    out.result([render.hold(hold) for hold in found])
    if not found:
        out.say("Nothing keeps notices back.")
        return OK
    shown = [render.hold(hold) for hold in found]
    out.table(
        "",
        ("kind", "on", "until", "owner", "why"),
        [
            (
                hold["kind"],
                " ".join(filter(None, (hold["on"], hold["number"]))),
                "ended" if hold["ended_at"] else hold["until"] or "no day",
                hold["owner"],
                hold["reason"],
            )
            for hold in shown
        ],
    )
    return OK


def place(options: Namespace, out: Output) -> int:
    """Keep notices back, for one of the reasons that people place."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    on, number = _place(options)
    sent = {
        "on": on,
        "number": number,
        "kind": options.kind,
        "reason": options.reason,
        "owner": options.owner,
        "until": options.until.isoformat() if options.until else None,
    }
    order = read(HoldOrder, {name: value for name, value in sent.items() if value is not None})
    hold, is_new = orders.place_hold(
        services.accounts, services.store, services.clock, creditor, order, who(options)
    )
    named = _named(_target(options, creditor.id))
    end = f"until {hold.until}" if hold.until else "until the hold is ended"
    before = "" if is_new else " already"
    out.result(render.hold(hold), f"Notices about {named} are{before} held back {end}.")
    return OK


def end(options: Namespace, out: Output) -> int:
    """End holds of a kind."""
    services = cloud_of(options).services
    target = _target(options, creditor_of(options, services).id)
    ended = services.accounts.resume(target, who(options), options.kind)
    out.result(
        [render.hold(hold) for hold in ended],
        f"Notices about {_named(target)} may go again, with the next run.",
    )
    return OK


def _place(options: Namespace) -> tuple[Literal["creditor", "account", "invoice"], str | None]:
    if options.invoice:
        return "invoice", options.invoice
    return ("account", options.account) if options.account else ("creditor", None)


def _target(options: Namespace, creditor: str) -> Target:
    return Target(creditor, options.account or WHOLE_CREDITOR, options.invoice)


def _named(target: Target) -> str:
    if target.invoice:
        return f"invoice [bold]{escape(target.invoice)}[/]"
    if target.account != WHOLE_CREDITOR:
        return f"account [bold]{escape(target.account)}[/]"
    return f"everything of [bold]{escape(target.creditor)}[/]"
