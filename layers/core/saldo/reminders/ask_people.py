"""What the planner asks of people, and the steps that they let go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import Clock
from saldo.invoices.model import OpenItem
from saldo.reminders.model import Decision
from saldo.reminders.tasks import Task, TaskKind
from saldo.store import CommitConflict, Put, Store

_KINDS: Final[dict[str, TaskKind]] = {
    "manual-follow-up": "manual",
    "needs-release": "release",
    "hand-over": "hand-over",
    "evidence-missing": "evidence",
}


class AskPeople:
    """Opens tasks for steps that need a person."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def about(self, item: OpenItem, decision: Decision) -> None:
        """Ask a person about a step, once per invoice, episode and step, however often planned."""
        kind, now = _KINDS[decision.reason], self._clock.now()
        task = Task(
            item.creditor,
            item.account,
            f"{kind}-{item.number}-{item.episode}-{decision.step}",
            kind,
            f"{item.number}, stage {decision.step}",
            now,
            now,
            invoice=item.number,
            episode=item.episode,
            step=decision.step,
            reason=str(decision.facts.get("why", decision.reason)),
            version=1,
        )
        if self._store.get(Task, *task.key) is not None:
            return
        try:
            self._store.commit([Put(task)])
        except CommitConflict:
            return  # another planner asked just now

    def released(self, account: Account, items: Sequence[OpenItem]) -> frozenset[tuple[str, str]]:
        """Return the open invoices and steps of an account that somebody let go.

        What was paid and came open again needs a word of its own.
        """
        episodes = {item.number: item.episode for item in items}
        return frozenset(
            (task.invoice, task.step)
            for task in self._store.list(Task, *account.key)
            if task.state == "released"
            and task.invoice is not None
            and task.episode == episodes.get(task.invoice)
        )
