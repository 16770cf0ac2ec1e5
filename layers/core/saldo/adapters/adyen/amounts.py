"""Adyen's minor units, which are not ISO 4217's for four currencies.

CLP and ISK have two decimals at Adyen and none in the standard; CVE and IDR none at Adyen and two
in the standard. Source: https://docs.adyen.com/development-resources/currency-codes
"""

from __future__ import annotations

from typing import Final

from saldo.money import AmountTooPrecise, decimals_of

_EXCEPTIONS: Final = {"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2}


def to_adyen(minor: int, currency: str) -> int:
    """Return ISO minor units as Adyen's `value`; raise AmountTooPrecise if it cannot be said."""
    return _scaled(minor, decimals_of(currency), _adyen_decimals(currency), currency)


def from_adyen(value: int, currency: str) -> int:
    """Return Adyen's `value` as ISO minor units; raise AmountTooPrecise if they cannot say it."""
    return _scaled(value, _adyen_decimals(currency), decimals_of(currency), currency)


def _adyen_decimals(currency: str) -> int:
    return _EXCEPTIONS.get(currency, decimals_of(currency))


def _scaled(amount: int, decimals: int, wanted: int, currency: str) -> int:
    if wanted >= decimals:
        return amount * int(10 ** (wanted - decimals))
    whole, rest = divmod(amount, int(10 ** (decimals - wanted)))
    if rest:
        raise AmountTooPrecise(f"{amount} of {currency} needs more decimals than there are.")
    return whole
