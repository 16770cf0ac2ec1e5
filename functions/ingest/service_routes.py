"""Routes about services that are stopped for accounts: deliveries and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import AccountQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import body, query, route
    from money_routes import ordered


@route("GET", "/v1/service-stops")
def get_service_stops() -> Response:
    """Tell what is stopped for an account."""
    from saldo.edge.v1 import service_stops

    order = ordered("collection:read")
    return answer(service_stops.of(order, query(AccountQuery).account))


@route("PUT", "/v1/service-stops")
def put_service_stop() -> Response:
    """Stop deliveries or block orders, or let them go."""
    from saldo.edge.v1 import service_stops

    return answer(service_stops.change(ordered("collection:write"), body()))
