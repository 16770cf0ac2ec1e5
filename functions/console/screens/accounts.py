"""Finding a customer by number, name, contact, mail address, or by an invoice's number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from saldo.invoices.model import NumberTaken

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Back, Page, Screen, Shown, Visit
    from functions.console.shown_account import ages_of
else:  # in Lambda this folder is the root of the code
    from screen import Back, Page, Screen, Shown, Visit
    from shown_account import ages_of

_ITEMS_READ: Final = 100


def show(visit: Visit) -> Shown:
    """Show what was found; the only one at once."""
    from urllib.parse import urlencode

    typed = visit.query("q")
    rows = []
    if typed:
        taken = visit.services.store.get(NumberTaken, visit.creditor.id, "invoice", typed)
        if taken is not None and visit.sees(taken.account):
            return Back(f"invoice?{urlencode({'number': typed})}")
        found = visit.services.finder.find(visit.creditor.id, typed)
        seen = visit.seen_of(account.number for account in found)
        mine = [account for account in found if account.number in seen]
        if len(mine) == 1:
            return Back(f"account?{urlencode({'number': mine[0].number})}")
        rows = [(account, _balance(visit, account.number)) for account in mine]
    return Page("accounts.html", {"q": typed, "rows": rows})


def _balance(visit: Visit, number: str) -> object:
    """Return what is open by currency, None where there is too much to add up for a list."""
    from saldo.invoices.model import OpenItem

    store = visit.services.store.relaxed()
    items = store.first(OpenItem, visit.creditor.id, number, limit=_ITEMS_READ + 1)
    return None if len(items) > _ITEMS_READ else ages_of(items, (), visit.today)


SCREEN: Final = Screen("accounts", "accounts:read", show)
