"""What is due meets the rules about the account as a whole. Pure.

Here single decisions become messages: manual follow-up, a person's release, what the law says,
minimum amount, days and hours, one letter for all, one message per account, contact caps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from saldo.invoices.model import OpenItem
from saldo.reminders.contacts import contact_free_on
from saldo.reminders.holds import AccountFacts, held_minor
from saldo.reminders.hours import closed_because, closes_at, open_day_from, opens_at
from saldo.reminders.law_lines import judge
from saldo.reminders.model import Decision
from saldo.reminders.policy_model import Policy, Stage

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)

Decisions = list[Decision]
Rule = Callable[[AccountFacts, Policy, date, Decisions], Decisions]


def together(
    facts: AccountFacts, policy: Policy, today: date, decisions: Sequence[Decision]
) -> Decisions:
    """Return the decisions with what the account as a whole says about those that are due."""
    found = list(decisions)
    for rule in _RULES:
        if not any(_is_due(d) for d in found):
            break
        found = rule(facts, policy, today, found)
    return _numbered(found)


def _is_due(decision: Decision) -> bool:
    return decision.outcome == "send" and decision.stage > 0


def _by_hand(facts: AccountFacts, policy: Policy, today: date, decisions: Decisions) -> Decisions:
    """Ask a person: the account is followed up by hand, or the stage needs one."""
    is_manual = facts.account.is_manual
    if not is_manual and not any(stage.needs_release for stage in policy.stages):
        return decisions
    return [_handed(facts, policy, today, d) if _is_due(d) else d for d in decisions]


def _handed(facts: AccountFacts, policy: Policy, today: date, decision: Decision) -> Decision:
    stage = _stage_of(decision, policy)
    if facts.account.is_manual:
        return _to_human(decision, "manual-follow-up", today)
    if not stage.needs_release or (decision.invoice, decision.step) in facts.released:
        return decision
    return _to_human(decision, "hand-over" if stage.hands_over else "needs-release", today)


def _worth_it(facts: AccountFacts, policy: Policy, today: date, decisions: Decisions) -> Decisions:
    """Leave small sums until the account's overdue sum is worth a message."""
    if not policy.minimum_minor:
        return decisions
    due_by = {d.invoice for d in decisions if _is_due(d)}
    sums: dict[str, int] = {}
    for item in facts.items:
        if item.due_on < today or item.number in due_by:
            asked = item.open_minor - held_minor(facts, item, today)
            sums[item.currency] = sums.get(item.currency, 0) + asked

    def judged(decision: Decision) -> Decision:
        currency = decision.facts["currency"]
        least = policy.minimum_minor.get(currency, 0)
        if not _is_due(decision) or sums[currency] >= least:
            return decision
        told = decision.facts | {"sum_minor": sums[currency], "minimum_minor": least}
        return replace(
            decision,
            outcome="not-yet",
            reason="below-minimum",
            facts=told,
            wake_on=today + 4 * _WEEK,
        )

    return [judged(d) for d in decisions]


def _at_this_hour(
    facts: AccountFacts, policy: Policy, today: date, decisions: Decisions
) -> Decisions:
    """Wait for a business day and for daylight at the debtor's place."""
    reason = closed_because(today, facts.creditor, policy, facts.calendar)
    wake_on = open_day_from(today, facts.creditor, policy, facts.calendar)
    if reason is None and facts.at is not None:
        closes = closes_at(today, facts.account, policy)
        if closes is not None and facts.at >= closes:
            reason = "too-late-in-the-day"
            wake_on = open_day_from(today + _DAY, facts.creditor, policy, facts.calendar)
        elif closes is not None and facts.at < opens_at(today, facts.account, policy):
            reason, wake_on = "too-early-in-the-day", today
    if reason is None:
        return decisions
    return [
        replace(d, outcome="not-yet", reason=reason, wake_on=wake_on) if _is_due(d) else d
        for d in decisions
    ]


def _along(facts: AccountFacts, policy: Policy, today: date, decisions: Decisions) -> Decisions:
    """Let every overdue item go with a letter that must be one for all (art. 6:96 (7) BW)."""
    if not any(stage.takes_along for stage in policy.stages):
        return decisions
    takers = [d for d in decisions if _is_due(d) and _stage_of(d, policy).takes_along]
    if not takers:
        return decisions
    taker = max(takers, key=lambda d: d.stage)
    items = {item.number: item for item in facts.items}

    def joins(decision: Decision) -> Decision:
        item = items[decision.invoice]
        overdue = item.due_on < today and item.stage < taker.stage
        is_free = _is_due(decision) or decision.reason in ("stage-ahead", "below-minimum")
        if decision.step == taker.step or not (overdue and is_free):
            return decision
        told = decision.facts | {"goes_along_at": taker.step}
        return replace(
            taker,
            invoice=decision.invoice,
            reason="goes-along",
            facts=told,
            wake_on=taker.wake_on,
        )

    return [joins(d) for d in decisions]


