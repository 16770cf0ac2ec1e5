"""Which accounts a mail address has to do with, kept in the transaction that changes them."""

from __future__ import annotations

from saldo.accounts.model import Account, Contact
from saldo.portal.model import PortalAddress, address_hash
from saldo.store import Delete, Put, Write


def contact_writes(old: Account | None, new: Account) -> list[Write]:
    """Return what keeps the lookup by mail address true when an account's contacts change.

    They belong into the transaction that writes `new`. Without a change of addresses there are
    none.
    """
    before, after = _lookups(old) if old else {}, _lookups(new)
    gone = [Delete(record, expect=None) for key, record in before.items() if key not in after]
    come = [Put(record, expect=None) for key, record in after.items() if key not in before]
    return [*gone, *come]


def known_contacts(account: Account) -> dict[str, Contact]:
    """Return the contacts that may sign in for an account, by the hash of their address: those that
    the creditor named.

    An address that a payer corrected gets mail and opens nothing until the ERP says the same:
    whoever holds a pay link can correct it, and would let themselves in. Nor does one whose owner
    said to be somebody else.
    """
    named = account.pushed.contacts if account.pushed else account.contacts
    strangers = {
        address_hash(one.email)
        for one in (*account.contacts, *named)
        if one.email and one.email_state == "wrong-person"
    }
    found = {address_hash(one.email): one for one in reversed(named) if one.email}
    return {hashed: one for hashed, one in found.items() if hashed not in strangers}


def _lookups(account: Account) -> dict[str, PortalAddress]:
    hashes = known_contacts(account)
    return {one: PortalAddress(one, account.creditor, account.number, "contact") for one in hashes}
