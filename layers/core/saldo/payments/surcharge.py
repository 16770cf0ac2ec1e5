"""What may be charged for the use of a means of payment. Pure.

Art. 62 (4) of Directive (EU) 2015/2366 (PSD2) forbids a payee to charge anybody for SEPA transfers
and direct debits (Regulation (EU) 260/2012) and for cards whose interchange fees Chapter II of
Regulation (EU) 2015/751 regulates: consumers' debit and credit cards. §270a BGB says the same for
Germany; the Netherlands transposed the article with effect from February 2019 (Stb. 2018, 503).
Commercial cards and three-party schemes stand outside Chapter II (art. 1 (3) of the Regulation), as
do services of a third party such as a wallet (BGH, 25.3.2021, I ZR 203/19). What may be charged at
all must not exceed what the use costs the payee: art. 62 (3).

Where the law leaves room, this is the stricter reading: a consumer is never charged for a card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from saldo.errors import Forbidden
from saldo.money import format_amount

MeansOfPayment = Literal[
    "sepa-transfer",
    "sepa-debit",
    "card-consumer",
    "card-commercial",
    "card-three-party",
    "wallet",
]
"""What is charged for. iDEAL and instant transfers are SEPA transfers. A card counts as commercial
only where its issuer says so; "card-three-party" is one whose scheme issues and acquires by itself.
"""

_SEPA = frozenset({"sepa-transfer", "sepa-debit"})
_CARDS = frozenset({"card-consumer", "card-commercial", "card-three-party"})


class SurchargeNotAllowed(Forbidden):
    """The law forbids this charge for a means of payment, or it is above what the use costs."""

    code = "surcharge-not-allowed"


@dataclass(frozen=True, slots=True)
class Surcharge:
    """A charge for a means of payment; `cost_minor` is what its use costs the creditor."""

    means: MeansOfPayment
    amount_minor: int
    cost_minor: int
    currency: str


def check_surcharge(surcharge: Surcharge, debtor: Literal["business", "consumer"]) -> None:
    """Raise SurchargeNotAllowed unless `debtor` may be charged; see the module for the sources."""
    if surcharge.means in _SEPA:
        raise SurchargeNotAllowed(
            "Nobody is charged for a SEPA transfer or direct debit (§270a BGB, art. 62 (4) PSD2)."
        ).at("/means")
    if surcharge.means == "card-consumer":
        raise SurchargeNotAllowed(
            "Nobody is charged for paying with a consumer's card (art. 62 (4) PSD2)."
        ).at("/means")
    if surcharge.means in _CARDS and debtor == "consumer":
        raise SurchargeNotAllowed(
            "A consumer is not charged for paying by card (§270a BGB, art. 62 (4) PSD2)."
        ).at("/means")
    if surcharge.amount_minor > surcharge.cost_minor:
        cost = format_amount(surcharge.cost_minor, surcharge.currency)
        raise SurchargeNotAllowed(
            f"At most what the use costs may be charged: {cost} {surcharge.currency} "
            "(art. 62 (3) PSD2)."
        ).at("/amount")
