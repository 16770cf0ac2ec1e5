"""The API for ERPs, `/v1`: what comes in is read, handed to one service, and answered.

`saldo.edge.v1` holds the models; the same models make the document at `/v1/openapi.json`, and a
test compares it with the routes below and in `money_routes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from saldo.accounts.model import Account
from saldo.edge.http import answer, header, lambda_handler
from saldo.edge.metrics import count
from saldo.edge.v1 import bulk, reads, records, render
from saldo.edge.v1.requests import (
    ListQuery,
    NoQuery,
    NumberQuery,
    WhyQuery,
)
from saldo.errors import Invalid, Refusal
from saldo.invoices.intake import Result
from saldo.invoices.model import CreditNote, Invoice
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.ingest import (
        agreed_routes,
        bank_routes,
        collection_routes,
        connection_routes,
        credit_routes,
        document_routes,
        file_routes,
        foresight_routes,
        hold_routes,
        import_routes,
        mail_routes,
        money_routes,
        payt_routes,
        people_routes,
        privacy_routes,
        register_routes,
        report_routes,
        service_routes,
        settings_routes,
        staff_routes,
        thread_routes,
        watcher_routes,
        webhook_routes,
        work_routes,
    )
    from functions.ingest.base import app, body, caller, logger, metrics, query, route
else:  # in Lambda this folder is the root of the code
    import agreed_routes
    import bank_routes
    import collection_routes
    import connection_routes
    import credit_routes
    import document_routes
    import file_routes
    import foresight_routes
    import hold_routes
    import import_routes
    import mail_routes
    import money_routes
    import payt_routes
    import people_routes
    import privacy_routes
    import register_routes
    import report_routes
    import service_routes
    import settings_routes
    import staff_routes
    import thread_routes
    import watcher_routes
    import webhook_routes
    import work_routes
    from base import app, body, caller, logger, metrics, query, route

if TYPE_CHECKING:
    from functions.ingest.base import Caller
    from saldo.edge.v1.answers import BulkAnswer
    from saldo.invoices.lines import InvoiceLine

    Lines = tuple[str, tuple[InvoiceLine, ...]] | None

__all__ = [
    "agreed_routes",
    "app",
    "bank_routes",
    "collection_routes",
    "connection_routes",
    "credit_routes",
    "document_routes",
    "file_routes",
    "foresight_routes",
    "handler",
    "hold_routes",
    "import_routes",
    "logger",
    "mail_routes",
    "metrics",
    "money_routes",
    "payt_routes",
    "people_routes",
    "privacy_routes",
    "register_routes",
    "report_routes",
    "service_routes",
    "settings_routes",
    "staff_routes",
    "thread_routes",
    "watcher_routes",
    "webhook_routes",
    "work_routes",
]

_DOCUMENT_SECONDS = 300
_DOCUMENT_CACHE = {"Cache-Control": f"public, max-age={_DOCUMENT_SECONDS}"}


def taken(result: Result) -> bool:
    """Tell whether a record changed the books; raise why it was refused."""
    if result.refusal is not None:
        raise result.refusal
    return result.status == "accepted"


def pushed(kind: str, result: BulkAnswer) -> Response:
    """Answer a bulk call, whatever became of its records."""
    logger.info("records taken", extra={"kind": kind, **result["counts"]})
    return answer(result)


def count_invoices(accepted: int, refused: int) -> None:
    """Add to the counters of the dashboard."""
    for name, value in (("InvoicesAccepted", accepted), ("InvoicesRefused", refused)):
        if value:
            count(metrics, name, value)


@contextmanager
def refusal_counts_as_invoice() -> Iterator[None]:
    """Count a single invoice that is refused like one in a push."""
    try:
        yield
    except Refusal:
        count_invoices(0, 1)
        raise


@route("GET", "/v1/openapi.json")
def get_openapi() -> Response:
    """Return the API's description; needs no key."""
    # Imported when asked for: the description costs more than all other routes together.
    from saldo.edge.v1.openapi import document

    query(NoQuery)
    return answer(document(services().settings.public_url), headers=_DOCUMENT_CACHE)


@route("GET", "/v1/docs")
def get_docs() -> Response:
    """Return the same description as a page; needs no key."""
    from saldo.edge.v1 import docs_page
    from saldo.edge.v1.openapi import document

    query(NoQuery)
    page = docs_page.page(document(services().settings.public_url))
    return Response(page, headers={**docs_page.HEADERS, **_DOCUMENT_CACHE})


@route("GET", "/v1/creditor")
def get_creditor() -> Response:
    """Return whose key this is; any valid key may ask."""
    query(NoQuery)
    who = caller(None)
    return answer(render.creditor(who.creditor, who.key))


@route("GET", "/v1/accounts")
def get_accounts() -> Response:
    """Return one account by its number, or list what changed."""
    who = caller("accounts:read")
    asked = query(ListQuery)
    if asked.number is not None:
        return answer(render.account(reads.account(who.services.store, who.id, asked.number)))
    only = _fields(asked, "Account")
    now = who.services.clock.now()
    found = reads.changed(who.services.store, Account, who.id, asked, now)
    return answer(reads.page_of(found, render.account, only))


def _fields(asked: ListQuery, shape: str) -> list[str] | None:
    """Return the fields that are wanted of the records of a list; raise ParameterNotValid."""
    if asked.fields is None:
        return None
    from saldo.edge.v1 import answers  # shapes: only who asks for fields pays for them

    return reads.fields_of(asked.fields, getattr(answers, shape))


