"""Stripe's amounts.

Stripe counts in the smallest unit of a currency, but not always in that of ISO 4217
(https://docs.stripe.com/currencies: "Zero-decimal currencies", "Three-decimal currencies" and
"Special cases"):

- ISK and UGX have no decimals in ISO 4217; Stripe keeps them with two, always 00.
- MGA has two decimals in ISO 4217; Stripe takes whole ariary.
- BHD, JOD, KWD, OMR and TND have three decimals, of which Stripe wants the last to be 0.
"""

from __future__ import annotations

from typing import Final

from saldo.errors import Invalid
from saldo.money import decimals_of

_DECIMALS_AT_STRIPE: Final = {"ISK": 2, "UGX": 2, "MGA": 0}
_LAST_DIGIT_ZERO: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


class AmountNotChargeable(Invalid):
    """The amount exists, but Stripe cannot carry it in this currency."""

    code = "amount-not-chargeable"


def to_stripe(minor: int, currency: str) -> int:
    """Return ISO minor units as Stripe counts them; raise AmountNotChargeable, UnknownCurrency."""
    shift = _DECIMALS_AT_STRIPE.get(currency, decimals_of(currency)) - decimals_of(currency)
    if currency in _LAST_DIGIT_ZERO and minor % 10:
        raise AmountNotChargeable(f"Stripe takes {currency} to the second decimal only.")
    if shift >= 0:
        return minor * int(10**shift)
    whole, rest = divmod(minor, int(10**-shift))
    if rest:
        raise AmountNotChargeable(f"Stripe takes whole {currency} only.")
    return whole


def from_stripe(amount: int, currency: str) -> int:
    """Return Stripe's amount in ISO minor units.

    Raises ValueError when a fraction of a minor unit would be lost, UnknownCurrency.
    """
    shift = _DECIMALS_AT_STRIPE.get(currency, decimals_of(currency)) - decimals_of(currency)
    if shift <= 0:
        return amount * int(10**-shift)
    whole, rest = divmod(amount, int(10**shift))
    if rest:
        raise ValueError(f"{amount} is no whole amount of {currency}")
    return whole
