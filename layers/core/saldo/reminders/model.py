"""Notices, claims and the decisions behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from saldo.messages.model import MessageKind

NoticeState = Literal[
    "claimed",
    "sending",
    "sent",
    "delivered",
    "bounced",
    "complained",
    "failed",
    "withdrawn",
    "unknown",
]
"""claimed: the right to send it is ours; sending: the mail service is being called; sent: it
answered; failed: it refused for good; withdrawn: what it was about was settled before it left;
unknown: nobody can tell whether it left. Only claimed and sending await an outcome."""

AWAITING: frozenset[NoticeState] = frozenset({"claimed", "sending"})

Channel = Literal["email"]


@dataclass(frozen=True, slots=True)
class CoveredItem:
    """An item that a notice is about, as it stood when the notice was claimed."""

    invoice: str
    episode: int
    open_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one account; see DESIGN.md §4 for its life.

    `step` is "invoice", "1", "2" … or names what a message about money tells of, such as
    "paid-{payment}" (`payer_messages.py` has them all). `planned_for` is the day of the run.
    `about` is the id of the payment, scheduled payment, mandate or plan that such a message tells
    of (`payment` if it is a payment), and `facts` what its event told and no record keeps.
    """

    creditor: str
    account: str
    id: str
    step: str
    message: MessageKind
    channel: Channel
    items: tuple[CoveredItem, ...]
    planned_for: date
    created_at: datetime
    state: NoticeState = "claimed"
    attempt: int = 0
    announces_collection: bool = False
    payment: str | None = None
    to: str | None = None
    language: str | None = None
    subject: str | None = None
    content_hash: str | None = None
    provider_message_id: str | None = None
    outcome: str | None = None
    state_since: datetime | None = None
    correlation: str = ""
    about: str | None = None
    facts: dict[str, Any] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def invoice(self) -> str:
        """The first of the invoices that it is about, "" if it is about none."""
        return self.items[0].invoice if self.items else ""

    @property
    def tells_of_money(self) -> bool:
        """Say whether it tells of a payment or an agreement, and is no step of the policy's."""
        return self.about is not None or self.payment is not None

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state in AWAITING:
            return ("notice", self.creditor, self.state_since or self.created_at)
        return (
            ("unknown-notice", self.creditor, self.created_at) if self.state == "unknown" else None
        )


@dataclass(frozen=True, slots=True)
class NoticeRef:
    """Finds a notice by its id alone, which is all that a delivery event brings back."""

    notice: str
    creditor: str
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.notice,)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to tell about one item at one step by one channel; given away once, for ever."""

    creditor: str
    account: str
    invoice: str
    episode: int
    step: str
    channel: Channel
    notice: str

    @property
    def key(self) -> tuple[str, ...]:
        return (
            self.creditor,
            self.account,
            self.invoice,
            str(self.episode),
            self.step,
            self.channel,
        )


Outcome = Literal["send", "hold", "not-yet", "done"]
"""send now; hold: due but kept back; not-yet: the next step's day is ahead; done: no step left."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one item, with everything that it was decided on.

    `reason` is a stable code, `facts` what a sentence about it needs (texts, ints, ISO dates).
    """

    invoice: str
    outcome: Outcome
    step: str
    reason: str
    facts: dict[str, Any] = field(hash=False)
    message: MessageKind | None = None
    wake_on: date | None = None


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision that was acted on or kept something back; the last of a day and step stands."""

    creditor: str
    account: str
    invoice: str
    day: date
    step: str
    outcome: Outcome
    reason: str
    facts: dict[str, Any] = field(hash=False)
    policy: str
    decided_at: datetime
    notice: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.invoice, self.day.isoformat(), self.step)