def _lawful(facts: AccountFacts, policy: Policy, today: date, decisions: Decisions) -> Decisions:
    """Add what the law allows to be charged; keep back what it asks for in vain."""
    if facts.evidence is None:
        return decisions
    items = {item.number: item for item in facts.items}
    return [
        _judged(facts, policy, today, d, items[d.invoice])
        if _is_due(d) and _stage_of(d, policy).asks_law and d.invoice in facts.evidence
        else d
        for d in decisions
    ]


def _judged(
    facts: AccountFacts, policy: Policy, today: date, decision: Decision, item: OpenItem
) -> Decision:
    judged = judge(facts, item, _stage_of(decision, policy), today)
    told = decision.facts | judged.told
    if judged.missing is None:
        return replace(decision, facts=told, charges=tuple(judged.charges))
    told |= {"missing": judged.missing.code, "why": judged.missing.sentence}
    if judged.waits:
        return replace(
            decision, outcome="not-yet", reason="law-waits", facts=told, wake_on=today + _DAY
        )
    if decision.reason == "goes-along":
        told |= {"left_out_of_letter": judged.missing.code}
        return replace(
            decision, outcome="not-yet", reason="stage-ahead", facts=told, wake_on=today + _DAY
        )
    return _to_human(replace(decision, facts=told), "evidence-missing", today)


def _handed_over(
    facts: AccountFacts, policy: Policy, today: date, decisions: Decisions
) -> Decisions:
    """Open a case instead of sending a message, where the stage says so."""
    del facts, today
    if not any(stage.hands_over for stage in policy.stages):
        return decisions
    return [
        replace(d, outcome="hand-over", reason="handed-over", message=None, wake_on=None)
        if _is_due(d) and _stage_of(d, policy).hands_over
        else d
        for d in decisions
    ]


def _bundled(facts: AccountFacts, policy: Policy, today: date, decisions: Decisions) -> Decisions:
    """Make one message per account and currency, or leave one per invoice.

    A letter that the law wants by itself, and a notice ahead of the due date, are not mixed with
    others: their text fits no other item.
    """
    del facts, today
    bundles: dict[tuple[str, ...], list[Decision]] = {}
    for decision in decisions:
        if _is_due(decision):
            bundles.setdefault(_bundle_of(decision, policy), []).append(decision)
    made: dict[str, Decision] = {}
    for number, bundle in enumerate(bundles.values(), 1):
        text = max(bundle, key=lambda d: d.stage)
        for decision in bundle:
            made[decision.invoice] = replace(
                decision,
                bundle=number,
                message=text.message,
                channel=text.channel,
                fallbacks=text.fallbacks,
            )
    return [made.get(d.invoice, d) for d in decisions]


def _bundle_of(decision: Decision, policy: Policy) -> tuple[str, ...]:
    if policy.bundling == "invoice":
        return (decision.invoice,)
    stage = _stage_of(decision, policy)
    alone = stage.takes_along or policy.is_before_due(stage.number)
    return (decision.facts["currency"], decision.step if alone else "")


def _considerate(
    facts: AccountFacts, policy: Policy, today: date, decisions: Decisions
) -> Decisions:
    """Keep to the gap between messages and to the most per week, over all invoices.

    Where not all may go, the one that has come furthest does.
    """
    if not policy.limits_contacts:
        return decisions
    contacts, judged = list(facts.contacts), dict[int, tuple[str, date] | None]()
    for decision in sorted(filter(_is_due, decisions), key=lambda d: -d.stage):
        if decision.bundle in judged:
            continue
        free_on, reason = contact_free_on(contacts, policy, today)
        judged[decision.bundle] = None if free_on <= today else (reason, free_on)
        if free_on <= today:
            contacts.append(today)

    def kept(decision: Decision) -> Decision:
        held = judged.get(decision.bundle) if _is_due(decision) else None
        if held is None:
            return decision
        wake_on = open_day_from(held[1], facts.creditor, policy, facts.calendar)
        told = decision.facts | {"last_contact_on": max(contacts).isoformat()}
        return replace(decision, outcome="hold", reason=held[0], facts=told, wake_on=wake_on)

    return [kept(d) for d in decisions]


def _numbered(decisions: Decisions) -> Decisions:
    """Give each invoice mail a bundle of its own, behind those of the reminders."""
    last = max((d.bundle for d in decisions), default=0)
    found: Decisions = []
    for decision in decisions:
        if decision.outcome == "send" and decision.stage == 0:
            last += 1
            found.append(replace(decision, bundle=last))
        else:
            found.append(decision)
    return found


def _to_human(decision: Decision, reason: str, today: date) -> Decision:
    return replace(decision, outcome="needs-human", reason=reason, wake_on=today + _WEEK)


def _stage_of(decision: Decision, policy: Policy) -> Stage:
    stage = policy.stage(decision.stage)
    assert stage is not None, "what is due has its stage"
    return stage


_RULES: tuple[Rule, ...] = (
    _by_hand,
    _worth_it,
    _at_this_hour,
    _along,
    _lawful,
    _handed_over,
    _bundled,
    _considerate,
)
