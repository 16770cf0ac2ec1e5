"""Looks up how accounts pay, lists those that stand out, and holds the sheets against the books."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from saldo.accounts.model import Account
from saldo.accounts.service import account_in
from saldo.invoices.intake import AccountRestricted
from saldo.risk.keep import BehaviourKeeper
from saldo.risk.sheet import BehaviourSheet, StandingOut, StandsOut
from saldo.store import EVER, Store, fed_keys

PAGE_MAX: Final = 200

_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class BehaviourDifference:
    """What a sheet says of `what`, and what all invoices of the account make of it."""

    account: str
    what: str
    kept: str
    right: str


@dataclass(frozen=True, slots=True)
class BehaviourChecked:
    """What came of comparing the sheets of a creditor with its books."""

    accounts: int
    invoices: int
    differences: tuple[BehaviourDifference, ...]


class Behaviours:
    """Looks up how accounts pay."""

    def __init__(self, store: Store, keeper: BehaviourKeeper) -> None:
        self._store, self._keeper = store, keeper

    def of(self, creditor: str, account: str) -> BehaviourSheet | None:
        """Return how an account pays as it is kept, None where nobody looked yet: one get."""
        return self._store.get(BehaviourSheet, creditor, account)

    def seen(self, creditor: str, account: str) -> BehaviourSheet:
        """Return how an account pays, looking at it first where nobody did.

        Raises AccountUnknown, AccountRestricted or BehaviourBusy.
        """
        owner = account_in(self._store, creditor, account)
        if owner.restricted_at is not None:
            raise AccountRestricted("The account is to be erased: how it pays is not looked at.")
        kept = self.of(creditor, account)
        return kept if kept is not None else self._keeper.made_anew(owner, None)

    def standing_out(
        self, creditor: str, why: StandsOut, *, limit: int, after: str | None = None
    ) -> list[str]:
        """Return the first accounts that stand out for a reason, by number, behind `after`."""
        behind = None if after is None else (creditor, why, after)
        found = self._store.first(StandingOut, creditor, why, limit=limit, after=behind)
        return [one.account for one in found]

    def verify(
        self,
        creditor: str,
        accounts: Iterable[str] | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> BehaviourChecked:
        """Return where sheets differ from the books; nothing is written. Raises BehaviourBusy.

        `progress` is told the number of accounts looked at so far.
        """
        looked = invoices = 0
        found: list[BehaviourDifference] = []
        for number in accounts if accounts is not None else self._accounts(creditor):
            owner = self._store.get(Account, creditor, number)
            if owner is None or owner.restricted_at is not None:
                continue
            kept = self.of(creditor, number)
            right = self._keeper.made_anew(owner, kept)
            found += _differences(number, kept, right)
            found += _wrong_words(owner, right)
            looked += 1
            invoices += sum(one.paid.count for one in right.months)
            progress(looked)
        return BehaviourChecked(looked, invoices, tuple(found))

    def rebuild(
        self,
        creditor: str,
        accounts: Iterable[str] | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Make the sheets of accounts (of all) from their invoices; return how many changed.

        Safe while others are paying. Raises BehaviourBusy.
        """
        changed = 0
        named = accounts if accounts is not None else self._accounts(creditor)
        for looked, number in enumerate(named, 1):
            changed += self._keeper.rebuild(creditor, number)
            progress(looked)
        return changed

    def _accounts(self, creditor: str) -> Iterator[str]:
        for keys in fed_keys(self._store, Account, creditor, *EVER, limit=_PAGE):
            yield from (key[1] for key in keys)


def _differences(
    number: str, kept: BehaviourSheet | None, right: BehaviourSheet
) -> Iterator[BehaviourDifference]:
    if kept is None:
        yield BehaviourDifference(number, "sheet", "none", f"{right.counted.count} paid")
        return
    was, is_ = {m.month: m for m in kept.months}, {m.month: m for m in right.months}
    first = min(is_, default="")
    for month in sorted(m for m in was.keys() | is_.keys() if m >= first):
        if was.get(month) != is_.get(month):
            yield BehaviourDifference(number, month, str(was.get(month)), str(is_.get(month)))
    for name in ("counted", "promises", "disputes", "trend", "exception"):
        before, now = getattr(kept, name), getattr(right, name)
        if before != now:
            yield BehaviourDifference(number, name, str(before), str(now))


def _wrong_words(owner: Account, right: BehaviourSheet) -> Iterator[BehaviourDifference]:
    assert right.as_of is not None, "a sheet that was made says of which day it is"
    said = right.standing(right.as_of)
    if owner.pays != said:
        yield BehaviourDifference(owner.number, "words", str(owner.pays), str(said))
