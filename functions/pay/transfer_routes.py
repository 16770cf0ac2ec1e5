"""The routes of what payers take away: a transfer's details, and the list of their documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.errors import Conflict, Invalid
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay import base
    from functions.pay.payer import agreed, documents, often, pages, transfer
else:  # in Lambda this folder is the root of the code
    import base
    from payer import agreed, documents, often, pages, transfer


@base.page_route("GET", "/p/{token}/transfer")
def show_transfer(token: str) -> Response:
    """Show how to transfer what the address names; what cannot be leads back to the invoices.

    A sum is what stands open at this moment: it is read strongly consistent. With `plan` it is what
    is missing of the plan's next instalment.
    """
    parts, opened = services(), services().links.open(token)
    if not opened.may("pay"):
        return base.redirect(parts.links.address(token))
    standing = parts.standings.of(opened)
    wish = transfer.wish(base.queries("invoice"), base.query("currency") or "", standing)
    plan = agreed.plan_of(parts, opened, base.query("plan") or "")
    try:
        order = (
            parts.bank_transfers.instalment(opened, plan)
            if plan is not None
            else parts.bank_transfers.order(opened, standing, wish)
        )
    except (Conflict, Invalid):
        return base.redirect(parts.links.address(token))
    if not parts.bank_transfers.is_known(order):
        often.count_act(parts, token)
        parts.bank_transfers.keep(order)
    frame = base.around(opened, token, base.language(opened.account.language))
    shown = transfer.transfer_page(parts, opened, standing, frame, order)
    answer = base.page(pages.transfer_page(shown))
    answer.headers["Content-Security-Policy"] = pages.content_security_policy(scripts=True)
    return answer


@base.page_route("GET", "/p/{token}/documents")
def show_documents(token: str) -> Response:
    """Show what can be fetched, with the period of the statement; a link for paying alone leads
    back to the invoices.
    """
    parts, opened = services(), services().links.open(token)
    if not opened.may("read"):
        return base.redirect(parts.links.address(token))
    frame = base.around(opened, token, base.language(opened.account.language))
    asked = documents.Asked(
        base.query("problem") or "", base.query("from") or "", base.query("to") or ""
    )
    return base.page(pages.documents_page(documents.documents_page(parts, opened, frame, asked)))
