"""The routes of the link that a new mail address is confirmed by, `/p/{token}/confirm`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from chalice.app import Response

from saldo.contacts.model import DetailsChange
from saldo.edge.form_key import require_form_key
from saldo.edge.forms import read_fields
from saldo.edge.http import raw_body
from saldo.payments.links import LinkExpired, Opened
from saldo.reminders.model import Notice
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay import base
    from functions.pay.payer import pages
    from functions.pay.payer.shown_contacts import ConfirmContactPage
    from functions.pay.seen_routes import note_acted
else:  # in Lambda this folder is the root of the code
    import base
    from payer import pages
    from payer.shown_contacts import ConfirmContactPage
    from seen_routes import note_acted


@base.page_route("GET", "/p/{token}/confirm")
def show_confirmation(token: str) -> Response:
    """Ask whether the address is theirs: mail programs open links by themselves, so that looking
    confirms nothing.
    """
    opened = services().links.confirming(token)
    change = _change(opened)
    return _page(opened, token, change, "done" if change.confirmed_at else "ask")


@base.page_route("POST", "/p/{token}/confirm")
def confirm_address(token: str) -> Response:
    """Use the new address from now on."""
    opened = services().links.confirming(token)
    require_form_key(token, read_fields(raw_body(base.app)).key)
    note_acted(opened)
    change = _change(opened)
    done = services().details_changes.confirm(change.creditor, change.account, change.id)
    return _page(opened, token, done, "done")


def _change(opened: Opened) -> DetailsChange:
    """Return what the link confirms; raise LinkExpired where there is nothing (any more)."""
    books, link = services(), opened.link
    place = (link.creditor, link.account)
    notice = books.store.get(Notice, *place, link.notice or "")
    change = books.store.get(DetailsChange, *place, (notice and notice.about) or "")
    if change is None or change.taken_back_at is not None:
        raise LinkExpired("This link confirms nothing any more.")
    if change.confirmed_at is None and not change.awaits_confirmation(books.clock.now()):
        raise LinkExpired("This link confirms nothing any more.")
    return change


def _page(
    opened: Opened, token: str, change: DetailsChange, state: Literal["ask", "done"]
) -> Response:
    frame = base.around(opened, token, base.language(opened.account.language))
    here = services().links.confirm_address(token)
    frame = replace(frame, here=here, page=here, is_tracked=False)
    return base.page(
        pages.confirm_contact_page(ConfirmContactPage(frame, state, change.email or ""))
    )
