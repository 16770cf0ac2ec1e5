"""The routes about collection: promises, disputes, plans, cases, agreements, the preview."""

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

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/promises")
def get_promises() -> Response:
    """List the promises of an account."""
    from saldo.edge.v1 import collection

    return answer(collection.promises(ordered("collection:read"), query(AccountQuery).account))


@route("POST", "/v1/promises")
def post_promise() -> Response:
    """Take a promise to pay."""
    from saldo.edge.v1 import collection

    made, is_new = collection.give_promise(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)


@route("POST", "/v1/promises/withdraw")
def withdraw_promise() -> Response:
    """Take a promise back."""
    from saldo.edge.v1 import collection

    return answer(collection.withdraw_promise(ordered("collection:write"), body()))


@route("GET", "/v1/disputes")
def get_disputes() -> Response:
    """List the disputes of an account."""
    from saldo.edge.v1 import collection

    return answer(collection.disputes(ordered("collection:read"), query(AccountQuery).account))


@route("POST", "/v1/disputes")
def post_dispute() -> Response:
    """Open a dispute."""
    from saldo.edge.v1 import collection

    made, is_new = collection.open_dispute(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)


@route("POST", "/v1/disputes/settle")
def settle_dispute() -> Response:
    """Agree on a dispute."""
    from saldo.edge.v1 import collection

    return answer(collection.settle_dispute(ordered("collection:write"), body()))


@route("POST", "/v1/disputes/reject")
def reject_dispute() -> Response:
    """Find that all of it is owed."""
    from saldo.edge.v1 import collection

    return answer(collection.reject_dispute(ordered("collection:write"), body()))


@route("POST", "/v1/disputes/withdraw")
def withdraw_dispute() -> Response:
    """Take a dispute back."""
    from saldo.edge.v1 import collection

    return answer(collection.withdraw_dispute(ordered("collection:write"), body()))


@route("GET", "/v1/plans")
def get_plans() -> Response:
    """List the instalment plans of an account."""
    from saldo.edge.v1 import collection

    return answer(collection.plans(ordered("collection:read"), query(AccountQuery).account))


@route("POST", "/v1/plans")
def post_plan() -> Response:
    """Agree or propose an instalment plan."""
    from saldo.edge.v1 import collection

    made, is_new = collection.make_plan(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)


@route("POST", "/v1/plans/approve")
def approve_plan() -> Response:
    """Agree to a proposed plan."""
    from saldo.edge.v1 import collection

    return answer(collection.approve_plan(ordered("collection:write"), body()))


@route("POST", "/v1/plans/cancel")
def cancel_plan() -> Response:
    """Take a plan back, or decline it."""
    from saldo.edge.v1 import collection

    return answer(collection.cancel_plan(ordered("collection:write"), body()))


@route("GET", "/v1/paid-claims")
def get_paid_claims() -> Response:
    """List what an account says to have paid."""
    from saldo.edge.v1 import paid_claims

    return answer(paid_claims.of(ordered("collection:read"), query(AccountQuery).account))


@route("POST", "/v1/paid-claims/confirm")
def confirm_paid_claim() -> Response:
    """Say that the money was found."""
    from saldo.edge.v1 import paid_claims

    return answer(paid_claims.confirm(ordered("collection:write"), body()))


@route("POST", "/v1/paid-claims/unfounded")
def refute_paid_claim() -> Response:
    """Say that the money was not found."""
    from saldo.edge.v1 import paid_claims

    return answer(paid_claims.unfounded(ordered("collection:write"), body()))


@route("GET", "/v1/cases")
def get_cases() -> Response:
    """List the cases of an account."""
    from saldo.edge.v1 import collection

    return answer(collection.cases(ordered("collection:read"), query(AccountQuery).account))


@route("POST", "/v1/cases")
def post_case() -> Response:
    """Hand invoices over."""
    from saldo.edge.v1 import collection

    made, is_new = collection.open_case(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)


@route("GET", "/v1/cases/file")
def get_case_file() -> Response:
    """Tell where a case's file is fetched."""
    from saldo.edge.v1 import collection
    from saldo.edge.v1.requests_collection import CaseQuery

    order, asked = ordered("collection:read"), query(CaseQuery)
    return answer(collection.case_file(order, asked.account, asked.case))


@route("POST", "/v1/cases/status")
def post_case_status() -> Response:
    """Hear how a case goes."""
    from saldo.edge.v1 import collection

    return answer(collection.tell_case(ordered("cases:write"), body()))


@route("GET", "/v1/mandates")
def get_mandates() -> Response:
    """List the mandates of an account."""
    from saldo.edge.v1 import collection

    return answer(collection.mandates(ordered("collection:read"), query(AccountQuery).account))


@route("GET", "/v1/scheduled-payments")
def get_scheduled_payments() -> Response:
    """List the scheduled payments of an account."""
    from saldo.edge.v1 import collection

    return answer(
        collection.scheduled_payments(ordered("collection:read"), query(AccountQuery).account)
    )


@route("GET", "/v1/preview")
def get_preview() -> Response:
    """Tell who would get what on a day."""
    from saldo.edge.v1 import preview

    order = ordered("collection:read")
    return answer(preview.preview(order, query(preview.PreviewQuery)))
