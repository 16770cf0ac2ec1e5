"""Holds of plans that payers proposed: reminders wait while the creditor decides, for a few days.

A hold is of one invoice in its present episode. It stands after it ended, so that there is no
second one until the invoice is owed anew: whoever proposes plan after plan is reminded meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from saldo.accounts.model import Hold
from saldo.collection.model import Plan
from saldo.invoices.model import OpenItem
from saldo.store import Put, Store, Write


def placed(store: Store, plan: Plan, until: date, now: datetime) -> list[Write]:
    """Return the holds of a proposed plan, for those of its invoices that had none before."""
    items = [
        item
        for item in store.list(OpenItem, plan.creditor, plan.account)
        if item.number in plan.invoices
    ]
    place = (plan.creditor, plan.account)
    before = store.get_many(Hold, [(*place, _hold_id(item)) for item in items])
    return [
        Put(
            Hold(
                *place,
                _hold_id(item),
                "plan-proposed",
                item.number,
                f"{len(plan.instalments)} instalments were proposed.",
                plan.by,
                now,
                until,
                version=1,
            )
        )
        for item in items
        if (*place, _hold_id(item)) not in before
    ]


def ends(store: Store, plan: Plan, by: str, now: datetime) -> list[Write]:
    """Return the writes that end the holds of a proposal that was decided on, or withdrawn."""
    return [
        Put(replace(hold, ended_at=now, ended_by=by, version=hold.version + 1), expect=hold.version)
        for hold in _open(store.list(Hold, plan.creditor, plan.account), plan)
    ]


def _open(holds: Iterable[Hold], plan: Plan) -> list[Hold]:
    return [
        hold
        for hold in holds
        if hold.kind == "plan-proposed" and hold.ended_at is None and hold.invoice in plan.invoices
    ]


def _hold_id(item: OpenItem) -> str:
    return f"plan-proposed#{item.number}#{item.episode}"
