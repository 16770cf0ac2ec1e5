"""What the bus tells, and the message that a payer is owed for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from saldo.messages.model import Channel, MessageKind
from saldo.messages.told import ToldService


@dataclass(frozen=True, slots=True)
class Fact:
    """What an event tells: its type, whose it is, its id, its data and when it happened."""

    type: str
    creditor: str
    account: str
    id: str
    data: dict[str, Any] = field(hash=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be claimed: its step, its text, and what it is about.

    One whose `facts` name a mail address under "to" goes there, whatever the account's contacts are
    (`channels/addresses.py`). `channel` is the one that it goes by, None for the one that reaches
    the debtor.
    """

    step: str
    text: MessageKind
    about: str
    invoices: tuple[str, ...] = ()
    payment: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    service: ToldService | None = None
    channel: Channel | None = None


def step_of(text: MessageKind, about: str) -> str:
    """Return the step of a message that is sent once about one record."""
    return f"{text}-{about}"
