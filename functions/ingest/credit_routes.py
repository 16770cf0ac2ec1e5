"""The routes about credit: limits, what stands against them, order blocks, terms, and the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import AccountQuery, NoQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import body, query, route
    from money_routes import ordered

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/credit")
def get_credit() -> Response:
    """Return how much an account may owe, how much it does, and what follows."""
    from saldo.edge.v1 import credit

    order = ordered("accounts:read")
    return answer(credit.of(order, query(AccountQuery).account))


@route("PUT", "/v1/credit/limits")
def put_credit_limit() -> Response:
    """Set how much an account may owe, or what is insured of it."""
    from saldo.edge.v1 import credit

    return answer(credit.set_limit(ordered("accounts:write"), body()))


@route("POST", "/v1/credit/proposals")
def post_limit_proposal() -> Response:
    """Propose a limit."""
    from saldo.edge.v1 import credit

    return answer(credit.propose(ordered("accounts:write"), body()))


@route("PUT", "/v1/credit/proposals")
def put_credit_proposal() -> Response:
    """Agree to a proposed limit or shorter terms, or put them aside."""
    from saldo.edge.v1 import credit

    return answer(credit.decide(ordered("accounts:write"), body()))


@route("GET", "/v1/credit/orders")
def get_open_orders() -> Response:
    """Return the open orders of an account."""
    from saldo.edge.v1 import credit

    order = ordered("accounts:read")
    return answer(credit.orders(order, query(AccountQuery).account))


@route("POST", "/v1/credit/orders")
def post_open_orders() -> Response:
    """Take what an account ordered."""
    from saldo.edge.v1 import credit

    return answer(credit.tell_orders(ordered("accounts:write"), body()))


@route("GET", "/v1/credit/blocks")
def get_order_blocks() -> Response:
    """List the accounts whose orders wait."""
    from saldo.edge.v1 import credit

    order = ordered("accounts:read")
    return answer(credit.blocked(order, query(credit.BlockedQuery)))


@route("PUT", "/v1/credit/blocks")
def put_order_block() -> Response:
    """Have orders of an account wait, or let them go."""
    from saldo.edge.v1 import credit

    return answer(credit.block(ordered("accounts:write"), body()))


@route("GET", "/v1/credit/rules")
def get_credit_rules() -> Response:
    """Return the creditor's rules."""
    from saldo.edge.v1 import credit

    order = ordered("settings:read")
    query(NoQuery)
    return answer(credit.rules(order))


@route("PUT", "/v1/credit/rules")
def put_credit_rules() -> Response:
    """Keep the creditor's rules in place of those before."""
    from saldo.edge.v1 import credit

    return answer(credit.put_rules(ordered("settings:write"), body()))


@route("GET", "/v1/risk")
def get_risk() -> Response:
    """Return a page of accounts, the riskiest first."""
    from saldo.edge.v1 import credit_data

    order = ordered("accounts:read")
    return answer(credit_data.risk_list(order, query(credit_data.RiskQuery)))


@route("GET", "/v1/risk/reports")
def get_credit_reports() -> Response:
    """Return the risk of an account with what others say."""
    from saldo.edge.v1 import credit_data

    order = ordered("accounts:read")
    return answer(credit_data.of_account(order, query(AccountQuery).account))


@route("POST", "/v1/risk/reports")
def post_credit_reports() -> Response:
    """Take what others say about accounts."""
    from saldo.edge.v1 import credit_data

    return answer(credit_data.take(ordered("accounts:write"), body()))


@route("PUT", "/v1/risk/reports")
def post_credit_file() -> Response:
    """Take a file of an agency or insurer."""
    from saldo.edge.v1 import credit_data

    return answer(credit_data.take_file(ordered("accounts:write"), body()))


@route("POST", "/v1/risk")
def ask_for_credit() -> Response:
    """Have the provider asked in the coming night."""
    from saldo.edge.v1 import credit_data

    return answer(credit_data.want(ordered("accounts:write"), body()))


@route("GET", "/v1/risk/company")
def get_company() -> Response:
    """Return which company an account is."""
    from saldo.edge.v1 import credit_data

    order = ordered("accounts:read")
    return answer(credit_data.company(order, query(AccountQuery).account))


@route("PUT", "/v1/risk/company")
def put_company() -> Response:
    """Keep by which numbers an account is known."""
    from saldo.edge.v1 import credit_data

    return answer(credit_data.set_ids(ordered("accounts:write"), body()))


@route("POST", "/v1/risk/company")
def decide_company() -> Response:
    """Agree which of the provider's companies an account is."""
    from saldo.edge.v1 import credit_data

    return answer(credit_data.decide(ordered("accounts:write"), body()))


@route("GET", "/v1/risk/rules")
def get_credit_data_rules() -> Response:
    """Return whom Saldo asks for credit data."""
    from saldo.edge.v1 import credit_data

    order = ordered("settings:read")
    query(NoQuery)
    return answer(credit_data.rules(order))


@route("PUT", "/v1/risk/rules")
def put_credit_data_rules() -> Response:
    """Say whom Saldo may ask for credit data."""
    from saldo.edge.v1 import credit_data

    return answer(credit_data.set_rules(ordered("settings:write"), body()))
