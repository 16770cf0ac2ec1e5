"""The routes about reports and the views that are kept of them."""

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


@route("GET", "/v1/reports")
def get_reports() -> Response:
    """List the reports."""
    from saldo.edge.v1 import reports

    ordered("reports:read")
    query(NoQuery)
    return answer(reports.kinds())


@route("GET", "/v1/reports/table")
def get_report() -> Response:
    """Return a report."""
    from saldo.edge.v1 import reports

    order = ordered("reports:read")
    return answer(reports.table(order, query(reports.ReportQuery)))


@route("GET", "/v1/reports/csv")
def get_report_csv() -> Response:
    """Return a report as a CSV file."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import reports

    order = ordered("reports:read")
    made = reports.table_csv(order, query(reports.ReportQuery))
    return file_answer(made, "text/csv; charset=utf-8; header=present", "report.csv")


@route("GET", "/v1/reports/views")
def get_report_views() -> Response:
    """List the reports that are kept."""
    from saldo.edge.v1 import reports

    order = ordered("reports:read")
    query(NoQuery)
    return answer(reports.views(order))


@route("POST", "/v1/reports/views")
def post_report_view() -> Response:
    """Keep a report."""
    from saldo.edge.v1 import reports

    return answer(reports.save_view(ordered("reports:write"), body()))


@route("POST", "/v1/reports/views/remove")
def remove_report_view() -> Response:
    """Remove a report that is kept."""
    from saldo.edge.v1 import reports

    return answer(reports.remove_view(ordered("reports:write"), body()))


@route("POST", "/v1/reports/send")
def send_report() -> Response:
    """Send a report now."""
    from saldo.edge.v1 import reports

    return answer(reports.send(ordered("reports:write"), body()), 202)
