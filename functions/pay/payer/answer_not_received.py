"""The payer says that an invoice never came: a copy goes to the address that is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from saldo.clock import local_day
from saldo.edge.forms import Fields
from saldo.errors import Refusal
from saldo.payments.designation import Payable

from . import pages
from .answers import AnswerUnknown, Ask, order_id
from .shown_aside import GivenAnswer
from .shown_disputes import NotReceivedPage

NAME: Final = "not-received"
ICON: Final = "mail"
SHOWN_DAYS: Final = 14
"""So long it stands on the page that a copy was sent."""


def offered(ask: Ask) -> bool:
    """Tell whether a copy of something can be sent now."""
    return ask.mail_follows and bool(_wanted(ask))


def page(ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str:
    """Return the form, empty, or as it was sent with what is wrong about it."""
    contact = ask.opened.account.mail_contact()
    shown = NotReceivedPage(
        ask.frame,
        fields.one("id") if fields else ask.new_id(),
        ask.rows(fields, _wanted(ask)),
        masked(contact.email or "") if contact else "",
        ask.opened.creditor.payer_rules.copy_hold_days,
        refusal.code if refusal else "",
    )
    return pages.answer_page("answers/not-received.html", shown)


def take(ask: Ask, fields: Fields) -> str:
    """Send copies; raise NothingChosen or what `InvoiceCopies.ask` raises."""
    link, form = ask.opened.link, order_id(fields)
    for place, number in enumerate(ask.chosen(fields, _wanted(ask))):
        ask.services.copies.ask(
            ask.opened.creditor,
            number,
            f"{form}-{place}" if place else form,
            ask.by,
            has_document=ask.services.files.document(link.creditor, link.account, number)
            is not None,
        )
    return NAME


def given(ask: Ask) -> Iterable[GivenAnswer]:
    """Return the copies that were sent lately of what the link shows."""
    shown = {one.number for one in ask.standing.open_}
    link, zone = ask.opened.link, ask.opened.account.time_zone
    since = ask.services.clock.now() - timedelta(days=SHOWN_DAYS)
    for one in ask.services.copies.of(link.creditor, link.account):
        if one.invoice in shown and one.asked_at >= since:
            yield GivenAnswer(NAME, one.id, (one.invoice,), on=local_day(one.asked_at, zone))


def take_back(ask: Ask, given_id: str) -> str:
    """A mail cannot be called back."""
    del ask, given_id
    raise AnswerUnknown("A copy that was sent cannot be taken back.")


def masked(address: str) -> str:
    """Return an address as whoever has it knows it, and nobody learns it from the page."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…{at}{domain}"


def _wanted(ask: Ask) -> tuple[Payable, ...]:
    """Return what stands open, without that of which a copy went out today."""
    sent = ask.services.copies.asked_today(ask.opened.account)
    return tuple(one for one in ask.free() if one.number not in sent)
