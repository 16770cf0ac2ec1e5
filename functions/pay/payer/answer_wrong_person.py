"""Somebody was written to whom it does not concern: nothing more goes to that address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from saldo.edge.forms import Fields
from saldo.errors import Refusal
from saldo.reminders.model import Notice
from saldo.reminders.subject_details import hinted

from . import pages
from .answers import Ask, order_id
from .shown_aside import GivenAnswer
from .shown_contacts import WrongPersonPage

NAME: Final = "wrong-person"
ICON: Final = "stranger"
WORDS_MAX: Final = 500


def offered(ask: Ask) -> bool:
    """Only where the link was sent to somebody: there has to be a person who can be the wrong one.

    The notice itself is looked up when the page is asked for, not for every page of invoices.
    """
    return ask.opened.link.notice is not None


def page(ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str:
    """Return the question whether it is so."""
    notice = ask.services.opt_outs.of_link(ask.opened.link)
    shown = WrongPersonPage(
        ask.frame,
        fields.one("id") if fields else ask.new_id(),
        _hint(notice),
        fields.one("text", WORDS_MAX) if fields else "",
        refusal.code if refusal else "",
    )
    return pages.answer_page("answers/wrong-person.html", shown)


def take(ask: Ask, fields: Fields) -> str:
    """Give the address up and close the link; raise FormNotValid, or what `disown` raises."""
    order_id(fields)
    ask.services.wrong_persons.disown(ask.opened.link, fields.one("text", WORDS_MAX))
    return NAME


def given(ask: Ask) -> Iterable[GivenAnswer]:
    """Nothing: the link shows nothing any more."""
    del ask
    return ()


def take_back(ask: Ask, given_id: str) -> str:
    """Nobody comes here again by the same link."""
    del ask, given_id
    raise AssertionError("the page offers to take nothing back")


def _hint(notice: Notice | None) -> str:
    if notice is None or not notice.to:
        return ""
    if "@" in notice.to:
        return hinted(notice.to)
    return f"… {notice.to[-3:]}" if notice.channel == "sms" else ""
