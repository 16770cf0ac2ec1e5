"""Scheduled payments on their day: charged once, whatever breaks.

The intent is committed first, under an id that is made of the scheduled payment's; then the
provider is called with that id for its idempotency key. What is not known to have happened is
looked up at the provider. If it never had it, it is decided on anew: while as much is owed as
before, it is asked for again with the same key; of less, another intent is made in its place; of
nothing, nothing is charged. What the provider answers is settled like any callback, and the
scheduled payment follows the payment's state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.collection.model import Plan
from saldo.errors import Unavailable
from saldo.ids import Ids
from saldo.invoices.model import Invoice, OpenItem
from saldo.payments.agreements import Mandate, ScheduledPayment, scheduled_of
from saldo.payments.charge_rules import Charge, Over, Wait, decide
from saldo.payments.designation import payables
from saldo.payments.links import PayLinks
from saldo.payments.model import ENDED, Payment, PaymentRef
from saldo.payments.ports import PaymentProvider, ProviderEvent, ProviderUnavailable
from saldo.payments.scheduled import LATE_DAYS_MAX, Schedule
from saldo.payments.settle import Settlement
from saldo.payments.telling import payment_event
from saldo.payments.told import ChargeRefused, ChargeRequest, FindsPayments, Mandates
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write

BY: Final = "saldo:charging"
CLOCKS_APART: Final = timedelta(minutes=5)

IN_FLIGHT_MAX: Final = timedelta(minutes=20)
"""Whoever asked longer ago than this does not live any more: a Lambda function runs for 15 minutes
at most (https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html). Until then what
was asked for may still reach the provider, and nothing may be asked for in its place."""

NO_ANSWER: Final = "The payment provider did not confirm the payment."
LESS_OWED: Final = "Less was owed by the time that it could be charged."


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
        scheduled = scheduled_of(payment.id)
        found = self._store.get(ScheduledPayment, payment.creditor, payment.account, scheduled)
        if found is not None and found.state == "charging" and found.payment == payment.id:
            self._follow(found, payment)

    def _bring_on(self, creditor: Creditor, key: tuple[str, ...]) -> str:
        found = self._store.get(ScheduledPayment, *key)
        if found is None or found.is_over or found.charge_at > self._clock.now():
            return "done"  # the index lags behind
        if found.state == "charging":
            payment = self._store.get(Payment, found.creditor, found.account, found.payment_id)
            assert payment is not None, "the intent was committed with it"
            if payment.state == "intended":
                return self._bring_on_unanswered(creditor, found, payment)
            return self._follow(found, payment)
        mandate, account = self._mandate(found), self._account(found)
        decision = self._decide(found, mandate, account)
        if isinstance(decision, Wait):
            return "waiting"
        if isinstance(decision, Over):
            self._schedule.end(found, decision.state, BY, decision.reason)
            return decision.state
        found, payment = self._intend(found, mandate, account, decision.amount_minor)
        return self._follow(found, self._charge(creditor, found, payment))

    def _bring_on_unanswered(
        self, creditor: Creditor, found: ScheduledPayment, payment: Payment
    ) -> str:
        """Go on with a charge that was asked for, or was going to be, and that nobody knows the end
        of. Its intent is as old as the outage: what is owed may have been paid since.

        Raises ProviderUnavailable or CommitConflict.
        """
        try:
            made = self._looked_up(payment)
        except ProviderUnavailable as unknown:
            return self._follow(found, self._unconfirmed(payment, unknown))
        if made is not None:
            self._settlement.settle(made)
            return self._follow(found, self._open(payment, made))
        mandate, account = self._mandate(found), self._account(found)
        decision = self._decide(found, mandate, account)
        asked_at = payment.asked_at or payment.created_at
        if isinstance(decision, Charge) and decision.amount_minor >= payment.amount_minor:
            payment = self._intend_again(found, mandate, account, payment)
        elif isinstance(decision, Wait) or self._clock.now() < asked_at + IN_FLIGHT_MAX:
            return "waiting"
        elif isinstance(decision, Charge) and self._finds(payment):
            found, payment = self._intend(
                found, mandate, account, decision.amount_minor, instead_of=payment
            )
        else:
            # Where nobody can tell whether it was made, less on top of it could be too much.
            over = decision if isinstance(decision, Over) else Over("failed", NO_ANSWER)
            return self._give_up(found, payment, over)
        return self._follow(found, self._charge(creditor, found, payment))

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
        self,
        found: ScheduledPayment,
        mandate: Mandate,
        account: Account,
        amount_minor: int,
        *,
        instead_of: Payment | None = None,
    ) -> tuple[ScheduledPayment, Payment]:
        """Commit that a charge begins, before anybody outside hears of it; `instead_of` is an
        intent that the provider never had, and ends here.

        Raises CommitConflict when the payment was cancelled, the mandate revoked, or anything about
        the account booked meanwhile: what was to be charged may be paid by now.
        """
        now = self._clock.now()
        payment = Payment(
            found.creditor,
            found.account,
            found.next_payment_id,
            mandate.provider,
            found.invoices[0],
            found.currency,
            amount_minor,
            "intended",
            now,
            more_invoices=found.invoices[1:],
            mandate=mandate.id,
            asked_at=now,
            version=1,
        )
        charging = replace(found, state="charging", payment=payment.id, version=found.version + 1)
        writes: list[Write] = [
            Put(payment),
            Put(PaymentRef(payment.id, payment.creditor, payment.account)),
            Put(charging, expect=found.version),
            Check(mandate, expect=mandate.version),
            Check(account, expect=account.version),
        ]
        if instead_of is not None:
            writes.append(self._over(instead_of, "cancelled", LESS_OWED))
        self._store.commit(writes)
        return charging, payment

    def _intend_again(
        self, found: ScheduledPayment, mandate: Mandate, account: Account, payment: Payment
    ) -> Payment:
        """Commit that a charge is asked for once more, if all is as it was when that was decided.

        Raises CommitConflict.
        """
        again = replace(payment, asked_at=self._clock.now(), version=payment.version + 1)
        self._store.commit(
            [
                Put(again, expect=payment.version),
                Check(found, expect=found.version),
                Check(mandate, expect=mandate.version),
                Check(account, expect=account.version),
            ]
        )
        return again

    def _give_up(self, found: ScheduledPayment, payment: Payment, over: Over) -> str:
        """End an intent that was not charged together with its scheduled payment; the payer is told
        where it failed. Raises CommitConflict.

        Should the provider have made it after all, its money settles it as it settles any.
        """
        failed = over.state == "failed"
        state: Literal["failed", "cancelled"] = "failed" if failed else "cancelled"
        writes: list[Write] = [self._over(payment, state, over.reason)]
        if failed:
            told = replace(payment, failure=over.reason)
            writes.append(Put(payment_event(self._ids, self._clock.now(), "payment.failed", told)))
        if self._schedule.end(found, over.state, BY, over.reason, *writes) is None:
            raise CommitConflict(writes)
        return over.state

    def _over(self, payment: Payment, state: Literal["failed", "cancelled"], reason: str) -> Put:
        now = self._clock.now()
        ended = replace(
            payment, state=state, failure=reason, ended_at=now, version=payment.version + 1
        )
        return Put(ended, expect=payment.version)

    def _charge(self, creditor: Creditor, found: ScheduledPayment, payment: Payment) -> Payment:
        """Have the provider charge, or learn what became of it; return the payment as it is then.

        Raises ProviderUnavailable while nobody knows.
        """
        try:
            told = self._asked(creditor, found, payment)
        except ChargeRefused as refused:
            return self._failed(payment, refused.detail)
        except ProviderUnavailable as unknown:
            return self._unconfirmed(payment, unknown)
        self._settlement.settle(told)
        return self._open(payment, told)

    def _unconfirmed(self, payment: Payment, unknown: ProviderUnavailable) -> Payment:
        """Give a charge up that nobody has confirmed for days; raise `unknown` before.

        Money that arrives after all settles a failed payment, too.
        """
        if self._clock.now() < payment.created_at + timedelta(days=LATE_DAYS_MAX):
            raise unknown
        return self._failed(payment, NO_ANSWER)

    def _finds(self, payment: Payment) -> bool:
        return isinstance(self._providers.get(payment.provider), FindsPayments)

    def _looked_up(self, payment: Payment) -> ProviderEvent | None:
        """Return what the provider made of an intent, None if nothing, or if it cannot tell."""
        provider: object = self._providers.get(payment.provider)
        if not isinstance(provider, FindsPayments):
            return None
        return provider.find(payment.id, payment.created_at - CLOCKS_APART)

    def _asked(
        self, creditor: Creditor, found: ScheduledPayment, payment: Payment
    ) -> ProviderEvent:
        mandate = self._mandate(found)
        assert mandate.provider_mandate is not None, "what may be charged was given"
        provider: object = self._providers.get(payment.provider)
        if not isinstance(provider, Mandates):
            raise ProviderUnavailable(f"{payment.provider} charges no mandates here any more.")
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
