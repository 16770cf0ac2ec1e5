"""A reminder run: the sweep finds the accounts that are due, the planner acts on each.

The planner loads facts, calls the pure `plan`, claims what is to be sent in one transaction per
message, and hands the claims to the sender. It never sends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day, local_midnight
from saldo.errors import Unavailable
from saldo.events import correlation_id, event
from saldo.ids import Ids
from saldo.invoices.model import Credit, OpenItem
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import (
    Claim,
    CoveredItem,
    Decision,
    DecisionRecord,
    Notice,
    NoticeRef,
)
from saldo.reminders.plan import INVOICE_STEP, Phase, next_wake, plan
from saldo.reminders.policy import Policy, policy_named
from saldo.reminders.ports import PlanJob, PlanQueue, SendJob, SendQueue
from saldo.store import Check, CommitConflict, CountUp, Put, Store, Write, any_of

_ATTEMPTS_MAX = 6
_JOBS_AT_ONCE = 100
_WOKEN_WINDOW = timedelta(hours=1)
"""An account that a fact woke within this time is taken along by any run, even one for a past
day: its plan is not made yet."""


_CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of two machines may differ."""


class PlanningBusy(Unavailable):
    """The account is changing faster than it can be planned; the job will come again."""

    code = "planning-busy"


@dataclass(slots=True)
class Planned:
    """What planning one account did: notices claimed by step, items held by reason."""

    claimed: list[Notice] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)


