"""What a message is for, and so what an opt-out of it can mean."""

from __future__ import annotations

from typing import Literal

from saldo.messages.model import Channel, MessageKind

Purpose = Literal["reminders", "payments", "all"]
"""reminders: asked to pay; payments: told of money and agreements; all: both."""

SOFT: frozenset[MessageKind] = frozenset({"friendly-notice", "reminder-1", "reminder-2"})
"""Reminders that no law asks for: these alone carry an unsubscribe header. An invoice or a legal
notice is not something one subscribes to."""

LEGALLY_NEEDED: frozenset[MessageKind] = frozenset(
    {
        "invoice",
        "reminder-3",
        "final-notice",
        "nl-14-day-letter",
        "handed-over",
        "case-returned",
        "payment-scheduled",
        "service-stop-announced",
    }
)
"""What must reach the debtor for something to take effect (default, costs, a debit, an end of
deliveries, another one to pay): where its channel is closed to us it goes by letter, for nobody
opts out of that."""

_ON_PAPER: frozenset[Channel] = frozenset({"letter", "registered"})


def purpose_of(*, tells_of_money: bool) -> Purpose:
    """Return what a message is for."""
    return "payments" if tells_of_money else "reminders"


def channels_left(
    message: MessageKind, fallbacks: tuple[Channel, ...], tried: Channel
) -> tuple[Channel, ...]:
    """Return the channels that may take over, in their order.

    The stage's own list goes first; behind its end a legally needed message goes by letter.
    """
    on_paper = tried in _ON_PAPER or _ON_PAPER.intersection(fallbacks)
    if message in LEGALLY_NEEDED and not on_paper:
        return (*fallbacks, "letter")
    return fallbacks
