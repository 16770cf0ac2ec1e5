"""A provider's callback: verified once, then each thing it tells goes where it is booked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from saldo.clock import Clock
from saldo.collection.agreements import Agreements
from saldo.errors import NotFound
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.payout_book import PayoutBook
from saldo.payments.ports import PaymentProvider, ProviderEvent
from saldo.payments.refunds import Refunding
from saldo.payments.settle import Settlement
from saldo.payments.told import ChargebackTold, MandateTold, RefundTold, Told


class ProviderNotSetUp(NotFound):
    """A callback came for a provider that this installation does not use."""

    code = "provider-not-set-up"


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing that a callback told, and what it did to the books."""

    told: Told
    outcome: str


class Callbacks:
    """Takes callbacks of all providers."""

    def __init__(
        self,
        clock: Clock,
        providers: Mapping[str, PaymentProvider],
        settlement: Settlement,
        refunds: Refunding,
        chargebacks: Chargebacks,
        agreements: Agreements,
        payouts: PayoutBook,
    ) -> None:
        self._clock, self._providers = clock, providers
        self._agreements, self._payouts = agreements, payouts
        self._settlement, self._refunds, self._chargebacks = settlement, refunds, chargebacks

    def take(self, provider: str, headers: Mapping[str, str], body: bytes) -> list[Taken]:
        """Verify and book a callback.

        Raises ProviderNotSetUp, CallbackRefused, or an Unavailable: then the provider shall send it
        again, and what was booked already is nothing new.
        """
        if provider not in self._providers:
            raise ProviderNotSetUp("No such provider is set up here.")
        told = self._providers[provider].parse_callback(headers, body, self._clock.now())
        return [Taken(one, self.book(one)) for one in told]

    def book(self, told: Told) -> str:
        """Book one thing that a provider told; return what came of it."""
        if isinstance(told, ProviderEvent):
            return self._settlement.settle(told)
        if isinstance(told, RefundTold):
            return self._refunds.told(told)
        if isinstance(told, ChargebackTold):
            return self._chargebacks.told(told)
        if isinstance(told, MandateTold):
            return self._agreements.mandate_told(told)
        return self._payouts.told(told)
