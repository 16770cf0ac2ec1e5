"""An instalment plan being kept: its charges scheduled, its due dates looked at, its end.

With a mandate every instalment becomes a scheduled payment, which is charged on its day; without
one the payer pays, and the plan is looked at when a transfer of the last day is here. When an
instalment is missed the plan is over, nothing more is charged, and reminders go on where they
stood.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final, Literal

from saldo.accounts.model import Account, Hold
from saldo.clock import Clock, local_day, local_midnight
from saldo.collection import proposal_holds
from saldo.collection.model import Plan, PlanState
from saldo.collection.rules import Kept, judge
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.money import format_amount
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.model import Payment
from saldo.payments.scheduled import MandateUnknown, Schedule
from saldo.store import CommitConflict, Put, Store, Wake, Write

LOOKING: Final = "saldo:plans"

Looked = Literal["kept", "waiting", "missed", "finished", "busy"]


class PlanKeeping:
    """Keeps plans that were agreed."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, schedule: Schedule) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._schedule = schedule

    def look(self, plan: Plan) -> Looked:
        """Look at a plan as it was read: schedule what is to be charged, and judge it.

        "busy" when it or its mandate moved meanwhile: it is looked at again.
        """
        owner = self._store.get(Account, plan.creditor, plan.account)
        assert owner is not None, "a plan has its account"
        if not self._planned_all(plan):
            return "busy"
        keys = [(plan.creditor, plan.account, number) for number in plan.invoices]
        invoices = list(self._store.get_many(Invoice, keys).values())
        today = local_day(self._clock.now(), owner.time_zone)
        kept = judge(plan, invoices, self._coming(plan, today), today)
        if kept.state == "finished":
            paid = format_amount(kept.paid_minor, plan.currency)
            told = self.told("plan.finished", plan, currency=plan.currency, paid=paid)
            ended = self.end(plan, "finished", LOOKING, None, told)
        elif kept.state == "missed":
            reason = f"The instalment of {kept.due_on} did not come."
            told = self._missed(plan, kept, reason)
            ended = self.end(plan, "missed", LOOKING, reason, told)
        else:
            assert kept.look_on is not None
            later = replace(
                plan,
                next_at=local_midnight(kept.look_on, owner.time_zone),
                version=plan.version + 1,
            )
            ended = self._kept(plan, later)
        return kept.state if ended is not None else "busy"

    def end(
        self, plan: Plan, state: PlanState, by: str, reason: str | None, told: Event
    ) -> Plan | None:
        """End a plan as it was read, with its hold and its charges.

        Returns None when it was changed meanwhile.
        """
        now = self._clock.now()
        ended = replace(
            plan,
            state=state,
            next_at=None,
            ended_at=now,
            ended_by=by,
            ended_reason=reason,
            version=plan.version + 1,
        )
        writes: list[Write] = [
            Put(ended, expect=plan.version),
            Put(told),
            Wake(plan.creditor, plan.account, now),
        ]
        if plan.state == "proposed":
            writes += proposal_holds.ends(self._store, plan, by, now)
        hold = self._store.get(Hold, plan.creditor, plan.account, plan.hold_id)
        if hold is not None and hold.ended_at is None:
            over = replace(hold, ended_at=now, ended_by=by, version=hold.version + 1)
            writes.append(Put(over, expect=hold.version))
        try:
            self._store.commit(writes)
        except CommitConflict:
            return None
        self.drop_rest(ended)
        return ended

    def drop_rest(self, plan: Plan) -> None:
        """Cancel the charges of a plan that is over; `decide` drops what a crash leaves here."""
        for found in self._charges(plan):
            if found.state in ("waiting", "planned"):
                self._schedule.end(found, "cancelled", LOOKING, f"The plan is {plan.state}.")

    def mandate(self, plan: Plan, mandate_id: str) -> Mandate:
        """Return a mandate of the plan's account; raises MandateUnknown."""
        found = self._store.get(Mandate, plan.creditor, plan.account, mandate_id)
        if found is None:
            raise MandateUnknown("There is no such mandate.")
        return found

    def told(self, type_: EventType, plan: Plan, **more: Any) -> Event:
        """Return an event about a plan."""
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            type_,
            plan.creditor,
            plan.account,
            plan=plan.id,
            invoices=list(plan.invoices),
            **more,
        )

    def _planned_all(self, plan: Plan) -> bool:
        """Schedule every instalment of a plan that is charged; False when the mandate moved."""
        if plan.mandate is None or plan.state != "active":
            return True
        owner = self._store.get(Account, plan.creditor, plan.account)
        assert owner is not None, "a plan has its account"
        for number, part in enumerate(plan.instalments, start=1):
            mandate = self.mandate(plan, plan.mandate)
            if mandate.state == "ended":
                return True  # nothing can be charged: the payer pays, or the plan is missed
            scheduled = ScheduledPayment(
                plan.creditor,
                plan.account,
                _instalment_id(plan, number),
                mandate.id,
                plan.invoices,
                plan.currency,
                part.amount_minor,
                part.due_on,
                local_midnight(part.due_on, owner.time_zone),
                "planned" if mandate.is_chargeable else "waiting",
                self._clock.now(),
                plan=plan.id,
                version=1,
            )
            if self._store.get(ScheduledPayment, *scheduled.key) is not None:
                continue
            try:
                self._schedule.begin(scheduled, mandate)
            except CommitConflict:
                return False
        return True

    def _kept(self, plan: Plan, later: Plan) -> Plan | None:
        try:
            self._store.commit([Put(later, expect=plan.version)])
        except CommitConflict:
            return None
        return later

    def _coming(self, plan: Plan, today: date) -> int:
        """Return what is on its way to the plan's invoices, or being charged, in minor units."""
        own = [one for one in self._charges(plan) if one.charge_on < today]
        charged = {one.payment_id for one in self._charges(plan)}
        return sum(one.amount_minor for one in own if one.state in ("planned", "charging")) + sum(
            one.amount_minor
            for one in self._store.list(Payment, plan.creditor, plan.account)
            if one.state == "processing"
            and one.currency == plan.currency
            and one.id not in charged
            and set(one.invoices) & set(plan.invoices)
        )

    def _charges(self, plan: Plan) -> list[ScheduledPayment]:
        every = self._store.list(ScheduledPayment, plan.creditor, plan.account)
        return [one for one in every if one.plan == plan.id]

    def _missed(self, plan: Plan, kept: Kept, reason: str) -> Event:
        assert kept.due_on is not None, "what was missed was due"
        return self.told(
            "plan.missed",
            plan,
            currency=plan.currency,
            due_on=kept.due_on.isoformat(),
            due=format_amount(kept.due_minor, plan.currency),
            paid=format_amount(kept.paid_minor, plan.currency),
            reason=reason,
        )


def _instalment_id(plan: Plan, number: int) -> str:
    return f"{plan.id}-{number}"
