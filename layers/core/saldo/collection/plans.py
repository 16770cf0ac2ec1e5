"""Instalment plans: agreed, taken back, and brought to be looked at on their days.

While a plan is kept, a hold keeps reminders about its invoices back. `keeping` says what keeping
one means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Final

from saldo.accounts.model import Account, Hold
from saldo.accounts.service import Accounts, InvoiceUnknown, account_in
from saldo.clock import Clock, local_day, local_midnight
from saldo.collection.keeping import PlanKeeping
from saldo.collection.model import Instalment, Plan
from saldo.collection.rules import PlanInTheWay, check_plan, judged_from
from saldo.errors import NotFound, Unavailable
from saldo.events import Event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.money import format_amount
from saldo.payments.agreements import Consent, Mandate
from saldo.payments.scheduled import ConsentMissing, MandateEnded, Schedule
from saldo.reminders.references import instalments_for
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write

HOLD_AFTER_LAST: Final = timedelta(days=21)
"""How long after the last instalment reminders wait at most, should nobody look at the plan: its
money may be on its way for two weeks."""

_ATTEMPTS_MAX: Final = 6


class PlanUnknown(NotFound):
    """There is no such plan on this account."""

    code = "plan-unknown"


class PlanBusy(Unavailable):
    """The plan or its invoices are being changed by others; the same request may work later."""

    code = "plan-busy"


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it would be agreed, with its invoices and its account as they were read for it."""

    plan: Plan
    invoices: tuple[Invoice, ...]
    owner: Account


