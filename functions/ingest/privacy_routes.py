"""The routes about personal data and the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import NoQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, caller, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import body, caller, query, route
    from money_routes import ordered

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/audit")
def get_audit() -> Response:
    """List who did what."""
    from saldo.edge.v1 import privacy

    return answer(privacy.audit(ordered("audit:read"), query(privacy.AuditQuery)))


@route("POST", "/v1/privacy/exports")
def post_export() -> Response:
    """Order a file of everything that is held about an account."""
    from saldo.edge.v1 import privacy

    made, is_new = privacy.ask_export(ordered("privacy:write"), body())
    return answer(made, 201 if is_new else 200)


@route("GET", "/v1/privacy/exports")
def get_export() -> Response:
    """Tell how an export stands, and where it is fetched."""
    from saldo.edge.v1 import privacy

    return answer(privacy.one_export(ordered("privacy:write"), query(privacy.ExportQuery)))


@route("POST", "/v1/privacy/erasures")
def post_erasure() -> Response:
    """Order to erase what is held about an account."""
    from saldo.edge.v1 import privacy

    made, is_new = privacy.ask_erasure(ordered("privacy:write"), body())
    return answer(made, 201 if is_new else 200)


@route("GET", "/v1/privacy/erasures")
def get_erasures() -> Response:
    """List orders to erase."""
    from saldo.edge.v1 import privacy

    order = ordered("privacy:write")
    return answer(privacy.erasures(order, query(privacy.ErasureQuery).account))


@route("POST", "/v1/privacy/erasures/lift")
def lift_erasure() -> Response:
    """Take an order to erase back."""
    from saldo.edge.v1 import privacy

    return answer(privacy.lift_erasure(ordered("privacy:write"), body()))


@route("GET", "/v1/privacy/retention")
def get_retention() -> Response:
    """Tell how long what is kept must be kept."""
    from saldo.edge.v1 import privacy

    who = caller("privacy:write")
    query(NoQuery)
    return answer(privacy.retention(who.creditor.country))
