"""The planner: facts, a policy and a day give decisions. Pure.

The same function serves the real run, a preview and a simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

from saldo.invoices.model import OpenItem
from saldo.messages.model import MessageKind
from saldo.reminders.holds import HOLD_RULES, AccountFacts, HoldRule
from saldo.reminders.model import Decision
from saldo.reminders.policy import Policy, Stage

RECHECK_DAYS = 7
"""A held item without a known end is looked at again after a week, should a wake-up be lost."""

Phase = Literal["quiet", "fact", "run"]
"""fact: something happened just now, so invoices may be announced but reminders keep to the runs;
run: a scheduled or ordered reminder run; quiet: nothing goes, only the next day is looked up."""

INVOICE_STEP = "invoice"

ANNOUNCED_ALL_THE_SAME = frozenset(
    {
        "customer-credit",
        "payment-on-its-way",
        "payment-scheduled",
        "transfer-announced",
        "plan",
    }
)
"""Holds that keep reminders back, but not the invoice itself."""


def step_day(item: OpenItem, policy: Policy, stage: Stage) -> date:
    """Return the first day on which `stage` may go for `item`.

    Its offset after the due date, and never nearer to the message before than the policy's own
    gap: after a pause only the next stage goes and the following keeps its distance, and an
    invoice that was mailed late is not reminded the same day.
    """
    before = item.announced_on if stage.number == 1 else item.stage_on
    day = item.due_on + timedelta(days=stage.offset_days)
    return max(day, before + timedelta(days=policy.gap_days(stage.number))) if before else day


def plan(
    facts: AccountFacts,
    policy: Policy,
    today: date,
    phase: Phase,
    rules: Sequence[HoldRule] = HOLD_RULES,
) -> tuple[Decision, ...]:
    """Decide about every open item of one account, in the order of their due dates."""
    return tuple(_decide(facts, item, policy, today, phase, rules) for item in facts.items)


def next_wake(decisions: Sequence[Decision]) -> date | None:
    """Return the first day on which any of the decisions asks to be looked at again."""
    return min((d.wake_on for d in decisions if d.wake_on), default=None)


def _decide(
    facts: AccountFacts,
    item: OpenItem,
    policy: Policy,
    today: date,
    phase: Phase,
    rules: Sequence[HoldRule],
) -> Decision:
    stage = policy.stage(item.stage + 1)
    message: MessageKind
    told: dict[str, Any] = {
        "open_minor": item.open_minor,
        "currency": item.currency,
        "due_on": item.due_on.isoformat(),
        "policy_version": policy.version,
    }
    if policy.announces_invoice and item.announced_on is None and item.stage == 0:
        step, day, message, reason = (
            INVOICE_STEP,
            item.issued_on,
            "invoice",
            "invoice-not-announced",
        )
        sent = replace(item, announced_on=today)
    elif stage is None:
        return Decision(item.number, "done", str(item.stage), "last-stage-sent", told)
    else:
        step, day, message = str(stage.number), step_day(item, policy, stage), stage.message
        sent, reason = replace(item, stage=stage.number, stage_on=today), "stage-due"
        told |= {"offset_days": stage.offset_days, "stage_due_on": day.isoformat()}
        if item.stage_on:
            told["last_stage_on"] = item.stage_on.isoformat()
    announces = step == INVOICE_STEP
    if today < day or phase == "quiet" or (phase == "fact" and not announces):
        return Decision(item.number, "not-yet", step, "stage-ahead", told, wake_on=day)
    for rule in rules:
        held = rule(facts, item, today)
        if held is not None and announces and held.reason in ANNOUNCED_ALL_THE_SAME:
            continue
        if held is not None:
            recheck = today + timedelta(days=RECHECK_DAYS)
            return Decision(
                item.number,
                "hold",
                step,
                held.reason,
                told | held.facts,
                wake_on=min(recheck, held.until or recheck),
            )
    following = policy.stage(sent.stage + 1)
    return Decision(
        item.number,
        "send",
        step,
        reason,
        told,
        message=message,
        wake_on=step_day(sent, policy, following) if following else None,
    )