class Plans:
    """Keeps instalment plans."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, accounts: Accounts, schedule: Schedule
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._schedule = accounts, schedule
        self._keeping = PlanKeeping(store, clock, ids, schedule)

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
        consent: Consent | None = None,
    ) -> Plan:
        """Agree to pay what stands open on `invoices` in `instalments`, charged by `mandate` if
        there is one; it may still be only requested. `plan` is an id that makes a repeated order
        the same plan. `consent` is needed when the mandate's own was for something else.

        Raises AccountUnknown, InvoiceUnknown, PlanNotValid, PlanInTheWay, MandateUnknown,
        MandateEnded, ConsentMissing or PlanBusy.
        """
        plan_id = plan or self._ids.ulid(self._clock.now())
        for _ in range(_ATTEMPTS_MAX):
            known = self._store.get(Plan, creditor, account, plan_id)
            if known is None:
                try:
                    draft = self.drafted(
                        creditor, account, plan_id, invoices, instalments, mandate, by
                    )
                    known = self.begin(with_consent(draft, consent), over=0)
                except CommitConflict:
                    continue  # an invoice was paid or planned, or the mandate moved
            if not _is_unplanned(known) or self._keeping.look(known) != "busy":
                return self._now(known)
        raise PlanBusy("The invoices are just being changed; try again.")

    def of(self, creditor: str, account: str) -> list[Plan]:
        """Return the plans of an account, oldest first, ended ones included."""
        found = self._store.list(Plan, creditor, account)
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def cancel(self, creditor: str, account: str, plan: str, by: str, reason: str) -> Plan:
        """Take a plan back, or decline a proposed one: reminders resume, and what is not being
        charged yet never is.

        Cancelling again, or what is over, is harmless. Raises PlanUnknown or PlanBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            found = self._store.get(Plan, creditor, account, plan)
            if found is None:
                raise PlanUnknown("There is no such plan.")
            if found.state not in ("active", "proposed"):
                self._keeping.drop_rest(found)
                return found
            told = self._keeping.told(
                "plan.cancelled", found, by=by, reason=reason, was=found.state
            )
            ended = self._keeping.end(found, "cancelled", by, reason, told)
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
                    done[self._keeping.look(plan)] += 1
        return done

    def drafted(
        self,
        creditor: str,
        account: str,
        plan_id: str,
        numbers: Sequence[str],
        instalments: Sequence[Instalment],
        mandate_id: str | None,
        by: str,
    ) -> Draft:
        """Return a plan as it would be agreed now; nothing is written.

        Raises AccountUnknown, InvoiceUnknown, PlanNotValid or PlanInTheWay.
        """
        now = self._clock.now()
        owner = account_in(self._store, creditor, account)
        invoices = self._invoices(creditor, account, numbers)
        today = local_day(now, owner.time_zone)
        currency = check_plan(invoices, instalments, today, charged=mandate_id is not None)
        taken = {
            n for one in self.of(creditor, account) if one.state == "active" for n in one.invoices
        }
        if taken & set(numbers):
            raise PlanInTheWay(f"Invoice {min(taken & set(numbers))} is in a plan already.").told(
                invoice=min(taken & set(numbers))
            )
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
            next_at=now if mandate_id else _first_look(instalments[0].due_on, owner),
            settled_before_minor=sum(one.settled_minor for one in invoices),
            version=1,
        )
        return Draft(plan, tuple(invoices), owner)

    def begin(self, draft: Draft, *, over: int) -> Plan:
        """Write a drafted plan over its version `over` (0: there is none) and return it.

        Raises CommitConflict, MandateUnknown, MandateEnded or ConsentMissing.
        """
        plan = replace(draft.plan, version=over + 1)
        self._keep_references(plan)
        writes: list[Write] = [
            Put(plan, expect=over),
            Put(_hold(plan)),
            Put(self._agreed_event(plan)),
            # Another plan for these invoices would have woken the account, too.
            Wake(plan.creditor, plan.account, plan.created_at, expect=draft.owner.version),
            # What stands open is what was agreed about: a payment in between has it planned anew.
            *(Check(one, expect=one.version) for one in draft.invoices),
        ]
        if plan.mandate is not None:
            mandate = self._keeping.mandate(plan, plan.mandate)
            self._check_consent(mandate, plan)
            writes.append(Check(mandate, expect=mandate.version))
        self._store.commit(writes)
        return plan

    def _keep_references(self, plan: Plan) -> None:
        """Let the bank find what each instalment stands for, before anybody can read its reference.

        By itself: ninety invoices and these are more than a transaction holds. If the plan comes
        to nothing they stay, and stand for a plan that nobody was told of.
        """
        told = instalments_for(plan, plan.created_at)
        if told:
            self._store.commit([Put(one, expect=None) for one in told])

    def _invoices(self, creditor: str, account: str, numbers: Sequence[str]) -> list[Invoice]:
        unique = list(dict.fromkeys(numbers))
        found = self._store.get_many(Invoice, [(creditor, account, n) for n in unique])
        missing = [n for n in unique if (creditor, account, n) not in found]
        if missing:
            raise InvoiceUnknown(f"There is no invoice {missing[0]!r} on this account.")
        return sorted(found.values(), key=lambda one: (one.due_on, one.number))

    def _check_consent(self, mandate: Mandate, plan: Plan) -> None:
        """Only what the payer agreed to is charged: this plan, and no other by the same words."""
        if mandate.state == "ended":
            raise MandateEnded("This mandate was ended.")
        if plan.consent is not None:
            return
        every = self._schedule.of(mandate.creditor, mandate.account)
        if mandate.consent.kind != "plan" or any(one.mandate == mandate.id for one in every):
            raise ConsentMissing("The payer gave this mandate for something else.")

    def _now(self, plan: Plan) -> Plan:
        found = self._store.get(Plan, *plan.key)
        assert found is not None, "plans are never deleted"
        return found

    def _agreed_event(self, plan: Plan) -> Event:
        return self._keeping.told(
            "plan.agreed",
            plan,
            currency=plan.currency,
            amount=format_amount(plan.total_minor, plan.currency),
            instalments=[
                {
                    "due_on": part.due_on.isoformat(),
                    "amount": format_amount(part.amount_minor, plan.currency),
                    **({"reference": reference} if reference else {}),
                }
                for part, reference in zip_longest(plan.instalments, plan.references)
            ],
            mandate=plan.mandate,
            by=plan.by,
        )


def with_consent(draft: Draft, consent: Consent | None) -> Draft:
    """Return a draft with what the payer agreed to for it."""
    return replace(draft, plan=replace(draft.plan, consent=consent))


def _is_unplanned(plan: Plan) -> bool:
    return plan.mandate is not None and plan.next_at == plan.created_at


def _first_look(day: date, owner: Account) -> datetime:
    return local_midnight(judged_from(day, charged=False), owner.time_zone)


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
        about={"last_on": plan.instalments[-1].due_on.isoformat()},
        version=1,
    )
