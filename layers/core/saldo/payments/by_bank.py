"""A refund of a bank transfer: the creditor transfers it, and a statement says that it left."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from saldo.clock import Clock
from saldo.payments.model import Refund
from saldo.payments.told import RefundRequest, RefundTold

BANK: Final = "bank"
"""The "provider" of money that came to the creditor's own bank account."""


class ByBank:
    """Stands where a provider gives refunds. It moves nothing: no order goes to any bank from here,
    so a refund stays asked for until the entry of its transfer comes.
    """

    name = BANK

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def refund(self, request: RefundRequest) -> RefundTold:
        """Say that the transfer is still to be made. Implements `Refunds`."""
        return RefundTold(
            BANK,
            f"{request.idempotency_key}:ordered",
            request.idempotency_key,
            request.provider_id,
            None,
            "pending",
            request.amount_minor,
            request.currency,
            self._clock.now(),
        )


def by_statement(refund: Refund, state: Literal["done", "failed"], at: datetime) -> RefundTold:
    """Return what is known of such a refund once its transfer left, or will not be made."""
    return RefundTold(
        BANK, f"{refund.id}:{state}", refund.id, refund.payment, None, state,
        refund.amount_minor, refund.currency, at,
    )  # fmt: skip
