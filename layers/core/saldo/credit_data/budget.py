"""How many requests a creditor may make: counted before each is made, shared by all workers.

A crash counts one too many, never one too few. After a failure nothing is asked by itself for a
while: wrong keys are not tried a thousand times in a night.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from saldo.clock import Clock
from saldo.credit_data.ports import BureauDenied, BureauLimited, BureauNonsense, BureauUnreachable
from saldo.credit_data.rules import BudgetUsedUp, CreditDataRules, RequestsMade, month_of
from saldo.errors import Refusal, Unavailable
from saldo.store import CommitConflict, Put, Store

_ATTEMPTS_MAX: Final = 8
WAITS: Final[Mapping[type[Refusal], timedelta]] = {
    BureauUnreachable: timedelta(hours=1),
    BureauNonsense: timedelta(hours=6),
    BureauDenied: timedelta(hours=24),
}
"""How long nothing is asked by itself after a failure."""


class CreditDataBusy(Unavailable):
    """What is kept about credit data is being changed by others; the same may work later."""

    code = "credit-data-busy"


class RequestBudget:
    """Counts a creditor's requests, month by month (UTC)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def made(self, creditor: str) -> RequestsMade:
        """Return how many requests were made this month. A pause outlasts the month it began in."""
        today = self._clock.now().date()
        month, before = month_of(today), month_of(today.replace(day=1) - timedelta(days=1))
        found = self._store.get(RequestsMade, creditor, month)
        if found is not None:
            return found
        last = self._store.get(RequestsMade, creditor, before) or RequestsMade(creditor, before)
        return RequestsMade(creditor, month, paused_until=last.paused_until, why=last.why)

    def spend(self, rules: CreditDataRules) -> None:
        """Count a request that is about to be made; raise BudgetUsedUp or CreditDataBusy."""

        def one_more(made: RequestsMade) -> RequestsMade:
            if made.made >= rules.requests_month:
                raise BudgetUsedUp(
                    f"All {rules.requests_month} requests of {made.month} are used up."
                )
            return replace(made, made=made.made + 1)

        self._change(rules.creditor, one_more)

    def pause(self, creditor: str, why: Refusal) -> None:
        """Have nothing asked by itself for a while after a failure; raise CreditDataBusy."""
        now = self._clock.now()
        wait = next((one for kind, one in WAITS.items() if isinstance(why, kind)), timedelta())
        until = why.until if isinstance(why, BureauLimited) else now + wait
        self._change(creditor, lambda made: replace(made, paused_until=until, why=why.code))

    def _change(self, creditor: str, change: Callable[[RequestsMade], RequestsMade]) -> None:
        for _ in range(_ATTEMPTS_MAX):
            old = self.made(creditor)
            new = replace(change(old), version=old.version + 1)
            try:
                self._store.commit([Put(new, expect=old.version)])
            except CommitConflict:
                continue
            return
        raise CreditDataBusy("Many ask at once; try again.")
