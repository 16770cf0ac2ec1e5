"""What keeping this software running costs, as the creditor says it: nothing here is measured.

A cloud's bill names no invoice and no notice. Whoever reads it says an amount a month or a price an
invoice, from a month on; reports of what collecting costs reckon with that, and with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from saldo.errors import Invalid
from saldo.money import decimals_of, format_amount, parse_amount

RUNNING_COSTS_MAX: Final = 60
"""So many a creditor has: five years, each month another."""

_MILLION: Final = 10**6
_PRICE: Final = re.compile(r"\d{1,6}(?:\.(\d{1,6}))?")


class RunningCostsNotValid(Invalid):
    """Running costs are said twice for a month, of no month's first day, or not at all."""

    code = "running-costs-not-valid"


@dataclass(frozen=True, slots=True)
class RunningCost:
    """What is paid from a month on, until another in the same currency begins.

    `since` is the month's first day. `month_minor` is paid each month, in minor units;
    `invoice_millionths` for each invoice, in millionths of the currency's unit (0.012 is 12000). A
    0 of both ends what was there before.
    """

    since: date
    currency: str
    month_minor: int = 0
    invoice_millionths: int = 0


def running_costs_from(said: Sequence[Mapping[str, Any]]) -> tuple[RunningCost, ...]:
    """Read [{"since": a day, "currency": …, "per_month": "31.40", "per_invoice": "0.012"}, …], of
    which one of the two may be missing or None. Raises RunningCostsNotValid, or what is wrong with
    an amount.
    """
    if len(said) > RUNNING_COSTS_MAX:
        raise RunningCostsNotValid(f"Running costs are {RUNNING_COSTS_MAX} at most.").told("many")
    found = sorted((_one(each) for each in said), key=lambda one: (one.since, one.currency))
    if len({(one.since, one.currency) for one in found}) < len(found):
        twice = RunningCostsNotValid("Running costs in a currency begin once in a month.")
        raise twice.told("twice")
    return tuple(found)


def _one(said: Mapping[str, Any]) -> RunningCost:
    since, currency = said["since"], said["currency"]
    month, invoice = said.get("per_month"), said.get("per_invoice")
    if month is None and invoice is None:
        raise RunningCostsNotValid(
            "Running costs are an amount a month, a price an invoice, or both."
        )
    if since.day != 1:
        raise RunningCostsNotValid("Running costs begin on the first day of a month.")
    minor = parse_amount(month, currency) if month is not None else 0
    millionths = _millionths(invoice) if invoice is not None else 0
    decimals_of(currency)
    if minor < 0:
        raise RunningCostsNotValid("An amount a month is not below zero.")
    return RunningCost(since, currency, minor, millionths)


def _millionths(text: str) -> int:
    matched = _PRICE.fullmatch(text)
    if matched is None:
        raise RunningCostsNotValid('A price an invoice is a decimal text, such as "0.012".')
    whole, _, part = text.partition(".")
    return int(whole) * _MILLION + int(part.ljust(6, "0") or 0)


def told(one: RunningCost) -> dict[str, str | None]:
    """Return the same as `running_costs_from` reads it, the day as ISO 8601."""
    is_monthly = bool(one.month_minor) or not one.invoice_millionths
    price = f"{one.invoice_millionths // _MILLION}.{one.invoice_millionths % _MILLION:06}"
    return {
        "since": one.since.isoformat(),
        "currency": one.currency,
        "per_month": format_amount(one.month_minor, one.currency) if is_monthly else None,
        "per_invoice": price.rstrip("0").rstrip(".") if one.invoice_millionths else None,
    }


def in_force(costs: Sequence[RunningCost], day: date) -> list[RunningCost]:
    """Return what is paid on a day: of each currency what began last."""
    latest = {one.currency: one for one in costs if one.since <= day}
    return [latest[currency] for currency in sorted(latest)]
