"""`saldo connector …`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.markup import escape

from saldo.clock import iso_instant
from saldo.connectors.model import Connection, ErpOrder
from saldo.connectors.ports import CALLED
from saldo.money import format_amount
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED

_FAILING = ("unreachable", "refused", "nonsense")


def change(options: Namespace, out: Output) -> int:
    """Connect an ERP, or change a connection."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    made = services.connections.set(
        creditor.id,
        options.name,
        system=options.system,
        settings=dict(options.setting or ()),
        every_minutes=options.every_minutes,
        enabled=options.enabled,
        by=who(options),
    )
    said = [f"{escape(made.name)} connects {creditor.id} to {made.system}."]
    if creditor.fresh_within_hours is None:
        hours = services.accounts.creditor(creditor.id).fresh_within_hours
        said.append(f"From now on reminders wait for data of the last {hours} hours.")
    out.result(_plain(made), *said)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List a creditor's connections."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.connections.of(creditor.id)
    out.result([_plain(one) for one in found])
    if not found:
        out.say(f"{creditor.id} has no connections.")
        return OK
    out.table(
        "",
        ("name", "system", "state", "read whole", "next"),
        [
            (
                one.name,
                one.system,
                one.state if one.enabled else "off",
                iso_instant(one.good_at) if one.good_at else "never",
                iso_instant(one.next_at) if one.enabled and one.next_at else "",
            )
            for one in found
        ],
    )
    return OK


def status(options: Namespace, out: Output) -> int:
    """Show how a connection stands; exit 1 where it fails or the ERP refused something."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.connections.standing(creditor.id, options.name)
    one = found.connection
    lines = [f"{escape(one.name)} ({one.system}) is [bold]{one.state}[/].{_because(one)}"]
    lines.append(f"Read whole last: {iso_instant(one.good_at) if one.good_at else 'never'}.")
    lines.append(
        f"{found.items_open} items stand open there; {found.orders_waiting} orders wait, "
        f"{len(found.orders_refused)} were not taken."
    )
    if one.cursor.get(CALLED):
        lines.append(f"When something changes there, it calls {escape(one.cursor[CALLED])}.")
    lines += [
        f"  {order.id} {order.kind} {escape(order.number)} {_amount(order)}: {escape(order.why)}"
        for order in found.orders_refused
    ]
    out.result(
        {
            **_plain(one),
            "items_open": found.items_open,
            "orders_waiting": found.orders_waiting,
            "orders_refused": [_order(order) for order in found.orders_refused],
        },
        *lines,
    )
    return REFUSED if one.state in _FAILING or found.orders_refused else OK


def run(options: Namespace, out: Output) -> int:
    """Run a connection now, in the deployed function, and show how it stands then."""
    cloud = cloud_of(options)
    creditor = creditor_of(options, cloud.services)
    cloud.services.connections.get(creditor.id, options.name)
    done = cloud.connect(creditor.id, options.name, accept_gone=options.accept_gone)
    one = cloud.services.connections.get(creditor.id, options.name)
    counted = ", ".join(f"{name} {number}" for name, number in sorted(done.items()))
    out.result(
        {**_plain(one), "done": done},
        f"{escape(one.name)} is [bold]{one.state}[/].{_because(one)}",
        counted,
    )
    return REFUSED if one.state in _FAILING else OK


def authorise(options: Namespace, out: Output) -> int:
    """Take the code of the ERP's page of consent; the next run, at once, changes it for access."""
    cloud = cloud_of(options)
    creditor = creditor_of(options, cloud.services)
    cloud.services.connections.authorise(
        creditor.id, options.name, code=options.code, by=who(options)
    )
    return run(Namespace(**{**vars(options), "accept_gone": False}), out)


def retry(options: Namespace, out: Output) -> int:
    """Have a refused order carried out again."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    order = services.erp_orders.try_again(creditor.id, options.name, options.order)
    services.connections.set(creditor.id, options.name)  # due at once
    out.result(_order(order), f"{order.id} is told to the ERP with the next run.")
    return OK


def _because(one: Connection) -> str:
    since = f" since {iso_instant(one.state_since)}" if one.state_since else ""
    return f" That is so{since}: {escape(one.why)}" if one.why else ""


def _amount(order: ErpOrder) -> str:
    amount = format_amount(order.amount_minor, order.currency)
    return f"{amount} {order.currency}" if order.amount_minor else ""


def _order(order: ErpOrder) -> dict[str, Any]:
    return {
        "id": order.id,
        "kind": order.kind,
        "state": order.state,
        "account": order.account,
        "invoice": order.number,
        "amount": format_amount(order.amount_minor, order.currency),
        "currency": order.currency,
        "attempts": order.attempts,
        "reason": order.why,
    }


def _plain(one: Connection) -> dict[str, Any]:
    return {
        "creditor": one.creditor,
        "name": one.name,
        "system": one.system,
        "settings": dict(one.settings),
        "every_minutes": one.every_minutes,
        "enabled": one.enabled,
        "state": one.state,
        "why": one.why,
        "state_since": iso_instant(one.state_since) if one.state_since else None,
        "good_at": iso_instant(one.good_at) if one.good_at else None,
        "next_at": iso_instant(one.next_at) if one.next_at else None,
    }
