"""Instalment plans that are proposed first: they wait for the creditor, and hold nothing back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from saldo.clock import Clock
from saldo.collection.common import ATTEMPTS_MAX
from saldo.collection.model import Instalment, Plan
from saldo.collection.plans import PlanBusy, Plans, PlanUnknown
from saldo.errors import Conflict
from saldo.events import event
from saldo.ids import Ids
from saldo.money import format_amount
from saldo.store import CommitConflict, Put, Store


class PlanDiffers(Conflict):
    """The id was used before for a plan with other contents."""

    code = "plan-differs"


class PlanOver(Conflict):
    """The plan was declined, cancelled, missed or finished: propose or agree a new one."""

    code = "plan-over"


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
    ) -> tuple[Plan, bool]:
        """Agree a plan, and tell whether it was new: the same again is answered, not doubled.

        Raises PlanDiffers, and whatever `Plans.agree` raises.
        """
        known = self._known(creditor, account, plan, invoices, instalments, mandate)
        made = self._plans.agree(creditor, account, invoices, instalments, mandate, by, plan=plan)
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
    ) -> tuple[Plan, bool]:
        """Propose a plan, and tell whether that was new: the same again is answered.

        It is looked over like one that is agreed. Raises AccountUnknown, InvoiceUnknown,
        PlanNotValid, PlanInTheWay or PlanDiffers.
        """
        known = self._known(creditor, account, plan, invoices, instalments, mandate)
        if known is not None:
            return known, False
        drafted, _ = self._plans.drafted(
            creditor, account, plan, invoices, instalments, mandate, by
        )
        proposed = replace(drafted, state="proposed", next_at=None)
        now = self._clock.now()
        told = event(
            self._ids.ulid(now),
            now,
            "plan.proposed",
            creditor,
            account,
            plan=plan,
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
            mandate=mandate,
            by=by,
        )
        try:
            self._store.commit([Put(proposed), Put(told)])
        except CommitConflict:  # the same order came twice at once
            known = self._known(creditor, account, plan, invoices, instalments, mandate)
            assert known is not None, "somebody put it there"
            return known, False
        return proposed, True

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
            drafted, invoices = self._plans.drafted(
                creditor, account, plan, found.invoices, found.instalments, found.mandate, by
            )
            try:
                self._plans.begin(
                    replace(drafted, version=found.version + 1), invoices, expect=found.version
                )
            except CommitConflict:
                continue  # something was paid, or somebody declined
            break
        else:
            raise PlanBusy("The plan is just being changed; try again.")
        # Whoever agrees a known plan again has it looked at: its charges are scheduled.
        return self._plans.agree(
            creditor, account, found.invoices, found.instalments, found.mandate, by, plan=plan
        )

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
