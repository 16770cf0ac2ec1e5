"""Simulates reminders over a creditor's real open items: what a policy would send, cost and bring.

Every account's facts are read once, and the coming days are lived in memory, by the planner that
the real run asks. Nothing is written and nothing is sent. Payments are drawn from how each account
has paid so far; that reminders make anybody pay sooner is assumed only as far as somebody says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from saldo.accounts.every import every_account
from saldo.accounts.model import Account, Creditor
from saldo.clock import Clock, local_day
from saldo.messages.model import Channel
from saldo.reminders.ask_people import released_steps
from saldo.reminders.channels.purposes import purpose_of
from saldo.reminders.foresee_day import Situation
from saldo.reminders.foresee_model import (
    POLICIES_MAX,
    Foreseen,
    ForesightNotValid,
    Terms,
    Tried,
)
from saldo.reminders.foresee_sums import DrawSums, PolicySums
from saldo.reminders.foresee_track import Assumed, Track, Ways, is_contested, payments_drawn
from saldo.reminders.foresee_track import together as side_by_side
from saldo.reminders.gather import Evidences
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import ContactLog, ServiceStop
from saldo.reminders.optouts import OptOuts
from saldo.reminders.policy import Policy
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.policy_model import PolicyNotValid
from saldo.reminders.preview import let_go
from saldo.reminders.run import ReminderRun
from saldo.reminders.segments import policy_id_of
from saldo.reminders.services import invoices_let_go
from saldo.risk.behaviour import NOTHING_PAID, Pattern, behaviour_of, shrunk
from saldo.store import Store


@dataclass(frozen=True, slots=True)
class _Ahead:
    """An account with something open, and how it is expected to pay."""

    situation: Situation
    pattern: Pattern


class Foresight:
    """Lives through the coming days of a creditor's accounts."""

    def __init__(self, store: Store, clock: Clock, run: ReminderRun, opt_outs: OptOuts) -> None:
        self._store, self._clock, self._run, self._opt_outs = store, clock, run, opt_outs
        self._evidences = Evidences(store)

    def over(self, creditor: Creditor, tried: Sequence[Tried], terms: Terms) -> Foreseen:
        """Return what each policy comes to; raise ForesightNotValid.

        Memory is flat in the number of accounts, but for a creditor with a cap per day: there all
        accounts are lived side by side.
        """
        if not 1 <= len(tried) <= POLICIES_MAX:
            raise ForesightNotValid(f"Between 1 and {POLICIES_MAX} policies, not {len(tried)}.")
        return _Simulation(self, creditor, tried, terms).result()

    def today(self, creditor: Creditor) -> date:
        return local_day(self._clock.now(), creditor.time_zone)

    def accounts(self, creditor: str) -> Iterator[Account]:
        """Return all accounts of a creditor."""
        return every_account(self._store, creditor)

    def situation(self, account: Account, today: date, *, asks_law: bool) -> Situation | None:
        """Return what is known of an account, None when nothing is open.

        Raises PolicyNotValid when the account is on a policy that is none.
        """
        facts = self._run.facts(*account.key)
        if facts is None or not facts.items:
            return None
        released = released_steps(self._store, facts.account, facts.items)
        log = self._store.get(ContactLog, *account.key)
        facts = replace(let_go(facts), released=released, contact_log=log)
        numbers = [item.number for item in facts.items]
        evidence = self._evidences.of(facts, numbers, today) if asks_law else {}
        stops = list(self._store.list(ServiceStop, *account.key))
        stopped = {(stop.service, stop.currency): stop.invoices for stop in stops if stop.stands}
        return Situation(facts, evidence, stopped, invoices_let_go(stops))

    def policy(self, creditor: Creditor, id_: str, day: date) -> Policy:
        return PolicyBook(self._store, self._clock).named(creditor.id, id_, day)

    def opted_out(self, account: Account, channel: Channel, to: str) -> str | None:
        found = self._opt_outs.of(account, channel, to, purpose_of(tells_of_money=False))
        return found.reason if found else None


