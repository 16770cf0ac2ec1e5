"""Payouts from settlement detail reports, which Adyen numbers and does not list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from saldo.adapters.adyen.api import Api, Refused, Unknown
from saldo.adapters.adyen.reports import payouts_of
from saldo.errors import Invalid
from saldo.payments.ports import ProviderUnavailable
from saldo.payments.told import Payout

REPORT_NAME: Final = re.compile(r"settlement_detail_report_batch_[1-9]\d{0,8}\.csv", re.ASCII)


def of_report(api: Api, merchant_account: str, payout_id: str) -> list[Payout] | None:
    """Return the payouts of the report of that file name, None if there is no such report.

    Raises ProviderUnavailable, also for a report that cannot be read or does not sum up.
    """
    try:
        return payouts_of(payout_id, api.report(merchant_account, payout_id))
    except Unknown:
        return None
    except (Refused, ValueError, Invalid) as bad:
        raise ProviderUnavailable(f"{payout_id} cannot be used: {bad}") from bad


def payouts_since(
    payouts_of_batch: Callable[[int], list[Payout] | None], first_batch: int, since: date
) -> list[Payout]:
    """Return the payouts of `since` or later, oldest first, from reports numbered without a gap.

    The newest batch is found by doubling and halving steps; from there it goes back until a payout
    is older than `since`.
    """
    found: list[Payout] = []
    batch = _last(payouts_of_batch, first_batch)
    while batch >= first_batch:
        payouts = payouts_of_batch(batch)
        if payouts is None or any((p.arrives_on or since) < since for p in payouts):
            break
        found += reversed(payouts)
        batch -= 1
    return found[::-1]


def _last(payouts_of_batch: Callable[[int], list[Payout] | None], first_batch: int) -> int:
    """Return the number of the newest batch, one before `first_batch` if there is none."""
    there, step = first_batch - 1, 1
    while payouts_of_batch(there + step) is not None:
        there += step
        step *= 2
    while step > 1:
        step //= 2
        if payouts_of_batch(there + step) is not None:
            there += step
    return there
