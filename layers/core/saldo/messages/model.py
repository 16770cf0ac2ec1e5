"""What a message is made from, and what it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from saldo.errors import Refusal

MessageKind = Literal["invoice", "reminder-1", "reminder-2", "reminder-3", "payment-received"]
"""One folder of texts each. A policy's stages name the reminder they use."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The creditor as the payer sees it."""

    name: str
    address: tuple[str, ...]
    imprint: str
    brand_colour: str
    reply_to: str | None


@dataclass(frozen=True, slots=True)
class MessageItem:
    """An invoice as a message tells about it; amounts in minor units of `currency`."""

    number: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    open_minor: int
    days_overdue: int = 0


@dataclass(frozen=True, slots=True)
class ReceivedPayment:
    """A payment as its confirmation tells about it."""

    amount_minor: int
    currency: str
    received_on: date
    invoice: str
    allocated_minor: int
    credit_minor: int
    still_open_minor: int


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Everything that a text may mention. Nothing else is in reach of a template."""

    sender: Sender
    account_name: str
    contact_name: str
    language: str
    kind_of_debtor: Literal["business", "consumer"]
    items: tuple[MessageItem, ...]
    pay_url: str
    written_on: date
    stage: int = 0
    announces_collection: bool = False
    payment: ReceivedPayment | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words: subject, plain text, HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail ready to be sent. `tags` come back with every delivery event of the mail."""

    to_name: str
    to_address: str
    from_name: str
    reply_to: str | None
    subject: str
    text: str
    html: str
    language: str
    tags: dict[str, str] = field(hash=False)
    written_at: datetime


class MailRejected(Refusal):
    """The mail service refused this mail for good: it was not sent and never will be."""

    code = "mail-rejected"


class MailThrottled(Refusal):
    """The mail service did not take the mail now; it was surely not sent and may be tried again."""

    code = "mail-throttled"


class MailOutcomeUnknown(Refusal):
    """The call ended without telling whether the mail was taken."""

    code = "mail-outcome-unknown"


class Mailer(Protocol):
    """The port that mail leaves by."""

    def send(self, mail: OutgoingMail) -> str:
        """Hand the mail over and return the service's id for it.

        Raises MailRejected, MailThrottled or MailOutcomeUnknown.
        """


class Renderer(Protocol):
    """Turns a message and its context into words."""

    def render(self, message: MessageKind, context: MessageContext) -> Rendered: ...
