"""What a message is made from, and what it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from saldo.errors import Refusal
from saldo.messages.failures import FailureKind

MessageKind = Literal[
    "invoice",
    "reminder-1",
    "reminder-2",
    "reminder-3",
    "payment-received",
    "payment-failed",
    "payment-scheduled",
    "mandate-given",
    "plan-agreed",
    "plan-missed",
]
"""One folder of texts each. A policy's stages name the reminder they use."""

LISTED_MAX = 10
"""So many invoices are listed one by one; of the others a message says how many they are."""


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
class PaidItem:
    """What a payment did for one of its invoices; what stands open on it now."""

    number: str
    allocated_minor: int
    open_minor: int


@dataclass(frozen=True, slots=True)
class ReceivedPayment:
    """A payment as its confirmation tells about it.

    `invoice` is the first of its invoices, `listed` the first few of several and `unlisted` how
    many there are beyond these. `still_open_minor` stands open on all of them together.
    """

    amount_minor: int
    currency: str
    received_on: date
    invoice: str
    allocated_minor: int
    credit_minor: int
    still_open_minor: int
    listed: tuple[PaidItem, ...] = ()
    unlisted: int = 0

    @property
    def invoices(self) -> int:
        return (len(self.listed) or bool(self.invoice)) + self.unlisted


@dataclass(frozen=True, slots=True)
class FailedPayment:
    """A payment that did not come, or went back (`returned`), as the payer is told.

    `why` names one of the sentences of `failures.py`. `automatic` says that a mandate was charged.
    `numbers` are the first few of its invoices that stand open, `unlisted` how many more there are.
    """

    amount_minor: int
    currency: str
    why: FailureKind
    returned: bool
    automatic: bool
    numbers: tuple[str, ...]
    unlisted: int
    open_minor: int

    @property
    def invoices(self) -> int:
        return len(self.numbers) + self.unlisted


@dataclass(frozen=True, slots=True)
class ScheduledDebit:
    """The announcement of a debit: what the rules of direct debits want said beforehand.

    `creditor_identifier` is the creditor's in the SEPA scheme, where it is known. `consent` is what
    the payer agreed to for this very debit, where the mandate's own consent does not cover it.
    """

    amount_minor: int
    currency: str
    charge_on: date
    mandate_reference: str
    creditor_identifier: str | None
    numbers: tuple[str, ...]
    unlisted: int = 0
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class GivenMandate:
    """What the payer agreed to, word for word, and when."""

    reference: str
    consent: str
    consent_language: str
    given_on: date


@dataclass(frozen=True, slots=True)
class PlanPart:
    """An instalment: so much by this day."""

    amount_minor: int
    due_on: date


@dataclass(frozen=True, slots=True)
class AgreedPlan:
    """An instalment plan. `mandate_reference` says that each part is taken by mandate on its day.

    `missed` is the part that did not come, if the plan ended for it; `open_minor` stands open on
    the plan's invoices now.
    """

    parts: tuple[PlanPart, ...]
    currency: str
    total_minor: int
    open_minor: int
    numbers: tuple[str, ...]
    unlisted: int = 0
    mandate_reference: str | None = None
    creditor_identifier: str | None = None
    missed: PlanPart | None = None


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
    failure: FailedPayment | None = None
    debit: ScheduledDebit | None = None
    mandate: GivenMandate | None = None
    plan: AgreedPlan | None = None


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
