"""The routes by which the ERP's books and ours stay the same: corrected, cancelled, settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import AccountQuery, NumberQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, caller, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import body, caller, query, route
    from money_routes import ordered

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/accounts/children")
def get_children() -> Response:
    """List the accounts directly below one."""
    from saldo.accounts.family import children
    from saldo.edge.v1 import reads, render

    who = caller("accounts:read")
    number = query(AccountQuery).account
    reads.account(who.services.store, who.id, number)
    found = children(who.services.store, who.id, number)
    return answer({"items": [render.account(one) for one in found]})


@route("POST", "/v1/accounts/steering")
def post_steering() -> Response:
    """Say how an account is collected."""
    from saldo.edge.v1 import steering

    return answer(steering.steer(ordered("accounts:write"), body()))


@route("GET", "/v1/invoices/corrections")
def get_corrections() -> Response:
    """Return what an invoice was corrected from and to."""
    from saldo.edge.v1 import invoice_history

    order = ordered("invoices:read")
    return answer(invoice_history.corrections(order, query(NumberQuery).number))


@route("GET", "/v1/invoices/deleted")
def get_deleted() -> Response:
    """List what was cancelled within ninety days."""
    from saldo.edge.v1 import invoice_history

    order = ordered("invoices:read")
    return answer(invoice_history.deleted(order, query(invoice_history.DeletedQuery)))


@route("POST", "/v1/invoices/deleted")
def post_deleted() -> Response:
    """Cancel invoices."""
    from saldo.edge.v1 import invoice_history

    return answer(invoice_history.cancel(ordered("invoices:write"), body()))


@route("POST", "/v1/drift")
def post_drift() -> Response:
    """Compare the ERP's open items with ours."""
    from saldo.edge.v1 import drift

    return answer(drift.report(ordered("invoices:read"), body()))


@route("POST", "/v1/snapshots")
def post_snapshot() -> Response:
    """Take all open items of the ERP; nothing is closed yet."""
    from saldo.edge.v1 import drift

    return answer(drift.take_snapshot(ordered("invoices:write"), body()), 201)


@route("POST", "/v1/snapshots/confirm")
def confirm_snapshot() -> Response:
    """Close what vanished."""
    from saldo.edge.v1 import drift

    return answer(drift.confirm_snapshot(ordered("invoices:write"), body()))


@route("GET", "/v1/events")
def get_events() -> Response:
    """List what happened."""
    from saldo.edge.v1 import events

    return answer(events.listed(ordered("webhooks:read"), query(events.EventsQuery)))


@route("GET", "/v1/settlements")
def get_settlements() -> Response:
    """Return what settled on a day."""
    from saldo.edge.v1 import settlements

    order = ordered("payments:read")
    return answer(settlements.settlements(order, query(settlements.SettlementsQuery)))


@route("GET", "/v1/settlements/csv")
def get_settlements_csv() -> Response:
    """Return a day's settlements as a CSV file."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import settlements

    order, asked = ordered("payments:read"), query(settlements.SettlementsQuery)
    made = settlements.settlements_csv(order, asked)
    return file_answer(made, "text/csv; charset=utf-8; header=present", f"{asked.day}.csv")


@route("GET", "/v1/settlements/datev")
def get_settlements_datev() -> Response:
    """Return a day's settlements as a DATEV Buchungsstapel."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import settlements

    order, asked = ordered("payments:read"), query(settlements.DatevQuery)
    made = settlements.settlements_datev(order, asked)
    return file_answer(made, "text/csv; charset=windows-1252", f"EXTF_Saldo_{asked.day}.csv")


@route("GET", "/v1/settlements/camt054")
def get_settlements_camt054() -> Response:
    """Return a day's money as a camt.054."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import settlements

    order, asked = ordered("payments:read"), query(settlements.SettlementsQuery)
    made = settlements.settlements_camt054(order, asked)
    return file_answer(made, "application/xml", f"camt054-{asked.day}.xml")
