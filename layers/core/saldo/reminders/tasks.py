"""What a person is to do: a call with its script, a step that waits for somebody's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from saldo.clock import Clock
from saldo.errors import Conflict, Invalid, NotFound
from saldo.events import event
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store, Wake

if TYPE_CHECKING:
    from saldo.reminders.feedback import NoticeFeedback

TaskKind = Literal[
    "call",
    "release",
    "manual",
    "hand-over",
    "evidence",
    "undeliverable",
    "wrong-person",
    "paid-claim",
    "insolvency",
]
"""call: speak to the debtor; release: a step waits for a person's word; manual: the account is
followed up by hand; hand-over: the claim is to go to an agency; evidence: a fact that the law asks
for is missing; undeliverable: no channel reaches the debtor; wrong-person: whoever was written to
says that it does not concern them; paid-claim: the debtor says to have paid, and the money is to be
looked for; insolvency: the debtor is insolvent, and the claim is to be filed."""

TaskState = Literal["open", "released", "done"]
"""released: the step goes with the next plan; done: closed, whatever came of it."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a person is to do about an account, from `due_at` on.

    `title` says it in a few words. A call has its `script`, the `numbers` to try, whom to ask for
    (`contact`) and its `notice`. What waits for a word names its `invoice`, `episode` and `step`,
    and `reason` says why; where the law misses a fact, `missing` is the fact's code.
    """

    creditor: str
    account: str
    id: str
    kind: TaskKind
    title: str
    created_at: datetime
    due_at: datetime
    state: TaskState = "open"
    script: str = ""
    numbers: tuple[str, ...] = ()
    contact: str = ""
    notice: str | None = None
    invoice: str | None = None
    episode: int = 0
    step: str = ""
    reason: str = ""
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str = ""
    version: int = 0
    missing: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("task", self.creditor, self.due_at) if self.state == "open" else None


class TaskUnknown(NotFound):
    """There is no such task."""

    code = "task-unknown"


class TaskClosed(Conflict):
    """The task was closed before."""

    code = "task-closed"


class TaskNotReleased(Invalid):
    """The task is none that lets a step go."""

    code = "task-not-released"


class Tasks:
    """Lists and closes tasks."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, feedback: NoticeFeedback) -> None:
        self._store, self._clock, self._ids, self._feedback = store, clock, ids, feedback

    def waiting(self, creditor: str) -> Iterator[Task]:
        """Yield the open tasks of a creditor that are due, the longest waiting first."""
        for key in self._store.work(Task, "task", creditor, self._clock.now()):
            task = self._store.get(Task, *key)
            if task is not None and task.state == "open":
                yield task

    def release(self, creditor: str, account: str, id_: str, by: str) -> Task:
        """Let the step go with the next plan; raise TaskUnknown, TaskClosed or TaskNotReleased."""
        task = self._open(creditor, account, id_)
        if task.kind not in ("release", "hand-over"):
            raise TaskNotReleased(f"Task {id_!r} is of kind {task.kind} and lets no step go.")
        return self._close(task, "released", by, "")

    def done(self, creditor: str, account: str, id_: str, by: str, outcome: str = "") -> Task:
        """Close a task; raise TaskUnknown or TaskClosed."""
        return self._close(self._open(creditor, account, id_), "done", by, outcome)

    def called(
        self, creditor: str, account: str, id_: str, by: str, *, reached: bool, outcome: str = ""
    ) -> Task:
        """Close a call: the notice reached the debtor, or the next channel takes over.

        Raises TaskUnknown or TaskClosed.
        """
        from saldo.reminders.feedback import Feedback

        task = self._close(self._open(creditor, account, id_), "done", by, outcome)
        if task.notice is not None:
            kind: Literal["delivered", "rejected"] = "delivered" if reached else "rejected"
            now = self._clock.now()
            self._feedback.record(Feedback(task.notice, kind, now, detail=outcome))
        return task

    def _open(self, creditor: str, account: str, id_: str) -> Task:
        task = self._store.get(Task, creditor, account, id_)
        if task is None:
            raise TaskUnknown(f"There is no task {id_!r}.")
        if task.state != "open":
            raise TaskClosed(f"Task {id_!r} is {task.state}.")
        return task

    def _close(self, task: Task, state: TaskState, by: str, outcome: str) -> Task:
        now = self._clock.now()
        closed = replace(
            task,
            state=state,
            closed_at=now,
            closed_by=by,
            outcome=outcome,
            version=task.version + 1,
        )
        told = event(
            self._ids.ulid(now),
            now,
            "task.closed",
            task.creditor,
            task.account,
            task=task.id,
            kind=task.kind,
            state=state,
            by=by,
            outcome=outcome,
            invoice=task.invoice,
        )
        wake = Wake(task.creditor, task.account, now)
        try:
            self._store.commit([Put(closed, expect=task.version), wake, Put(told)])
        except CommitConflict:
            raise TaskClosed(f"Somebody closed task {task.id!r} just now.") from None
        return closed
