"""A refund at the sandbox: done or failed at once, by its amount. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from saldo.clock import iso_instant, parse_instant
from saldo.errors import Conflict
from saldo.money import format_amount

from .payments import BOUNCES, Payment, read_amount, read_text, request_hash


class RefundNotPossible(Conflict):
    """The payment did not arrive, or not so much is left of it."""

    code = "refund-refused"


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of a payment given back; `reference` is the payment's idempotency key."""

    id: str
    idempotency_key: str
    request_hash: str
    payment: str
    reference: str
    amount_minor: int
    currency: str
    state: Literal["done", "failed"]
    reason: str
    created_at: datetime

    def to_record(self) -> str:
        """Write the refund as the text that the storage keeps."""
        return json.dumps(asdict(self), default=iso_instant)

    @classmethod
    def from_record(cls, text: str) -> Refund:
        """Read what `to_record` wrote."""
        fields = json.loads(text)
        return cls(**{**fields, "created_at": parse_instant(fields["created_at"])})

    def document(self) -> dict[str, object]:
        """Return the refund as the API and the callbacks tell it."""
        return {
            "id": self.id,
            "payment": self.payment,
            "reference": self.reference,
            "idempotency_key": self.idempotency_key,
            "state": self.state,
            "amount": format_amount(self.amount_minor, self.currency),
            "currency": self.currency,
            "reason": self.reason,
            "created_at": iso_instant(self.created_at),
        }


def new_refund(
    wanted: Mapping[str, Any],
    payment: Payment,
    *,
    refund_id: str,
    idempotency_key: str,
    at: datetime,
) -> Refund:
    """Return the refund that a request asks for. Raises BadRequest or RefundNotPossible."""
    currency = read_text(wanted, "currency", 3)
    amount_minor = read_amount(read_text(wanted, "amount", 40), currency)
    if currency != payment.currency or amount_minor > payment.refundable_minor:
        raise RefundNotPossible("Not so much is left of this payment.")
    return Refund(
        id=refund_id,
        idempotency_key=idempotency_key,
        request_hash=request_hash(wanted),
        payment=payment.id,
        reference=payment.idempotency_key,
        amount_minor=amount_minor,
        currency=currency,
        state="failed" if amount_minor % 100 == BOUNCES else "done",
        reason=read_text(wanted, "reason", 500, required=False),
        created_at=at,
    )
