"""What is open at a creditor, over all of its accounts, as the API answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from saldo.collection.registers import ReasonSum, by_reason
from saldo.edge.v1 import render_collection as render
from saldo.edge.v1.money import Ordered
from saldo.money import format_amount

if TYPE_CHECKING:
    from saldo.edge.v1 import answers_collection as answers


def disputes(order: Ordered) -> answers.OpenDisputes:
    """Return what is contested, with sums by reason."""
    found = order.services.registers.disputes(order.creditor.id)
    return {
        "items": [render.dispute(one) for one in found.items],
        "reasons": [_reason(one) for one in by_reason(found.items)],
        "more": found.is_cut,
    }


def promises(order: Ordered) -> answers.OpenPromises:
    """Return the promises that are ahead."""
    found = order.services.registers.promises(order.creditor.id)
    return {"items": [render.promise(one) for one in found.items], "more": found.is_cut}


def plans(order: Ordered) -> answers.OpenPlans:
    """Return the plans that wait for an answer or are being kept."""
    registers, creditor = order.services.registers, order.creditor.id
    proposed, active = registers.proposals(creditor), registers.plans(creditor)
    return {
        "proposed": [render.plan(one) for one in proposed.items],
        "active": [render.plan(one) for one in active.items],
        "more": proposed.is_cut or active.is_cut,
    }


def cases(order: Ordered) -> answers.OpenCases:
    """Return the cases that somebody else has."""
    found = order.services.registers.cases(order.creditor.id)
    return {"items": [render.case(one) for one in found.items], "more": found.is_cut}


def _reason(one: ReasonSum) -> answers.DisputeReasonSum:
    return {
        "reason": one.reason,
        "currency": one.currency,
        "count": one.count,
        "amount": format_amount(one.amount_minor, one.currency),
        "overdue": format_amount(one.overdue_minor, one.currency),
    }
