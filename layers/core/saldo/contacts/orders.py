"""What a payer asks to have changed, looked over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from saldo.accounts.model import Account, PostalAddress, PreferredChannel
from saldo.contacts.model import spoken_to
from saldo.errors import Gone, Invalid, TooMany, Unavailable
from saldo.reminders.channels.addresses import address_of, e164

NAME_LENGTH_MAX: Final = 120
EMAIL_LENGTH_MAX: Final = 254
"""RFC 5321, 4.5.3.1.3, with RFC 3696's erratum 1690."""

_EMAIL: Final = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z0-9-]{2,}")
"""Plain ASCII, as the API takes it; the final word is the link that is sent there."""

_AT_ODDS: Final = re.compile(r'[<>"(),:;\\\[\]@]')


class NothingChanged(Invalid):
    """Nothing was said that is not so already."""

    code = "nothing-changed"


class EmailNotReadable(Invalid):
    """What was typed is no mail address."""

    code = "email-not-readable"


class PhoneNotReadable(Invalid):
    """What was typed is no telephone number with its country's code."""

    code = "phone-not-readable"


class AddressIncomplete(Invalid):
    """Of a postal address the street, the postal code or the town is missing."""

    code = "address-incomplete"


class ChannelNotReachable(Invalid):
    """The account cannot be reached by the channel that is wished for."""

    code = "channel-not-reachable"


class ChangesTooMany(TooMany):
    """So much was changed for this account today; tomorrow it will do."""

    code = "changes-too-many"


class ConfirmationSpent(Gone):
    """The link confirms nothing (any more): it is too old, or the change was taken back."""

    code = "confirmation-spent"


class DetailsBusy(Unavailable):
    """The account is just being changed; the same request may work later."""

    code = "details-busy"


@dataclass(frozen=True, slots=True)
class DetailsOrder:
    """What is to be otherwise; None stays as it is. `id` makes a repeat safe."""

    id: str
    by: str
    language: str | None = None
    channel: PreferredChannel | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: PostalAddress | None = None


def email_from(typed: str) -> str:
    """Return a mail address as it is kept; raise EmailNotReadable."""
    address = typed.strip()
    local = address.rpartition("@")[0]
    if (
        len(address) > EMAIL_LENGTH_MAX
        or not _EMAIL.fullmatch(address)
        or _AT_ODDS.search(local)
        or len(local) > 64  # RFC 5321, 4.5.3.1.1
    ):
        raise EmailNotReadable("Write it like name@company.example.").at("/email")
    return address


def phone_from(typed: str) -> str:
    """Return a telephone number in E.164; raise PhoneNotReadable."""
    found = e164(typed)
    if found is None:
        raise PhoneNotReadable("Write it with the country's code: +49 30 123456.").at("/phone")
    return found


def check_channel(account: Account, order: DetailsOrder) -> None:
    """Raise ChannelNotReachable unless the wished channel can reach the account after the change.

    A new mail address counts: mail goes to the old one until it is confirmed, and to no one else.
    """
    if order.channel is None:
        return
    given = {"email": order.email, "sms": order.phone, "letter": order.address}[order.channel]
    if given is None and address_of(order.channel, account) is None:
        raise ChannelNotReachable(f"There is no address for {order.channel}.").at("/channel")


def same_person(account: Account, order: DetailsOrder) -> bool:
    """Tell whether the mail address of the order is the one that is used, and works."""
    contact = spoken_to(account)
    return (
        contact is not None
        and contact.email is not None
        and order.email is not None
        and contact.email.casefold() == order.email.casefold()
        and contact.email_state == "ok"
    )
