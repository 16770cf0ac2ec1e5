"""Which stage of a policy comes next for an item, and from which day. Pure."""

from __future__ import annotations

from datetime import date

from saldo.invoices.model import OpenItem
from saldo.reminders.policy_model import Policy, Stage


def _day(due_on: date, policy: Policy, stage: Stage, last: int, before: date | None) -> date:
    """Return the first day on which `stage` may go.

    Its offset after the due date, and never nearer to the message before than the policy's own
    gap: after a pause only the next stage goes and the following keeps its distance, and an
    invoice that was mailed late is not reminded the same day.
    """
    gap = policy.gap(stage.number, last)
    if before and last and stage.counts_from == "previous":
        return before + gap
    day = due_on + policy.after_due[stage.number - 1]
    return max(day, before + gap) if before else day


def next_stage(item: OpenItem, policy: Policy, today: date) -> tuple[Stage, date] | None:
    """Return the stage that comes next for `item` and its day, None after the last.

    A notice ahead of the due date has no sense once that day has come: then the one behind it is
    the next, as behind a stage that the policy leaves out.
    """
    before = item.stage_on if item.stage else item.announced_on
    return coming_stage(item.due_on, policy, item.stage, before, today)


def coming_stage(
    due_on: date, policy: Policy, last: int, before: date | None, today: date
) -> tuple[Stage, date] | None:
    """Return the stage behind the `last` sent, which was on the day `before`, and its day."""
    number = last + 1
    while (stage := policy.stage(number)) is not None:
        day = _day(due_on, policy, stage, last, before)
        if not stage.left_out and (not policy.is_before_due(number) or max(day, today) < due_on):
            return stage, day
        number += 1
    return None
