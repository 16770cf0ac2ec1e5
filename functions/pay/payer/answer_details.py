"""The payer corrects their own details: language, channel, contact, addresses.

Of what is known the page shows hints alone. A new mail address is used after it was confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, get_args

from saldo.accounts.model import Account, PostalAddress, PreferredChannel
from saldo.clock import local_day
from saldo.contacts.changes import can_be_put_back
from saldo.contacts.model import DetailsChange, spoken_to
from saldo.contacts.orders import (
    NAME_LENGTH_MAX,
    AddressIncomplete,
    DetailsOrder,
    email_from,
    phone_from,
)
from saldo.contacts.typed import in_one_line
from saldo.edge.forms import Fields
from saldo.errors import Refusal
from saldo.messages.formats import country_names
from saldo.reminders.subject_details import hinted

from . import pages
from .answers import Ask, order_id
from .mailed import mails_go
from .shown_aside import GivenAnswer
from .shown_contacts import DetailsPage
from .words import languages

NAME: Final = "details"
ICON: Final = "card"
ADDRESS_LINES_MAX: Final = 5
_SHOWN_DAYS: Final = 14
"""So long a change is shown, and can be taken back, on the page of the invoices."""

_FIELDS: Final = ("language", "channel", "name", "email", "phone", "street", "postal_code", "city")


def offered(ask: Ask) -> bool:
    """Anybody who may answer may correct."""
    del ask
    return True


def page(ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str:
    """Return the form, with hints at what is known."""
    account = ask.opened.account
    typed = dict.fromkeys(_FIELDS, "") | {
        "language": account.language.partition("-")[0],
        "channel": account.preferred_channel or "",
        "country": account.address.country if account.address else account.country,
    }
    if fields is not None:
        typed |= {name: fields.one(name, 600) for name in (*_FIELDS, "country")}
    waiting = [one for one in _changes(ask) if one.awaits_confirmation(ask.services.clock.now())]
    shown = DetailsPage(
        ask.frame,
        fields.one("id") if fields else ask.new_id(),
        tuple(languages().items()),
        country_names(ask.frame.language),
        _channels(ask),
        _known(account),
        typed,
        hinted(waiting[-1].email or "") if waiting else "",
        refusal.code if refusal else "",
        mails_go(ask.opened),
    )
    return pages.answer_page("answers/details.html", shown)


def take(ask: Ask, fields: Fields) -> str:
    """Change what was filled in.

    Raises FormNotValid, EmailNotReadable, PhoneNotReadable, AddressIncomplete, or what
    `DetailsChanges.change` raises.
    """
    email, phone = fields.one("email", 300), fields.one("phone", 60)
    channel = fields.one("channel")
    order = DetailsOrder(
        order_id(fields),
        ask.by,
        _language(ask, fields.one("language", 10)),
        channel if channel in get_args(PreferredChannel) else None,  # type: ignore[arg-type]
        in_one_line(fields.one("name", NAME_LENGTH_MAX)) or None,
        email_from(email) if email else None,
        phone_from(phone) if phone else None,
        _address(fields),
    )
    link = ask.opened.link
    change = ask.services.details_changes.change(link.creditor, link.account, order)
    if not change.email:
        return NAME
    return "details-confirm" if mails_go(ask.opened) else "details-unsent"


def given(ask: Ask) -> Iterable[GivenAnswer]:
    """Return what was changed lately and still holds, and what waits to be confirmed."""
    account, now = ask.opened.account, ask.services.clock.now()
    for one in _changes(ask):
        day = local_day(one.at, account.time_zone)
        if one.awaits_confirmation(now):
            yield GivenAnswer(NAME, one.id, on=day, state="unconfirmed", can_be_taken_back=True)
        elif one.taken_back_at is None and can_be_put_back(account, one):
            yield GivenAnswer(NAME, one.id, on=day, can_be_taken_back=True)


def take_back(ask: Ask, given_id: str) -> str:
    """Put back what was there before."""
    link = ask.opened.link
    ask.services.details_changes.take_back(link.creditor, link.account, given_id, ask.by)
    return "details-withdrawn"


def _changes(ask: Ask) -> list[DetailsChange]:
    link, today = ask.opened.link, ask.standing.today
    zone, span = ask.opened.account.time_zone, timedelta(days=_SHOWN_DAYS)
    every = ask.services.details_changes.of(link.creditor, link.account)
    return [one for one in every if local_day(one.at, zone) + span >= today]


def _language(ask: Ask, chosen: str) -> str | None:
    """Return a language that is another one than now; the account's country variant stays."""
    now = ask.opened.account.language
    return chosen if chosen in languages() and chosen != now.partition("-")[0] else None


def _channels(ask: Ask) -> tuple[str, ...]:
    """Text messages only where the creditor sends any."""
    return ("email", "letter", "sms") if ask.opened.creditor.sms_from else ("email", "letter")


def _known(account: Account) -> dict[str, str]:
    """Return hints at what is known: enough to recognise, too little to learn anything."""
    contact, letters = spoken_to(account), account.letter_contact()
    known = {}
    if contact is not None and contact.email:
        known["email"] = hinted(contact.email)
    if contact is not None and contact.phone:
        known["phone"] = f"… {contact.phone.strip()[-3:]}"
    if letters is not None:
        known["address"] = letters[1].city
    return known


def _address(fields: Fields) -> PostalAddress | None:
    """Return the postal address that was typed, None where none was; raise AddressIncomplete."""
    street = fields.one("street", 600)
    typed = (in_one_line(line)[:100] for line in street.splitlines())
    lines = tuple(line for line in typed if line)
    code = in_one_line(fields.one("postal_code", 16))
    city = in_one_line(fields.one("city", 60))
    if not (lines or code or city):
        return None
    if not (lines and code and city):
        missing = "street" if not lines else "city" if code else "postal_code"
        raise AddressIncomplete("Street, postal code and town belong together.").at(f"/{missing}")
    known = {code for code, _ in country_names("en")}
    country = fields.one("country", 2)
    if country not in known:
        raise AddressIncomplete("Choose the country.").at("/country")
    return PostalAddress(lines[:ADDRESS_LINES_MAX], code, city, country)
