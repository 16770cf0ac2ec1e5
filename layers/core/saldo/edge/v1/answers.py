"""What the API answers with. Typed dictionaries: the renderer is checked against them, and the
OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.accounts.model import HoldKind

_Amount = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]
_Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
_Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
_Pointer = Annotated[str, Field(description="JSON pointer (RFC 6901) to the place in the body.")]


class Problem(TypedDict):
    """Why a request was refused (RFC 9457, `application/problem+json`)."""

    type: Annotated[str, Field(description="`urn:saldo:problem:` and the code.")]
    title: Annotated[str, Field(description="The kind of refusal, in words.")]
    status: Annotated[int, Field(description="The HTTP status.")]
    code: Annotated[str, Field(description="Stable: programs decide on it.")]
    detail: Annotated[str, Field(description="A sentence for people.")]
    pointer: NotRequired[_Pointer]


class RecordProblem(TypedDict):
    """Why one record was refused."""

    code: Annotated[str, Field(description="Stable: programs decide on it.")]
    detail: Annotated[str, Field(description="A sentence for people.")]
    pointer: Annotated[str, Field(description="JSON pointer, e.g. `/records/3/amount`.")]


class Counts(TypedDict):
    """How many records came to which end."""

    accepted: int
    unchanged: int
    refused: int


class BulkResult(TypedDict):
    """What became of one record."""

    index: Annotated[int, Field(description="Its place in `records`, from 0.")]
    id: Annotated[str | None, Field(description="Its number; null when it had none to read.")]
    status: Literal["accepted", "unchanged", "refused"]
    problem: NotRequired[Annotated[RecordProblem, Field(description="Only when refused.")]]


class BulkAnswer(TypedDict):
    """What became of a push: a result per record, in order."""

    success: Annotated[bool, Field(description="True when no record was refused.")]
    counts: Counts
    results: list[BulkResult]


class PayLinkResult(BulkResult):
    """What became of one pay link."""

    invoice: Annotated[str | None, Field(description="The invoice's number, same as `id`.")]
    url: NotRequired[Annotated[str, Field(description="The link; shown here and nowhere else.")]]
    qr_svg: NotRequired[
        Annotated[str, Field(description="The link as a QR code: an SVG element, without a size.")]
    ]
    qr_png: NotRequired[
        Annotated[str, Field(description="The link as a QR code: PNG in base64, 10 pixels a dot.")]
    ]


class PayLinksAnswer(TypedDict):
    """The pay links, in order."""

    success: Annotated[bool, Field(description="True when no record was refused.")]
    counts: Counts
    results: list[PayLinkResult]


class PostalAddress(TypedDict):
    """Where letters go."""

    lines: list[str]
    postal_code: str
    city: str
    country: str


class Contact(TypedDict):
    """Somebody at the debtor's."""

    name: str
    email: str | None
    phone: str | None
    role: str
    email_state: Annotated[
        Literal["ok", "bounced", "complained", "wrong-person"],
        Field(
            description="Leaves `ok` when mail bounced for good, its owner complained, or said to "
            "be somebody else; a new address starts at `ok`."
        ),
    ]
    address: PostalAddress | None


class AgreedTerms(TypedDict):
    """What was agreed about paying."""

    net_days: int | None
    text: str


class CreditLimit(TypedDict):
    """So much the debtor may owe."""

    amount: _Amount
    currency: str


class Account(TypedDict):
    """A debtor."""

    number: str
    name: str
    kind: Literal["business", "consumer"]
    country: str
    language: str
    time_zone: str
    contacts: list[Contact]
    region: str | None
    address: PostalAddress | None
    reference: str | None
    size: str | None
    industry: str | None
    risk_class: str | None
    labels: list[str]
    follow_up: Literal["automatic", "manual"]
    policy: Annotated[str | None, Field(description="Null: the segments decide.")]
    payment_terms: AgreedTerms | None
    credit_limit: CreditLimit | None
    parent: Annotated[str | None, Field(description="The account that this one belongs to.")]
    custom: dict[str, str]
    preferred_channel: Annotated[
        Literal["email", "letter", "sms"] | None, Field(description="The payer's wish.")
    ]
    corrected: Annotated[
        list[Literal["language", "contacts", "address"]],
        Field(description="What a payer corrected: it stands until you push something else."),
    ]
    updated_at: _Instant
    version: Annotated[int, Field(description="Rises with every fact about the account.")]


class AccountPage(TypedDict):
    """Accounts, those first that changed longest ago."""

    items: list[Account]
    cursor: Annotated[str | None, Field(description="Of the next page; null on the last.")]


class AccountChildren(TypedDict):
    """The accounts directly below one, by number."""

    items: list[Account]


class OpeningCase(TypedDict):
    """Who had an item already."""

    kind: Literal["agency", "bailiff", "lawyer", "court"]
    handed_to: str
    reference: str


class Withdrawn(TypedDict):
    """Your ERP took an invoice back (`cancelled`), or has it no longer open (`closed-there`)."""

    kind: Literal["cancelled", "closed-there"]
    at: _Instant
    by: str
    taken_off: Annotated[_Amount, Field(description="Of the invoice's own amount.")]
    reason: str


class Opening(TypedDict):
    """How far another system had reminded."""

    stage: int
    last_reminder_on: _Day | None
    blocked: bool
    case: OpeningCase | None


class Discount(TypedDict):
    """A cash discount as it was agreed: a percentage of a basis, or a fixed amount."""

    until: _Day
    percent: str | None
    amount: _Amount | None
    basis: _Amount | None


