"""Money as integer minor units with an ISO 4217 currency.

Floats never appear: JSON carries decimal strings, the table carries integers.
Source of the currencies and their number of decimals: ISO 4217, list one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from saldo.errors import Invalid

_DECIMALS_0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_DECIMALS_3 = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS_2 = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
    "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
CURRENCY_DECIMALS: dict[str, int] = {
    **dict.fromkeys(_DECIMALS_0.split(), 0),
    **dict.fromkeys(_DECIMALS_2.split(), 2),
    **dict.fromkeys(_DECIMALS_3.split(), 3),
}
"""Digits after the decimal point for every currency that Saldo accepts."""

AMOUNT_MINOR_MAX = 10**15
"""The largest amount of one record: far above any invoice, far below 64 bits."""

_AMOUNT = re.compile(r"(-?)(\d{1,16})(?:\.(\d{1,6}))?", re.ASCII)


class UnknownCurrency(Invalid):
    """The currency is not an ISO 4217 code that Saldo knows."""

    code = "unknown-currency"


class AmountNotReadable(Invalid):
    """The amount is not a decimal number written with a point."""

    code = "amount-not-readable"


class AmountTooPrecise(Invalid):
    """The amount has more decimals than its currency."""

    code = "amount-too-precise"


class AmountTooLarge(Invalid):
    """The amount is above what one record may carry."""

    code = "amount-too-large"


def decimals_of(currency: str) -> int:
    """Return the number of decimals of `currency`; raise UnknownCurrency."""
    try:
        return CURRENCY_DECIMALS[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency!r} is not a currency that Saldo knows.") from None


def parse_amount(text: str, currency: str) -> int:
    """Read a decimal string such as "119.00" as minor units of `currency`.

    Raises UnknownCurrency, AmountNotReadable, AmountTooPrecise or AmountTooLarge. Trailing zeros
    beyond the currency's decimals are no precision: "1.500" EUR is 150.
    """
    decimals = decimals_of(currency)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise AmountNotReadable(f'{text!r} is not an amount: write it as "119.00".')
    sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
    if len(fraction) > decimals:
        raise AmountTooPrecise(f"{text!r} has more decimals than {currency} knows ({decimals}).")
    minor = int(whole + fraction.ljust(decimals, "0"))
    if minor > AMOUNT_MINOR_MAX:
        raise AmountTooLarge(f"{text!r} {currency} is more than one record may carry.")
    return -minor if sign else minor


def format_amount(minor: int, currency: str) -> str:
    """Write minor units as a plain decimal string: 11900, EUR -> "119.00"."""
    decimals = decimals_of(currency)
    if decimals == 0:
        return str(minor)
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency. Currencies never mix."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        decimals_of(self.currency)

    def __str__(self) -> str:
        return f"{format_amount(self.minor, self.currency)} {self.currency}"
