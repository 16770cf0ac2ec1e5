"""From decisions to messages: what one notice covers, lists and announces. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from saldo.invoices.model import OpenItem
from saldo.law.facts import MissingFact
from saldo.law.packs import collection_costs
from saldo.messages.told import AnnouncedCosts, NextStep, ToldService
from saldo.reminders.evidence import LETTER
from saldo.reminders.holds import AccountFacts, held_minor
from saldo.reminders.model import CoveredItem, Decision
from saldo.reminders.policy_model import Policy, Stage

ITEMS_MAX = 90
"""So many items one message covers; the rest goes in a further one."""

ALSO_MAX = 90
"""So many other overdue items one message lists."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One message to be claimed: the decisions that it carries out, the furthest stage first."""

    decisions: tuple[Decision, ...]

    @property
    def first(self) -> Decision:
        return self.decisions[0]


def bundles_of(decisions: Sequence[Decision]) -> list[Bundle]:
    """Return the messages that the decisions make, at most ITEMS_MAX items each."""
    by_number: dict[int, list[Decision]] = {}
    for decision in decisions:
        if decision.outcome == "send":
            by_number.setdefault(decision.bundle, []).append(decision)
    found: list[Bundle] = []
    for bundle in by_number.values():
        ordered = sorted(bundle, key=lambda d: -d.stage)
        found += [
            Bundle(tuple(ordered[start : start + ITEMS_MAX]))
            for start in range(0, len(ordered), ITEMS_MAX)
        ]
    return found


def covered(facts: AccountFacts, item: OpenItem, decision: Decision, today: date) -> CoveredItem:
    """Return an item as the notice covers it, what it newly charges included."""
    disputed = held_minor(facts, item, today)
    principal = item.open_minor - item.costs_open_minor - item.interest_open_minor
    until = decision.facts.get("resumes_since")
    after = decision.facts.get("resumes_after")
    return CoveredItem(
        item.number,
        item.episode,
        item.open_minor + sum(line.amount_minor for line in decision.charges),
        item.currency,
        decision.stage,
        disputed,
        max(0, principal - disputed),
        decision.charges,
        date.fromisoformat(until) - timedelta(days=1) if after == "promise" and until else None,
        after == "plan",
    )


def listed_too(
    facts: AccountFacts, decisions: Sequence[Decision], bundle: Bundle, today: date
) -> tuple[CoveredItem, ...]:
    """Return the other overdue items of the account, which the message lists and leaves as is.

    What is held back (a dispute, a promise, a plan) is not listed: it is not asked for now.
    """
    numbers = {d.invoice for d in bundle.decisions}
    held = {d.invoice for d in decisions if d.outcome in ("hold", "needs-human")}
    currency = bundle.first.facts["currency"]
    others = [
        CoveredItem(
            item.number,
            item.episode,
            item.open_minor,
            item.currency,
            item.stage,
            held_minor(facts, item, today),
        )
        for item in facts.items
        if item.due_on < today
        and item.currency == currency
        and item.number not in numbers
        and item.number not in held
    ]
    return tuple(others[:ALSO_MAX])


def announced_costs(
    facts: AccountFacts, stage: Stage | None, items: Sequence[CoveredItem]
) -> AnnouncedCosts | None:
    """Return what a 14-day letter names: the scale on the sum of its claims (art. 6:96 (7) BW)."""
    if stage is None or stage.message != LETTER:
        return None
    principals = [item.principal_minor for item in items if item.principal_minor > 0]
    if not principals:
        return None
    costs = collection_costs(facts.account.country, facts.account.kind, principals)
    if isinstance(costs, MissingFact):
        return None
    return AnnouncedCosts(costs.total_minor, sum(principals), items[0].currency, costs.vat_minor)


def next_step(policy: Policy, stage: Stage | None, on: date | None) -> NextStep | None:
    """Return what a message may say of the step behind it."""
    behind = policy.stages[stage.number :] if stage else ()
    following = next((one for one in behind if not one.left_out), None)
    if following is None or on is None:
        return None
    if following.hands_over:
        return NextStep("hand-over", on)
    if following.service:
        return NextStep("service-stop", on)
    return NextStep("final-notice" if following.announces_collection else "reminder", on)


def service_of(stage: Stage | None, today: date) -> ToldService | None:
    """Return what the creditor stops with this stage."""
    return ToldService(stage.service, today) if stage and stage.service else None