class ReminderRun:
    """The sweep and the planner."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        accounts: Accounts,
        plan_queue: PlanQueue,
        send_queue: SendQueue,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._plan_queue, self._send_queue = accounts, plan_queue, send_queue

    def sweep(self, at: datetime, creditor: str | None = None) -> int:
        """Queue every account that is due at `at`; return how many.

        Without `creditor`, all creditors that run by schedule. The day of a creditor's accounts is
        the day that `at` falls on in the creditor's time zone.
        """
        chosen = (
            [self._accounts.creditor(creditor)]
            if creditor is not None
            else [c for c in self._accounts.creditors() if c.schedule == "automatic"]
        )
        return sum(self._sweep_one(c, at) for c in chosen)

    def _sweep_one(self, creditor: Creditor, at: datetime) -> int:
        day, now = local_day(at, creditor.time_zone), self._clock.now()
        due = dict.fromkeys(self._store.due_accounts(creditor.id, at))
        due |= dict.fromkeys(self._store.due_accounts(creditor.id, now, now - _WOKEN_WINDOW))
        trace = correlation_id.get()
        jobs = [PlanJob(creditor.id, a, "run", day, correlation=trace) for a in due]
        for start in range(0, len(jobs), _JOBS_AT_ONCE):
            self._plan_queue.put(jobs[start : start + _JOBS_AT_ONCE])
        return len(jobs)

    def plan_account(self, job: PlanJob) -> Planned:
        """Plan one account and claim what is due; raise PlanningBusy when it keeps changing."""
        done = Planned()
        for _ in range(_ATTEMPTS_MAX):
            account = self._store.get(Account, job.creditor, job.account)
            if account is None or (job.since and not self._is_woken(account, job.since)):
                return done
            facts = self._facts_of(account)
            today = job.day or local_day(self._clock.now(), facts.account.time_zone)
            policy = policy_named(facts.creditor.policy)
            phase = _phase(job.phase, facts.creditor)
            decisions = plan(facts, policy, today, phase)
            if self._act(facts, policy, today, decisions, done):
                return done
        raise PlanningBusy(f"Account {job.account!r} keeps changing; planning it again later.")

    def facts(self, creditor: str, account: str) -> AccountFacts | None:
        """Return what a plan for an account is made from, None when there is no such account."""
        found = self._store.get(Account, creditor, account)
        return None if found is None else self._facts_of(found)

    def _is_woken(self, account: Account, since: datetime) -> bool:
        """Tell whether a fact woke the account after `since` and no plan was made yet.

        A plan moves the wake-up to the beginning of a day, ahead or long past.
        """
        return account.due_at is not None and (
            since <= account.due_at <= self._clock.now() + _CLOCKS_APART
        )

    def _facts_of(self, found: Account) -> AccountFacts:
        # The account was read first: whatever changes after raises the version that claims check.
        creditor, account = found.key
        return AccountFacts(
            creditor=self._accounts.creditor(creditor),
            account=found,
            items=tuple(self._store.list(OpenItem, creditor, account)),
            credits=tuple(self._store.list(Credit, creditor, account)),
            holds=(
                *self._store.list(Hold, creditor, WHOLE_CREDITOR),
                *self._store.list(Hold, creditor, account),
            ),
            installation_sends=self._accounts.installation().sending,
        )

    def _act(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        decisions: Sequence[Decision],
        done: Planned,
    ) -> bool:
        """Carry the decisions out; False when the facts changed meanwhile."""
        items = {item.number: item for item in facts.items}
        final: list[Decision] = []
        overtaken = False
        for planned in decisions:
            decision = planned
            if decision.outcome == "send":
                try:
                    notice = self._claim(facts, policy, today, decision, items[decision.invoice])
                except CommitConflict as conflict:
                    if any_of(conflict, Check):
                        return False
                    if not any_of(conflict, CountUp):
                        overtaken = True  # another planner claimed this very item; go on behind it
                        continue
                    decision = _capped(decision, today)
                else:
                    done.claimed.append(notice)
            if decision.outcome == "hold":
                self._record(facts, policy, today, decision, done)
            final.append(decision)
        return not overtaken and self._wake_at(facts.account, next_wake(final))

    def _claim(
        self, facts: AccountFacts, policy: Policy, today: date, decision: Decision, item: OpenItem
    ) -> Notice:
        now = self._clock.now()
        stage = None if decision.step == INVOICE_STEP else int(decision.step)
        assert decision.message is not None, "what is sent has a text"
        chosen = policy.stage(stage) if stage else None
        notice = Notice(
            item.creditor,
            item.account,
            self._ids.ulid(now),
            decision.step,
            decision.message,
            "email",
            (CoveredItem(item.number, item.episode, item.open_minor, item.currency),),
            today,
            now,
            announces_collection=bool(chosen and chosen.announces_collection),
            state_since=now,
            correlation=correlation_id.get(),
            version=1,
        )
        told = (
            replace(item, stage=stage, stage_on=today, version=item.version + 1)
            if stage
            else replace(item, announced_on=today, version=item.version + 1)
        )
        writes: list[Write] = [
            Check(facts.account, expect=facts.account.version),
            Put(told, expect=item.version),
            Put(notice),
            Put(NoticeRef(notice.id, notice.creditor, notice.account)),
            Put(
                Claim(
                    item.creditor,
                    item.account,
                    item.number,
                    item.episode,
                    decision.step,
                    "email",
                    notice.id,
                )
            ),
            Put(self._decision(facts, policy, today, decision, notice.id), expect=None),
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    "notice.claimed",
                    item.creditor,
                    item.account,
                    notice=notice.id,
                    step=notice.step,
                    channel=notice.channel,
                    invoice=item.number,
                    planned_for=today.isoformat(),
                )
            ),
        ]
        if facts.creditor.notices_per_day_max is not None:
            most = facts.creditor.notices_per_day_max
            writes.append(CountUp(item.creditor, f"notices#{today.isoformat()}", most))
        self._store.commit(writes)
        self._send_queue.put([SendJob(item.creditor, item.account, notice.id, notice.correlation)])
        return notice

    def _record(
        self, facts: AccountFacts, policy: Policy, today: date, decision: Decision, done: Planned
    ) -> None:
        done.held[decision.reason] += 1
        self._store.commit([Put(self._decision(facts, policy, today, decision, None), expect=None)])

    def _decision(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        decision: Decision,
        notice: str | None,
    ) -> DecisionRecord:
        return DecisionRecord(
            facts.creditor.id,
            facts.account.number,
            decision.invoice,
            today,
            decision.step,
            decision.outcome,
            decision.reason,
            decision.facts,
            policy.id,
            self._clock.now(),
            notice,
        )

    def _wake_at(self, account: Account, day: date | None) -> bool:
        """Set the account's next action, unless a fact changed the account meanwhile."""
        due_at = local_midnight(day, account.time_zone) if day else None
        if due_at == account.due_at:
            return True
        try:
            # A new version, so that a plan made on the same facts cannot put an older day back.
            planned = replace(account, due_at=due_at, version=account.version + 1)
            self._store.commit([Put(planned, expect=account.version)])
        except CommitConflict:
            return False
        return True


def _capped(decision: Decision, today: date) -> Decision:
    return replace(decision, outcome="hold", reason="daily-cap", wake_on=today + timedelta(days=1))


def _phase(asked: Phase, creditor: Creditor) -> Phase:
    """A creditor without a schedule sends in ordered runs alone, never by itself."""
    return "quiet" if asked == "fact" and creditor.schedule == "manual" else asked
