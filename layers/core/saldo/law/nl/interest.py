"""Statutory interest in the Netherlands: art. 6:119, 6:119a, 6:120 BW."""

from __future__ import annotations

from decimal import Decimal

from saldo.law.facts import DebtorKind
from saldo.law.interest import Scheme
from saldo.law.rates import named


def scheme(debtor: DebtorKind) -> Scheme:
    """Return the interest on a claim: commercial towards businesses, the other towards consumers.

    After each full year the interest of that year is added to what bears interest (art. 6:119 (2),
    6:119a (3) BW, https://wetboekplus.nl/burgerlijk-wetboek-boek-6-artikel-119-vertragingsschade-en-wettelijke-rente/,
    https://www.rechtnet.nl/wettelijke-rente-per-1-januari-2016/).
    """
    if debtor == "consumer":
        return Scheme(named("nl/other"), Decimal(0), "art. 6:119 BW", compounds=True)
    return Scheme(named("nl/commercial"), Decimal(0), "art. 6:119a BW", compounds=True)
