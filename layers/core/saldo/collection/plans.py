"""Instalment plans: agreed, looked at after each due date, finished or missed.

With a mandate every instalment becomes a scheduled payment, which is charged on its day; without
one the payer pays, and the plan is looked at the day after. While a plan is kept, a hold keeps
reminders about its invoices back; when an instalment is missed the plan is over, nothing more is
charged, and reminders go on where they stood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from saldo.accounts.model import Account, Hold
from saldo.accounts.service import Accounts, AccountUnknown, InvoiceUnknown
from saldo.clock import Clock, local_day, local_midnight
from saldo.collection.model import Instalment, Plan, PlanState
from saldo.collection.rules import Kept, PlanInTheWay, check_plan, judge
from saldo.errors import NotFound, Unavailable
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.money import format_amount
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.model import Payment
from saldo.payments.scheduled import ConsentMissing, MandateEnded, MandateUnknown, Schedule
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write

LOOKING: Final = "saldo:plans"
HOLD_AFTER_LAST: Final = timedelta(days=21)
"""How long after the last instalment reminders wait at most, should nobody look at the plan: its
money may be on its way for two weeks."""

_ATTEMPTS_MAX: Final = 6

Looked = Literal["kept", "waiting", "missed", "finished", "busy"]


class PlanUnknown(NotFound):
    """There is no such plan on this account."""

    code = "plan-unknown"


class PlanBusy(Unavailable):
    """The plan or its invoices are being changed by others; the same request may work later."""

    code = "plan-busy"


class Plans:
    """Keeps instalment plans."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, accounts: Accounts, schedule: Schedule
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._schedule = accounts, schedule

    def agree(
        self,
        creditor: str,
        account: str,
        invoices: Sequence[str],
        instalments: Sequence[Instalment],
        mandate: str | None,
        by: str,
        *,
        plan: str | None = None,
    ) -> Plan:
        """Agree to pay what stands open on `invoices` in `instalments`, charged by `mandate` if
        there is one; it may still be only requested. `plan` is an id that makes a repeated order
        the same plan.

        Raises AccountUnknown, InvoiceUnknown, PlanNotValid, PlanInTheWay, MandateUnknown,
        MandateEnded, ConsentMissing or PlanBusy.
        """
        plan_id = plan or self._ids.ulid(self._clock.now())
        for _ in range(_ATTEMPTS_MAX):
            known = self._store.get(Plan, creditor, account, plan_id)
            if known is None:
                try:
                    known = self._agreed(
                        creditor, account, plan_id, invoices, instalments, mandate, by
                    )
                except CommitConflict:
                    continue  # an invoice was paid, or the mandate moved
            if not self._is_unplanned(known) or self._look(known) != "busy":
                return self._now(known)
        raise PlanBusy("The invoices are just being changed; try again.")

    def of(self, creditor: str, account: str) -> list[Plan]:
        """Return the plans of an account, oldest first, ended ones included."""
        found = self._store.list(Plan, creditor, account)
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def cancel(self, creditor: str, account: str, plan: str, by: str, reason: str) -> Plan:
        """Take a plan back: reminders resume, and what is not being charged yet never is.

        Cancelling again, or what is over, is harmless. Raises PlanUnknown or PlanBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            found = self._store.get(Plan, creditor, account, plan)
            if found is None:
                raise PlanUnknown("There is no such plan.")
            if found.state != "active":
                self._drop_rest(found)
                return found
            told = self._event("plan.cancelled", found, by=by, reason=reason)
            ended = self._ended(found, "cancelled", by, reason, told)
            if ended is not None:
                return ended
        raise PlanBusy("The plan is just being changed; try again.")

    def look(self) -> Counter[str]:
        """Look at every plan whose day has come; return how many were kept, missed, finished, wait
        for money on its way, or were busy: those are looked at again.
        """
        done: Counter[str] = Counter()
        now = self._clock.now()
        for creditor in self._accounts.creditors():
            for key in self._store.work(Plan, "plan", creditor.id, now):
                plan = self._store.get(Plan, *key)
                if plan is not None and plan.work_entry is not None:
                    done[self._look(plan)] += 1
        return done

    def _agreed(
        self,
        creditor: str,
        account: str,
        plan_id: str,
        numbers: Sequence[str],
        instalments: Sequence[Instalment],
        mandate_id: str | None,
        by: str,
    ) -> Plan:
        now = self._clock.now()
        owner = self._store.get(Account, creditor, account)
        if owner is None:
            raise AccountUnknown(f"There is no account {account!r}.")
        invoices = self._invoices(creditor, account, numbers)
        today = local_day(now, owner.time_zone)
        currency = check_plan(invoices, instalments, today, charged=mandate_id is not None)
        taken = {
            n for one in self.of(creditor, account) if one.state == "active" for n in one.invoices
        }
        if taken & set(numbers):
            raise PlanInTheWay(f"Invoice {min(taken & set(numbers))} is in a plan already.")
        plan = Plan(
            creditor,
            account,
            plan_id,
            tuple(one.number for one in invoices),
            currency,
            tuple(instalments),
            "active",
            by,
            now,
            mandate=mandate_id,
            # The first look schedules the charges; without any it is when one may be missed.
            next_at=now if mandate_id else _day_after(instalments[0].due_on, owner),
            settled_before_minor=sum(one.settled_minor for one in invoices),
            version=1,
        )
        writes: list[Write] = [
            Put(plan),
            Put(_hold(plan)),
            Put(self._agreed_event(plan)),
            Wake(creditor, account, now),
            # What stands open is what was agreed about: a payment in between has it planned anew.
            *(Check(one, expect=one.version) for one in invoices),
        ]
        if mandate_id is not None:
            mandate = self._mandate(plan, mandate_id)
            self._check_consent(mandate)
            writes.append(Check(mandate, expect=mandate.version))
        self._store.commit(writes)
        return plan

    def _is_unplanned(self, plan: Plan) -> bool:
        return plan.mandate is not None and plan.next_at == plan.created_at

    def _planned_all(self, plan: Plan) -> bool:
        """Schedule every instalment of a plan that is charged; False when the mandate moved."""
        if plan.mandate is None or plan.state != "active":
            return True
        owner = self._store.get(Account, plan.creditor, plan.account)
        assert owner is not None, "a plan has its account"
        for number, part in enumerate(plan.instalments, start=1):
            mandate = self._mandate(plan, plan.mandate)
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
                self._schedule.begin(scheduled, mandate, hold=False)
            except CommitConflict:
                return False
        return True

    def _look(self, plan: Plan) -> Looked:
        owner = self._store.get(Account, plan.creditor, plan.account)
        assert owner is not None, "a plan has its account"
        if not self._planned_all(plan):
            return "busy"
        invoices = self._invoices(plan.creditor, plan.account, plan.invoices)
        today = local_day(self._clock.now(), owner.time_zone)
        kept = judge(plan, invoices, self._coming(plan, today), today)
        if kept.state == "finished":
            paid = format_amount(kept.paid_minor, plan.currency)
            told = self._event("plan.finished", plan, currency=plan.currency, paid=paid)
            ended = self._ended(plan, "finished", LOOKING, None, told)
        elif kept.state == "missed":
            reason = f"The instalment of {kept.due_on} did not come."
            told = self._missed_event(plan, kept, reason)
            ended = self._ended(plan, "missed", LOOKING, reason, told)
        else:
            assert kept.look_on is not None
            later = replace(
                plan,
                next_at=local_midnight(kept.look_on, owner.time_zone),
                version=plan.version + 1,
            )
            ended = self._kept(plan, later)
        return kept.state if ended is not None else "busy"

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

    def _ended(
        self, plan: Plan, state: PlanState, by: str, reason: str | None, told: Event
    ) -> Plan | None:
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
        hold = self._store.get(Hold, plan.creditor, plan.account, plan.hold_id)
        if hold is not None and hold.ended_at is None:
            over = replace(hold, ended_at=now, ended_by=by, version=hold.version + 1)
            writes.append(Put(over, expect=hold.version))
        try:
            self._store.commit(writes)
        except CommitConflict:
            return None
        self._drop_rest(ended)
        return ended

    def _drop_rest(self, plan: Plan) -> None:
        """Cancel the charges of a plan that is over; `decide` drops what a crash leaves here."""
        for found in self._charges(plan):
            if found.state in ("waiting", "planned"):
                self._schedule.end(found, "cancelled", LOOKING, f"The plan is {plan.state}.")

    def _invoices(self, creditor: str, account: str, numbers: Sequence[str]) -> list[Invoice]:
        unique = list(dict.fromkeys(numbers))
        found = self._store.get_many(Invoice, [(creditor, account, n) for n in unique])
        missing = [n for n in unique if (creditor, account, n) not in found]
        if missing:
            raise InvoiceUnknown(f"There is no invoice {missing[0]!r} on this account.")
        return sorted(found.values(), key=lambda one: (one.due_on, one.number))

    def _mandate(self, plan: Plan, mandate_id: str) -> Mandate:
        found = self._store.get(Mandate, plan.creditor, plan.account, mandate_id)
        if found is None:
            raise MandateUnknown("There is no such mandate.")
        return found

    def _check_consent(self, mandate: Mandate) -> None:
        """Only what the payer agreed to is charged: this plan, and no other by the same words."""
        if mandate.state == "ended":
            raise MandateEnded("This mandate was ended.")
        every = self._schedule.of(mandate.creditor, mandate.account)
        if mandate.consent.kind != "plan" or any(one.mandate == mandate.id for one in every):
            raise ConsentMissing("The payer gave this mandate for something else.")

    def _now(self, plan: Plan) -> Plan:
        found = self._store.get(Plan, *plan.key)
        assert found is not None, "plans are never deleted"
        return found

    def _agreed_event(self, plan: Plan) -> Event:
        return self._event(
            "plan.agreed",
            plan,
            currency=plan.currency,
            amount=format_amount(plan.total_minor, plan.currency),
            instalments=[
                {
                    "due_on": part.due_on.isoformat(),
                    "amount": format_amount(part.amount_minor, plan.currency),
                }
                for part in plan.instalments
            ],
            mandate=plan.mandate,
            by=plan.by,
        )

    def _missed_event(self, plan: Plan, kept: Kept, reason: str) -> Event:
        assert kept.due_on is not None, "what was missed was due"
        return self._event(
            "plan.missed",
            plan,
            currency=plan.currency,
            due_on=kept.due_on.isoformat(),
            due=format_amount(kept.due_minor, plan.currency),
            paid=format_amount(kept.paid_minor, plan.currency),
            reason=reason,
        )

    def _event(self, type_: EventType, plan: Plan, **more: Any) -> Event:
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


def _instalment_id(plan: Plan, number: int) -> str:
    return f"{plan.id}-{number}"


def _day_after(day: date, owner: Account) -> datetime:
    return local_midnight(day + timedelta(days=1), owner.time_zone)


def _hold(plan: Plan) -> Hold:
    first, *more = plan.invoices
    return Hold(
        plan.creditor,
        plan.account,
        plan.hold_id,
        "plan",
        first,
        f"An instalment plan until {plan.instalments[-1].due_on} is being kept.",
        plan.by,
        plan.created_at,
        plan.instalments[-1].due_on + HOLD_AFTER_LAST,
        more_invoices=tuple(more),
        version=1,
    )