class _Simulation:
    """One simulation: policies, draws and accounts, and the sums over them."""

    def __init__(
        self, foresight: Foresight, creditor: Creditor, tried: Sequence[Tried], terms: Terms
    ) -> None:
        self._from, self._creditor, self._terms = foresight, creditor, terms
        self._today = foresight.today(creditor)
        last = self._today + timedelta(days=terms.days - 1)
        self._policies: dict[tuple[str, date], Policy] = {}
        self._opted: dict[tuple[str, Channel, str], str | None] = {}
        self._runs = [
            (
                PolicySums(one.name, self._today, terms),
                Assumed(self._policy_of(one), self._opted_out, last, terms.reminder_effect),
            )
            for one in tried
        ]
        self._tried = tried
        self._owed: dict[str, tuple[int, int]] = {}
        self._behaviours: Counter[str] = Counter()
        self._items = 0
        self._problems: list[tuple[str, str]] = []

    def result(self) -> Foreseen:
        """Live through it all."""
        paid = NOTHING_PAID
        for account in self._from.accounts(self._creditor.id):
            paid += account.paid
        everybody = shrunk(paid)
        most = self._creditor.notices_per_day_max
        if most is None:
            for one in self._ahead(everybody):
                self._live([one])
        else:
            self._live(list(self._ahead(everybody)), most)
        return Foreseen(
            self._today,
            self._terms,
            sum(self._behaviours.values()),
            self._items,
            paid,
            dict(self._behaviours),
            tuple(sums.outlook(self._owed) for sums, _ in self._runs),
            tuple(self._problems),
        )

    def _ahead(self, everybody: Pattern) -> Iterator[_Ahead]:
        asks_law = any(self._asks_law(one) for one in self._tried)
        for account in self._from.accounts(self._creditor.id):
            try:
                situation = self._from.situation(account, self._today, asks_law=asks_law)
            except PolicyNotValid as refusal:
                self._problems.append((account.number, refusal.detail))
                continue
            if situation is None:
                continue
            self._count(situation)
            self._behaviours[behaviour_of(account.paid)] += 1
            yield _Ahead(situation, shrunk(account.paid, everybody))

    def _count(self, situation: Situation) -> None:
        for item in situation.facts.items:
            owed, contested = self._owed.get(item.currency, (0, 0))
            if is_contested(situation.facts, item, self._today):
                contested += item.open_minor
            self._owed[item.currency] = (owed + item.open_minor, contested)
            self._items += 1

    def _live(self, ahead: Sequence[_Ahead], most_per_day: int | None = None) -> None:
        """Live these accounts under every policy in every draw."""
        bases: list[list[Track]] = []
        for sums, assumed in self._runs:
            bases.append([Track(assumed, one.situation, self._today, {}) for one in ahead])
            _run(bases[-1], most_per_day)
            for track in bases[-1]:
                sums.nobody_pays.add(track.happened)
        shares = most_per_day is None and not self._terms.reminder_effect
        for draw in range(1 if self._terms.nobody_pays else self._terms.draws):
            ways = [self._pays(one, draw) for one in ahead]
            for (sums, assumed), base in zip(self._runs, bases, strict=True):
                tracks = [
                    track.fork(pays) if shares else Track(assumed, one.situation, self._today, pays)
                    for one, track, pays in zip(ahead, base, ways, strict=True)
                ]
                _run(tracks, most_per_day)
                for one, track in zip(ahead, tracks, strict=True):
                    sums.heard(sums.draws[draw].add(track.happened))
                    _cash(one.situation, track, sums.draws[draw])

    def _pays(self, one: _Ahead, draw: int) -> Ways:
        if self._terms.nobody_pays:
            return {}
        return payments_drawn(one.situation, one.pattern, self._today, str(self._terms.seed), draw)

    def _policy_of(self, tried: Tried) -> Callable[[AccountFacts, date], Policy]:
        fixed = tried.policy
        return self._own_policy if fixed is None else lambda _facts, _day: fixed

    def _own_policy(self, facts: AccountFacts, day: date) -> Policy:
        id_ = policy_id_of(facts.creditor, facts.account)
        found = self._policies.get((id_, day))
        if found is None:
            found = self._policies[id_, day] = self._from.policy(self._creditor, id_, day)
        return found

    def _asks_law(self, tried: Tried) -> bool:
        return tried.policy is None or any(stage.asks_law for stage in tried.policy.stages)

    def _opted_out(self, account: Account, channel: Channel, to: str) -> str | None:
        key = (account.number, channel, to)
        if key not in self._opted:
            self._opted[key] = self._from.opted_out(account, channel, to)
        return self._opted[key]


def _run(tracks: Sequence[Track], most_per_day: int | None) -> None:
    if most_per_day is not None:
        side_by_side(tracks, most_per_day)
        return
    for track in tracks:
        track.run()


def _cash(situation: Situation, track: Track, into: DrawSums) -> None:
    """Add what was paid: what stands open today, without what reminders would charge."""
    items = {item.number: item for item in situation.facts.items}
    for day, number in track.paid:
        into.pay(day, items[number].currency, items[number].open_minor)
