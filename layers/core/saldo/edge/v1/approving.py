"""Deciding about what waits for a second person, and carrying out what was agreed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from saldo.edge.v1 import bank, charges, credit, money
from saldo.edge.v1.money import Ordered
from saldo.errors import Refusal, Unavailable
from saldo.people.approval import Approval, ApprovalKind

Carry = Callable[[Ordered, Any], object]


def _refund(order: Ordered, body: Any) -> None:
    """Order a refund: one that a bank entry proposed from its entry, which tells so from then on
    and knows its transfer.
    """
    refunds = order.services.bank_entries.refunds
    entry = refunds.proposing(order.creditor.id, body["payment"], body["id"])
    if entry is None:
        money.refund(order, body)
    else:
        bank.refund(order, {"id": entry.id, "reason": body["reason"]})


_CARRIED_BY: Final[dict[ApprovalKind, Carry]] = {
    "write-off": charges.write_off,
    "refund": _refund,
    "credit-limit": credit.raise_limit,
}


def approve(order: Ordered, approval: str) -> Approval:
    """Agree to an order as the second person, and carry it out.

    What the books refuse now ends as "failed", with the reason; what was interrupted is carried out
    by approving it again. Raises ApprovalUnknown, ApprovalOver, OwnApproval or Unavailable.
    """
    four_eyes = order.services.four_eyes
    granted = four_eyes.grant(order.creditor.id, approval, by=order.by)
    # Booked under both names; the id of the order makes a repeat safe.
    both = replace(order, by=f"{granted.asked_by}, {granted.decided_by}", by_person=True)
    try:
        _CARRIED_BY[granted.kind](both, granted.order)
    except Unavailable:
        raise
    except Refusal as refusal:
        return four_eyes.ended(granted, refusal.detail)
    return four_eyes.ended(granted)


def decline(order: Ordered, approval: str, why: str) -> Approval:
    """Refuse an order as the second person, or take one's own back.

    Raises ApprovalUnknown or ApprovalOver.
    """
    return order.services.four_eyes.decline(order.creditor.id, approval, by=order.by, why=why)
