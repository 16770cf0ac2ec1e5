"""A reminder run: the sweep finds the accounts that are due, the planner acts on each.

The planner loads facts, calls the pure `plan`, claims what is to be sent in one transaction per
message, and hands the claims to the sender. It never sends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from saldo.accounts.fresh import Freshness
from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.accounts.service import Accounts
from saldo.bank_entries.model import BankAccount
from saldo.clock import Clock, local_day
from saldo.collection.cases import CaseInTheWay
from saldo.collection.common import NothingOwed
from saldo.errors import Unavailable
from saldo.events import correlation_id
from saldo.ids import Ids
from saldo.invoices.model import Credit, OpenItem
from saldo.reminders.ask_people import AskPeople, released_steps
from saldo.reminders.bundles import Bundle, bundles_of
from saldo.reminders.claims import Claims, PartlyClaimed, logged, record_of
from saldo.reminders.draws import Draws, last_draw
from saldo.reminders.gather import Evidences
from saldo.reminders.hand_over import HandingOver
from saldo.reminders.holds import AccountFacts
from saldo.reminders.hours import Calendars, NoCalendars, opens_at
from saldo.reminders.model import ContactLog, Decision, Notice
from saldo.reminders.plan import Phase, decide, next_wake
from saldo.reminders.policy import Policy
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.ports import PlanJob, PlanQueue, SendJob, SendQueue
from saldo.reminders.services import Services
from saldo.store import EVER, Check, CommitConflict, CountUp, Put, Store, any_of

_ATTEMPTS_MAX = 6
_JOBS_AT_ONCE = 100
_WOKEN_WINDOW = timedelta(hours=1)
"""An account that a fact woke within this time is taken along by any run, even one for a past
day: its plan is not made yet."""


_CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of two machines may differ."""


_NOTHING_NEW = frozenset({"stage-ahead", "too-early-in-the-day", "too-late-in-the-day"})
"""Reasons that say no more than the calendar does; they are not kept."""


class PlanningBusy(Unavailable):
    """The account is changing faster than it can be planned; the job will come again."""

    code = "planning-busy"


