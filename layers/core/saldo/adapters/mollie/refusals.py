"""Why Mollie will not make a payment, in our words.

Mollie names the field of the request that it did not like and says the rest in a sentence
(https://docs.mollie.com/reference/error-handling); the sentence only tells too small from too
large.
"""

from __future__ import annotations

from saldo.adapters.mollie.api import Refused
from saldo.payments.ports import PaymentRefused, ProviderUnavailable, WhyRefused

_CONFLICT = 409


def refusal_of(refused: Refused) -> Exception:
    """Return what it means for a payment that Mollie refused to make it."""
    if refused.status == _CONFLICT:
        # The same key is at work, or was: that says nothing of what came of it.
        return ProviderUnavailable(refused.detail)
    return PaymentRefused(_why(refused.field, refused.detail.lower()), refused.detail)


def _why(field: str, said: str) -> WhyRefused:
    if field.startswith("amount.currency") or "currency" in said:
        return "currency"
    if "minimum" in said or "lower than" in said:
        return "amount-too-small"
    if "maximum" in said or "higher than" in said:
        return "amount-too-large"
    if field == "method" or "no suitable payment method" in said:
        return "not-enabled"
    return "not-possible"
