"""The till gives money back: what was taken on site goes back on site, at once."""

from __future__ import annotations

from saldo.clock import Clock
from saldo.payments.told import RefundRequest, RefundTold
from saldo.payments.treasury import COUNTER


class Till:
    """Stands where a provider gives refunds: whoever orders one has handed the money over."""

    name = COUNTER

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def refund(self, request: RefundRequest) -> RefundTold:
        """Say that it is done. Implements `Refunds`."""
        return RefundTold(
            COUNTER,
            f"{request.idempotency_key}:done",
            request.idempotency_key,
            request.provider_id,
            None,
            "done",
            request.amount_minor,
            request.currency,
            self._clock.now(),
        )
