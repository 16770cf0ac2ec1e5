"""What a message is made from, and what it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, Protocol

from saldo.errors import Refusal
from saldo.messages.failures import FailureKind
from saldo.messages.told import (
    AnnouncedCosts,
    ChargeLine,
    HandOver,
    NextStep,
    ToldDetails,
    ToldDispute,
    ToldPaidClaim,
    ToldPortal,
    ToldPromise,
    ToldQuestion,
    ToldReply,
    ToldService,
    ToldWords,
    TransferDetails,
)

MessageKind = Literal[
    "friendly-notice",
    "invoice",
    "invoice-copy",
    "reminder-1",
    "reminder-2",
    "reminder-3",
    "final-notice",
    "nl-14-day-letter",
    "handed-over",
    "case-returned",
    "promise-confirmed",
    "promise-broken",
    "dispute-received",
    "dispute-closed",
    "service-stop-announced",
    "service-released",
    "payment-received",
    "payment-failed",
    "payment-scheduled",
    "mandate-given",
    "plan-agreed",
    "plan-missed",
    "plan-proposed",
    "plan-declined",
    "paid-claim-received",
    "paid-claim-unfounded",
    "portal-link",
    "contact-confirm",
    "contact-changed",
    "question-received",
    "question-answered",
    "mail-reply",
    "by-hand",
]
"""One folder of texts each. A policy's stages name the reminder they use."""

STAGE_MESSAGES: Final[tuple[MessageKind, ...]] = (
    "friendly-notice",
    "reminder-1",
    "reminder-2",
    "reminder-3",
    "final-notice",
    "nl-14-day-letter",
    "service-stop-announced",
    "handed-over",
)
"""Those that a stage may name: the others tell of a fact and have nothing to say without it."""

Channel = Literal["email", "sms", "letter", "call", "registered"]
Tone = Literal["friendly", "neutral", "firm"]
"""How a reminder opens. What it says, and what it may threaten with, is the message's own."""

LISTED_MAX = 10
"""So many invoices are listed one by one; of the others a message says how many they are."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The creditor as the payer sees it; `logo` names its picture, "" for none."""

    name: str
    address: tuple[str, ...]
    imprint: str
    brand_colour: str
    reply_to: str | None
    logo: str = ""
    privacy_url: str | None = None


@dataclass(frozen=True, slots=True)
class MessageItem:
    """An invoice as a message tells about it; amounts in minor units of `currency`.

    `open_minor` is all that stands open on it, the `charges` included: these only explain it.
    `disputed_minor` of it is not asked for while the dispute is open. `stage` is the item's own
    where one message is about several. `promised_on` is the day of a promise that was broken.
    Whoever pays it all up to and including `discount_until` may keep `discount_minor` back.
    """

    number: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    open_minor: int
    days_overdue: int = 0
    stage: int = 0
    charges: tuple[ChargeLine, ...] = ()
    disputed_minor: int = 0
    promised_on: date | None = None
    instalment_missed: bool = False
    discount_minor: int = 0
    discount_until: date | None = None

    @property
    def charged_minor(self) -> int:
        return sum(line.amount_minor for line in self.charges)

    @property
    def asked_minor(self) -> int:
        """What the payer is asked to pay now."""
        return self.open_minor - self.disputed_minor


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
    many there are beyond these. `still_open_minor` stands open on all of them together;
    `discount_minor` was granted on them as cash discount.
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
    discount_minor: int = 0

    @property
    def invoices(self) -> int:
        return (len(self.listed) or bool(self.invoice)) + self.unlisted


@dataclass(frozen=True, slots=True)
class FailedPayment:
    """A payment that did not come, or went back (`returned`), as the payer is told.

    `why` names one of the sentences of `failures.py`. `automatic` says that a mandate was charged.
    `numbers` are the first few of its invoices that stand open, `unlisted` how many more there are.
    `charge_minor` was added to what is open for what the bank took for the return.
    """

    amount_minor: int
    currency: str
    why: FailureKind
    returned: bool
    automatic: bool
    numbers: tuple[str, ...]
    unlisted: int
    open_minor: int
    charge_minor: int = 0

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
    """An instalment: so much by this day, under a reference where the payer transfers it."""

    amount_minor: int
    due_on: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AgreedPlan:
    """An instalment plan. `mandate_reference` says that each part is taken by mandate on its day.

    `missed` is the part that did not come, if the plan ended for it; `open_minor` stands open on
    the plan's invoices now. While it is only proposed, reminders rest up to and including
    `rests_until`. `explanation` is a person's own sentence why it was declined, in any language.
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
    rests_until: date | None = None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Everything that a text may mention. Nothing else is in reach of a template.

    `channel` decides which part of the texts is rendered. `country` is that whose law holds (the
    debtor's), "" where nobody said. `pay_by` is the last day that a final notice gives. `opt_out`
    is what ends text messages: a keyword to answer with, or an address. `creditor` is the id whose
    own texts are used, where there are any.
    """

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
    channel: Channel = "email"
    tone: Tone = "friendly"
    country: str = ""
    pay_by: date | None = None
    next_step: NextStep | None = None
    transfer: TransferDetails | None = None
    announced: AnnouncedCosts | None = None
    hand_over: HandOver | None = None
    promise: ToldPromise | None = None
    dispute: ToldDispute | None = None
    claim: ToldPaidClaim | None = None
    service: ToldService | None = None
    portal: ToldPortal | None = None
    details: ToldDetails | None = None
    question: ToldQuestion | None = None
    reply: ToldReply | None = None
    written: ToldWords | None = None
    opt_out: str | None = None
    creditor: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words.

    By mail (and registered mail): subject, plain text, HTML. A letter has a subject and a text of
    paragraphs set apart by empty lines; lines that hold tabs are rows of a table, whose last
    column stands at the right. A text message and a call's script have a text alone.

    `own` names the creditor's versions that were used ("subject v3"), `problems` says why others
    were not: then the supplied words stand in their place, and a person should be told.
    """

    subject: str
    text: str
    html: str
    own: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail; with an `id` it is a picture that the HTML shows as `cid:{id}`."""

    name: str
    content_type: str
    content: bytes
    id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail ready to be sent. `tags` come back with every delivery event of the mail.

    `thread` names the conversation that it belongs to. `reply_to_us` is an address of ours that
    replies shall reach as well. `in_reply_to` and `references` are what it answers: ids without
    angle brackets; one that cannot stand in a header is left out. `unsubscribe_url` is what one
    click ends such mails at (RFC 8058), None where one cannot unsubscribe.
    """

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
    thread: str | None = None
    reply_to_us: str | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    unsubscribe_url: str | None = None
    attachments: tuple[Attachment, ...] = ()


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
