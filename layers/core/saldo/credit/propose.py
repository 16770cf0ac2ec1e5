"""What limit the figures suggest: pure, with everything that it is made of.

The rule: what is invoiced in a month on average, times the months until it is paid (the agreed days
and those by which the account pays late), times a factor for how it pays, halved for a young
relation; never more than what somebody outside recommends. Rounded down to two digits, so that it
looks no more exact than it is. It is a rule of thumb of the trade (turnover times terms), no
forecast: a person agrees or does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from saldo.accounts.model import Account
from saldo.credit.model import Facts
from saldo.credit.ports import Advice
from saldo.invoices.model import Invoice
from saldo.money import format_amount
from saldo.risk.behaviour import PaymentBehaviour, behaviour_of

PERIOD_DAYS: Final = 365
MONTH_DAYS: Final = 30
YOUNG_DAYS: Final = 180
TERMS_ASSUMED_DAYS: Final = 30
"""Where nobody agreed terms: what Directive 2011/7/EU has where a contract says nothing."""

LATE_DAYS_MAX: Final = 60
"""Whoever pays later than this is lent no more for it."""

PERCENT: Final[dict[PaymentBehaviour, int]] = {
    "prompt": 150,
    "late": 100,
    "very-late": 50,
    "new": 75,
}
"""How far beyond its usual months an account may go, by how it pays."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A limit in minor units, and what it was made of, for people."""

    amount_minor: int
    inputs: Facts


def suggested(
    account: Account,
    invoices: Iterable[Invoice],
    currency: str,
    today: date,
    advice: Iterable[Advice] = (),
    *,
    is_cut: bool = False,
) -> Suggested | None:
    """Return what the rule comes to in a currency; None where nothing was invoiced in it within a
    year. `is_cut`: there are older invoices than these, so that nobody is young by them.
    """
    found = [
        one
        for one in invoices
        if one.currency == currency
        and one.withdrawn is None
        and 0 <= (today - one.issued_on).days < PERIOD_DAYS
    ]
    if not found:
        return None
    turnover = sum(one.amount_minor for one in found)
    age_days = (today - min(one.issued_on for one in found)).days + 1
    months = max(1, min(12, -(-age_days // MONTH_DAYS)))
    terms, mean = account.terms, account.paid.mean
    net_days = terms.net_days if terms is not None and terms.net_days is not None else None
    days = TERMS_ASSUMED_DAYS if net_days is None else net_days
    late_days = min(LATE_DAYS_MAX, max(0, round(mean or 0)))
    behaviour = behaviour_of(account.paid)
    is_young = age_days < YOUNG_DAYS and not is_cut
    percent = PERCENT[behaviour] // (2 if is_young else 1)
    monthly = turnover // months
    amount = _two_digits(monthly * (days + late_days) * percent // (MONTH_DAYS * 100))
    inputs: Facts = {
        "invoices": len(found),
        "turnover": format_amount(turnover, currency),
        "months": months,
        "monthly": format_amount(monthly, currency),
        "net_days": days,
        "late_days": late_days,
        "behaviour": behaviour,
        "percent": percent,
        "relation_days": age_days,
    }
    lowest = min(
        (one for one in advice if one.currency == currency),
        key=lambda one: (one.amount_minor, one.source),
        default=None,
    )
    if lowest is not None:
        inputs |= {
            "advice": format_amount(lowest.amount_minor, currency),
            "advice_source": lowest.source,
            "advice_day": lowest.day.isoformat(),
        }
        amount = min(amount, lowest.amount_minor)
    return Suggested(amount, inputs)


def _two_digits(minor: int) -> int:
    """Return an amount rounded down to its two first digits."""
    unit = int("1".ljust(len(str(minor)) - 1, "0"))
    return minor // unit * unit
