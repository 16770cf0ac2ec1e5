"""Notices, claims and the decisions behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from saldo.messages.model import Channel, MessageKind
from saldo.messages.told import AnnouncedCosts, ChargeLine, NextStep, ToldService

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


@dataclass(frozen=True, slots=True)
class CoveredItem:
    """An item that a notice is about, as it stood when the notice was claimed.

    `open_minor` is all that stands open on it, `charges` of this notice included; `disputed_minor`
    of it is not asked for, and `principal_minor` is asked for of the invoice itself. `stage` is the
    item's own where one message is about several. `promised_on` is the day of a promise that was
    broken, `instalment_missed` says that a plan was: the message resumes and says so.
    """

    invoice: str
    episode: int
    open_minor: int
    currency: str
    stage: int = 0
    disputed_minor: int = 0
    principal_minor: int = 0
    charges: tuple[ChargeLine, ...] = ()
    promised_on: date | None = None
    instalment_missed: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one account; see DESIGN.md §4 for its life.

    `step` is "invoice", "1", "2" … or names what a message about money tells of, such as
    "paid-{payment}" (`payer_messages.py` has them all). `planned_for` is the day of the run.
    `about` is the id of the payment, scheduled payment, mandate, plan, promise or dispute that such
    a message tells of (`payment` if it is a payment), and `facts` what its event told and no record
    keeps.
    `fallbacks` are the channels that take over one after the other where this one fails for good;
    the notice that took over `replaces` this one, which is `replaced_by` it. `reference` is the RF
    reference that the payer was told.
    `also` are overdue items that it lists without being a step about them. `announced` are the
    costs that a 14-day letter names, `next_step` and `pay_by` what it says of the time to come.
    `delivered_at` stays when more is told of it later, such as a complaint. `own_texts` are the
    versions of the creditor's own texts that it was written with, `text_problems` says why others
    were not used.
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
    fallbacks: tuple[Channel, ...] = ()
    replaces: str | None = None
    replaced_by: str | None = None
    reference: str | None = None
    also: tuple[CoveredItem, ...] = ()
    announced: AnnouncedCosts | None = None
    next_step: NextStep | None = None
    pay_by: date | None = None
    service: ToldService | None = None
    delivered_at: datetime | None = None
    own_texts: tuple[str, ...] = ()
    text_problems: tuple[str, ...] = ()
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
        # Not by `state_since`: the entry stays where it is from the claim to the carrier's answer.
        if self.state in AWAITING:
            return ("notice", self.creditor, self.created_at)
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
class Grounds:
    """What a claim was decided on: see `DecisionRecord`, which is made from it."""

    day: date
    reason: str
    facts: dict[str, Any] = field(hash=False)
    policy: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to tell about one item at one step by one channel; given away once, for ever.

    `grounds` is the decision that it carries out, None where no policy decided: a message about
    money, or a channel that took over.
    """

    creditor: str
    account: str
    invoice: str
    episode: int
    step: str
    channel: Channel
    notice: str
    grounds: Grounds | None = None

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


Outcome = Literal["send", "hand-over", "hold", "needs-human", "not-yet", "done"]
"""send now; hand-over: a case is opened now and nothing is sent; hold: due but kept back;
needs-human: a person must look before it goes on; not-yet: its time is ahead; done: no step
left."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one item, with everything that it was decided on.

    `reason` is a stable code, `facts` what a sentence about it needs (texts, ints, ISO dates).
    What is sent has a `message`, a `channel` with the ones that take over, and its `charges`;
    decisions with the same `bundle` go in one message.
    """

    invoice: str
    outcome: Outcome
    step: str
    reason: str
    facts: dict[str, Any] = field(hash=False)
    message: MessageKind | None = None
    wake_on: date | None = None
    channel: Channel = "email"
    fallbacks: tuple[Channel, ...] = ()
    charges: tuple[ChargeLine, ...] = ()
    bundle: int = 0
    stage: int = 0
    """The number of the policy's stage, 0 for the invoice itself."""


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision that was acted on or kept something back; the last of a day and step stands.

    What is sent keeps its decision in the claim, for a row less per item: `decisions.py` reads
    both.
    """

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


@dataclass(frozen=True, slots=True)
class ContactLog:
    """The days on which an account was reminded, the last few; several a day stand there each."""

    creditor: str
    account: str
    days: tuple[date, ...] = ()
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)


@dataclass(frozen=True, slots=True)
class ChargesMade:
    """What reminders have charged on an invoice so far, so that nothing is charged twice.

    `fees` are the kinds booked; `interest_minor` is all interest booked, for the days up to and
    with `interest_until`, since `interest_from`.
    """

    creditor: str
    account: str
    invoice: str
    fees: tuple[str, ...] = ()
    interest_minor: int = 0
    interest_from: date | None = None
    interest_until: date | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.invoice)


STOPPED_BY_HAND: Final = "by-hand"


@dataclass(frozen=True, slots=True)
class ServiceStop:
    """What the ERP was asked to stop for an account, and for which invoices.

    `request` names it in both of its events; `amount_minor` stood open when it was asked for. One
    that a person asked for is for no invoices, and in place of a currency has STOPPED_BY_HAND.
    `let_go` are invoices that stop the service no more, because a person said so. `reason` is what
    a person wrote last.
    """

    creditor: str
    account: str
    service: str
    currency: str
    request: str
    invoices: tuple[str, ...]
    amount_minor: int
    requested_at: datetime
    released_at: datetime | None = None
    version: int = 0
    by: str = "system"
    reason: str = ""
    let_go: tuple[str, ...] = ()

    @property
    def is_by_hand(self) -> bool:
        return self.currency == STOPPED_BY_HAND

    @property
    def stands(self) -> bool:
        return self.released_at is None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.service, self.currency)
