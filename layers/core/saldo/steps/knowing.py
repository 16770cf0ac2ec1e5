"""Gathers what is known of an account when its next step is weighed.

One account costs what its plan costs (some 6 RU), and besides its behaviour, the creditor's summary
and comparison (some 6 RU), its newest 50 counted steps and 50 payments (some 10 RU).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import Clock, local_day
from saldo.invoices.model import OpenItem
from saldo.money import Money
from saldo.payments.model import Payment
from saldo.reminders.holds import AccountFacts, hold_placed
from saldo.reminders.model import Decision
from saldo.reminders.policy_model import Policy, Stage
from saldo.reminders.run import ReminderRun
from saldo.reminders.stages import coming_stage
from saldo.reminders.tasks import Task
from saldo.risk.sheet import BehaviourSheet
from saldo.steps.advise import Case, Planned
from saldo.steps.book import StepBook
from saldo.steps.estimate import wilson
from saldo.steps.model import StepOutcome, StepRules
from saldo.steps.outcomes import step_name
from saldo.store import Store

NEWEST: Final = 50
PAYMENTS_LEAST: Final = 8
_WEEKDAYS_OF_BANKS: Final = 5


class StepKnowledge:
    """Gathers cases."""

    def __init__(self, store: Store, clock: Clock, run: ReminderRun, book: StepBook) -> None:
        self._store, self._clock, self._run, self._book = store, clock, run, book

    def of(self, account: Account) -> Case:
        """Return what is known of an account. Raises PolicyNotValid."""
        facts = self._run.facts(*account.key)
        assert facts is not None, "the account is there"
        today = local_day(self._clock.now(), account.time_zone)
        policy = self._run.policy_of(facts, today)
        _, decisions = self._run.decide(facts, policy, today, "run")
        planned = _planned(decisions, facts.items, policy, today)
        sums = self._book.sums(account.creditor)
        behaviour = self._store.get(BehaviourSheet, *account.key)
        rules = self._store.get(StepRules, account.creditor)
        tasks = [one for one in self._store.list(Task, *account.key) if one.state == "open"]
        return Case(
            account.creditor,
            account.number,
            today,
            _overdue([(i.due_on, i.currency, i.open_minor) for i in facts.items], today),
            planned,
            held=_held(decisions) or _held_whole(facts, decisions, today),
            asks_call=any(task.kind == "call" for task in tasks),
            by_hand=any(one.outcome == "needs-human" for one in decisions),
            is_exception=behaviour is not None and behaviour.exception is not None,
            sums=sums,
            effect=self._book.effect_on(account.creditor, planned.step, planned.channel)
            if planned
            else None,
            own=tuple(self._store.newest(StepOutcome, *account.key, limit=NEWEST)),
            pays=pays_on(self._store.newest(Payment, *account.key, limit=NEWEST)),
            cost_of_money=rules.cost_of_money if rules else {},
        )


def _planned(
    decisions: Sequence[Decision], items: Sequence[OpenItem], policy: Policy, today: date
) -> Planned | None:
    """Return the notice that goes next by the policy, of whatever item it is about."""
    due_on = {item.number: item.due_on for item in items}
    coming: list[tuple[date, Stage, Decision]] = []
    for decision in decisions:
        if decision.outcome not in ("send", "not-yet", "hold"):
            continue
        if decision.stage:
            stage, day = policy.stage(decision.stage), _day(decision, today)
        else:  # the invoice itself goes, or waits: the first reminder comes behind it
            found = coming_stage(due_on[decision.invoice], policy, 0, today, today)
            stage, day = found or (None, today)
        if stage is not None and not stage.hands_over:
            coming.append((day, stage, decision))
    if not coming:
        return None
    day, stage, first = min(coming, key=lambda one: (one[0], -one[1].number))
    goes = first.outcome == "send" and first.stage > 0
    message = first.message if goes and first.message else stage.message
    name = step_name(policy.id, stage.number, message)
    return Planned(name, first.channel if goes else stage.channels[0], day, stage.channels)


def _day(decision: Decision, today: date) -> date:
    return today if decision.outcome == "send" else max(today, decision.wake_on or today)


def _held(decisions: Sequence[Decision]) -> str:
    """Return why nothing goes, where what is due is all held back."""
    due = [d for d in decisions if d.outcome in ("send", "hold", "hand-over", "needs-human")]
    if not due or any(d.outcome in ("send", "hand-over") for d in due):
        return ""
    held = [d.reason for d in due if d.outcome == "hold"]
    return held[0] if held else ""


def _held_whole(facts: AccountFacts, decisions: Sequence[Decision], today: date) -> str:
    """Return why nothing would go if it were due: a hold that all items stand under, such as for an
    insolvency, of which the plan says nothing before a stage is due.
    """
    held = [hold_placed(facts, item, today) for item in facts.items]
    if not held or any(one.outcome in ("send", "hand-over") for one in decisions):
        return ""
    return held[0].reason if held[0] is not None and all(held) else ""


def _overdue(items: list[tuple[date, str, int]], today: date) -> tuple[Money, ...]:
    sums: Counter[str] = Counter()
    for due_on, currency, minor in items:
        if due_on < today:
            sums[currency] += minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


def pays_on(payments: Sequence[Payment]) -> tuple[int, int, int] | None:
    """Return the weekday on which an account mostly pays: how many payments came on it, of how
    many. None where it surely pays on it no more often than on any other banking day.
    """
    days = [
        one.received_on.weekday()
        for one in payments
        if one.received_on is not None and one.state == "settled"
    ]
    if len(days) < PAYMENTS_LEAST:
        return None
    (weekday, hits), *_ = sorted(Counter(days).items(), key=lambda one: (-one[1], one[0]))
    if wilson(hits, len(days)).low <= 1 / _WEEKDAYS_OF_BANKS:
        return None
    return weekday, hits, len(days)
