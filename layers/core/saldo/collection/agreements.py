"""Everything that payers agreed to ahead of time, kept going: by callbacks and by schedule."""

from __future__ import annotations

from collections import Counter

from saldo.accounts.service import Accounts
from saldo.collection.dispute_looks import DisputeLooks
from saldo.collection.paid_claims import PaidClaims
from saldo.collection.plans import Plans
from saldo.collection.promises import Promises
from saldo.payments.announced import AnnouncedTransfers
from saldo.payments.charging import Charging
from saldo.payments.mandates import MandateBook
from saldo.payments.model import Payment
from saldo.payments.told import MandateTold


class Agreements:
    """Lets mandates, scheduled payments, plans and announced transfers follow what happens."""

    def __init__(
        self,
        accounts: Accounts,
        mandates: MandateBook,
        charging: Charging,
        announced: AnnouncedTransfers,
        plans: Plans,
        promises: Promises | None = None,
        disputes: DisputeLooks | None = None,
        paid_claims: PaidClaims | None = None,
    ) -> None:
        self._accounts, self._mandates, self._charging = accounts, mandates, charging
        self._announced, self._plans = announced, plans
        self._promises, self._disputes = promises, disputes
        self._paid_claims = paid_claims

    def mandate_told(self, told: MandateTold) -> str:
        """Book what a provider tells of a mandate; raises an Unavailable to hear it again."""
        return self._mandates.told(told)

    def payment_moved(self, payment: Payment) -> None:
        """Follow a payment after something was told of it, by callback, look-up or payout.

        Doing it again is harmless; what is missed here is found by `tend`.
        """
        self._charging.payment_moved(payment)
        if payment.state == "settled" and payment.invoices:
            self._announced.money_came(payment.creditor, payment.account, payment.invoices)
            if self._promises is not None:
                self._promises.money_came(payment.creditor, payment.account)
            if self._paid_claims is not None:
                self._paid_claims.money_came(payment.creditor, payment.account)

    def tend(self) -> Counter[str]:
        """Bring on what waits, by schedule: mandates, charges that are due, plans and promises to
        be looked at, disputes whose time has come, money that is said to be paid.

        In this order: a plan or promise is judged by what its charges came to.
        """
        done: Counter[str] = Counter()
        looks = [
            ("mandates", self._mandates.look(self._accounts)),
            ("scheduled payments", self._charging.charge_due()),
            ("plans", self._plans.look()),
        ]
        if self._promises is not None:
            looks.append(("promises", self._promises.look()))
        if self._disputes is not None:
            looks.append(("disputes", self._disputes.look()))
        if self._paid_claims is not None:
            looks.append(("paid claims", self._paid_claims.look()))
        for what, counted in looks:
            done.update({f"{what} {name}": number for name, number in counted.items()})
        return done
