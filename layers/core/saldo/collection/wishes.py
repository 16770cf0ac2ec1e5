"""Instalments that payers ask for by themselves: within the creditor's rules, agreed at once or
waiting for the creditor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from saldo.accounts.model import HoldKind
from saldo.accounts.payer_rules import PayerRules
from saldo.banking_days import after_banking_days
from saldo.clock import Clock, local_day
from saldo.collection.common import CurrenciesMixed
from saldo.collection.instalments import (
    FEWEST,
    InstalmentWish,
    check_wish,
    is_agreed_at_once,
)
from saldo.collection.model import Instalment, Plan
from saldo.collection.plans import Plans, PlanUnknown
from saldo.collection.proposals import PayersWish, Proposals
from saldo.errors import Conflict
from saldo.invoices.model import Invoice
from saldo.payments.agreements import Consent, ScheduledPayment
from saldo.payments.designation import NothingChosen, Payable, TooManyChosen
from saldo.payments.links import Opened
from saldo.payments.model import Payment
from saldo.payments.standing import Standing
from saldo.store import Store

INVOICES_MAX: Final = 40
"""Each is held by a row of its own in the transaction that proposes the plan."""

PAYER: Final = "payer"

_IN_THE_WAY: Final[tuple[HoldKind, ...]] = (
    "plan-proposed",
    "paid-claim",
    "promise",
    "dispute",
    "insolvency",
    "legal-case",
)


class PlanPaidOn(Conflict):
    """Something was paid on the plan, or is being charged: it is kept or missed, not taken back."""

    code = "plan-paid-on"


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """The plan that a wish comes to; `at_once` says that the creditor agrees without looking."""

    invoices: tuple[str, ...]
    currency: str
    instalments: tuple[Instalment, ...]
    at_once: bool

    @property
    def total_minor(self) -> int:
        return sum(part.amount_minor for part in self.instalments)


class PlanWishes:
    """Takes payers' wishes for instalments."""

    def __init__(self, store: Store, clock: Clock, plans: Plans, proposals: Proposals) -> None:
        self._store, self._clock = store, clock
        self._plans, self._proposals = plans, proposals

    def open_to(self, standing: Standing, rules: PayerRules) -> tuple[Payable, ...]:
        """Return what instalments may be asked for: open, with nothing on its way, agreed or said
        about it. Nothing where the creditor offers none.
        """
        if rules.plan_instalments_max < FEWEST:
            return ()
        return tuple(
            one
            for one in standing.open_
            if not one.is_waiting
            and not one.coming_minor
            and not any(standing.held(one.number, kind) for kind in _IN_THE_WAY)
        )

    def offer(
        self, opened: Opened, standing: Standing, invoices: tuple[str, ...], wish: InstalmentWish
    ) -> PlanOffer:
        """Return the plan that a wish comes to.

        Raises NothingChosen, TooManyChosen, CurrenciesMixed, or what `check_wish` raises.
        """
        rules = opened.creditor.payer_rules
        chosen = [one for one in self.open_to(standing, rules) if one.number in invoices]
        if not chosen:
            raise NothingChosen("Choose at least one invoice.").at("/invoice")
        if len(chosen) > INVOICES_MAX:
            raise TooManyChosen(f"Choose at most {INVOICES_MAX} invoices.").at("/invoice")
        currencies = {one.currency for one in chosen}
        if len(currencies) > 1:
            raise CurrenciesMixed("The invoices are in more than one currency.").at("/invoice")
        currency, total_minor = currencies.pop(), sum(one.open_minor for one in chosen)
        made = check_wish(rules, total_minor, currency, wish, standing.today)
        return PlanOffer(
            tuple(one.number for one in chosen),
            currency,
            made,
            is_agreed_at_once(rules, total_minor, len(made)),
        )

    def ask(
        self,
        opened: Opened,
        plan: str,
        offer: PlanOffer,
        mandate: str | None,
        consent: Consent | None,
    ) -> Plan:
        """Agree the plan, or propose it; the same id is the same plan.

        `consent` is for a mandate that was given for something else. Raises PlanDiffers,
        PlanNotValid, PlanInTheWay, MandateUnknown, MandateEnded, ConsentMissing or PlanBusy.
        """
        make = self._proposals.agree if offer.at_once else self._proposals.propose
        link = opened.link
        made, _ = make(
            link.creditor,
            link.account,
            plan,
            offer.invoices,
            offer.instalments,
            mandate,
            PAYER,
            PayersWish(consent, None if offer.at_once else self.decided_by(opened)),
        )
        return made

    def decided_by(self, opened: Opened) -> date | None:
        """Return the day from which on reminders may go again if the creditor has not decided on a
        plan that is proposed now; None where they go on meanwhile.
        """
        days = opened.creditor.payer_rules.plan_decision_business_days
        if days <= 0:
            return None
        today = local_day(self._clock.now(), opened.account.time_zone)
        return after_banking_days(today, days) + timedelta(days=1)

    def may_take_back(self, plan: Plan) -> bool:
        """Tell whether a payer may take a plan back: it is proposed, or nothing was paid on it and
        nothing is on its way.
        """
        if plan.state == "proposed":
            return True
        if plan.state != "active":
            return False
        place = (plan.creditor, plan.account)
        keys = [(*place, number) for number in plan.invoices]
        if plan.paid_minor(self._store.get_many(Invoice, keys).values()) > 0:
            return False
        charges = self._store.list(ScheduledPayment, *place)
        if any(one.plan == plan.id and one.state == "charging" for one in charges):
            return False
        return not any(
            one.state == "processing" and set(one.invoices) & set(plan.invoices)
            for one in self._store.list(Payment, *place)
        )

    def take_back(self, creditor: str, account: str, plan: str) -> Plan:
        """Withdraw a proposal, or cancel a plan that nothing was paid on: reminders resume.

        Raises PlanUnknown, PlanPaidOn or PlanBusy.
        """
        found = self._store.get(Plan, creditor, account, plan)
        if found is None:
            raise PlanUnknown("There is no such plan.")
        if found.state == "active" and not self.may_take_back(found):
            raise PlanPaidOn("Something was paid on this plan already.")
        return self._plans.cancel(creditor, account, plan, PAYER, "The payer took it back.")
