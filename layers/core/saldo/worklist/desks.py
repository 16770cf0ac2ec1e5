"""Who looks after which account: asked by whoever shows or shares out work, changed by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR, Account
from saldo.accounts.service import AccountUnknown
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.people.colleagues import Colleagues
from saldo.store import CommitConflict, Put, Store
from saldo.worklist.desk_model import (
    AccountDesk,
    DeskRules,
    branch_name,
    desk_of,
    person,
)
from saldo.worklist.sight import require_desk, require_rules

_ATTEMPTS_MAX: Final = 6


class DeskBusy(Unavailable):
    """The same desk is just being changed; the same request may work later."""

    code = "desk-busy"


class Desks:
    """Tells and changes who looks after accounts."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, colleagues: Colleagues | None = None
    ) -> None:
        """Without `colleagues` anybody can be named, whatever they see."""
        self._store, self._clock, self._ids = store, clock, ids
        self._colleagues = colleagues

    def of(self, creditor: str, account: str) -> AccountDesk:
        """Return who looks after an account, or after the creditor as a whole ("~"): at most three
        gets. An account that nobody knows is answered by what concerns everybody.
        """
        return self.of_many(creditor, [account])[account]

    def of_many(self, creditor: str, accounts: Iterable[str]) -> dict[str, AccountDesk]:
        """Return the same for several accounts, in batches."""
        wanted = list(dict.fromkeys(accounts))
        keys = [(creditor, one) for one in wanted]
        rules = self.rules(creditor)
        said = self._store.get_many(AccountDesk, keys)
        known = self._store.get_many(Account, [key for key in keys if key[1] != WHOLE_CREDITOR])
        return {
            one: desk_of(
                creditor, one, known.get((creditor, one)), said.get((creditor, one)), rules
            )
            for one in wanted
        }

    def rules(self, creditor: str) -> DeskRules:
        """Return the creditor's rules, empty ones where there are none."""
        return self._store.get(DeskRules, creditor) or DeskRules(creditor)

    def set_rules(self, new: DeskRules, by: str) -> DeskRules:
        """Keep rules in place of those before; items of the list follow soon after.

        Raises NotAColleague where a rule gives a branch to somebody who sees others alone, and
        DeskBusy.
        """
        if self._colleagues is not None:
            require_rules(self._colleagues, new)
        old, now = self.rules(new.creditor), self._clock.now()
        kept = replace(new, version=old.version + 1)
        told = event(self._ids.ulid(now), now, "desk.changed", new.creditor, WHOLE_CREDITOR, by=by)
        try:
            self._store.commit([Put(kept, expect=old.version), Put(told)])
        except CommitConflict:
            raise DeskBusy(
                "The rules are just being changed; look at them and try again."
            ) from None
        return kept

    def put(
        self,
        creditor: str,
        account: str,
        by: str,
        *,
        collector: str | None,
        sales: str | None,
        branch: str | None,
    ) -> AccountDesk:
        """Say who looks after an account; None leaves a part to the rules. The same again changes
        nothing. Raises DeskNotValid, AccountUnknown, NotAColleague for whom is named and would not
        see the account, or DeskBusy.
        """
        debtor = None if account == WHOLE_CREDITOR else self._store.get(Account, creditor, account)
        if account != WHOLE_CREDITOR and debtor is None:
            raise AccountUnknown(f"There is no account {account!r}.")
        wanted = AccountDesk(
            creditor, account, person(collector), person(sales), branch_name(branch), by
        )
        self._check(wanted, debtor)
        for _ in range(_ATTEMPTS_MAX):
            old = self._store.get(AccountDesk, creditor, account)
            if old is not None and _same(old, wanted):
                return self.of(creditor, account)
            version = old.version if old else 0
            now = self._clock.now()
            told = event(
                self._ids.ulid(now),
                now,
                "desk.changed",
                creditor,
                account,
                by=by,
                collector=wanted.collector,
                sales=wanted.sales,
                branch=wanted.branch,
            )
            try:
                kept = replace(wanted, version=version + 1)
                self._store.commit([Put(kept, expect=version), Put(told)])
            except CommitConflict:
                continue
            return self.of(creditor, account)
        raise DeskBusy("The desk is just being changed; try again.")

    def _check(self, wanted: AccountDesk, debtor: Account | None) -> None:
        """Raise NotAColleague for somebody who is named anew and would not see the account."""
        if self._colleagues is None:
            return
        old = self._store.get(AccountDesk, *wanted.key)
        rules = self.rules(wanted.creditor)
        comes_to = desk_of(wanted.creditor, wanted.account, debtor, wanted, rules)
        require_desk(self._colleagues, old, wanted, comes_to)


def _same(one: AccountDesk, other: AccountDesk) -> bool:
    parts = ("collector", "sales", "branch")
    return all(getattr(one, part) == getattr(other, part) for part in parts)
