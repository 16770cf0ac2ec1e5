"""Why GoCardless will not ask for a payment, in our words.

https://developer.gocardless.com/api-reference/#api-usage-errors: a request that failed validation
names its field, any other refusal its reason.
"""

from __future__ import annotations

from typing import Final

from saldo.adapters.gocardless.api import GoCardlessRefused
from saldo.payments.ports import PaymentRefused, ProviderUnavailable, WhyRefused

_WHY: Final[dict[str, WhyRefused]] = {
    "currency": "currency",
    "scheme": "currency",
    "feature_disabled": "not-enabled",
    "scheme_identifier_not_found": "not-enabled",
    "payments_blocked": "not-enabled",
    "number_of_payments_exceeded": "not-possible",
    "total_amount_exceeded": "amount-too-large",
}
_CONFLICT: Final = 409


def refusal_of(refused: GoCardlessRefused) -> Exception:
    """Return what it means for a payment that GoCardless refused to ask for it."""
    if refused.status == _CONFLICT:
        return ProviderUnavailable(f"GoCardless has this under way: {refused}")
    if refused.reason == "amount":
        # The message says which; it is not taken, because it may quote what was sent.
        return PaymentRefused("not-possible", f"GoCardless does not take the amount: {refused}")
    return PaymentRefused(_WHY.get(refused.reason, "not-possible"), f"GoCardless: {refused}")
