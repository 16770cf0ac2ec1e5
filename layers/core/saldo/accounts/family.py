"""Parent and child accounts: a group and its companies, a chain and its shops."""

from __future__ import annotations

from typing import Final

from saldo.accounts.agreed import ChildAccount
from saldo.accounts.model import Account
from saldo.accounts.service import account_in
from saldo.errors import Conflict
from saldo.store import Delete, Put, Store, Write

DEPTH_MAX: Final = 10
"""So many accounts stand above one another at most."""


class ParentNotValid(Conflict):
    """The account would stand above itself, or too far down."""

    code = "parent-not-valid"


def check_parent(store: Store, account: Account) -> None:
    """Raise AccountUnknown or ParentNotValid unless the account may stand below its parent."""
    above = account.parent
    for _ in range(DEPTH_MAX):
        if above is None:
            return
        if above == account.number:
            raise ParentNotValid(f"Account {account.number!r} would stand above itself.").at(
                "/parent"
            )
        found = account_in(store, account.creditor, above, at="/parent")
        above = found.parent
    raise ParentNotValid(f"Accounts stand {DEPTH_MAX} deep at most.").at("/parent")


def parent_writes(old: Account | None, new: Account) -> list[Write]:
    """Return what lists an account below its new parent, and no longer below its old one."""
    before = old.parent if old else None
    if before == new.parent:
        return []
    writes: list[Write] = []
    if before is not None:
        writes.append(Delete(ChildAccount(new.creditor, before, new.number), expect=None))
    if new.parent is not None:
        writes.append(Put(ChildAccount(new.creditor, new.parent, new.number), expect=None))
    return writes


def children(store: Store, creditor: str, parent: str) -> list[Account]:
    """Return the accounts directly below one, by number."""
    listed = store.list(ChildAccount, creditor, parent)
    found = store.get_many(Account, [(creditor, one.child) for one in listed])
    return sorted(found.values(), key=lambda one: one.number)
