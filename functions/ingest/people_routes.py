"""The routes about a creditor's people, and what waits for a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import NoQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, caller, query, route
else:  # in Lambda this folder is the root of the code
    from base import body, caller, query, route

if TYPE_CHECKING:
    from saldo.edge.v1.people import Chief

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


def _chief() -> Chief:
    """Return who changes people; raise KeyNotAccepted or ScopeMissing."""
    from saldo.edge.v1.people import Chief

    who = caller("users:write")
    return Chief(who.services, who.id, f"key:{who.key.name}")


@route("GET", "/v1/users")
def get_users() -> Response:
    """List the people."""
    from saldo.edge.v1 import people

    chief = _chief()
    query(NoQuery)
    return answer(people.listed(chief))


@route("POST", "/v1/users")
def post_user() -> Response:
    """Invite somebody."""
    from saldo.edge.v1 import people

    return answer(people.invite(_chief(), body()), 201)


@route("POST", "/v1/users/invite-again")
def post_invite_again() -> Response:
    """Send the invitation again."""
    from saldo.edge.v1 import people

    return answer(people.invite_again(_chief(), body()))


@route("POST", "/v1/users/grant")
def post_grant() -> Response:
    """Give a role."""
    from saldo.edge.v1 import people

    return answer(people.grant(_chief(), body()))


@route("POST", "/v1/users/revoke")
def post_revoke() -> Response:
    """Take a role away."""
    from saldo.edge.v1 import people

    return answer(people.revoke(_chief(), body()))


@route("POST", "/v1/users/disable")
def post_disable() -> Response:
    """Let somebody in no more."""
    from saldo.edge.v1 import people

    return answer(people.disable(_chief(), body()))


@route("POST", "/v1/users/enable")
def post_enable() -> Response:
    """Let somebody in again."""
    from saldo.edge.v1 import people

    return answer(people.enable(_chief(), body()))


@route("POST", "/v1/users/forget-app")
def post_forget_app() -> Response:
    """Take an authenticator app away."""
    from saldo.edge.v1 import people

    return answer(people.forget_app(_chief(), body()))


@route("GET", "/v1/approvals")
def get_approvals() -> Response:
    """List what waits for a second person."""
    from saldo.edge.v1 import people

    who = caller("users:write")
    query(NoQuery)
    return answer(people.approvals(who.services, who.id))


@route("GET", "/v1/approvals/limits")
def get_limits() -> Response:
    """Tell above which amounts a second person is needed."""
    from saldo.edge.v1 import people

    who = caller("users:write")
    query(NoQuery)
    return answer(people.limits(who.services, who.id))


@route("PUT", "/v1/approvals/limits")
def put_limits() -> Response:
    """Say above which amounts a second person is needed."""
    from saldo.edge.v1 import people

    return answer(people.set_limits(_chief(), body()))
