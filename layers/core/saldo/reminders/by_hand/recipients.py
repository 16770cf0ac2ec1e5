"""Whom a message can be written to: each address of an account, and why one cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from saldo.accounts.model import Account, PostalAddress
from saldo.reminders.by_hand.model import WrittenBy
from saldo.reminders.channels.addresses import e164, postal_line
from saldo.reminders.optouts import OptOuts


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address of an account. `why_not` is a stable code, "" where it may be written to.

    Codes: "bounced", "complained" and "wrong-person" of a mail address, "not-international" of a
    telephone number, and "opted-out-…" with the reason of the opt-out.
    """

    channel: WrittenBy
    to: str
    name: str
    why_not: str = ""
    postal: PostalAddress | None = None


def recipients_of(account: Account, opt_outs: OptOuts) -> list[Recipient]:
    """Return every address of an account, each once, in the order of its contacts.

    A message by hand is kept back by an opt-out of either purpose: who said STOP to reminders does
    not want a person's text message about the same debt. One read of two records per address.
    """
    return [one if one.why_not else _asked(one, account, opt_outs) for one in addresses_of(account)]


def addresses_of(account: Account) -> list[Recipient]:
    """Return the same addresses, whoever opted out: `why_not` says which of them do not work."""
    found: dict[tuple[str, str], Recipient] = {}
    for one in _addresses(account):
        found.setdefault((one.channel, one.to), one)
    return list(found.values())


def _addresses(account: Account) -> Iterator[Recipient]:
    for contact in account.contacts:
        if contact.email:
            state = contact.email_state
            yield Recipient("email", contact.email, contact.name, "" if state == "ok" else state)
        if contact.phone:
            number = e164(contact.phone)
            why_not = "" if number else "not-international"
            yield Recipient("sms", number or contact.phone, contact.name, why_not)
        if contact.address:
            place = contact.address
            yield Recipient("letter", postal_line(place), contact.name, postal=place)
    if account.address:
        yield Recipient("letter", postal_line(account.address), "", postal=account.address)


def _asked(one: Recipient, account: Account, opt_outs: OptOuts) -> Recipient:
    why = opt_outs.of_either(account, one.channel, one.to)
    if why is None:
        return one
    return Recipient(one.channel, one.to, one.name, f"opted-out-{why.reason}", one.postal)