@route("PUT", "/v1/accounts")
def put_account() -> Response:
    """Add or change one account."""
    who = caller("accounts:write")
    account = _account(body(), who, set())
    is_new = taken(who.services.intake.put_accounts([account])[0])
    found = reads.account(who.services.store, who.id, account.number)
    return answer(render.account(found), 201 if is_new and found.version == 1 else 200)


@route("POST", "/v1/accounts")
def post_accounts() -> Response:
    """Add or change up to 500 accounts."""
    who = caller("accounts:write")
    read_one = partial(_account, who=who, known=set())
    return pushed("accounts", bulk.push(body(), read_one, who.services.intake.put_accounts))


def _account(sent: Any, who: Caller, known: set[str]) -> Account:
    """Read an account whose policy, if it names one, is there; `known` ones are not asked for.

    Raises Invalid.
    """
    account = records.account_from(sent, who.creditor)
    if account.policy is not None and account.policy not in known:
        try:
            who.services.policies.require(who.id, account.policy)
        except Invalid as unknown:
            raise unknown.at("/policy") from None
        known.add(account.policy)
    return account


@route("GET", "/v1/invoices")
def get_invoices() -> Response:
    """Return one invoice by its number, or list what changed."""
    who = caller("invoices:read")
    asked = query(ListQuery)
    if asked.number is not None:
        return answer(render.invoice(reads.invoice(who.services.store, who.id, asked.number)))
    only = _fields(asked, "Invoice")
    now = who.services.clock.now()
    found = reads.changed(who.services.store, Invoice, who.id, asked, now)
    return answer(reads.page_of(found, render.invoice, only))


@route("PUT", "/v1/invoices")
def put_invoice() -> Response:
    """Issue or correct one invoice."""
    who = caller("invoices:write")
    with refusal_counts_as_invoice():
        sent = body()
        invoice, lines = records.invoice_from(sent, who.id), records.lines_from(sent)
        is_new = taken(who.services.intake.put_invoices([invoice], by=who.key.name)[0])
    _put_lines(who, [(invoice, lines)])
    count_invoices(int(is_new), 0)
    found = reads.invoice(who.services.store, who.id, invoice.number)
    return answer(render.invoice(found), 201 if is_new and found.version == 1 else 200)


@route("POST", "/v1/invoices")
def post_invoices() -> Response:
    """Issue or correct up to 500 invoices."""
    who = caller("invoices:write")
    lines: list[tuple[Invoice, Lines]] = []

    def read_one(sent: Any) -> Invoice:
        invoice, its_lines = records.invoice_from(sent, who.id), records.lines_from(sent)
        lines.append((invoice, its_lines))
        return invoice

    def take(invoices: Sequence[Invoice]) -> list[Result]:
        results = who.services.intake.put_invoices(invoices, by=who.key.name)
        good = [one for one, result in zip(lines, results, strict=True) if not result.refusal]
        _put_lines(who, good)
        return results

    result = bulk.push(body(), read_one, take)
    count_invoices(result["counts"]["accepted"], result["counts"]["refused"])
    return pushed("invoices", result)


def _put_lines(who: Caller, sent: Sequence[tuple[Invoice, Lines]]) -> None:
    """Set the lines of invoices that were taken, of those that came with some."""
    for invoice, lines in sent:
        if lines is not None:
            place = (invoice.creditor, invoice.account, invoice.number)
            who.services.invoice_lines.put(*place, *lines)


@route("GET", "/v1/invoices/why")
def get_why() -> Response:
    """Tell what was decided about an invoice, and what comes next."""
    who = caller("invoices:read")
    asked = query(WhyQuery)
    language = asked.language or _spoken()
    return answer(render.explanation(who.services.why.invoice(who.id, asked.number, language)))


def _spoken() -> str:
    """Return the language that the caller's header wants sentences in."""
    from saldo.edge.words import accepted  # with the formats of languages: only where it tells
    from saldo.reminders.why_words import first_spoken

    return first_spoken(accepted(header(app, "accept-language") or ""))


@route("GET", "/v1/credit-notes")
def get_credit_note() -> Response:
    """Return one credit note by its number."""
    who = caller("invoices:read")
    asked = query(NumberQuery)
    return answer(render.credit_note(reads.credit_note(who.services.store, who.id, asked.number)))


@route("PUT", "/v1/credit-notes")
def put_credit_note() -> Response:
    """Book one credit note."""
    who = caller("invoices:write")
    note = records.credit_note_from(body(), who.id)
    is_new = taken(who.services.intake.put_credit_notes([note])[0])
    found = reads.credit_note(who.services.store, who.id, note.number)
    if is_new:
        who.services.dispute_looks.credit_came(who.id, found.account, found.invoice)
    return answer(render.credit_note(found), 201 if is_new else 200)


@route("POST", "/v1/credit-notes")
def post_credit_notes() -> Response:
    """Book up to 500 credit notes."""
    who = caller("invoices:write")
    read_one = partial(records.credit_note_from, creditor=who.id)

    def take(notes: Sequence[CreditNote]) -> list[Result]:
        results = who.services.intake.put_credit_notes(notes)
        for result in results:
            if result.status == "accepted":  # what was agreed in a dispute need not wait any more
                found = reads.credit_note(who.services.store, who.id, result.id)
                who.services.dispute_looks.credit_came(who.id, found.account, found.invoice)
        return results

    return pushed("credit notes", bulk.push(body(), read_one, take))


@route("POST", "/v1/pay-links")
def post_pay_links() -> Response:
    """Make pay links for up to 500 invoices."""
    who = caller("links:write")
    return answer(bulk.pay_links(body(), who.id, who.services.links))


handler = lambda_handler(app, logger, metrics)
