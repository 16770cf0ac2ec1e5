"""Lines of a provider's payout."""

from __future__ import annotations

from typing import Any

from saldo.payments.told import PayoutLine


def line(payment: str | None, gross: int = 11900, fee: int = 200, **more: Any) -> PayoutLine:
    """A payment of the sandbox's in a payout, or `more` says what else; amounts in cents."""
    fields: dict[str, Any] = {
        "kind": "payment",
        "line_id": f"l-{payment}-{gross}-{fee}",
        "provider_id": f"pp-{payment}" if payment else None,
        "reference": None,
        "gross_minor": gross,
        "fee_minor": fee,
        "net_minor": gross - fee,
        "currency": "EUR",
    }
    return PayoutLine(**(fields | more))
