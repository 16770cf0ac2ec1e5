"""The routes about holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1 import orders, records, render
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import HoldEnd, HoldOrder, HoldsQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, caller, query, route
else:  # in Lambda this folder is the root of the code
    from base import body, caller, query, route


@route("GET", "/v1/holds")
def get_holds() -> Response:
    """List the holds that bear on the creditor, an account or an invoice."""
    who = caller("holds:read")
    asked = query(HoldsQuery)
    found = orders.holds_on(who.services.store, who.services.clock, who.creditor, asked)
    return answer({"items": [render.hold(hold) for hold in found]})


@route("POST", "/v1/holds")
def post_hold() -> Response:
    """Hold notices about the creditor's accounts, an account or an invoice back."""
    who = caller("holds:write")
    order = read(HoldOrder, body())
    hold, is_new = orders.place_hold(
        who.services.accounts,
        who.services.store,
        who.services.clock,
        who.creditor,
        order,
        by=who.key.name,
    )
    return answer(render.hold(hold), 201 if is_new else 200)


@route("POST", "/v1/holds/end")
def end_holds() -> Response:
    """Let notices go again."""
    who = caller("holds:write")
    order = read(HoldEnd, body())
    target = records.target_of(order, who.id)
    parts = who.services
    ended = orders.end_holds(
        parts.accounts, parts.store, parts.cases, target, order.kind, who.key.name
    )
    return answer({"ended": [render.hold(hold) for hold in ended]})
