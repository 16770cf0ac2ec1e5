"""The phases of collecting that work is shared out by. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

Phase = Literal["reminders", "promises", "disputes", "plans", "answers", "credit", "books"]
"""reminders: calls, steps of the reminders, addresses; promises: broken promises, and payments
that debtors say to have made; disputes; plans; answers: payers wait for a word; credit: more is
owed than was agreed, or a debtor is in trouble; books: money, statements and what else concerns
the creditor as a whole."""

PHASES: Final[tuple[Phase, ...]] = get_args(Phase)

_PHASE_OF: Final[Mapping[str, Phase]] = {
    "call": "reminders",
    "stage": "reminders",
    "address": "reminders",
    "promise-broken": "promises",
    "paid-claim": "promises",
    "dispute": "disputes",
    "plan-proposed": "plans",
    "question": "answers",
    "mail": "answers",
    "over-limit": "credit",
    "credit-decision": "credit",
    "worsening": "reminders",
    "insolvency": "credit",
}

_OF_EVENTS: Final[Mapping[str, Phase]] = {
    "thread.answered": "answers",
    "thread.closed": "answers",
    "dispute.settled": "disputes",
    "dispute.rejected": "disputes",
    "plan.agreed": "plans",
}

_OF_TASKS: Final[Mapping[str, Phase]] = {"paid-claim": "promises", "insolvency": "credit"}


def phase_of(kind: str) -> Phase:
    """Return the phase that a kind of work belongs to."""
    return _PHASE_OF.get(kind, "books")


def phase_closed(event_type: str, data: Mapping[str, Any]) -> Phase:
    """Return the phase in which an event closed an item."""
    if event_type == "work.done":
        return phase_of(str(data.get("kind", "")))
    if event_type == "task.closed":
        return _OF_TASKS.get(str(data.get("kind", "")), "reminders")
    return _OF_EVENTS.get(event_type, "books")
