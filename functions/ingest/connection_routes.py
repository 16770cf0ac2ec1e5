"""The routes about connections to ERPs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import NoQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import caller, query, route
else:  # in Lambda this folder is the root of the code
    from base import caller, query, route

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/connections")
def get_connections() -> Response:
    """List the connections."""
    from saldo.edge.v1 import connections

    who = caller("invoices:read")
    query(NoQuery)
    found = who.services.connections.of(who.id)
    return answer({"items": [connections.shown(one) for one in found]})


@route("GET", "/v1/connections/{name}")
def get_connection(name: str) -> Response:
    """Tell how a connection stands."""
    from saldo.edge.v1 import connections

    who = caller("invoices:read")
    return answer(connections.standing(who.services.connections.standing(who.id, name)))
