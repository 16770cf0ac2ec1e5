"""The payer says on which day they will pay: reminders rest until it has passed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from saldo.collection.promises import PromiseOrder
from saldo.edge.forms import Fields
from saldo.errors import Refusal

from . import pages
from .answers import Ask, order_id
from .forms import read_day
from .shown_aside import GivenAnswer
from .shown_choices import PromisePage

NAME: Final = "promise"
ICON: Final = "calendar"
DAYS_OFFERED: Final = 7
"""The day that stands in the empty form, from today, or the last one that is allowed."""


def offered(ask: Ask) -> bool:
    """Tell whether something stands open that nothing else was said about."""
    return ask.opened.creditor.payer_rules.promise_days_max > 0 and bool(ask.free())


def page(ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str:
    """Return the form, empty, or as it was sent with what is wrong about it."""
    first, last = _days(ask)
    suggested = min(first + timedelta(days=DAYS_OFFERED), last)
    shown = PromisePage(
        ask.frame,
        fields.one("id") if fields else ask.new_id(),
        ask.rows(fields, ask.free()),
        (first, last),
        fields.one("day", 20) if fields else suggested.isoformat(),
        refusal.code if refusal else "",
    )
    return pages.answer_page("answers/promise.html", shown)


def take(ask: Ask, fields: Fields) -> str:
    """Take the promise; raise DayNotReadable, NothingChosen or what `Promises.give` raises."""
    day = read_day(fields.one("day", 20))
    invoices = ask.chosen(fields, ask.free())
    order = PromiseOrder(order_id(fields), invoices, None, day, ask.by)
    ask.services.promises.give(ask.opened.creditor, order)
    return NAME


def given(ask: Ask) -> Iterable[GivenAnswer]:
    """Return the open promises about what the link shows."""
    if not any(hold.kind == "promise" for hold in ask.standing.other_holds):
        return  # an open promise holds reminders back: without a hold there is none to look for
    shown = {one.number for one in ask.standing.open_}
    link = ask.opened.link
    for one in ask.services.promises.of(link.creditor, link.account):
        if one.state == "open" and shown & set(one.invoices):
            yield GivenAnswer(
                NAME,
                one.id,
                one.invoices,
                amount_minor=one.amount_minor,
                currency=one.currency,
                on=one.on,
                can_be_taken_back=True,
            )


def take_back(ask: Ask, given_id: str) -> str:
    """Withdraw a promise: reminders resume."""
    link = ask.opened.link
    ask.services.promises.withdraw(link.creditor, link.account, given_id, ask.by)
    return "promise-withdrawn"


def _days(ask: Ask) -> tuple[date, date]:
    most = ask.opened.creditor.payer_rules.promise_days_max
    return ask.standing.today, ask.standing.today + timedelta(days=most)
