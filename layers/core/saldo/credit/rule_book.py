"""Keeps creditors' rules of credit."""

from __future__ import annotations

from dataclasses import replace

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.clock import Clock
from saldo.credit.rules import CreditRules, told
from saldo.errors import Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store


class CreditRulesBusy(Unavailable):
    """The rules are just being changed; the same request may work later."""

    code = "credit-rules-busy"


class CreditRuleBook:
    """Keeps what a creditor said about limits, blocks and terms."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def of(self, creditor: str) -> CreditRules:
        """Return a creditor's rules; everything is off where it said nothing."""
        return self._store.get(CreditRules, creditor) or CreditRules(creditor)

    def put(self, new: CreditRules, by: str) -> CreditRules:
        """Keep rules in place of those before. Accounts follow with their next fact, and all of
        them with the nightly sweep. Raises CreditRulesBusy.
        """
        old, now = self.of(new.creditor), self._clock.now()
        if replace(new, version=old.version) == old:
            return old
        kept = replace(new, version=old.version + 1)
        happened = event(
            self._ids.ulid(now),
            now,
            "credit_rules.changed",
            new.creditor,
            WHOLE_CREDITOR,
            before=told(old),
            after=told(kept),
            by=by,
        )
        try:
            self._store.commit([Put(kept, expect=old.version), Put(happened)])
        except CommitConflict:
            raise CreditRulesBusy("The rules are just being changed; try again.") from None
        return kept
