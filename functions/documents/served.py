"""Documents over a pay link, `/p/{token}/documents/…`: statements of account, receipts, summaries.

They are made here, where the typesetter is, so that the pages stay small. What cannot be had leads
back to the page that lists documents, which says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from aws_lambda_powertools import Logger, Metrics
from chalice.app import Chalice, Response

from saldo.edge.files import file_answer
from saldo.edge.http import lambda_handler, refusals_to
from saldo.edge.metrics import count
from saldo.errors import Invalid, Refusal, TooMany
from saldo.payments.links import LinkExpired, LinkNotFor, LinkUnknown, Opened
from saldo.portal.limits import Limit
from saldo.reports.statement import Statement
from saldo.reports.statement_book import DocumentUnknown, StatementTooLong
from saldo.wiring import services

app = Chalice(app_name="saldo-documents")
logger = Logger(service="documents")
metrics = Metrics(namespace="Saldo", service="documents")

BYTES_MAX: Final = 4_500_000
"""A function answers with 6 MB at most, and bytes travel in base64, four for three."""

FETCHES: Final = Limit("documents", 60, timedelta(minutes=10))
"""Documents made by one link: each is work."""

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8; header=present"
_TYPED_DAY: Final = re.compile(r"(\d{1,2})[./ ]+(\d{1,2})[./ ]+(\d{4})", re.ASCII)


class DayNotReadable(Invalid):
    """A day of the period is none."""

    code = "day-not-readable"


class TooOften(TooMany):
    """The link made many documents in a short time."""

    code = "too-often"


def _back(refusal: Refusal) -> Response:
    """Lead back to a page that speaks: this function has none."""
    assert app.current_request is not None
    token = (app.current_request.uri_params or {})["token"]
    address = services().links.address(token)
    if not isinstance(refusal, (LinkUnknown, LinkExpired, LinkNotFor)):
        told = {"problem": refusal.code, "from": _query("from"), "to": _query("to")}
        told["lang"] = _query("lang")
        kept = {name: value for name, value in told.items() if value}
        address = f"{address}/documents?{urlencode(kept)}"
    headers: dict[str, str | list[str]] = {
        "Location": address,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response("", status_code=303, headers=headers)


_View = Callable[[str], Response]


def _route(path: str) -> Callable[[_View], _View]:
    guard = refusals_to(_back, logger, metrics)

    def serve(view: _View) -> _View:
        served: _View = app.route(path, methods=["GET"])(guard(view))
        return served

    return serve


@_route("/p/{token}/documents/statement.pdf")
def get_statement_pdf(token: str) -> Response:
    """Return the statement of account as PDF."""
    from saldo.reports.account_papers import statement_paper

    opened = _opened(token)
    made = _statement(opened)
    paper = statement_paper(opened.creditor, opened.account, _language(opened), made)
    return _file(services().papers.pdf(paper), PDF, f"{_name(made)}.pdf")


@_route("/p/{token}/documents/statement.xlsx")
def get_statement_xlsx(token: str) -> Response:
    """Return the statement of account as an Excel workbook."""
    from saldo.adapters.sheets.statement import workbook

    opened = _opened(token)
    made = _statement(opened)
    return _file(workbook(made, _language(opened)), XLSX, f"{_name(made)}.xlsx")


@_route("/p/{token}/documents/statement.csv")
def get_statement_csv(token: str) -> Response:
    """Return the statement of account as CSV."""
    from saldo.reports.statement_csv import csv_of

    made = _statement(_opened(token))
    return _file(csv_of(made), CSV, f"{_name(made)}.csv")


@_route("/p/{token}/documents/receipt.pdf")
def get_receipt(token: str) -> Response:
    """Return the receipt of the payment that the query names."""
    from saldo.reports.account_papers import receipt_paper

    opened = _opened(token)
    made = services().statements.receipt(opened.account, _query("payment"))
    link = opened.link
    # A link to one invoice tells nothing of others, which a payment for several would.
    if link.scope == "invoice" and made.payment.invoices != (link.invoice,):
        raise DocumentUnknown("There is no such payment.")
    paper = receipt_paper(opened.creditor, opened.account, _language(opened), made)
    name = f"receipt-{made.received_on.isoformat()}-{made.payment.id[-6:]}.pdf"
    return _file(services().papers.pdf(paper), PDF, name)


@_route("/p/{token}/documents/summary.pdf")
def get_summary(token: str) -> Response:
    """Return what happened on the invoice that the query names."""
    from saldo.reports.account_papers import summary_paper

    opened = _opened(token)
    number, link = _query("invoice") or opened.link.invoice, opened.link
    if not number or (link.scope == "invoice" and number != link.invoice):
        raise DocumentUnknown("There is no such invoice.")
    made = services().statements.summary(opened.account, number)
    paper = summary_paper(opened.creditor, opened.account, _language(opened), made)
    return _file(services().papers.pdf(paper), PDF, f"payments-{number}.pdf")


def _opened(token: str) -> Opened:
    """Return what a link opens that may read; raise LinkUnknown, LinkExpired, LinkNotFor or
    TooOften.
    """
    opened = services().links.open(token)
    opened.require("read")
    if not services().limits.take(FETCHES, token):
        raise TooOften("That was often. Please wait some minutes.")
    return opened


def _statement(opened: Opened) -> Statement:
    if opened.link.scope != "account":
        raise DocumentUnknown("This link shows one invoice, not the account.")
    days = _day("from"), _day("to")
    return services().statements.of(opened.account, *days)


def _file(data: bytes, content_type: str, name: str) -> Response:
    if len(data) > BYTES_MAX:
        raise StatementTooLong("The document is too large; choose a shorter period.")
    count(metrics, "DocumentsMade")
    logger.info("document", extra={"bytes": len(data), "type": content_type})
    return file_answer(data, content_type, name)


def _name(made: Statement) -> str:
    return f"statement-{made.first.isoformat()}-{made.last.isoformat()}"


def _day(name: str) -> date | None:
    """Read a day as browsers send it, or as people type it (24.12.2026); raise DayNotReadable."""
    text = _query(name).strip()
    typed = _TYPED_DAY.fullmatch(text)
    try:
        if typed:
            return date(int(typed[3]), int(typed[2]), int(typed[1]))
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise DayNotReadable("Write the day like 24.12.2026.").at(f"/{name}") from error


def _language(opened: Opened) -> str:
    """Return the language of the page that the document was asked for on, else the account's."""
    return _query("lang")[:20] or opened.account.language


def _query(name: str) -> str:
    """Return a parameter of the query, cut to what any of ours needs; "" without it."""
    assert app.current_request is not None
    found: Any = app.current_request.query_params
    return ((found.get(name) if found else None) or "")[:200]


handler = lambda_handler(app, logger, metrics)
