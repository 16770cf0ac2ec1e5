"""The payer says to have paid already: the money is looked for, and reminders rest meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, get_args

from saldo.collection.common import CurrenciesMixed
from saldo.collection.facts import PaidHow
from saldo.collection.paid_claim_orders import PAID_DAYS_AGO_MAX, PaidClaimOrder
from saldo.collection.paid_claims import INVOICES_MAX
from saldo.edge.forms import Fields
from saldo.errors import Invalid, Refusal
from saldo.files.model import FILES_MAX
from saldo.messages.formats import read_amount
from saldo.payments.designation import Payable, TooManyChosen

from . import pages
from .answers import Ask, order_id
from .forms import read_day
from .shown_aside import GivenAnswer
from .shown_wishes import PaidPage
from .uploads import MEGABYTES, kept

NAME: Final = "paid"
ICON: Final = "done"
HOWS: Final[tuple[PaidHow, ...]] = get_args(PaidHow)
TEXT_MAX: Final = 500
SHOWN_DAYS: Final = 60
"""So long what came of it stands on the page."""

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class PaidNothing(Invalid):
    """What is said to be paid is not above zero."""

    code = "paid-nothing"


def offered(ask: Ask) -> bool:
    """Tell whether something stands open that nobody said to have paid before."""
    return bool(_among(ask))


def page(ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str:
    """Return the form, empty, or as it was sent with what is wrong about it."""
    sent, among = fields or Fields(), _among(ask)
    shown = PaidPage(
        ask.frame,
        sent.one("id") if fields else ask.new_id(),
        ask.rows(fields, among),
        _days(ask),
        sent.one("day", 20),
        sent.one("amount", 40),
        sent.one("how", 20) or HOWS[0],
        sent.one("text", TEXT_MAX),
        HOWS,
        ask.opened.creditor.payer_rules.claim_business_days_max,
        FILES_MAX,
        MEGABYTES,
        refusal.code if refusal else "",
    )
    return pages.answer_page("answers/paid.html", shown)


def take(ask: Ask, fields: Fields) -> str:
    """Take what is said, with its proofs; raise what is wrong with the form or its files, or what
    `PaidClaims.claim` and `kept` raise.
    """
    paid_on, among = read_day(fields.one("day", 20)), _among(ask)
    numbers = ask.chosen(fields, among)
    if len(numbers) > INVOICES_MAX:
        raise TooManyChosen(f"Choose at most {INVOICES_MAX} invoices.").at("/invoice")
    currencies = {one.currency for one in among if one.number in numbers}
    if len(currencies) > 1:
        raise CurrenciesMixed("The invoices are in more than one currency.").at("/invoice")
    order = PaidClaimOrder(
        order_id(fields),
        numbers,
        _amount(ask, fields, currencies.pop()),
        paid_on,
        next((one for one in HOWS if one == fields.one("how", 20)), HOWS[-1]),
        ask.by,
        _CONTROL.sub(" ", fields.one("text", TEXT_MAX)),
    )
    with kept(ask, fields.files("files"), "proof", order.id, numbers[0]) as files:
        proven = replace(order, files=tuple(one.id for one in files))
        ask.services.paid_claims.claim(ask.opened.creditor, proven)
    return NAME


def given(ask: Ask) -> Iterable[GivenAnswer]:
    """Return what was said about what the link shows: while it is looked for, and if it was not
    found lately.
    """
    shown = {one.number for one in ask.standing.open_}
    link, now = ask.opened.link, ask.services.clock.now()
    for one in ask.services.paid_claims.of(link.creditor, link.account):
        is_over = one.ended_at is not None and now - one.ended_at > timedelta(days=SHOWN_DAYS)
        if one.state not in ("open", "unfounded") or is_over or not shown & set(one.invoices):
            continue
        if link.scope == "invoice" and not shown >= set(one.invoices):
            continue  # a link to one invoice tells nothing of others
        yield GivenAnswer(
            NAME,
            one.id,
            one.invoices,
            amount_minor=one.amount_minor,
            currency=one.currency,
            on=one.paid_on,
            state="paid-sought" if one.state == "open" else "paid-unfounded",
            can_be_taken_back=one.state == "open" and one.by == ask.by,
        )


def take_back(ask: Ask, given_id: str) -> str:
    """Take back to have paid: reminders resume."""
    link = ask.opened.link
    ask.services.paid_claims.withdraw(link.creditor, link.account, given_id, ask.by)
    return "paid-withdrawn"


def _among(ask: Ask) -> tuple[Payable, ...]:
    """Return what may be said to be paid: open, not on its way whole, and not said before."""
    creditor, link = ask.opened.creditor, ask.opened.link
    open_ = [one for one in ask.standing.open_ if one.coming_minor < one.open_minor]
    if creditor.payer_rules.claim_business_days_max <= 0 or not open_:
        return ()
    claimable = ask.services.paid_claims.claimable(link.creditor, link.account)
    return tuple(one for one in open_ if one.number in claimable)


def _amount(ask: Ask, fields: Fields, currency: str) -> int | None:
    typed = fields.one("amount", 40)
    if not typed:
        return None
    minor = read_amount(typed, currency, ask.frame.language)
    if minor <= 0:
        raise PaidNothing("Write what you paid.").at("/amount")
    return minor


def _days(ask: Ask) -> tuple[date, date]:
    return ask.standing.today - timedelta(days=PAID_DAYS_AGO_MAX), ask.standing.today
