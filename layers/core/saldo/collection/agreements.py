"""Everything that payers agreed to ahead of time, kept going: by callbacks and by schedule."""

from __future__ import annotations

from collections import Counter

from saldo.accounts.service import Accounts
from saldo.collection.plans import Plans
from saldo.payments.announced import AnnouncedTransfers
from saldo.payments.charging import Charging
from saldo.payments.mandates import MandateBook
from saldo.payments.model import Payment, PaymentRef
from saldo.payments.ports import ProviderEvent
from saldo.payments.told import MandateTold
from saldo.store import Store


class Agreements:
    """Lets mandates, scheduled payments, plans and announced transfers follow what happens."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        mandates: MandateBook,
        charging: Charging,
        announced: AnnouncedTransfers,
        plans: Plans,
    ) -> None:
        self._store, self._accounts = store, accounts
        self._mandates, self._charging = mandates, charging
        self._announced, self._plans = announced, plans

    def mandate_told(self, told: MandateTold) -> str:
        """Book what a provider tells of a mandate; raises an Unavailable to hear it again."""
        return self._mandates.told(told)

    def payment_told(self, told: ProviderEvent) -> None:
        """Follow a payment that a provider told of, after it was settled.

        Doing it again is harmless; what is missed here is found by `tend`.
        """
        ref = self._store.get(PaymentRef, told.reference)
        if ref is None:
            return
        payment = self._store.get(Payment, ref.creditor, ref.account, ref.payment)
        if payment is None:
            return
        self._charging.payment_moved(payment)
        if payment.state == "settled" and payment.invoices:
            self._announced.money_came(payment.creditor, payment.account, payment.invoices)

    def tend(self) -> Counter[str]:
        """Bring on what waits, by schedule: mandates, charges that are due, plans to be looked at.

        In this order: a plan is judged by what its charges came to.
        """
        done: Counter[str] = Counter()
        for what, counted in (
            ("mandates", self._mandates.look(self._accounts)),
            ("scheduled payments", self._charging.charge_due()),
            ("plans", self._plans.look()),
        ):
            done.update({f"{what} {name}": number for name, number in counted.items()})
        return done
