"""The routes for who only needs to know whether an invoice is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import NoQuery, NumberQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, caller, query, route
else:  # in Lambda this folder is the root of the code
    from base import body, caller, query, route

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/invoices/status")
def get_status() -> Response:
    """Tell whether an invoice is paid."""
    from saldo.edge.v1 import staff

    who = caller("status:read")
    asked = query(NumberQuery)
    return answer(staff.paid(who.services.pay_statuses.of(who.creditor, asked.number)))


@route("GET", "/v1/staff-links")
def get_staff_links() -> Response:
    """List the links for staff."""
    from saldo.edge.v1 import staff

    who = caller("links:write")
    query(NoQuery)
    return answer(staff.listed(who.services.staff_links, who.id))


@route("POST", "/v1/staff-links")
def post_staff_link() -> Response:
    """Make a link for staff."""
    from saldo.edge.v1 import staff

    who = caller("links:write")
    return answer(staff.make(who.services.staff_links, who.id, body(), who.key.name), 201)


@route("POST", "/v1/staff-links/revoke")
def revoke_staff_link() -> Response:
    """Revoke a link for staff."""
    from saldo.edge.v1 import staff

    who = caller("links:write")
    return answer(staff.revoke(who.services.staff_links, who.id, body(), who.key.name))
