"""The schedules of the installation, and the operator's look at what was set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.pay import app as pay
from functions.reconcile import app as reconcile
from functions.relay import app as relay
from functions.remind import app as remind
from saldo.bank_entries.model import BankEntry
from saldo.clock import iso_instant
from saldo.collection.model import Plan
from saldo.events import Event
from saldo.invoices.model import Credit
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.model import Payment, Refund
from saldo.reminders.model import Notice
from saldo_cli.simulation.deeds import PayOut
from saldo_cli.simulation.people import CREDITOR
from saldo_cli.simulation.queues import DeadLetter
from saldo_cli.simulation.story import DAYS_OF_STORY, SWEEP_HOUR, Poison, instant
from saldo_cli.simulation.world import World

PAYOUT_DAYS = DAYS_OF_STORY + 20
"""Payouts are fetched twice a day here, for as long as there are any."""

_QUARTER = 15
_RACE_HOURS = (SWEEP_HOUR - 1, SWEEP_HOUR + 1)
_FAR = datetime(9000, 1, 1, tzinfo=UTC)
_AGREED = ((ScheduledPayment, "scheduled-payment"), (Mandate, "mandate"), (Plan, "plan"))


class Schedules:
    """Runs what the schedules run.

    Runs that would find nothing to do are left out where nothing happens any more: they change
    nothing and cost most of the time.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def run(self) -> None:
        """Live from the first day to the last, then look after everything once more."""
        for day in range(self._world.days):
            self._world.agenda.at(instant(day, SWEEP_HOUR), self._sweep)
            self._world.agenda.at(instant(day, 18), self.redrive)
        if any(isinstance(action, PayOut) for action in self._world.story.actions):
            for day in range(PAYOUT_DAYS):
                self._world.agenda.at(instant(day, 16), self._fetch_payouts)
                self._world.agenda.at(instant(day, 21), self._fetch_payouts)
        self._world.agenda.at(instant(0, 6), self._tick)
        self._world.agenda.run_until(instant(self._world.days, 12))

    def _sweep(self) -> None:
        now = self._world.clock.now()
        due = self._world.books.due_accounts(CREDITOR, now)
        if now >= instant(DAYS_OF_STORY, 0) and next(due, None) is None:
            return
        event = {"kind": "reminders", "scheduled_time": iso_instant(self._world.clock.now())}
        self._retried("sweep", remind.sweep, event)

    def _fetch_payouts(self) -> None:
        event = {"kind": "payouts", "scheduled_time": iso_instant(self._world.clock.now())}
        self._retried("payouts", reconcile.fetch_payouts, event)

    def _retried(
        self,
        who: str,
        function: Callable[[dict[str, Any], Any], Any],
        event: dict[str, Any],
        attempt: int = 0,
    ) -> None:
        """Invoke a function as the scheduler does: again when it failed, and as its next run does,
        which comes every hour.
        """
        if self._world.invoke(who, function, event) is None and attempt < 10:
            wait = 60 if attempt % 3 < 2 else 3600
            self._world.agenda.after(wait, lambda: self._retried(who, function, event, attempt + 1))

    def _tick(self) -> None:
        """Tidy, republish and tend what money left undone.

        Every quarter of an hour while events or notices wait, every hour while only payers take
        their time, and rarely once all is quiet.
        """
        now, quick = self._world.clock.now(), self._waits((Event, "event"), (Notice, "notice"))
        slow = self._waits((Payment, "payment"), (Refund, "refund"), (Credit, "allocation"))
        if quick:
            self._world.invoke("tidy", remind.tidy, {})
            self._world.invoke("republish", relay.republish, {})
        slow = slow or self._waits((BankEntry, "bank-doing"))
        slow = slow or self._waits(*_AGREED, until=now + timedelta(hours=6))
        if slow and (now.minute < _QUARTER or not quick):
            self._world.invoke("tend", pay.tend, {})
        if quick or (
            now < instant(DAYS_OF_STORY, 0) and _RACE_HOURS[0] <= now.hour < _RACE_HOURS[1]
        ):
            gap = timedelta(minutes=_QUARTER)
        else:
            gap = timedelta(hours=1 if slow or now < instant(DAYS_OF_STORY, 0) else 6)
        self._world.agenda.at(now + gap, self._tick)

    def _waits(self, *what: tuple[type[Any], str], until: datetime = _FAR) -> bool:
        """Tell whether something is waiting, now or later."""
        return any(
            next(self._world.books.work(kind, name, owner, until), None)
            for kind, name in what
            for owner in (CREDITOR, "*")
        )

    def redrive(self) -> None:
        """Put back what was set aside for a passing reason: the operator's evening round."""
        kept = []
        for letter in self._world.dead:
            if is_lasting(self._world, letter):
                kept.append(letter)
            else:
                self._world.queues[letter.queue].put_body(letter.body, twice=False)
        self._world.dead[:] = kept


def is_lasting(world: World, letter: DeadLetter) -> bool:
    """Tell whether a message can never be handled: its endpoint is down, or it is no job."""
    poison = {(a.queue, a.body) for a in world.story.actions if isinstance(a, Poison)}
    return letter.reason.startswith("given up") or (letter.queue, letter.body) in poison
