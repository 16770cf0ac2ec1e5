"""The routes of what payers take away: a transfer's details, and the list of their documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Response

from saldo.errors import Conflict, Forbidden, Invalid
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay.base import app, around, language, page, page_route, query, redirect
    from functions.pay.payer import documents, often, pages, transfer
else:  # in Lambda this folder is the root of the code
    from base import app, around, language, page, page_route, query, redirect
    from payer import documents, often, pages, transfer


@page_route("GET", "/p/{token}/transfer")
def show_transfer(token: str) -> Response:
    """Show how to transfer what the address names; what cannot be leads back to the invoices.

    A sum is what stands open at this moment: it is read strongly consistent.
    """
    parts, opened = services(), services().links.open(token)
    standing = parts.standings.of(opened)
    wish = transfer.wish(_many("invoice"), query("currency") or "", standing)
    try:
        order = parts.bank_transfers.order(opened, standing, wish)
    except (Conflict, Invalid):
        return redirect(parts.links.address(token))
    if not parts.bank_transfers.is_known(order):
        often.count_act(parts, token)
        parts.bank_transfers.keep(order)
    frame = around(opened, token, language(opened.account.language))
    shown = transfer.transfer_page(parts, opened, standing, frame, order)
    answer = page(pages.transfer_page(shown))
    answer.headers["Content-Security-Policy"] = pages.content_security_policy(scripts=True)
    return answer


@page_route("GET", "/p/{token}/documents")
def show_documents(token: str) -> Response:
    """Show what can be fetched, with the period of the statement; a link for paying alone leads
    back to the invoices.
    """
    parts, opened = services(), services().links.open(token)
    try:
        opened.require("read")
    except Forbidden:
        return redirect(parts.links.address(token))
    frame = around(opened, token, language(opened.account.language))
    asked = documents.Asked(query("problem") or "", query("from") or "", query("to") or "")
    return page(pages.documents_page(documents.documents_page(parts, opened, frame, asked)))


def _many(name: str) -> tuple[str, ...]:
    assert app.current_request is not None
    found: Any = app.current_request.query_params
    return tuple(dict.fromkeys(found.getlist(name))) if found and name in found else ()
