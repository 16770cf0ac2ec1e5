"""Instalment plans that are proposed first: they wait for the creditor.

What the creditor's own people propose holds nothing back; what the payer proposes holds reminders
for a few days, in which the creditor is to decide (`proposal_holds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from saldo.clock import Clock
from saldo.collection import proposal_holds
from saldo.collection.common import ATTEMPTS_MAX
from saldo.collection.model import Instalment, Plan
from saldo.collection.plans import PlanBusy, Plans, PlanUnknown, with_consent
from saldo.collection.rules import PlanInTheWay
from saldo.errors import Conflict
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.money import format_amount
from saldo.payments.agreements import Consent
from saldo.store import CommitConflict, Put, Store, Wake, Write


class PlanDiffers(Conflict):
    """The id was used before for a plan with other contents."""

    code = "plan-differs"


class PlanOver(Conflict):
    """The plan was declined, cancelled, missed or finished: propose or agree a new one."""

    code = "plan-over"


@dataclass(frozen=True, slots=True)
class PayersWish:
    """What goes with a plan that the payer asks for: the consent to its charges by a mandate that
    was given for something else, and the first day on which reminders go again if nobody decides
    (None: they never rest; for each invoice they rest once while it is owed).
    """

    consent: Consent | None = None
    hold_until: date | None = None


NO_WISH: Final = PayersWish()


class Proposals:
    """Keeps plans that wait for the creditor."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, plans: Plans) -> None:
        self._store, self._clock, self._ids, self._plans = store, clock, ids, plans

    def agree(
        self,
        creditor: str,
        account: str,
        plan: str,
        invoices: Sequence[str],
        instalments: Sequence[Instalment],
        mandate: str | None,
        by: str,
        wish: PayersWish = NO_WISH,
    ) -> tuple[Plan, bool]:
        """Agree a plan, and tell whether it was new: the same again is answered, not doubled.

        Raises PlanDiffers, and whatever `Plans.agree` raises.
        """
        known = self._known(creditor, account, plan, invoices, instalments, mandate)
        made = self._plans.agree(
            creditor, account, invoices, instalments, mandate, by, plan=plan, consent=wish.consent
        )
        return made, known is None

    def propose(
        self,
        creditor: str,
        account: str,
        plan: str,
        invoices: Sequence[str],
        instalments: Sequence[Instalment],
        mandate: str | None,
        by: str,
        wish: PayersWish = NO_WISH,
    ) -> tuple[Plan, bool]:
        """Propose a plan, and tell whether that was new: the same again is answered.

        It is looked over like one that is agreed. Raises AccountUnknown,
        InvoiceUnknown, PlanNotValid, PlanInTheWay, PlanDiffers or PlanBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            known = self._known(creditor, account, plan, invoices, instalments, mandate)
            if known is not None:
                return known, False
            draft = self._plans.drafted(creditor, account, plan, invoices, instalments, mandate, by)
            self._check_alone(draft.plan)
            proposed = replace(draft.plan, state="proposed", next_at=None, consent=wish.consent)
            now = self._clock.now()
            # Another proposal for these invoices would have woken the account, too.
            writes: list[Write] = [
                Put(proposed),
                Put(self._told(proposed)),
                Wake(creditor, account, now, expect=draft.owner.version),
            ]
            if wish.hold_until is not None:
                writes += proposal_holds.placed(self._store, proposed, wish.hold_until, now)
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue  # the same order came twice at once, or the account moved
            return proposed, True
        raise PlanBusy("The account is just being changed; try again.")

    def _check_alone(self, plan: Plan) -> None:
        for other in self._plans.of(plan.creditor, plan.account):
            taken = set(other.invoices) & set(plan.invoices)
            if other.state == "proposed" and taken:
                raise PlanInTheWay(
                    f"A plan for invoice {min(taken)} waits for an answer already."
                ).told(invoice=min(taken))

    def _told(self, proposed: Plan) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            "plan.proposed",
            proposed.creditor,
            proposed.account,
            plan=proposed.id,
            invoices=list(proposed.invoices),
            currency=proposed.currency,
            amount=format_amount(proposed.total_minor, proposed.currency),
            instalments=[
                {
                    "due_on": part.due_on.isoformat(),
                    "amount": format_amount(part.amount_minor, proposed.currency),
                }
                for part in proposed.instalments
            ],
            mandate=proposed.mandate,
            by=proposed.by,
        )

    def approve(self, creditor: str, account: str, plan: str, by: str) -> Plan:
        """Agree to a proposed plan; it must still fit what stands open. Harmless for one that is
        being kept.

        Raises PlanUnknown, PlanOver, PlanNotValid, PlanInTheWay, MandateUnknown, MandateEnded,
        ConsentMissing or PlanBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            found = self._store.get(Plan, creditor, account, plan)
            if found is None:
                raise PlanUnknown("There is no such plan.")
            if found.state == "active":
                break
            if found.state != "proposed":
                raise PlanOver(f"The plan is {found.state}.")
            draft = self._plans.drafted(
                creditor, account, plan, found.invoices, found.instalments, found.mandate, by
            )
            try:
                self._plans.begin(with_consent(draft, found.consent), over=found.version)
            except CommitConflict:
                continue  # something was paid or planned, or somebody declined
            break
        else:
            raise PlanBusy("The plan is just being changed; try again.")
        self._end_holds(found, by)
        # Whoever agrees a known plan again has it looked at: its charges are scheduled.
        return self._plans.agree(
            creditor, account, found.invoices, found.instalments, found.mandate, by, plan=plan
        )

    def _end_holds(self, plan: Plan, by: str) -> None:
        """The plan's own hold has taken over: those of the proposal end, at the latest on their
        day where a crash leaves them here.
        """
        writes = proposal_holds.ends(self._store, plan, by, self._clock.now())
        if writes:
            with suppress(CommitConflict):
                self._store.commit(writes)

    def _known(
        self,
        creditor: str,
        account: str,
        plan: str,
        invoices: Sequence[str],
        instalments: Sequence[Instalment],
        mandate: str | None,
    ) -> Plan | None:
        """Return a plan of that id; raise PlanDiffers if it is another one."""
        known = self._store.get(Plan, creditor, account, plan)
        if known is None:
            return None
        same = (set(known.invoices), known.instalments, known.mandate) == (
            set(invoices),
            tuple(instalments),
            mandate,
        )
        if not same:
            raise PlanDiffers(f"Plan {plan!r} was made before with other contents.").at("/id")
        return known
