"""What of an account's tasks is work now. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from saldo.invoices.model import Invoice
from saldo.reminders.tasks import Task, TaskKind
from saldo.worklist.facts import AccountFacts, amount, numbers_of, stake_of
from saldo.worklist.model import Cause, NextStep, WorkKind

TASKS: Final[dict[TaskKind, tuple[WorkKind, NextStep]]] = {
    "call": ("call", "call"),
    "release": ("stage", "release-step"),
    "manual": ("stage", "write-yourself"),
    "hand-over": ("stage", "hand-over"),
    "evidence": ("stage", "bring-evidence"),
    "undeliverable": ("address", "correct-address"),
    "wrong-person": ("address", "correct-address"),
    "paid-claim": ("paid-claim", "find-money"),
    "insolvency": ("insolvency", "file-claim"),
}


def tasks(facts: AccountFacts) -> Iterator[Cause]:
    """Yield the open tasks whose invoices are open, in the round that they are about."""
    for task in facts.tasks:
        if task.state != "open":
            continue
        about = _about(facts, task)
        named = task.invoice is not None or about
        left = [one for one in about if one.is_open and _same_round(task, one)]
        if named and not left:
            continue  # what it was about was paid, or begins anew
        kind, step = TASKS[task.kind]
        told: dict[str, Any] = {
            "title": task.title,
            "reason": task.reason,
            "missing": task.missing,
            "step": task.step,
            "contact": task.contact,
        }
        for claim in facts.claims:
            if task.kind == "paid-claim" and claim.task_id == task.id:
                told["paid"] = amount(claim.amount_minor, claim.currency)
                told["on"] = claim.paid_on.isoformat()
        yield Cause(
            kind,
            f"task-{task.id}",
            f"task-{task.kind}",
            step,
            max(task.created_at, task.due_at),
            numbers_of(left),
            {name: value for name, value in told.items() if value},
            stake_of(left),
            shows_at=task.due_at,
            task=task.id,
        )


def _same_round(task: Task, invoice: Invoice) -> bool:
    return task.episode in (0, invoice.episode)


def _about(facts: AccountFacts, task: Task) -> list[Invoice]:
    """Return the invoices that a task is about, closed ones included."""
    numbers: tuple[str, ...] = (task.invoice,) if task.invoice else ()
    if task.notice is not None and task.notice in facts.notices:
        numbers = tuple(item.invoice for item in facts.notices[task.notice].items)
    elif task.kind == "paid-claim":
        numbers = next((one.invoices for one in facts.claims if one.task_id == task.id), ())
    return [facts.invoices[one] for one in numbers if one in facts.invoices]
