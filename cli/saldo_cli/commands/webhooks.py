"""`saldo webhook …`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.clock import iso_instant
from saldo.reconciliation.model import WebhookSubscription
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def add(options: Namespace, out: Output) -> int:
    """Subscribe an endpoint and show its secret, this once."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    made = services.webhooks.subscribe(creditor.id, options.url, options.event or (), who(options))
    out.result(
        {**_plain(made), "secret": made.secret},
        f"[bold]{made.secret}[/]",
        f"This secret signs every delivery to {escape(made.url)}; it is not shown again.",
        f"The endpoint's id is {made.id}.",
    )
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List a creditor's endpoints."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.webhooks.subscriptions(creditor.id)
    out.result([_plain(one) for one in found])
    if found:
        out.table(
            "",
            ("id", "address", "events", "state"),
            [
                (w.id, w.url, ", ".join(w.events) or "all", "on" if w.active else "off")
                for w in found
            ],
        )
    else:
        out.say(f"{creditor.id} has no webhooks.")
    return OK


def remove(options: Namespace, out: Output) -> int:
    """Switch an endpoint off."""
    services = cloud_of(options).services
    services.webhooks.unsubscribe(creditor_of(options, services).id, options.id, who(options))
    out.result({"id": options.id, "active": False}, f"Nothing is posted to {options.id} any more.")
    return OK


def _plain(one: WebhookSubscription) -> dict[str, object]:
    return {
        "id": one.id,
        "creditor": one.creditor,
        "url": one.url,
        "events": list(one.events),
        "active": one.active,
        "created_at": iso_instant(one.created_at),
    }