class Invoice(TypedDict):
    """An invoice with what stands open on it."""

    number: str
    account: str
    state: Literal["open", "partly-settled", "settled", "cancelled"]
    issued_on: _Day
    due_on: _Day
    currency: str
    amount: _Amount
    charged: Annotated[_Amount, Field(description="Fees and interest added since.")]
    open: Annotated[
        _Amount, Field(description="What is still to be paid, fees and interest included.")
    ]
    open_costs: Annotated[_Amount, Field(description="Of `open`, what is owed as fees.")]
    open_interest: Annotated[_Amount, Field(description="Of `open`, what is owed as interest.")]
    description: str
    order_reference: str | None
    payment_terms: str | None
    payment_reference: str | None
    due_date_agreed: bool
    received_on: _Day | None
    consumer_notice_given: bool
    already_sent: bool
    opening: Opening | None
    discounts: list[Discount]
    erp_version: int | None
    erp_updated_at: _Instant | None
    withdrawn: Withdrawn | None
    closed_on: _Day | None
    episode: Annotated[
        int,
        Field(
            description="Rises when it reopens or its due date is corrected: reminders begin anew."
        ),
    ]
    updated_at: _Instant
    version: int


class InvoicePage(TypedDict):
    """Invoices, those first that changed longest ago."""

    items: list[Invoice]
    cursor: Annotated[str | None, Field(description="Of the next page; null on the last.")]


class SelectedPage(TypedDict):
    """Records with the fields that were asked for, those first that changed longest ago."""

    items: list[dict[str, Any]]
    cursor: Annotated[str | None, Field(description="Of the next page; null on the last.")]


class CreditNote(TypedDict):
    """A credit note, as it was booked."""

    number: str
    invoice: str
    account: str
    issued_on: _Day
    currency: str
    amount: _Amount
    applied: Annotated[_Amount, Field(description="What it took off its invoice.")]
    credit: Annotated[_Amount, Field(description="What became the debtor's credit.")]
    reason: str
    updated_at: _Instant


class Hold(TypedDict):
    """Something that keeps notices back."""

    id: str
    on: Literal["creditor", "account", "invoice"]
    number: Annotated[str | None, Field(description="Of the account or invoice.")]
    account: Annotated[str | None, Field(description="The account that it is on, if on one.")]
    kind: Annotated[
        HoldKind,
        Field(
            description="`pause`, `hardship`, `insolvency`: somebody placed it; `legal-case`: "
            "somebody did, or a case is open; the others come and go with the fact behind them."
        ),
    ]
    held: Annotated[
        _Amount | None, Field(description="The held part of the invoice; null: all of it.")
    ]
    currency: Annotated[str | None, Field(description="Of `held`.")]
    more_numbers: Annotated[list[str], Field(description="Further invoices that it holds.")]
    reason: str
    owner: Annotated[str, Field(description="Who sees to it.")]
    placed_by: str
    placed_at: _Instant
    until: _Day | None
    ended_at: _Instant | None
    ended_by: str | None


class Holds(TypedDict):
    """The pauses that bear on a target."""

    items: list[Hold]


class HoldsEnded(TypedDict):
    """The pauses that were ended."""

    ended: list[Hold]


class Webhook(TypedDict):
    """An endpoint that hears of events."""

    id: str
    url: str
    events: Annotated[list[str], Field(description="Empty: all.")]
    active: bool
    created_at: _Instant


class WebhookCreated(Webhook):
    """A new endpoint, with the secret that signs its deliveries."""

    secret: Annotated[
        str, Field(description="`whsec_` and base64: shown this once, keep it (Standard Webhooks).")
    ]


class Webhooks(TypedDict):
    """The creditor's active endpoints."""

    items: list[Webhook]


class Told(TypedDict):
    """One decision, as a sentence and with the facts behind it."""

    day: _Day
    sentence: Annotated[str, Field(description="In the language that was asked for.")]
    outcome: Annotated[
        str,
        Field(
            description="Stable: `send`, `hand-over`, `hold`, `needs-human`, `not-yet`, `done`; "
            "of a message about money `sent`, `waits` or `withdrawn`."
        ),
    ]
    reason: Annotated[str, Field(description="Stable, the same in every language.")]
    facts: dict[str, Any]


class Why(TypedDict):
    """What was decided about an invoice, and what comes next."""

    invoice: Invoice
    decisions: Annotated[list[Told], Field(description="The oldest first.")]
    next: Told


class Key(TypedDict):
    """The API key that asked."""

    id: str
    name: str
    scopes: list[str]


class Creditor(TypedDict):
    """Whose key this is."""

    id: str
    name: str
    country: str
    language: str
    time_zone: str
    policy: Annotated[str, Field(description="The reminder policy.")]
    state: Annotated[
        Literal["shadow", "live"],
        Field(description="`shadow`: everything is planned and explained, nothing is sent."),
    ]
    sending: Annotated[bool, Field(description="False: all sending is switched off.")]
    schedule: Literal["automatic", "manual"]
    notices_per_day_max: int | None
    key: Key


class WebhookEvent(TypedDict):
    """An event, as it is posted to a webhook."""

    id: Annotated[str, Field(description="The same at every attempt: deduplicate by it.")]
    type: Annotated[str, Field(description="Such as `payment.settled`.")]
    timestamp: _Instant
    creditor: str
    account: Annotated[str, Field(description='The account; "~" for the creditor as a whole.')]
    data: dict[str, Any]
