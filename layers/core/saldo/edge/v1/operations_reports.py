"""The operations that give reports and keep views of them, described."""

from __future__ import annotations

from typing import Any

from saldo.edge.v1 import reports
from saldo.edge.v1.operation import AUTH, BODY, Operation, Refusals, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.figures.ask import ReportNotValid
from saldo.figures.formulas import AgesNotValid
from saldo.figures.views import ViewBusy, ViewNotValid, ViewUnknown

TABLE: dict[str, Any] = {
    "report": "aging",
    "as_of": "2026-12-04",
    "first": "2026-01-01",
    "last": "2026-12-04",
    "groups": ["branch"],
    "columns": [
        {"name": "total", "kind": "money"},
        {"name": "overdue", "kind": "money"},
        {"name": "overdue_share", "kind": "percent"},
    ],
    "rows": [
        {"currency": "EUR", "groups": ["North"], "values": ["1190.00", "119.00", 10.0]},
        {"currency": "EUR", "groups": ["South"], "values": ["500.00", "0.00", 0.0]},
    ],
    "totals": [{"currency": "EUR", "groups": [""], "values": ["1690.00", "119.00", 7.04]}],
    "prices_assumed": False,
    "not_given": [],
}
KINDS: dict[str, Any] = {
    "items": [
        {
            "report": "stages",
            "columns": [{"name": "reminded", "kind": "count"}],
            "groups": ["branch", "month", "stage"],
            "usual_columns": ["reminded"],
            "usual_groups": ["stage"],
            "by_period": True,
        }
    ]
}
VIEW_ORDER: dict[str, Any] = {
    "title": "Aging by branch",
    "report": "aging",
    "groups": ["branch"],
    "roles": ["manager"],
    "mailing": {
        "every": "week",
        "on": 1,
        "hour": 7,
        "to": ["manager@seller.example"],
        "formats": ["pdf", "xlsx"],
    },
}
VIEW: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "title": "Aging by branch",
    "report": "aging",
    "columns": ["total", "overdue"],
    "groups": ["branch"],
    "filters": {},
    "period": "last-12-months",
    "first": None,
    "last": None,
    "roles": ["manager"],
    "mailing": {
        "every": "week",
        "on": 1,
        "hour": 7,
        "to": ["manager@seller.example"],
        "formats": ["pdf", "xlsx"],
    },
    "next_at": "2026-12-07T06:00:00.000000Z",
    "by": "ERP",
}

_ASKED: Refusals = (*AUTH, ParameterNotValid, ReportNotValid, AgesNotValid)

REPORT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listReports",
        "GET",
        "/v1/reports",
        "Reports",
        "What reports are there?",
        "Each with the columns and groups that it can be asked for.",
        "reports:read",
        (Reply(200, "The reports.", reports.ReportKindList, {"one": KINDS}),),
        (*AUTH, ParameterNotValid),
    ),
    Operation(
        "getReport",
        "GET",
        "/v1/reports/table",
        "Reports",
        "A report",
        "From figures that are kept as things happen, some seconds behind the books: it costs the "
        "same with a hundred invoices and with a million. Every row is of one currency.",
        "reports:read",
        (Reply(200, "The report.", reports.ReportAnswer, {"one": TABLE}),),
        _ASKED,
        query=reports.ReportQuery,
    ),
    Operation(
        "getReportCsv",
        "GET",
        "/v1/reports/csv",
        "Reports",
        "A report as CSV",
        "The same as a file: UTF-8 with a byte order mark, RFC 4180, ISO dates, decimal points.",
        "reports:read",
        (Reply(200, "The file.", media="text/csv"),),
        _ASKED,
        query=reports.ReportQuery,
    ),
    Operation(
        "listReportViews",
        "GET",
        "/v1/reports/views",
        "Reports",
        "Reports that are kept",
        "By title, with whom they are sent to and when.",
        "reports:read",
        (Reply(200, "The views.", reports.ReportViewList, {"one": {"items": [VIEW]}}),),
        (*AUTH, ParameterNotValid),
    ),
    Operation(
        "saveReportView",
        "POST",
        "/v1/reports/views",
        "Reports",
        "Keep a report",
        "With its columns, groups and filters, for some roles or everybody who may see reports, "
        "and sent by mail if you say so: to people who work here and may see it when it goes.",
        "reports:write",
        (Reply(200, "The view.", reports.ReportViewAnswer, {"one": VIEW}),),
        (*AUTH, *BODY, ReportNotValid, AgesNotValid, ViewUnknown, ViewNotValid, ViewBusy),
        body=reports.ReportViewOrder,
        body_example=VIEW_ORDER,
        repeat="With `id` the same view is written again; without it another is made.",
    ),
    Operation(
        "removeReportView",
        "POST",
        "/v1/reports/views/remove",
        "Reports",
        "Remove a report that is kept",
        "It is sent no more.",
        "reports:write",
        (Reply(200, "What was removed.", reports.ReportViewAnswer, {"one": VIEW}),),
        (*AUTH, *BODY, ViewUnknown, ViewBusy),
        body=reports.ReportViewEnd,
        body_example={"id": VIEW["id"]},
        repeat="Answered 404.",
    ),
    Operation(
        "sendReportView",
        "POST",
        "/v1/reports/send",
        "Reports",
        "Send a report now",
        "Besides its schedule; to whom you name, or to those whom its mailing names.",
        "reports:write",
        (
            Reply(
                202,
                "It is on its way.",
                reports.ReportQueued,
                {"one": {"queued": 2, "state": "queued"}},
            ),
        ),
        (*AUTH, *BODY, ViewUnknown, ViewNotValid, ViewBusy),
        body=reports.ReportSendOrder,
        body_example={"id": VIEW["id"]},
        repeat="It is sent again.",
    ),
)
