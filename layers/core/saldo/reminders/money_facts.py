"""Which messages a fact about money calls for: payments, debits, mandates and plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from saldo.accounts.model import Account, Hold
from saldo.clock import local_day
from saldo.collection.model import Plan
from saldo.messages.failures import failure_kind
from saldo.money import parse_amount
from saldo.payments.agreements import NEVER_GIVEN, Mandate, ScheduledPayment
from saldo.payments.model import BOOKED_BY_ERP, Payment
from saldo.reminders.fact import Fact, Message
from saldo.store import Store

PAYER = "payer"
"""Who ended a mandate or a scheduled payment, if the payer did so here."""


class MoneyFacts:
    """Reads what became of money."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def told_by(self) -> Mapping[str, Callable[[Fact, Account], Sequence[Message]]]:
        """What tells of each type of event."""
        return {
            "payment.settled": self._received,
            "payment.failed": self._failed,
            "payment.charged_back": self._charged_back,
            "payment.scheduled": self._scheduled,
            "payment.schedule_ended": self._schedule_ended,
            "mandate.active": self._mandate_given,
            "plan.agreed": self._plan_agreed,
            "plan.missed": self._plan_missed,
        }

    def _received(self, fact: Fact, account: Account) -> list[Message]:
        del account
        paid = self._payment(fact)
        if paid is None or paid.state != "settled" or paid.method == BOOKED_BY_ERP:
            return []
        step = f"paid-{paid.id}"
        return [Message(step, "payment-received", paid.id, paid.invoices, paid.id)]

    def _failed(self, fact: Fact, account: Account) -> list[Message]:
        """A failure that its payer did not see happen.

        Who cancels on the hosted page, or whose card is declined there, was told by the page.
        """
        del account
        payment = self._payment(fact)
        if payment is None or payment.state not in ("failed", "cancelled"):
            return []
        automatic = payment.mandate is not None
        if not automatic and not self._was_on_its_way(payment):
            return []
        facts = _failure(payment.amount_minor, payment.currency, payment.failure, automatic)
        step = f"failed-{payment.id}"
        return [Message(step, "payment-failed", payment.id, payment.invoices, payment.id, facts)]

    def _was_on_its_way(self, payment: Payment) -> bool:
        """Tell whether the payer was through: the hold of that time has the payment's id."""
        return self._store.get(Hold, *payment.key) is not None

    def _charged_back(self, fact: Fact, account: Account) -> list[Message]:
        del account
        payment = self._payment(fact)
        if payment is None:
            return []
        currency = str(fact.data["currency"])
        taken_minor = parse_amount(str(fact.data["amount"]), currency)
        facts = _failure(
            taken_minor,
            currency,
            fact.data.get("reason"),
            payment.mandate is not None,
            returned=True,
        )
        if "charge" in fact.data:
            facts["charge_minor"] = parse_amount(str(fact.data["charge"]), currency)
            facts["charged_on"] = str(fact.data["charged_on"])
        # A debit may come back more than once; each time is an event of its own.
        step = f"returned-{payment.id}-{fact.id}"
        return [Message(step, "payment-failed", payment.id, payment.invoices, payment.id, facts)]

    def _scheduled(self, fact: Fact, account: Account) -> list[Message]:
        """A debit is announced once its mandate is given: by this fact or by the mandate's."""
        del account
        found = self._schedule(fact)
        mandate = self._mandate(fact, found.mandate) if found else None
        if found is None or mandate is None or not mandate.is_chargeable:
            return []
        return _announcement(found)

    def _schedule_ended(self, fact: Fact, account: Account) -> list[Message]:
        """A debit that was to come and cannot even be tried, mostly as its mandate has ended.

        One that was tried is told as a payment, one of a plan when its day has passed; whoever
        revoked the mandate here was told by the page, and who never gave it was promised nothing.
        """
        del account
        ended = self._schedule(fact)
        if ended is None or ended.state != "failed":
            return []
        told_otherwise = ended.payment is not None or ended.plan is not None
        if told_otherwise or fact.data["by"] in (PAYER, NEVER_GIVEN):
            return []
        mandate, said = self._mandate(fact, ended.mandate), ended.failure
        if mandate is not None and mandate.state == "ended" and failure_kind(said) == "unknown":
            said = "mandate_cancelled"
        facts = _failure(ended.amount_minor, ended.currency, said, automatic=True)
        step = f"uncharged-{ended.id}"
        return [Message(step, "payment-failed", ended.id, ended.invoices, None, facts)]

    def _mandate_given(self, fact: Fact, account: Account) -> list[Message]:
        """The mandate itself, and what was agreed before it was given: debits and plans."""
        mandate = self._mandate(fact, str(fact.data["mandate"]))
        if mandate is None or not mandate.is_chargeable:
            return []
        given_on = local_day(fact.at, account.time_zone).isoformat()
        given = Message(
            f"mandate-{mandate.id}", "mandate-given", mandate.id, facts={"given_on": given_on}
        )
        debits = self._store.list(ScheduledPayment, fact.creditor, fact.account)
        plans = self._store.list(Plan, fact.creditor, fact.account)
        return [
            given,
            *(m for one in debits if one.mandate == mandate.id for m in _announcement(one)),
            *(m for one in plans if one.mandate == mandate.id for m in _agreement(one)),
        ]

    def _plan_agreed(self, fact: Fact, account: Account) -> list[Message]:
        """A plan that is paid by mandate is confirmed once the mandate is given."""
        del account
        plan = self._plan(fact)
        if plan is None:
            return []
        mandate = self._mandate(fact, plan.mandate) if plan.mandate else None
        if plan.mandate and (mandate is None or mandate.state == "requested"):
            return []
        return _agreement(plan)

    def _plan_missed(self, fact: Fact, account: Account) -> list[Message]:
        del account
        plan = self._plan(fact)
        if plan is None or plan.state != "missed":
            return []
        facts = {"due_on": str(fact.data["due_on"])}
        return [Message(f"missed-{plan.id}", "plan-missed", plan.id, plan.invoices, facts=facts)]

    def _payment(self, fact: Fact) -> Payment | None:
        return self._store.get(Payment, fact.creditor, fact.account, str(fact.data["payment"]))

    def _schedule(self, fact: Fact) -> ScheduledPayment | None:
        scheduled = str(fact.data["scheduled"])
        return self._store.get(ScheduledPayment, fact.creditor, fact.account, scheduled)

    def _mandate(self, fact: Fact, mandate: str) -> Mandate | None:
        return self._store.get(Mandate, fact.creditor, fact.account, mandate)

    def _plan(self, fact: Fact) -> Plan | None:
        return self._store.get(Plan, fact.creditor, fact.account, str(fact.data["plan"]))


def _announcement(scheduled: ScheduledPayment) -> list[Message]:
    """The announcement of a debit; those of a plan stand in the plan's own message, day by day."""
    if scheduled.state not in ("waiting", "planned") or scheduled.plan is not None:
        return []
    step = f"scheduled-{scheduled.id}"
    return [Message(step, "payment-scheduled", scheduled.id, scheduled.invoices)]


def _agreement(plan: Plan) -> list[Message]:
    if plan.state != "active":
        return []
    return [Message(f"plan-{plan.id}", "plan-agreed", plan.id, plan.invoices)]


def _failure(
    amount_minor: int, currency: str, said: Any, automatic: bool, *, returned: bool = False
) -> dict[str, Any]:
    """What a message about a failed payment is made from; see `Subjects`."""
    return {
        "amount_minor": amount_minor,
        "currency": currency,
        "said": said,
        "automatic": automatic,
        "returned": returned,
    }
