"""What a simulation of reminders is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from saldo.errors import Invalid
from saldo.messages.model import Channel, MessageKind
from saldo.reminders.policy import Policy
from saldo.risk.behaviour import DaysBeyondTerms

DAYS_MAX: Final = 366
DRAWS_MAX: Final = 1000
POLICIES_MAX: Final = 6

Counted = Literal[
    "email",
    "letter",
    "sms",
    "call",
    "registered",
    "unreached",
    "invoices",
    "hand-overs",
    "service-stops",
    "tasks",
]
"""The channels of reminders; unreached: no channel takes the message; invoices: mails of the
invoice itself, by any channel; hand-overs: cases opened; service-stops: requests to the ERP; tasks:
steps that wait for a person."""

CHANNELS: Final[tuple[Channel, ...]] = ("email", "letter", "sms", "call", "registered")
COUNTED: Final[tuple[Counted, ...]] = (
    *CHANNELS,
    "unreached",
    "invoices",
    "hand-overs",
    "service-stops",
    "tasks",
)


class ForesightNotValid(Invalid):
    """A simulation of reminders was asked for that makes no sense or would take too long."""

    code = "foresight-not-valid"


@dataclass(frozen=True, slots=True)
class Tried:
    """A policy for every account; `policy` None leaves each account the one that it is on."""

    name: str
    policy: Policy | None


@dataclass(frozen=True, slots=True)
class Prices:
    """What a message costs by channel, in `currency`."""

    currency: str
    each: Mapping[Channel, Decimal]
    sources: Mapping[Channel, str] = field(default_factory=dict)

    def of(self, channel: Channel) -> Decimal:
        return self.each.get(channel, Decimal(0))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is assumed.

    `days` from today on are lived through, `draws` times with payments as the accounts have paid so
    far, drawn from `seed`. `reminder_effect` is the share of the wait still ahead that each message
    takes off (0: none, 1: everybody pays the day after). `nobody_pays` draws nothing. Raises
    ForesightNotValid.
    """

    prices: Prices
    days: int = 90
    draws: int = 50
    seed: int = 1
    reminder_effect: float = 0.0
    nobody_pays: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.days <= DAYS_MAX:
            raise ForesightNotValid(f"Between 1 and {DAYS_MAX} days, not {self.days}.")
        if not 1 <= self.draws <= DRAWS_MAX:
            raise ForesightNotValid(f"Between 1 and {DRAWS_MAX} draws, not {self.draws}.")
        if not 0 <= self.reminder_effect <= 1:
            raise ForesightNotValid("The effect of a reminder is a share between 0 and 1.")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a day brought about an account; `channel` is that of a message."""

    day: date
    what: Counted
    invoices: tuple[str, ...]
    channel: Channel | None = None
    message: MessageKind | None = None
    step: str = ""

    @property
    def is_reminder(self) -> bool:
        """Say whether the debtor hears from us by it, the invoice itself left out."""
        return self.channel is not None and self.what not in ("invoices", "unreached")


@dataclass(frozen=True, slots=True)
class Band:
    """The middle of all draws, and between which values four of five lie (10 % and 90 %)."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Contacts:
    """Reminders per account that has open items: mean and most over all draws.

    `histogram` has how many accounts hear so often, the mean over the draws.
    """

    mean: float
    most: int
    histogram: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Money:
    """Expected cash of one currency, in minor units; by day it is the sum of all days so far."""

    open_now_minor: int
    contested_minor: int
    by_day: tuple[Band, ...]
    open_at_end: Band


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one policy comes to."""

    name: str
    counts: Mapping[Counted, Band]
    nobody_pays: Mapping[Counted, int]
    cost: tuple[Decimal, Decimal, Decimal]
    cost_nobody_pays: Decimal
    by_week: tuple[Band, ...]
    contacts: Contacts
    money: Mapping[str, Money]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What all policies come to over the same accounts, items and draws.

    `paid` are the creditor's days beyond terms so far, `behaviours` how many accounts with open
    items pay how. `problems` are accounts that could not be looked at, with the reason.
    """

    first: date
    terms: Terms
    accounts: int
    items: int
    paid: DaysBeyondTerms
    behaviours: Mapping[str, int]
    outlooks: tuple[Outlook, ...]
    problems: tuple[tuple[str, str], ...]
