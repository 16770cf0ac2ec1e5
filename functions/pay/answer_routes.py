"""The routes of what payers answer instead of paying, `/p/{token}/answer/{name}`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalice.app import Response

from saldo.edge.form_key import require_form_key
from saldo.edge.forms import UPLOAD_BODY_MAX, UPLOAD_FORM, Fields, read_fields
from saldo.edge.http import header, raw_body, status_of
from saldo.edge.metrics import count
from saldo.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge, TooMany
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay import base
    from functions.pay.payer import answers
    from functions.pay.seen_routes import note_acted
else:  # in Lambda this folder is the root of the code
    import base
    from payer import answers
    from seen_routes import note_acted


@base.page_route("GET", "/p/{token}/answer/{name}")
def show_answer(token: str, name: str) -> Response:
    """Show an answer's form; what is not offered any more leads back to the invoices."""
    ask = _ask(token)
    try:
        found = answers.answer(ask, name)
    except (answers.AnswerUnknown, Forbidden):
        return base.redirect(services().links.address(token))
    return base.page(found.page(ask, None, None))


@base.page_route("POST", "/p/{token}/answer/{name}", [*base.FORM_TYPES, UPLOAD_FORM])
def take_answer(token: str, name: str) -> Response:
    """Take an answer, and say so on the page of the invoices; what cannot be taken is said on the
    page that it came from.
    """
    kind = header(base.app, "content-type") or ""
    fields = read_fields(raw_body(base.app, UPLOAD_BODY_MAX), kind)
    ask = _ask(token, fields)
    found = None
    try:
        require_form_key(token, fields.key)
        note_acted(ask.opened)
        if answers.taken_before(ask, name, fields):
            return _confirmed(ask, token, name)
        found = answers.answer(ask, name)
        told = found.take(ask, fields)
    except (Invalid, Conflict, Forbidden, NotFound, TooLarge, TooMany) as refusal:
        if found is None:  # meanwhile it was paid, agreed or contested: the fresh page says so
            return base.redirect(services().links.address(token))
        count(base.metrics, "RequestsRefused")
        base.logger.info("refused", extra={"code": refusal.code, "answer": name})
        return base.page(found.page(ask, fields, refusal), status_of(refusal))
    if isinstance(told, answers.Show):
        return base.page(told.html, 200, base.form_targets(ask.opened))
    if isinstance(told, answers.Go):
        return base.redirect(told.address)
    return _confirmed(ask, token, told)


def _confirmed(ask: answers.Ask, token: str, told: str) -> Response:
    address = services().links.address(token)
    return base.redirect(f"{address}?{urlencode({'told': told, 'lang': ask.frame.language})}")


def _ask(token: str, fields: Fields | None = None) -> answers.Ask:
    opened = services().links.open(token)
    asked = fields.one("lang", 20) if fields else None
    spoken = base.language(opened.account.language, asked or None)
    standing = services().standings.of(opened)
    return answers.Ask(services(), opened, standing, base.around(opened, token, spoken))
