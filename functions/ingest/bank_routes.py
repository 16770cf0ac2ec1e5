"""The routes about bank statements and their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer, raw_body
from saldo.edge.v1.requests import NoQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import app, body, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import app, body, query, route
    from money_routes import ordered

_BODY_BYTES_MAX = 6_000_000

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("POST", "/v1/bank-statements")
def post_statement() -> Response:
    """Take a file of statements that comes with the call."""
    from saldo.edge.v1 import bank

    order = ordered("payments:write")
    return answer(bank.send(order, query(bank.SendStatement), raw_body(app, _BODY_BYTES_MAX)))


@route("GET", "/v1/bank-statements")
def get_statements() -> Response:
    """List the statements of an account."""
    from saldo.edge.v1 import bank

    order = ordered("payments:read")
    return answer(bank.statements(order, query(bank.BankAccountQuery)))


@route("GET", "/v1/bank-accounts")
def get_bank_accounts() -> Response:
    """List the bank accounts."""
    from saldo.edge.v1 import bank

    order = ordered("payments:read")
    query(NoQuery)
    return answer(bank.accounts(order))


@route("PUT", "/v1/bank-accounts")
def put_bank_account() -> Response:
    """Set up a bank account, or change it."""
    from saldo.edge.v1 import bank

    return answer(bank.change_account(ordered("payments:write"), body()))


@route("GET", "/v1/bank-entries")
def get_bank_entries() -> Response:
    """List the entries that wait."""
    from saldo.edge.v1 import bank

    order = ordered("payments:read")
    return answer(bank.entries(order, query(bank.BankEntryQuery)))


@route("POST", "/v1/bank-entries")
def match_bank_entries() -> Response:
    """Match again what waits."""
    from saldo.edge.v1 import bank

    order = ordered("payments:write")
    query(NoQuery)
    return answer(bank.match(order))


@route("POST", "/v1/bank-entries/accept")
def accept_bank_entry() -> Response:
    """Accept a proposal."""
    from saldo.edge.v1 import bank

    return answer(bank.accept(ordered("payments:write"), body()))


@route("POST", "/v1/bank-entries/split")
def split_bank_entry() -> Response:
    """Book an entry as somebody says."""
    from saldo.edge.v1 import bank

    return answer(bank.split(ordered("payments:write"), body()))


@route("POST", "/v1/bank-entries/ignore")
def ignore_bank_entry() -> Response:
    """Let an entry be."""
    from saldo.edge.v1 import bank

    return answer(bank.ignore(ordered("payments:write"), body()))


@route("POST", "/v1/bank-entries/reverse")
def reverse_bank_entry() -> Response:
    """Take a match back."""
    from saldo.edge.v1 import bank

    return answer(bank.reverse(ordered("payments:write"), body()))


@route("POST", "/v1/bank-entries/return")
def return_bank_entry() -> Response:
    """Book a return."""
    from saldo.edge.v1 import bank

    return answer(bank.returned(ordered("payments:write"), body()))


@route("POST", "/v1/bank-entries/refund")
def refund_bank_entry() -> Response:
    """Give an over-payment back, or keep the credit."""
    from saldo.edge.v1 import bank

    return answer(bank.refund(ordered("payments:write"), body()))
