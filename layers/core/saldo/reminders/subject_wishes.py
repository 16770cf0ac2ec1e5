"""What messages tell of a payer's proposal of instalments, or word of a payment."""

from __future__ import annotations

from datetime import date, timedelta

from saldo.accounts.model import Hold, HoldKind
from saldo.collection.facts import PaidClaim
from saldo.collection.model import Plan
from saldo.messages.model import LISTED_MAX, AgreedPlan, PlanPart
from saldo.messages.told import ToldPaidClaim
from saldo.reminders.listed_invoices import invoices_of
from saldo.reminders.model import Notice
from saldo.reminders.subject import Found, Moot, Subject, asked_for
from saldo.store import Store


class WishSubjects:
    """Reads what was proposed, or said to be paid, as it stands now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def proposed(self, notice: Notice) -> Found:
        plan = self._store.get(Plan, *notice.key[:2], notice.about or "")
        if plan is None or plan.state != "proposed":
            return Moot("plan-decided")
        return self._told_plan(notice, plan, self._rests_until(plan.invoices, notice))

    def declined(self, notice: Notice) -> Found:
        plan = self._store.get(Plan, *notice.key[:2], notice.about or "")
        if plan is None or plan.state != "cancelled":
            return Moot("plan-goes-on")
        return self._told_plan(notice, plan, None, plan.ended_reason or "")

    def claimed(self, notice: Notice) -> Found:
        claim = self._store.get(PaidClaim, *notice.key[:2], notice.about or "")
        if claim is None or claim.state != "open":
            return Moot("paid-claim-decided")
        return self._told_claim(notice, claim)

    def unfounded(self, notice: Notice) -> Found:
        claim = self._store.get(PaidClaim, *notice.key[:2], notice.about or "")
        if claim is None or claim.state != "unfounded":
            return Moot("paid-claim-goes-on")
        return self._told_claim(notice, claim)

    def _told_plan(
        self, notice: Notice, plan: Plan, rests_until: date | None, explanation: str = ""
    ) -> Found:
        invoices = invoices_of(self._store, notice, plan.invoices)
        open_minor = sum(one.open_minor for one in invoices)
        if not open_minor:
            return Moot("settled-before-it-left")
        listed = invoices[:LISTED_MAX]
        told = AgreedPlan(
            tuple(PlanPart(part.amount_minor, part.due_on) for part in plan.instalments),
            plan.currency,
            plan.total_minor,
            open_minor,
            tuple(one.number for one in listed),
            len(invoices) - len(listed),
            rests_until=rests_until,
            explanation=explanation,
        )
        # A proposal asks for nothing yet; once it is declined, all of it is due as before.
        asked = asked_for(invoices, open_minor, plan.currency)
        return Subject(listed, plan=told, asked=asked if plan.state == "cancelled" else None)

    def _told_claim(self, notice: Notice, claim: PaidClaim) -> Found:
        invoices = invoices_of(self._store, notice, claim.invoices)
        open_minor = sum(one.open_minor for one in invoices)
        if not open_minor:
            return Moot("settled-before-it-left")
        listed = invoices[:LISTED_MAX]
        told = ToldPaidClaim(
            claim.amount_minor,
            claim.currency,
            claim.paid_on,
            tuple(one.number for one in listed),
            len(invoices) - len(listed),
            len(claim.files),
            claim.rests_until - timedelta(days=1) if claim.state == "open" else None,
            open_minor,
            claim.outcome if claim.state == "unfounded" else "",
        )
        asked = asked_for(invoices, open_minor, claim.currency)
        return Subject(listed, claim=told, asked=asked if claim.state == "unfounded" else None)

    def _rests_until(
        self, numbers: tuple[str, ...], notice: Notice, kind: HoldKind = "plan-proposed"
    ) -> date | None:
        """Return the last day on which reminders rest for all of them, None where they do not."""
        ends = {
            hold.invoice: hold.until - timedelta(days=1)
            for hold in self._store.list(Hold, *notice.key[:2])
            if hold.kind == kind and hold.ended_at is None and hold.until is not None
        }
        return min((ends[n] for n in numbers), default=None) if set(numbers) <= set(ends) else None
