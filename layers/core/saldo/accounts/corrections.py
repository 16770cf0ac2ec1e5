"""What a payer corrected stands beside what the ERP pushes, and in its place, until the ERP has
something new to say.

The ERP is the master. It pushes an account whole, and mostly as it pushed it before: that must not
undo what the payer said since. `Account.pushed` keeps what the ERP said where a payer corrected it;
a field that the ERP pushes otherwise than before is the ERP's again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from saldo.accounts.model import Account, Contact, PushedDetails


def after_push(old: Account | None, sent: Account) -> Account:
    """Return the account as it is after the ERP pushed it: corrections and the states of addresses
    are kept, and the channel that the payer prefers, of which no ERP knows.
    """
    if old is None:
        return sent
    sent = replace(
        sent,
        contacts=_with_states(sent.contacts, old),
        preferred_channel=old.preferred_channel,
        restricted_at=old.restricted_at,
        steering=old.steering,
        pays=old.pays,
    )
    before = old.pushed
    if before is None:
        return sent
    language = old.language if sent.language == before.language else sent.language
    address = old.address if sent.address == before.address else sent.address
    is_same = bare(sent.contacts) == bare(before.contacts)
    contacts = old.contacts if is_same else sent.contacts
    corrected = replace(sent, language=language, address=address, contacts=contacts)
    return replace(corrected, pushed=_still_beside(corrected, sent))


def corrected(account: Account, **fields: object) -> Account:
    """Return an account with fields as the payer says, and what the ERP pushed kept beside them."""
    pushed = account.pushed or PushedDetails(account.language, account.contacts, account.address)
    new = replace(account, **fields)  # type: ignore[arg-type]  # fields of an account
    as_pushed = replace(
        new, language=pushed.language, contacts=pushed.contacts, address=pushed.address
    )
    return replace(new, pushed=_still_beside(new, as_pushed))


def corrected_fields(account: Account) -> list[Literal["language", "contacts", "address"]]:
    """Return what stands otherwise than the ERP pushed it."""
    pushed = account.pushed
    if pushed is None:
        return []
    differs: dict[Literal["language", "contacts", "address"], bool] = {
        "language": account.language != pushed.language,
        "contacts": bare(account.contacts) != bare(pushed.contacts),
        "address": account.address != pushed.address,
    }
    return [name for name, is_so in differs.items() if is_so]


def bare(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """Return contacts as an ERP knows them: without what became of mail to them."""
    return tuple(replace(one, email_state="ok") for one in contacts)


def _still_beside(account: Account, sent: Account) -> PushedDetails | None:
    """Return what the ERP pushed where the account says otherwise, None where it says the same."""
    if (account.language, account.address) == (sent.language, sent.address) and bare(
        account.contacts
    ) == bare(sent.contacts):
        return None
    return PushedDetails(sent.language, sent.contacts, sent.address)


def _with_states(contacts: tuple[Contact, ...], old: Account) -> tuple[Contact, ...]:
    """An address that bounced does so whoever names it again."""
    known = (*(old.pushed.contacts if old.pushed else ()), *old.contacts)
    states = {one.email: one.email_state for one in known}
    return tuple(replace(c, email_state=states.get(c.email, c.email_state)) for c in contacts)
