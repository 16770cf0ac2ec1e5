"""The routes about money: payments, refunds, credit, allocations, charges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from saldo.accounts.api_keys import Scope
from saldo.edge.http import answer
from saldo.edge.v1.requests import AccountQuery, PaymentsQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, caller, query, route
else:  # in Lambda this folder is the root of the code
    from base import body, caller, query, route

if TYPE_CHECKING:
    from saldo.edge.v1.charges import Charged
    from saldo.edge.v1.money import Ordered

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


def ordered(scope: Scope) -> Ordered:
    """Return who orders what; raise KeyNotAccepted or ScopeMissing."""
    from saldo.edge.v1.money import Ordered

    who = caller(scope)
    return Ordered(who.services, who.creditor, who.key.name)


@route("GET", "/v1/payments")
def get_payments() -> Response:
    """Return one payment, or those of an invoice or an account."""
    from saldo.edge.v1 import money

    return answer(money.payments(ordered("payments:read"), query(PaymentsQuery)))


@route("POST", "/v1/payments")
def post_payment() -> Response:
    """Book a payment taken on site."""
    from saldo.edge.v1 import money

    booked, is_new = money.take_payment(ordered("payments:write"), body())
    return answer(booked, 201 if is_new else 200)


@route("POST", "/v1/refunds")
def post_refund() -> Response:
    """Give money of a payment back."""
    from saldo.edge.v1 import money

    given, is_ended = money.refund(ordered("payments:write"), body())
    return answer(given, 200 if is_ended else 202)


@route("GET", "/v1/credits")
def get_credits() -> Response:
    """Return the credit of an account."""
    from saldo.edge.v1 import money

    return answer(money.credits_of(ordered("payments:read"), query(AccountQuery).account))


@route("GET", "/v1/statements")
def get_statement() -> Response:
    """Return a statement of account."""
    from saldo.edge.v1 import statements

    order = ordered("payments:read")
    return answer(statements.statement(order, query(statements.StatementQuery)))


@route("GET", "/v1/statements/csv")
def get_statement_csv() -> Response:
    """Return a statement of account as a CSV file."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import statements

    order = ordered("payments:read")
    made = statements.statement_csv(order, query(statements.StatementQuery))
    return file_answer(made, "text/csv; charset=utf-8; header=present", "statement.csv")


@route("POST", "/v1/allocations")
def post_allocation() -> Response:
    """Pay invoices with credit."""
    from saldo.edge.v1 import money

    return answer(money.allocate(ordered("payments:write"), body()))


@route("POST", "/v1/allocations/take-back")
def take_allocation_back() -> Response:
    """Take what a credit paid of an invoice back."""
    from saldo.edge.v1 import money

    return answer(money.take_back(ordered("payments:write"), body()))


@route("POST", "/v1/fees")
def post_fee() -> Response:
    """Add a fee."""
    from saldo.edge.v1 import charges

    return _booked(charges.fee)


@route("POST", "/v1/interest")
def post_interest() -> Response:
    """Add interest."""
    from saldo.edge.v1 import charges

    return _booked(charges.interest)


@route("POST", "/v1/discounts")
def post_discount() -> Response:
    """Grant a cash discount."""
    from saldo.edge.v1 import charges

    return _booked(charges.discount)


@route("POST", "/v1/write-offs")
def post_write_off() -> Response:
    """Write off what is owed."""
    from saldo.edge.v1 import charges

    return _booked(charges.write_off)


def _booked(book: Callable[[Ordered, Any], Charged]) -> Response:
    booked, is_new = book(ordered("payments:write"), body())
    return answer(booked, 201 if is_new else 200)
