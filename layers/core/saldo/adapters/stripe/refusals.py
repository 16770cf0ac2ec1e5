"""Why Stripe will not make a payment, in our words.

https://docs.stripe.com/error-codes. A refusal without a code that we know is one all the same: for
a request that is wrong, Stripe does nothing, however often it is sent.
"""

from __future__ import annotations

from typing import Final

from saldo.adapters.stripe.api import StripeRefused
from saldo.payments.ports import PaymentRefused, ProviderUnavailable, WhyRefused

_WHY: Final[dict[str, WhyRefused]] = {
    "amount_too_small": "amount-too-small",
    "amount_too_large": "amount-too-large",
    "invalid_charge_amount": "amount-too-small",
    "account_invalid": "not-enabled",
    "payment_method_not_available": "not-enabled",
    "payment_intent_invalid_parameter": "not-possible",
}
_KEY_TAKEN: Final = "idempotency_error"


def refusal_of(refused: StripeRefused) -> Exception:
    """Return what it means for a payment that Stripe refused to make a page for it.

    A key that was used with other words, as by a second click in another language, says nothing of
    what came of the first: that is no refusal of the payment.
    """
    if refused.answer.get("type") == _KEY_TAKEN or refused.code == "IdempotencyError":
        return ProviderUnavailable(f"Stripe knows this payment otherwise: {refused}")
    why = _WHY.get(refused.code, "not-possible")
    if why == "not-possible" and "currency" in str(refused.answer.get("param")):
        why = "currency"
    return PaymentRefused(why, f"Stripe: {refused}")
