"""Scheduled payments on their day: charged once, whatever breaks.

The intent is committed first, under an id that is made of the scheduled payment's; then the
provider is called with that id for its idempotency key. What is not known to have happened is asked
again with the same key, or looked up where the provider forgets its keys soon. What the provider
answers is settled like any callback, and the scheduled payment follows the payment's state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.collection.model import Plan
from saldo.errors import Unavailable
from saldo.ids import Ids
from saldo.invoices.model import Invoice, OpenItem
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.designation import Payable, payables
from saldo.payments.links import PayLinks
from saldo.payments.model import ENDED, Payment, PaymentRef
from saldo.payments.ports import PaymentProvider, ProviderEvent, ProviderUnavailable
from saldo.payments.scheduled import LATE_DAYS_MAX, Schedule
from saldo.payments.settle import Settlement
from saldo.payments.telling import payment_event
from saldo.payments.told import ChargeRefused, ChargeRequest, FindsPayments, Mandates
from saldo.store import Check, CommitConflict, Put, Store, Wake

BY: Final = "saldo:charging"
KEY_LIFE: Final = timedelta(minutes=50)
"""How long a charge may be asked for again under its key without looking first. Mollie keeps a key
for an hour (https://docs.mollie.com/reference/api-idempotency), the others for a day and more;
those that forget sooner than `LATE_DAYS_MAX` can be asked for a payment by our key."""

CLOCKS_APART: Final = timedelta(minutes=5)

NOTHING_LEFT: Final = "Nothing was left to pay."
TOO_LATE: Final = "The payment could not be made on the agreed day."
NO_ANSWER: Final = "The payment provider did not confirm the payment."


@dataclass(frozen=True, slots=True)
class Charge:
    """Charge this much now."""

    amount_minor: int


@dataclass(frozen=True, slots=True)
class Over:
    """Charge nothing any more."""

    state: Literal["done", "failed", "cancelled"]
    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Other money for the same invoices is on its way, or the mandate is; look again."""


def decide(
    scheduled: ScheduledPayment,
    mandate: Mandate,
    open_: Iterable[Payable],
    plan_left_minor: int | None,
    today: date,
) -> Charge | Over | Wait:
    """Decide what becomes of a scheduled payment whose day has come. Pure.

    `open_` is what stands open on its account. Charged is the agreed amount, or less: what stands
    open on its invoices and is not on its way. `plan_left_minor` is what its plan is still owed up
    to this instalment: what was paid early need not be charged.
    """
    if mandate.state == "ended":
        return Over("failed", mandate.ended_reason or "The mandate was ended.")
    if not mandate.is_chargeable:
        return Wait()
    if plan_left_minor is not None and plan_left_minor <= 0:
        return Over("done", NOTHING_LEFT)
    own = [
        one
        for one in open_
        if one.number in scheduled.invoices and one.currency == scheduled.currency
    ]
    if not own:
        return Over("done", NOTHING_LEFT)
    if today > scheduled.charge_on + timedelta(days=LATE_DAYS_MAX):
        return Over("failed", TOO_LATE)
    coming = sum(one.coming_minor for one in own)
    most = sum(one.open_minor for one in own) - coming
    if plan_left_minor is not None:
        most = min(most, plan_left_minor - coming)
    return Charge(min(scheduled.amount_minor, most)) if most > 0 else Wait()


class Charging:
    """Charges what is due."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        accounts: Accounts,
        links: PayLinks,
        providers: Mapping[str, PaymentProvider],
        settlement: Settlement,
        schedule: Schedule,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._links, self._providers = accounts, links, providers
        self._settlement, self._schedule = settlement, schedule

    def charge_due(self) -> Counter[str]:
        """Charge what is due and follow what is being charged; return how many went which way.

        The keys are "charging", "done", "failed", "waiting" (other money is on its way),
        "no-answer" and "busy": the next run tries the last three again.
        """
        done: Counter[str] = Counter()
        now = self._clock.now()
        for creditor in self._accounts.creditors():
            for key in self._store.work(ScheduledPayment, "scheduled-payment", creditor.id, now):
                try:
                    done[self._bring_on(creditor, key)] += 1
                except Unavailable:
                    done["no-answer"] += 1
                except CommitConflict:
                    done["busy"] += 1
        return done

    def payment_moved(self, payment: Payment) -> None:
        """Let a scheduled payment follow the payment that it became, as soon as that moved.

        Any other payment is passed over; what is missed here is found by `charge_due`.
        """
        if payment.mandate is None:
            return
        scheduled = payment.id.removesuffix("-charge")
        found = self._store.get(ScheduledPayment, payment.creditor, payment.account, scheduled)
        if found is not None and found.state == "charging":
            self._follow(found, payment)

    def _bring_on(self, creditor: Creditor, key: tuple[str, ...]) -> str:
        found = self._store.get(ScheduledPayment, *key)
        if found is None or found.is_over or found.charge_at > self._clock.now():
            return "done"  # the index lags behind
        if found.state == "planned":
            mandate, account = self._mandate(found), self._account(found)
            decision = self._decide(found, mandate, account)
            if isinstance(decision, Wait):
                return "waiting"
            if isinstance(decision, Over):
                self._schedule.end(found, decision.state, BY, decision.reason)
                return decision.state
            found = self._intend(found, mandate, account, decision.amount_minor)
        payment = self._store.get(Payment, found.creditor, found.account, found.payment_id)
        assert payment is not None, "the intent was committed with it"
        if payment.state == "intended":
            payment = self._charge(creditor, found, payment)
        return self._follow(found, payment)

    def _mandate(self, found: ScheduledPayment) -> Mandate:
        mandate = self._store.get(Mandate, found.creditor, found.account, found.mandate)
        assert mandate is not None, "what is scheduled has its mandate"
        return mandate

    def _account(self, found: ScheduledPayment) -> Account:
        account = self._store.get(Account, found.creditor, found.account)
        assert account is not None, "what is scheduled has its account"
        return account

    def _decide(
        self, found: ScheduledPayment, mandate: Mandate, account: Account
    ) -> Charge | Over | Wait:
        owner = account.key
        left = None
        if found.plan is not None:
            plan = self._store.get(Plan, *owner, found.plan)
            assert plan is not None, "an instalment has its plan"
            if plan.state != "active":
                return Over("cancelled", f"The plan is {plan.state}.")
            invoices = self._store.get_many(Invoice, [(*owner, n) for n in plan.invoices])
            left = plan.due_by(found.charge_on) - plan.paid_minor(invoices.values())
        return decide(
            found,
            mandate,
            payables(list(self._store.list(OpenItem, *owner)), self._store.list(Payment, *owner)),
            left,
            local_day(self._clock.now(), account.time_zone),
        )

    def _intend(
        self, found: ScheduledPayment, mandate: Mandate, account: Account, amount_minor: int
    ) -> ScheduledPayment:
        """Commit that a charge begins, before anybody outside hears of it.

        Raises CommitConflict when the payment was cancelled, the mandate revoked, or anything about
        the account booked meanwhile: what was to be charged may be paid by now.
        """
        payment = Payment(
            found.creditor,
            found.account,
            found.payment_id,
            mandate.provider,
            found.invoices[0],
            found.currency,
            amount_minor,
            "intended",
            self._clock.now(),
            more_invoices=found.invoices[1:],
            mandate=mandate.id,
            version=1,
        )
        charging = replace(found, state="charging", payment=payment.id, version=found.version + 1)
        self._store.commit(
            [
                Put(payment),
                Put(PaymentRef(payment.id, payment.creditor, payment.account)),
                Put(charging, expect=found.version),
                Check(mandate, expect=mandate.version),
                Check(account, expect=account.version),
            ]
        )
        return charging

    def _charge(self, creditor: Creditor, found: ScheduledPayment, payment: Payment) -> Payment:
        """Have the provider charge, or learn what became of it; return the payment as it is then.

        Raises ProviderUnavailable while nobody knows.
        """
        try:
            told = self._asked(creditor, found, payment)
        except ChargeRefused as refused:
            return self._failed(payment, refused.detail)
        except ProviderUnavailable:
            given_up = payment.created_at + timedelta(days=LATE_DAYS_MAX)
            if self._clock.now() < given_up:
                raise
            # Money that arrives after all settles a failed payment, too.
            return self._failed(payment, NO_ANSWER)
        self._settlement.settle(told)
        return self._open(payment, told)

    def _asked(
        self, creditor: Creditor, found: ScheduledPayment, payment: Payment
    ) -> ProviderEvent:
        mandate = self._mandate(found)
        assert mandate.provider_mandate is not None, "what may be charged was given"
        provider: object = self._providers.get(payment.provider)
        if not isinstance(provider, Mandates):
            raise ProviderUnavailable(f"{payment.provider} charges no mandates here any more.")
        age = self._clock.now() - payment.created_at
        if age > KEY_LIFE and isinstance(provider, FindsPayments):
            made = provider.find(payment.id, payment.created_at - CLOCKS_APART)
            if made is not None:
                return made
        listed = ", ".join(payment.invoices)
        return provider.charge(
            ChargeRequest(
                idempotency_key=payment.id,
                mandate_id=mandate.provider_mandate,
                customer_id=mandate.customer_id,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                reference=payment.invoice,
                description=f"{creditor.name}: {listed}",
                callback_url=self._links.callback_address(payment.provider),
            )
        )

    def _open(self, before: Payment, told: ProviderEvent) -> Payment:
        """Return the payment as it was settled; note the provider's id where that moved nothing."""
        current = self._store.get(Payment, *before.key)
        assert current is not None
        if current.state != "intended":
            return current
        opened = replace(
            current, state="open", provider_id=told.provider_id, version=current.version + 1
        )
        self._store.commit([Put(opened, expect=current.version)])
        return opened

    def _failed(self, payment: Payment, reason: str) -> Payment:
        now = self._clock.now()
        failed = replace(
            payment, state="failed", failure=reason, ended_at=now, version=payment.version + 1
        )
        self._store.commit(
            [
                Put(failed, expect=payment.version),
                Put(payment_event(self._ids, now, "payment.failed", failed)),
                Wake(payment.creditor, payment.account, now),
            ]
        )
        return failed

    def _follow(self, found: ScheduledPayment, payment: Payment) -> str:
        """End a scheduled payment whose payment ended."""
        if payment.state not in ENDED:
            return "charging"
        if payment.state == "settled":
            self._schedule.end(found, "done", BY, None)
            return "done"
        self._schedule.end(found, "failed", BY, payment.failure)
        return "failed"
