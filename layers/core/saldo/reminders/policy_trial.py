"""A changed policy tried on a creditor's open items, before it is put in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saldo.accounts.every import every_account
from saldo.accounts.model import Creditor
from saldo.invoices.model import OpenItem
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.policy_effect import Effect, effect_on
from saldo.reminders.policy_model import Policy, PolicyNotValid
from saldo.reminders.segments import policy_id_of
from saldo.store import Store


@dataclass(frozen=True, slots=True)
class Trial:
    """What becomes of the open items under `old` when it is `new`.

    `effects` are those that go on differently, `open_items` how many were looked at. `is_cut`: more
    accounts are there than were to be looked at. `on` is the day on which `new` would begin.
    """

    old: Policy
    new: Policy
    open_items: int
    effects: tuple[Effect, ...]
    is_cut: bool = False
    on: date = date.min

    @property
    def at_once(self) -> int:
        """So many would be told something at the first run that would still be left alone."""
        return sum(effect.is_due_at_once(self.on) for effect in self.effects)

    @property
    def repeats(self) -> int:
        """So many would be told again what they were told before."""
        return sum(effect.repeats for effect in self.effects)

    @property
    def skips(self) -> int:
        """So many would never be told something."""
        return sum(bool(effect.skips) for effect in self.effects)


class PolicyTrials:
    """Tries policies. Nothing is written."""

    def __init__(self, store: Store, policies: PolicyBook) -> None:
        self._store, self._policies = store, policies

    def of(
        self,
        creditor: Creditor,
        new: Policy,
        today: date,
        instead_of: str | None = None,
        accounts_max: int | None = None,
    ) -> Trial:
        """Try `new` on the accounts that are under the policy it replaces: `instead_of`, else the
        one of its own id, else the creditor's.

        Reads every account, or `accounts_max` of them. Raises PolicyUnknown.
        """
        old = self._replaced(creditor, new, today, instead_of)
        items, seen, changed, is_cut = 0, 0, [], False
        for account in every_account(self._store, creditor.id):
            if accounts_max is not None and seen == accounts_max:
                is_cut = True
                break
            seen += 1
            if policy_id_of(creditor, account) != old.id:
                continue
            for item in self._store.list(OpenItem, creditor.id, account.number):
                items += 1
                effect = effect_on(item, old, new, today)
                if not effect.is_silent:
                    changed.append(effect)
        begins = max(today, new.effective_from or today)
        return Trial(old, new, items, tuple(changed), is_cut, begins)

    def _replaced(
        self, creditor: Creditor, new: Policy, today: date, instead_of: str | None
    ) -> Policy:
        if instead_of:
            return self._policies.named(creditor.id, instead_of, today)
        try:
            return self._policies.named(creditor.id, new.id, today)
        except PolicyNotValid:
            return self._policies.named(creditor.id, creditor.policy, today)
