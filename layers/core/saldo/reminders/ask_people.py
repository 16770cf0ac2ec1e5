"""What the planner asks of people, and the steps that they let go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import Clock, iso_instant
from saldo.events import Event, event
from saldo.ids import Ids
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

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

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
            missing=str(decision.facts.get("missing", "")) if kind == "evidence" else "",
        )
        if self._store.get(Task, *task.key) is not None:
            return
        try:
            self._store.commit([Put(task), Put(self._told(task))])
        except CommitConflict:
            return  # another planner asked just now

    def _told(self, task: Task) -> Event:
        return event(
            self._ids.ulid(task.created_at),
            task.created_at,
            "task.opened",
            task.creditor,
            task.account,
            task=task.id,
            kind=task.kind,
            title=task.title,
            invoice=task.invoice,
            due_at=iso_instant(task.due_at),
        )


def released_steps(
    store: Store, account: Account, items: Sequence[OpenItem]
) -> frozenset[tuple[str, str]]:
    """Return the open invoices and steps of an account that somebody let go.

    What was paid and came open again needs a word of its own.
    """
    episodes = {item.number: item.episode for item in items}
    return frozenset(
        (task.invoice, task.step)
        for task in store.list(Task, *account.key)
        if task.state == "released"
        and task.invoice is not None
        and task.episode == episodes.get(task.invoice)
    )
