"""All accounts of a creditor, for what looks at each of them."""

from collections.abc import Iterator
from typing import Final

from saldo.accounts.model import Account
from saldo.store import EVER, Store, fed

_PAGE: Final = 500


def every_account(store: Store, creditor: str) -> Iterator[Account]:
    """Yield them in the order they came here, by number within a page; 500 are held at a time."""
    for found in fed(store, Account, creditor, *EVER, limit=_PAGE):
        yield from sorted(found, key=lambda account: account.number)
