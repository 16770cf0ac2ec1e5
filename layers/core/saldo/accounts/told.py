"""Events about accounts that several concepts tell."""

from __future__ import annotations

from saldo.accounts.model import Hold
from saldo.events import Event, event


def hold_placed(hold: Hold, event_id: str) -> Event:
    """Return the event that a hold was placed, as of the instant at which it was."""
    return event(
        event_id,
        hold.placed_at,
        "hold.placed",
        hold.creditor,
        hold.account,
        hold=hold.id,
        kind=hold.kind,
        invoice=hold.invoice,
        reason=hold.reason,
        by=hold.placed_by,
    )
