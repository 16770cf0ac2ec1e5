"""Default interest in Germany: §§247, 288, 289 BGB."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from saldo.law.data import read
from saldo.law.facts import DebtorKind
from saldo.law.interest import Scheme
from saldo.law.rates import named


def scheme(debtor: DebtorKind, arose_on: date) -> Scheme:
    """Return the interest on a payment claim that arose on that day.

    Base rate plus five points; among businesses plus nine, plus eight for obligations that arose
    until 28 July 2014 (§288 (1), (2) BGB, https://www.paragraphen.online/gesetze/bund/bgb/288;
    Art. 229 §34 EGBGB, https://lxgesetze.de/egbgb/229-34). No interest on interest (§289 BGB,
    https://gesetze.legal/bund/bgb/289).
    """
    table, points = named("de/base_rate"), read("de", "points")
    if debtor == "consumer":
        return Scheme(table, Decimal(points["consumer"]), "§288 (1) BGB")
    after = arose_on > date.fromisoformat(points["arose_after"])
    return Scheme(
        table, Decimal(points["business" if after else "business_before"]), "§288 (2) BGB"
    )
