"""Why Adyen will not make a payment link, in our words.

https://docs.adyen.com/development-resources/error-codes. A request that Adyen finds wrong is done
nothing about, however often it is sent, so a code that is not named here refuses as well.
"""

from __future__ import annotations

from typing import Final

from saldo.adapters.adyen.api import Refused
from saldo.payments.ports import PaymentRefused, ProviderUnavailable, WhyRefused

_WHY: Final[dict[str, WhyRefused]] = {
    "137": "amount-too-small",
    "138": "currency",
    "905": "not-enabled",
    "905_1": "not-enabled",
    "905_3": "not-enabled",
    "907": "not-enabled",
}
_AT_WORK: Final = frozenset({"703", "704"})
"""The same request is being processed, or was: that says nothing of what came of it."""


def refusal_of(refused: Refused) -> Exception:
    """Return what it means for a payment that Adyen refused to make a link for it."""
    if refused.error in _AT_WORK:
        return ProviderUnavailable(refused.detail)
    return PaymentRefused(_WHY.get(refused.error, "not-possible"), refused.detail)
