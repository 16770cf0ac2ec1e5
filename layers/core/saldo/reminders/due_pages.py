"""The accounts that are due until an instant, in pieces that go on where the last one ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from saldo.accounts.model import Account
from saldo.store import Store


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an account stands among those due: they are in the order of these."""

    due_at: datetime
    account: str


def due_from(
    store: Store, creditor: str, until: datetime, behind: Place | None = None
) -> Iterator[tuple[Place, Account]]:
    """Yield the accounts due at or before `until`, those behind a place, with their own places.

    Each is read as it is now. One whose next action moved behind `until` is left out; one that was
    moved while its list is read may come twice or not at all.
    """
    numbers: Iterator[str] = store.due_accounts(creditor, until, behind.due_at if behind else None)
    if behind is not None:
        numbers = _after(store, creditor, numbers, behind)
    for number in numbers:
        account = store.get(Account, creditor, number)
        if account is None or account.due_at is None or account.due_at > until:
            continue
        place = Place(account.due_at, number)
        if behind is None or place > behind:
            yield place, account


def _after(store: Store, creditor: str, numbers: Iterator[str], behind: Place) -> Iterator[str]:
    """Pass over those that came before, which is cheap: thousands may be due at one instant.

    Where the account of the place has moved meanwhile, all are looked at one by one.
    """
    last = store.get(Account, creditor, behind.account)
    if last is None or last.due_at != behind.due_at:
        yield from numbers
        return
    passed: list[str] = []
    for number in numbers:
        if number == behind.account:
            yield from numbers
            return
        passed.append(number)
    yield from chain(passed, numbers)
