"""The routes about webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1 import orders, render
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import NoQuery, WebhookOrder

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, caller, query, route
else:  # in Lambda this folder is the root of the code
    from base import body, caller, query, route


@route("GET", "/v1/webhooks")
def get_webhooks() -> Response:
    """List the active endpoints, without their secrets."""
    who = caller("webhooks:read")
    query(NoQuery)
    found = who.services.webhooks.subscriptions(who.id)
    return answer({"items": [render.webhook(known) for known in found if known.active]})


@route("POST", "/v1/webhooks")
def post_webhook() -> Response:
    """Add an endpoint; its secret is in this answer alone."""
    who = caller("webhooks:write")
    order = read(WebhookOrder, body())
    made = orders.subscribe(
        who.services.webhooks,
        who.id,
        order,
        who.key.name,
        is_local=who.services.settings.is_local,
    )
    return answer({**render.webhook(made), "secret": made.secret}, 201)


@route("DELETE", "/v1/webhooks/{webhook_id}")
def delete_webhook(webhook_id: str) -> Response:
    """Switch an endpoint off."""
    who = caller("webhooks:write")
    who.services.webhooks.unsubscribe(who.id, webhook_id, who.key.name)
    return Response("", status_code=204, headers={"Cache-Control": "no-store"})
