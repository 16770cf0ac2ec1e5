"""What every fact of collection is made with: its invoices, its hold, the end of that hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.accounts.model import Account, Hold
from saldo.accounts.service import InvoiceUnknown
from saldo.errors import Conflict, Invalid, Unavailable
from saldo.invoices.model import Invoice, NumberTaken
from saldo.store import Put, Store, Write

INVOICES_MAX: Final = 90
"""Each may stand in the transaction that books the fact, which holds a hundred rows."""

ATTEMPTS_MAX: Final = 6


class AccountsMixed(Invalid):
    """The invoices belong to more than one account: one such order is about one account."""

    code = "accounts-mixed"


class NothingOwed(Conflict):
    """Nothing stands open on the invoice, so there is nothing to promise, contest or hand over."""

    code = "nothing-owed"


class CurrenciesMixed(Invalid):
    """The invoices are in more than one currency: nothing is converted."""

    code = "currencies-mixed"


class CollectionBusy(Unavailable):
    """The fact or its invoices are being changed by others; the same request may work later."""

    code = "collection-busy"


def owner_of(store: Store, creditor: str, account: str) -> Account:
    """Return the account that a fact is about, which is there."""
    found = store.get(Account, creditor, account)
    assert found is not None, "what has invoices has an account"
    return found


def invoices_of(store: Store, creditor: str, numbers: Sequence[str]) -> list[Invoice]:
    """Return invoices of one account in the order given, each once.

    Raises InvoiceUnknown, AccountsMixed, or Invalid for none or too many.
    """
    unique = list(dict.fromkeys(numbers))
    if not 1 <= len(unique) <= INVOICES_MAX:
        raise Invalid(f"Name 1 to {INVOICES_MAX} invoices.").at("/invoices")
    taken = store.get_many(NumberTaken, [(creditor, "invoice", n) for n in unique])
    owners = {n: taken.get((creditor, "invoice", n)) for n in unique}
    for number, owner in owners.items():
        if owner is None:
            raise InvoiceUnknown(f"There is no invoice {number!r}.").at("/invoices")
    accounts = {owner.account for owner in owners.values() if owner}
    if len(accounts) > 1:
        raise AccountsMixed("The invoices belong to more than one account.").at("/invoices")
    account = accounts.pop()
    found = store.get_many(Invoice, [(creditor, account, n) for n in unique])
    return [found[(creditor, account, n)] for n in unique]


def one_currency(invoices: Sequence[Invoice]) -> str:
    """Return the currency of open invoices; raise CurrenciesMixed or NothingOwed."""
    currencies = {one.currency for one in invoices}
    if len(currencies) > 1:
        raise CurrenciesMixed("The invoices are in more than one currency.").at("/invoices")
    settled = [one.number for one in invoices if not one.is_open]
    if settled:
        raise (
            NothingOwed(f"Nothing stands open on invoice {settled[0]!r}.")
            .told(invoice=settled[0])
            .at("/invoices")
        )
    return currencies.pop()


def end_hold(store: Store, key: tuple[str, ...], by: str, now: datetime) -> list[Write]:
    """Return the write that ends a hold as it stands now; none if it ended before."""
    hold = store.get(Hold, *key)
    if hold is None or hold.ended_at is not None:
        return []
    over = replace(hold, ended_at=now, ended_by=by, version=hold.version + 1)
    return [Put(over, expect=hold.version)]
