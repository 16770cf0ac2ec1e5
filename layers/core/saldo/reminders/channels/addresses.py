"""Whom a notice goes to by each channel: the first contact that the channel can reach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from saldo.accounts.model import Account, Contact, PostalAddress
from saldo.messages.model import Channel
from saldo.reminders.channels.port import Address

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SPACING = re.compile(r"[\s()./-]+")


def e164(phone: str) -> str | None:
    """Return a number as ITU-T E.164 writes it, or None when it is not an international one.

    Blanks, brackets, dots, slashes and hyphens are let through, and 00 stands for +. A national
    number is refused rather than guessed at: a text message to a stranger costs more than one that
    does not go. The "(0)" of "+49 (0)30" is dropped, as no such digit is dialled.
    """
    compact = _SPACING.sub("", phone.replace("(0)", ""))
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    return compact if _E164.fullmatch(compact) else None


def address_of(channel: Channel, account: Account) -> Address | None:
    """Return where notices to `account` go by `channel`; None when it cannot be reached by it."""
    if channel == "letter":
        return _letter(account)
    if channel in ("email", "registered"):
        return _mail(account) or (_letter(account) if channel == "registered" else None)
    reachable = [(c, n) for c in account.contacts if c.phone and (n := e164(c.phone))]
    if not reachable:
        return None
    contact, number = reachable[0]
    return Address(number, contact, numbers=tuple(n for _, n in reachable))


def own_address(channel: Channel, facts: Mapping[str, Any]) -> Address | None:
    """Return where a message goes that has an address of its own: to a mail address that is not the
    account's yet, or no more; or where a person said that it shall go.
    """
    if not facts.get("to") or facts.get("channel", "email") != channel:
        return None
    to, name = str(facts["to"]), str(facts.get("name") or "")
    if channel == "email":
        return Address(to, Contact(name, to))
    if channel == "sms":
        return Address(to, Contact(name, phone=to), numbers=(to,))
    kept = facts.get("postal")
    if channel != "letter" or not kept:
        return None
    postal = PostalAddress(
        tuple(str(line) for line in kept["lines"]),
        str(kept["postal_code"]),
        str(kept["city"]),
        str(kept["country"]),
    )
    return Address(to, Contact(name, address=postal), postal)


def postal_line(postal: PostalAddress) -> str:
    """Return a postal address in one line, which is what opt-outs are kept by."""
    place = (*postal.lines, f"{postal.postal_code} {postal.city}".strip(), postal.country)
    return ", ".join(place)


def _mail(account: Account) -> Address | None:
    contact = account.mail_contact()
    if contact is None or contact.email is None:
        return None
    found = account.letter_contact()
    return Address(contact.email, contact, found[1] if found else None)


def _letter(account: Account) -> Address | None:
    found = account.letter_contact()
    if found is None:
        return None
    contact, postal = found
    return Address(postal_line(postal), contact, postal)
