"""The routes about a creditor's settings, policies and texts."""

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


@route("GET", "/v1/settings")
def get_settings() -> Response:
    """Return the settings."""
    from saldo.edge.v1 import creditor_settings

    order = ordered("settings:read")
    query(NoQuery)
    return answer(creditor_settings.settings(order))


@route("POST", "/v1/settings")
def change_settings() -> Response:
    """Change what is named."""
    from saldo.edge.v1 import creditor_settings

    return answer(creditor_settings.change(ordered("settings:write"), body()))


@route("GET", "/v1/policies")
def get_policies() -> Response:
    """List the policies."""
    from saldo.edge.v1 import policies

    order = ordered("settings:read")
    query(NoQuery)
    return answer(policies.listed(order))


@route("GET", "/v1/policies/one")
def get_policy() -> Response:
    """Return a policy as it holds."""
    from saldo.edge.v1 import policies

    order = ordered("settings:read")
    return answer(policies.one(order, query(policies.PolicyQuery).id))


@route("POST", "/v1/policies/try")
def try_policy() -> Response:
    """Tell what a policy would change."""
    from saldo.edge.v1 import policies

    return answer(policies.attempt(ordered("settings:read"), body()))


@route("POST", "/v1/policies")
def put_policy() -> Response:
    """Put a policy in force."""
    from saldo.edge.v1 import policies

    return answer(policies.put(ordered("settings:write"), body()), 201)


@route("GET", "/v1/policies/by-risk")
def get_policies_by_risk() -> Response:
    """Tell what procedures by risk would do."""
    from saldo.edge.v1 import by_risk

    order = ordered("settings:read")
    return answer(by_risk.tried(order, query(by_risk.ByRiskQuery)))


@route("PUT", "/v1/policies/by-risk")
def put_policies_by_risk() -> Response:
    """Switch procedures by risk on or off."""
    from saldo.edge.v1 import by_risk

    return answer(by_risk.switch(ordered("settings:write"), body()))


@route("GET", "/v1/texts")
def get_texts() -> Response:
    """List the creditor's own texts."""
    from saldo.edge.v1 import texts

    order = ordered("settings:read")
    query(NoQuery)
    return answer(texts.listed(order))


@route("GET", "/v1/texts/one")
def get_text() -> Response:
    """Return a text as it was written."""
    from saldo.edge.v1 import texts

    order = ordered("settings:read")
    return answer(texts.one(order, query(texts.TextQuery)))


@route("POST", "/v1/texts")
def put_text() -> Response:
    """Keep a text as the next version."""
    from saldo.edge.v1 import texts

    return answer(texts.put(ordered("settings:write"), body()), 201)
