"""What payers said about their own details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from saldo.accounts.model import Account, Contact, PostalAddress, PreferredChannel

Field = Literal["language", "channel", "name", "email", "phone", "address"]


@dataclass(frozen=True, slots=True)
class Details:
    """What a payer may change of an account, as it was at one time."""

    language: str
    channel: PreferredChannel | None
    contacts: tuple[Contact, ...]
    address: PostalAddress | None


@dataclass(frozen=True, slots=True)
class DetailsChange:
    """What a payer changed by one form: `fields` of it took effect at once.

    An `email` is used from `confirmed_at` on, when somebody followed the link that was sent there;
    until `confirm_until` that can be done. `before` and `after` are the details around the change,
    for it to be shown and taken back.
    """

    creditor: str
    account: str
    id: str
    at: datetime
    by: str
    fields: tuple[Field, ...]
    before: Details
    after: Details
    contact_name: str = ""
    email: str | None = None
    confirm_until: datetime | None = None
    confirmed_at: datetime | None = None
    taken_back_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    def awaits_confirmation(self, now: datetime) -> bool:
        """Tell whether the new mail address may still be confirmed."""
        return (
            self.email is not None
            and self.confirmed_at is None
            and self.taken_back_at is None
            and self.confirm_until is not None
            and now < self.confirm_until
        )


def details_of(account: Account) -> Details:
    """Return what a payer may change of an account, as it is now."""
    return Details(account.language, account.preferred_channel, account.contacts, account.address)


def spoken_to(account: Account) -> Contact | None:
    """Return the contact that a payer's page is about: the one that mail goes to, else the first
    that has a mail address, else the first.
    """
    named = [one for one in account.contacts if one.email_state != "wrong-person"]
    with_mail = next((one for one in named if one.email), None)
    return account.mail_contact() or with_mail or next(iter(named), None)
