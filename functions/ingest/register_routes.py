"""The routes about what is open over all accounts: disputes, promises, plans, cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import NoQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import body, query, route
    from money_routes import ordered

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/disputes/open")
def get_open_disputes() -> Response:
    """List what is contested at all accounts."""
    from saldo.edge.v1 import registers

    order = ordered("collection:read")
    query(NoQuery)
    return answer(registers.disputes(order))


@route("POST", "/v1/disputes/assign")
def assign_dispute() -> Response:
    """Let somebody else answer for a dispute."""
    from saldo.edge.v1 import collection

    return answer(collection.assign_dispute(ordered("collection:write"), body()))


@route("GET", "/v1/promises/open")
def get_open_promises() -> Response:
    """List the promises of all accounts that are ahead."""
    from saldo.edge.v1 import registers

    order = ordered("collection:read")
    query(NoQuery)
    return answer(registers.promises(order))


@route("GET", "/v1/plans/open")
def get_open_plans() -> Response:
    """List the plans of all accounts that wait for an answer or are being kept."""
    from saldo.edge.v1 import registers

    order = ordered("collection:read")
    query(NoQuery)
    return answer(registers.plans(order))


@route("GET", "/v1/cases/open")
def get_open_cases() -> Response:
    """List the cases of all accounts that somebody else has."""
    from saldo.edge.v1 import registers

    order = ordered("collection:read")
    query(NoQuery)
    return answer(registers.cases(order))
