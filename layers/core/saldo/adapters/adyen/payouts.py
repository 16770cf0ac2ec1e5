"""Payouts from settlement detail reports, which Adyen numbers and does not list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from saldo.adapters.adyen.api import Api, Refused, Unknown
from saldo.adapters.adyen.reports import payout_of
from saldo.errors import Invalid
from saldo.payments.ports import ProviderUnavailable
from saldo.payments.told import Payout

REPORT_NAME: Final = re.compile(r"settlement_detail_report_batch_[1-9]\d{0,8}\.csv", re.ASCII)


def payout(api: Api, merchant_account: str, payout_id: str) -> Payout | None:
    """Return the payout of the report of that file name, None if there is no such report.

    Raises ProviderUnavailable, also for a report that cannot be read or does not sum up.
    """
    try:
        return payout_of(payout_id, api.report(merchant_account, payout_id))
    except Unknown:
        return None
    except (Refused, ValueError, Invalid) as bad:
        raise ProviderUnavailable(f"{payout_id} cannot be used: {bad}") from bad


def payouts_since(
    payout_of_batch: Callable[[int], Payout | None], first_batch: int, since: date
) -> list[Payout]:
    """Return the payouts of `since` or later, oldest first, from reports numbered without a gap.

    The newest batch is found by doubling and halving steps; from there it goes back until a payout
    is older than `since`.
    """
    found: list[Payout] = []
    batch = _last(payout_of_batch, first_batch)
    while batch >= first_batch:
        payout = payout_of_batch(batch)
        if payout is None or (payout.arrives_on is not None and payout.arrives_on < since):
            break
        found.append(payout)
        batch -= 1
    return found[::-1]


def _last(payout_of_batch: Callable[[int], Payout | None], first_batch: int) -> int:
    """Return the number of the newest batch, one before `first_batch` if there is none."""
    there, step = first_batch - 1, 1
    while payout_of_batch(there + step) is not None:
        there += step
        step *= 2
    while step > 1:
        step //= 2
        if payout_of_batch(there + step) is not None:
            there += step
    return there
