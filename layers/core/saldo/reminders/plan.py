"""The planner: facts, a policy and a day give decisions. Pure.

The same function serves the real run, a preview and a simulation. Each item is looked at by itself
first; what is due then meets the rules about the account as a whole (`together`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from saldo.invoices.model import OpenItem
from saldo.messages.model import Channel
from saldo.reminders.channels.addresses import address_of
from saldo.reminders.evidence import ClaimEvidence
from saldo.reminders.hold_out import with_hold_out
from saldo.reminders.holds import HOLD_RULES, AccountFacts, HoldRule, held_minor
from saldo.reminders.hours import open_day_from
from saldo.reminders.model import Decision
from saldo.reminders.policy import Policy
from saldo.reminders.stages import coming_stage, next_stage
from saldo.reminders.together import together

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
        "plan-proposed",
        "paid-claim",
        "promise",
        "question",
        "stale-data",
        "money-unmatched",
        "statement-missing",
    }
)
"""Holds that keep reminders back, but not the invoice itself."""

_DEBTORS_WORDS = frozenset(
    {"promise", "dispute", "transfer-announced", "question", "plan-proposed", "paid-claim"}
)


def plan(
    facts: AccountFacts,
    policy: Policy,
    today: date,
    phase: Phase,
    rules: Sequence[HoldRule] = HOLD_RULES,
) -> tuple[Decision, ...]:
    """Decide about every open item of one account, in the order of their due dates.

    Where a stage asks the law, `facts.evidence` must hold what it asks about, by invoice; without
    evidence its charges are left open and its requirements taken as met (`asks_law` says which).
    """
    look = _Look(facts, policy, today, phase, rules)
    decisions = [_decide(look, item) for item in facts.items]
    if any(d.outcome == "send" for d in decisions):
        decisions = together(facts, policy, today, decisions)
        if facts.creditor.state == "shadow":
            decisions = [_would_go(d, today, "shadow") for d in decisions]
        elif facts.creditor.awaits_release:
            decisions = [_would_go(d, today, "first-run") for d in decisions]
        else:
            decisions = with_hold_out(facts, policy, today, decisions)
    return tuple(decisions)


Released = Callable[[AccountFacts], frozenset[tuple[str, str]]]
"""Looks up the invoices and steps of an account that a person let go."""

Evident = Callable[[AccountFacts, Sequence[str]], Mapping[str, ClaimEvidence]]
"""Looks up what the law asks about these invoices of an account."""


def decide(
    facts: AccountFacts,
    policy: Policy,
    today: date,
    phase: Phase,
    released: Released,
    evident: Evident,
) -> tuple[AccountFacts, tuple[Decision, ...]]:
    """Plan, looking up what only few plans need; return the facts with what was looked up, too.

    The real run, a preview and a simulation decide by this alone.
    """
    decisions = plan(facts, policy, today, phase)
    if asks_people(decisions):
        facts = replace(facts, released=released(facts))
        decisions = plan(facts, policy, today, phase)
    wanted = asks_law(decisions, policy)
    if wanted:
        facts = replace(facts, evidence=evident(facts, wanted))
        decisions = plan(facts, policy, today, phase)
    return facts, decisions


def next_wake(decisions: Sequence[Decision]) -> date | None:
    """Return the first day on which any of the decisions asks to be looked at again."""
    return min((d.wake_on for d in decisions if d.wake_on), default=None)


def asks_people(decisions: Sequence[Decision]) -> bool:
    """Tell whether a step waits for a person's word, which may have been given."""
    return any(d.reason in ("needs-release", "hand-over") for d in decisions)


def asks_law(decisions: Sequence[Decision], policy: Policy) -> list[str]:
    """Return the invoices about which a stage that would go now asks the law."""
    return [
        d.invoice
        for d in decisions
        if d.stage
        and (d.outcome in ("send", "hand-over") or d.reason in ("shadow", "first-run"))
        and (stage := policy.stage(d.stage)) is not None
        and stage.asks_law
    ]


@dataclass(slots=True)
class _Look:
    """What every item of an account is looked at with."""

    facts: AccountFacts
    policy: Policy
    today: date
    phase: Phase
    rules: Sequence[HoldRule]
    channels: dict[tuple[Channel, ...], tuple[Channel, ...]] = field(default_factory=dict)

    def reached(self, wanted: tuple[Channel, ...]) -> tuple[Channel, ...]:
        """Return the channels by which the account can be reached; items ask one after another."""
        found = self.channels.get(wanted)
        if found is None:
            account = self.facts.account
            found = tuple(c for c in wanted if address_of(c, account) is not None)
            if account.preferred_channel in found:  # the payer's wish, among what the stage has
                found = tuple(sorted(found, key=lambda c: c != account.preferred_channel))
            self.channels[wanted] = found
        return found

    def wake_after(self, item: OpenItem, stage: int) -> date | None:
        """Return when the step behind `stage` is due, if that goes today."""
        coming = coming_stage(item.due_on, self.policy, stage, self.today, self.today)
        return self.open_day(coming[1]) if coming else None

    def open_day(self, day: date) -> date:
        return open_day_from(day, self.facts.creditor, self.policy, self.facts.calendar)


