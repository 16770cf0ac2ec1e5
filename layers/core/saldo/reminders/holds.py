"""Reasons to keep a due notice back.

A hold is a function from (facts, item, today) to a reason or None. Those that rest on a `Hold`
record come with the record; a new kind of fact that keeps notices back writes such a record or adds
a function to the tuple that wiring passes to the planner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.invoices.model import Credit, OpenItem


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a plan for one account is made from, all read consistently."""

    creditor: Creditor
    account: Account
    items: tuple[OpenItem, ...]
    credits: tuple[Credit, ...] = ()
    holds: tuple[Hold, ...] = ()
    installation_sends: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """Why an item is held, and the first day worth looking again (None: a fact will wake it).

    What is set for a whole creditor wakes no account when it ends, and is looked at every day.
    """

    reason: str
    facts: dict[str, Any] = field(default_factory=dict)
    until: date | None = None


HoldRule = Callable[[AccountFacts, OpenItem, date], Held | None]


def sending_switched_off(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """The operator stopped all sending, for the installation or this creditor."""
    del item
    tomorrow = today + timedelta(days=1)
    if not facts.installation_sends:
        return Held("sending-off-everywhere", until=tomorrow)
    return None if facts.creditor.sending else Held("sending-off", until=tomorrow)


def creditor_in_shadow(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """The creditor has not gone live: this is what would have been sent."""
    del item
    in_shadow = facts.creditor.state == "shadow"
    return Held("shadow", until=today + timedelta(days=1)) if in_shadow else None


def hold_placed(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """Somebody, or a payment on its way, placed a hold on the item, its account or creditor."""
    tomorrow = today + timedelta(days=1)
    for hold in facts.holds:
        if hold.holds(item.number, today):
            return Held(
                hold.kind,
                {
                    "hold": hold.id,
                    "by": hold.placed_by,
                    "why": hold.reason,
                    "until": hold.until.isoformat() if hold.until else None,
                },
                _sooner(hold.until, tomorrow if hold.account == WHOLE_CREDITOR else None),
            )
    return None


def credit_could_cover(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """The account has credit that reaches this item, taking the oldest items first.

    An item that the credit covers only in part is held too: a notice would claim too much.
    """
    del today
    left = sum(c.open_minor for c in facts.credits if c.currency == item.currency)
    for other in facts.items:
        if left <= 0:
            return None
        if other.number == item.number:
            return Held("customer-credit", {"credit_minor": left, "currency": item.currency})
        if other.currency == item.currency:
            left -= other.open_minor
    return None


def no_working_address(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """Nothing to write to: no address was given, or the one there is bounced."""
    del item, today
    if facts.account.mail_contact() is not None:
        return None
    dead = [c.email_state for c in facts.account.contacts if c.email]
    return Held(f"address-{dead[0]}") if dead else Held("no-address")


def _sooner(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


HOLD_RULES: tuple[HoldRule, ...] = (
    sending_switched_off,
    hold_placed,
    credit_could_cover,
    no_working_address,
    creditor_in_shadow,
)
"""In the order in which reasons are given; shadow last, so that it reports real would-be sends."""