@dataclass(slots=True)
class Planned:
    """What planning one account did: notices claimed, items held by reason, cases opened."""

    claimed: list[Notice] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)
    handed_over: int = 0


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
        calendars: Calendars | None = None,
    ) -> None:
        self._store, self._clock = store, clock
        self._accounts, self._plan_queue, self._send_queue = accounts, plan_queue, send_queue
        self._calendars = calendars or NoCalendars()
        self._policies = PolicyBook(store, clock)
        self._claims, self._tasks = Claims(store, clock, ids), AskPeople(store, clock, ids)
        self._fresh = Freshness(store, clock)
        self._services = Services(store, clock, ids)
        self._draws = Draws(store, clock, ids)
        self._evidences, self._handing_over = Evidences(store), HandingOver(store, clock, ids)

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
        is_anew = creditor.looks_at_all(day)
        due = dict.fromkeys(self._store.due_accounts(creditor.id, EVER[1] if is_anew else at))
        due |= dict.fromkeys(self._store.due_accounts(creditor.id, now, now - _WOKEN_WINDOW))
        trace = correlation_id.get()
        jobs = [PlanJob(creditor.id, a, "run", day, correlation=trace) for a in due]
        for start in range(0, len(jobs), _JOBS_AT_ONCE):
            self._plan_queue.put(jobs[start : start + _JOBS_AT_ONCE])
        if is_anew:
            self._looked_at_all(creditor, day)
        return len(jobs)

    def _looked_at_all(self, creditor: Creditor, day: date) -> None:
        """Keep that every account was looked at by the rules of `day`."""
        rest = tuple(due for due in creditor.looks_due if due > day)
        new = replace(creditor, looks_due=rest, version=creditor.version + 1)
        with suppress(CommitConflict):  # changed this instant: the next run looks once more
            self._store.commit([Put(new, expect=creditor.version)])

    def plan_account(self, job: PlanJob) -> Planned:
        """Plan one account and claim what is due; raise PlanningBusy when it keeps changing."""
        done = Planned()
        for _ in range(_ATTEMPTS_MAX):
            account = self._store.get(Account, job.creditor, job.account)
            if account is None or (job.since and not self._is_woken(account, job.since)):
                return done
            today = job.day or local_day(self._clock.now(), account.time_zone)
            facts = self._facts_of(account, today)
            if today != local_day(self._clock.now(), facts.account.time_zone):
                facts = replace(facts, at=None)  # ordered for another day: its hours are not now
            policy = self.policy_of(facts, today)
            facts, decisions = self.decide(facts, policy, today, _phase(job.phase, facts.creditor))
            if not self._draws.keep(facts, policy, today, decisions):
                continue
            if self._act(facts, policy, today, decisions, done):
                return done
        raise PlanningBusy(f"Account {job.account!r} keeps changing; planning it again later.")

    def policy_of(self, facts: AccountFacts, day: date) -> Policy:
        """Return the policy that an account falls under on a day; raise PolicyNotValid."""
        return self._policies.of(facts.creditor, facts.account, day)

    def decide(
        self, facts: AccountFacts, policy: Policy, today: date, phase: Phase
    ) -> tuple[AccountFacts, tuple[Decision, ...]]:
        """Return what is decided about an account, and the facts with the evidence it took.

        Nothing is written: a preview asks the same way as the real run.
        """
        return decide(
            facts,
            policy,
            today,
            phase,
            lambda asked: released_steps(self._store, asked.account, asked.items),
            lambda asked, wanted: self._evidences.of(asked, wanted, today),
        )

    def facts(self, creditor: str, account: str, *, day: date | None = None) -> AccountFacts | None:
        """Return what a plan of `day` for an account is made from, by default of today; None when
        there is no such account.
        """
        found = self._store.get(Account, creditor, account)
        if found is None:
            return None
        return self._facts_of(found, day or local_day(self._clock.now(), found.time_zone))

    def _is_woken(self, account: Account, since: datetime) -> bool:
        """Tell whether a fact woke the account after `since` and no plan was made yet.

        A plan moves the wake-up to the beginning of a day, ahead or long past.
        """
        return account.due_at is not None and (
            since <= account.due_at <= self._clock.now() + _CLOCKS_APART
        )

    def _facts_of(self, found: Account, day: date) -> AccountFacts:
        # The account was read first: whatever changes after raises the version that claims check.
        creditor, account = found.key
        facts = AccountFacts(
            creditor=self._accounts.creditor(creditor),
            account=found,
            items=tuple(self._store.list(OpenItem, creditor, account)),
            credits=tuple(self._store.list(Credit, creditor, account)),
            holds=(
                *self._store.list(Hold, creditor, WHOLE_CREDITOR),
                *self._store.list(Hold, creditor, account),
            ),
            installation_sends=self._accounts.installation().sending,
            at=self._clock.now(),
            calendar=self._calendars.of(found.country, found.region),
        )
        return self._with_what_the_policy_asks(facts, day)

    def _with_what_the_policy_asks(self, facts: AccountFacts, day: date) -> AccountFacts:
        """Add what few need: the last contacts, and how old the data is."""
        policy, key = self.policy_of(facts, day), facts.account.key
        if policy.limits_contacts:
            facts = replace(facts, contact_log=self._store.get(ContactLog, *key))
        if facts.creditor.fresh_within_hours is not None:
            facts = replace(facts, data_at=self._fresh.of(facts.creditor.id))
        if facts.creditor.statements_expected:
            banks = tuple(self._store.list(BankAccount, facts.creditor.id))
            facts = replace(facts, bank_accounts=banks)
        if facts.creditor.hold_out is not None:
            facts = replace(facts, drawn=last_draw(self._store, *key))
        return facts

    def _act(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        decisions: Sequence[Decision],
        done: Planned,
    ) -> bool:
        """Carry the decisions out; False when the facts changed meanwhile."""
        if not self._services.release(facts):
            return False
        if any(d.outcome == "hand-over" for d in decisions):
            # Everything else is planned again behind it: the account has changed by it.
            with suppress(CommitConflict, CaseInTheWay, NothingOwed):
                done.handed_over += self._handing_over.take(facts, policy, today, decisions)
            return False
        final = {d.invoice: d for d in decisions}
        overtaken = False
        for bundle in bundles_of(decisions):
            try:
                notice = self._claims.take(facts, policy, today, bundle, decisions)
            except PartlyClaimed as partly:
                self._hand_on(partly.notice, done)
                return False
            except CommitConflict as conflict:
                if any_of(conflict, Check):
                    return False
                if not any_of(conflict, CountUp):
                    overtaken = True  # another planner claimed an item of it; go on behind it
                    continue
                final |= {d.invoice: capped(d, today) for d in bundle.decisions}
            else:
                self._hand_on(notice, done)
                facts = contacted(facts, policy, today, bundle)
        self._keep(facts, policy, today, list(final.values()), done)
        if overtaken:
            return False
        return self._wake_at(facts.account, policy, next_wake(list(final.values())))

    def _hand_on(self, notice: Notice, done: Planned) -> None:
        done.claimed.append(notice)
        job = SendJob(notice.creditor, notice.account, notice.id, notice.correlation)
        self._send_queue.put([job])

    def _keep(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        decisions: Sequence[Decision],
        done: Planned,
    ) -> None:
        """Write down what keeps due steps back, and ask people where they are needed."""
        items = {item.number: item for item in facts.items}
        for decision in decisions:
            if decision.outcome in ("send", "done") or decision.reason in _NOTHING_NEW:
                continue
            if decision.outcome != "not-yet":
                done.held[decision.reason] += 1
            if decision.outcome == "needs-human":
                self._tasks.about(items[decision.invoice], decision)
            now = self._clock.now()
            record = record_of(facts, policy, today, decision, now)
            self._store.commit([Put(record, expect=None)])

    def _wake_at(self, account: Account, policy: Policy, day: date | None) -> bool:
        """Set the account's next action, unless a fact changed the account meanwhile."""
        due_at = opens_at(day, account, policy) if day else None
        if due_at == account.due_at:
            return True
        try:
            # A new version, so that a plan made on the same facts cannot put an older day back.
            planned = replace(account, due_at=due_at, version=account.version + 1)
            self._store.commit([Put(planned, expect=account.version)])
        except CommitConflict:
            return False
        return True


def contacted(facts: AccountFacts, policy: Policy, today: date, bundle: Bundle) -> AccountFacts:
    """Return the facts with the contact that a bundle is, where the policy counts them."""
    if not (policy.limits_contacts and bundle.first.stage):
        return facts
    return replace(facts, contact_log=logged(facts, today))


def capped(decision: Decision, today: date) -> Decision:
    """Return a decision that must wait for tomorrow: so many messages went today already."""
    return replace(decision, outcome="hold", reason="daily-cap", wake_on=today + timedelta(days=1))


def _phase(asked: Phase, creditor: Creditor) -> Phase:
    """A creditor without a schedule sends in ordered runs alone, never by itself."""
    return "quiet" if asked == "fact" and creditor.schedule == "manual" else asked