def _decide(look: _Look, item: OpenItem) -> Decision:
    policy, today = look.policy, look.today
    told: dict[str, Any] = {
        "open_minor": item.open_minor,
        "currency": item.currency,
        "due_on": item.due_on.isoformat(),
        "policy_version": policy.version,
    }
    if policy.announces_invoice and item.announced_on is None and item.stage == 0:
        return _announce(look, item, told)
    coming = next_stage(item, policy, today)
    if coming is None:
        return Decision(item.number, "done", str(item.stage), "last-stage-sent", told)
    stage, day = coming
    number = stage.number
    step = str(number)
    told["offset_days"], told["stage_due_on"] = stage.offset_days, day.isoformat()
    if item.stage_on:
        told["last_stage_on"] = item.stage_on.isoformat()
    if number > item.stage + 1:
        told["lapsed"] = list(range(item.stage + 1, number))
    if today < day or look.phase != "run":
        wake_on = look.open_day(day)
        return Decision(
            item.number, "not-yet", step, "stage-ahead", told, wake_on=wake_on, stage=number
        )
    kept = _held(look, item, step, number, told)
    if kept is not None:
        return kept
    told |= _said_by_holds(look.facts, item, today)
    reached = look.reached(stage.channels)
    if stage.hands_over:
        reached = stage.channels  # nothing is sent, so nobody must be reached
    if not reached:
        return _unreached(look, item.number, step, number, told)
    return Decision(
        item.number,
        "send",
        step,
        "stage-due",
        told,
        message=stage.message,
        wake_on=look.wake_after(item, number),
        channel=reached[0],
        fallbacks=reached[1:],
        stage=number,
    )


def _announce(look: _Look, item: OpenItem, told: dict[str, Any]) -> Decision:
    """Decide whether the invoice itself is mailed."""
    if look.today < item.issued_on or look.phase == "quiet":
        return Decision(
            item.number, "not-yet", INVOICE_STEP, "stage-ahead", told, wake_on=item.issued_on
        )
    kept = _held(look, item, INVOICE_STEP, 0, told)
    if kept is not None:
        return kept
    if not look.reached(("email",)):
        return _unreached(look, item.number, INVOICE_STEP, 0, told)
    return Decision(
        item.number,
        "send",
        INVOICE_STEP,
        "invoice-not-announced",
        told,
        message="invoice",
        wake_on=look.wake_after(item, 0),
    )


def _held(
    look: _Look, item: OpenItem, step: str, stage: int, told: dict[str, Any]
) -> Decision | None:
    for rule in look.rules:
        held = rule(look.facts, item, look.today)
        if held is None or (not stage and held.reason in ANNOUNCED_ALL_THE_SAME):
            continue
        if held.reason in _DEBTORS_WORDS and held.reason not in look.policy.answers:
            continue
        recheck = look.today + timedelta(days=RECHECK_DAYS)
        return Decision(
            item.number,
            "hold",
            step,
            held.reason,
            told | held.facts,
            wake_on=min(recheck, held.until or recheck),
            stage=stage,
        )
    return None


def _unreached(look: _Look, invoice: str, step: str, stage: int, told: dict[str, Any]) -> Decision:
    """Nothing to write to: no address was given, or the one there is bounced."""
    contacts = look.facts.account.contacts
    dead = [c.email_state for c in contacts if c.email and c.email_state != "ok"]
    reason = f"address-{dead[0]}" if dead else "no-address"
    wake_on = look.today + timedelta(days=RECHECK_DAYS)
    return Decision(invoice, "hold", step, reason, told, wake_on=wake_on, stage=stage)


def _said_by_holds(facts: AccountFacts, item: OpenItem, today: date) -> dict[str, Any]:
    """Return what is contested, and which promise or plan came to nothing since the last step."""
    told: dict[str, Any] = {}
    if not facts.holds:
        return told
    disputed = held_minor(facts, item, today)
    if disputed:
        told["disputed_minor"] = disputed
    for hold in facts.holds:
        if hold.kind not in ("promise", "plan") or hold.holds(item.number, today):
            continue
        covers = hold.invoice is None or item.number in (hold.invoice, *hold.more_invoices)
        if covers and (item.stage_on is None or hold.placed_at.date() >= item.stage_on):
            told["resumes_after"] = hold.kind
            told["resumes_since"] = hold.until.isoformat() if hold.until else None
    return told


def _would_go(decision: Decision, today: date, reason: str) -> Decision:
    """The creditor has not gone live, or not been released: this is what would have been sent."""
    if decision.outcome not in ("send", "hand-over"):
        return decision
    told = decision.facts | {"would_be": decision.message, "channel": decision.channel}
    return replace(
        decision,
        outcome="hold",
        reason=reason,
        facts=told | {"bundle": decision.bundle},
        wake_on=today + timedelta(days=1),
    )
