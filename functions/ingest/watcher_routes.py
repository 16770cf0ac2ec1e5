"""Routes about watchers: who is told by mail of what changes, and the list of the morning."""

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


@route("GET", "/v1/watchers")
def get_watchers() -> Response:
    """List who is told of what changes on an account."""
    from saldo.edge.v1 import watchers

    order = ordered("collection:read")
    return answer(watchers.listed(order, query(AccountQuery).account))


@route("POST", "/v1/watchers")
def post_watcher() -> Response:
    """Have somebody told of what changes on an account or a case."""
    from saldo.edge.v1 import watchers

    return answer(watchers.add(ordered("collection:write"), body()))


@route("POST", "/v1/watchers/end")
def end_watcher() -> Response:
    """Tell somebody no more."""
    from saldo.edge.v1 import watchers

    return answer(watchers.end(ordered("collection:write"), body()))


@route("PUT", "/v1/work/mornings")
def put_morning() -> Response:
    """Send somebody their list each morning, or no more."""
    from saldo.edge.v1 import watchers

    return answer(watchers.morning(ordered("collection:write"), body()))
