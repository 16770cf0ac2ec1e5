"""What ERPs send: one model per record, body and query. Unknown fields are refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from saldo.edge.v1.fields import (
    NOT_BLANK,
    PRINTABLE,
    Amount,
    Currency,
    Day,
    Decimals,
    EventName,
    Flag,
    Instant,
    Number,
)

LINES_MAX = 500
DISCOUNTS_MAX = 3
EVENTS_MAX = 50
STAGE_MAX = 12
PAGE_ITEMS_MAX = 100
PAGE_ITEMS = 50

Name = Annotated[str, StringConstraints(min_length=1, max_length=200), PRINTABLE, NOT_BLANK]
Description = Annotated[str, StringConstraints(max_length=500), PRINTABLE]
LineRef = Annotated[str, StringConstraints(min_length=1, max_length=40), PRINTABLE, NOT_BLANK]
LineText = Annotated[str, StringConstraints(min_length=1, max_length=200), PRINTABLE, NOT_BLANK]
Unit = Annotated[str, StringConstraints(max_length=20), PRINTABLE]
TaxRate = Annotated[
    str, StringConstraints(strict=True, pattern=r"^\d{1,2}(\.\d{1,3})?$", max_length=6)
]
Percent = Annotated[
    str, StringConstraints(strict=True, pattern=r"^\d{1,2}(\.\d{1,2})?$", max_length=5)
]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=100), PRINTABLE, NOT_BLANK]
Terms = Annotated[str, StringConstraints(min_length=1, max_length=300), PRINTABLE, NOT_BLANK]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300), PRINTABLE, NOT_BLANK]
Address = Annotated[str, StringConstraints(min_length=1, max_length=500), PRINTABLE]

Word = Annotated[str, StringConstraints(min_length=1, max_length=60), PRINTABLE, NOT_BLANK]

PaymentNumber = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=200), PRINTABLE
]


class Body(BaseModel):
    """Anything that comes as JSON: strict types, no unknown fields."""

    # Built when first used: a cold start pays for the models of its own route alone.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class Query(BaseModel):
    """Anything that comes in a query, where all is text."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class OpeningCaseRecord(Body):
    """Who collects an item already when it comes here."""

    kind: Annotated[
        Literal["agency", "bailiff", "lawyer", "court"], Field(description="What they are.")
    ]
    handed_to: Annotated[Name, Field(description="Their name.")]
    reference: Annotated[
        str, StringConstraints(max_length=100), PRINTABLE, Field(description="Their number of it.")
    ] = ""


class OpeningRecord(Body):
    """How far another system had reminded when the item came here."""

    stage: Annotated[
        int, Field(strict=True, ge=0, le=STAGE_MAX, description="The last stage sent; 0: none.")
    ] = 0
    last_reminder_on: Annotated[
        Day | None, Field(description="Its day; goes with a stage above 0.")
    ] = None
    blocked: Annotated[
        Flag,
        Field(description="Reminders were blocked there: they are paused until somebody resumes."),
    ] = False
    case: Annotated[
        OpeningCaseRecord | None,
        Field(description="Somebody collects it already: a case is kept, reminders stop."),
    ] = None


class InvoiceLineRecord(Body):
    """A line of an invoice as it is printed."""

    ref: Annotated[LineRef, Field(description="Its number on the invoice; each stands there once.")]
    text: Annotated[LineText, Field(description="What it is, in the debtor's language.")]
    quantity: Annotated[Decimals, Field(description="How much or many.", examples=["2.5"])] = "1"
    unit: Annotated[Unit, Field(description="Of the quantity, as printed.")] = ""
    unit_price: Annotated[
        Decimals | None, Field(description="Net, with as many decimals as printed.")
    ] = None
    amount: Annotated[
        Decimals,
        Field(description="Net; below zero for a discount.", examples=["100.00"]),
    ]
    tax_rate: Annotated[
        TaxRate | None, Field(description="In per cent. Default: no tax is known of.")
    ] = None


class DiscountRecord(Body):
    """A cash discount: what is kept back by who pays all that is left, in time and at once."""

    until: Annotated[
        Day,
        Field(description="The last day for the money to come: from the day of issue to `due_on`."),
    ]
    percent: Annotated[
        Percent | None,
        Field(description="Above 0 and below 50, up to two decimals.", examples=["3"]),
    ] = None
    amount: Annotated[
        Amount | None,
        Field(description="Instead of `percent`: a fixed sum, less than half of the invoice."),
    ] = None
    basis: Annotated[
        Amount | None,
        Field(description="The sum that `percent` is of. Default: the invoice's amount."),
    ] = None


class InvoiceRecord(Body):
    """An invoice, whole. Sent again with other contents it is a correction."""

    number: Annotated[Number, Field(description="The invoice's number: the natural key.")]
    account: Annotated[Number, Field(description="The debtor's number; the account must be there.")]
    issued_on: Annotated[Day, Field(description="The day of issue.")]
    due_on: Annotated[Day, Field(description="The last day to pay; not before the day of issue.")]
    currency: Annotated[Currency, Field(description="ISO 4217; fixed once the invoice is issued.")]
    amount: Annotated[
        Amount,
        Field(
            description="What is to be paid, VAT included: a positive decimal text.",
            examples=["119.00"],
        ),
    ]
    description: Annotated[
        Description, Field(description="What it is for, in the debtor's language; shown to payers.")
    ] = ""
    order_reference: Annotated[Reference | None, Field(description="The debtor's order.")] = None
    payment_terms: Annotated[Terms | None, Field(description="The terms as printed.")] = None
    payment_reference: Annotated[
        Reference | None,
        Field(description="What payers are asked to quote, where that is not the number."),
    ] = None
    due_date_agreed: Annotated[
        Flag,
        Field(description="The due date was agreed in the contract, so default needs no reminder."),
    ] = False
    received_on: Annotated[
        Day | None, Field(description="The day on which the debtor had the invoice, if known.")
    ] = None
    consumer_notice_given: Annotated[
        Flag,
        Field(
            description="The invoice tells a consumer what follows thirty days after it falls "
            "due (§ 286 (3) BGB)."
        ),
    ] = False
    already_sent: Annotated[
        Flag, Field(description="The debtor has it from elsewhere: Saldo does not mail it.")
    ] = False
    opening: Annotated[
        OpeningRecord | None,
        Field(
            description="For items that were open when you began with Saldo: reminders go on where "
            "the other system stopped. It counts when the invoice is new; leave it out later. "
            "The debtor has the invoice already."
        ),
    ] = None
    discounts: Annotated[
        list[DiscountRecord],
        Field(
            max_length=DISCOUNTS_MAX,
            description="Cash discounts, the earliest first; each later one gives less. With "
            "`lines` that name their tax rates the VAT is corrected, too.",
        ),
    ] = []
    erp_version: Annotated[
        int | None,
        Field(
            strict=True,
            ge=0,
            le=10**15,
            description="Your count of the invoice's versions: a lower one does not win.",
        ),
    ] = None
    erp_updated_at: Annotated[
        Instant | None,
        Field(description="When you changed it, by your clock: an earlier one does not win."),
    ] = None
    lines: Annotated[
        list[InvoiceLineRecord] | None,
        Field(
            max_length=LINES_MAX,
            description="Shown to payers, who can contest single ones. Left out, those that are "
            "known stay; an empty list removes them.",
        ),
    ] = None


class CreditNoteRecord(Body):
    """A credit note: reduces its invoice; what exceeds it becomes the debtor's credit."""

    number: Annotated[Number, Field(description="The credit note's number: the natural key.")]
    invoice: Annotated[Number, Field(description="The number of the invoice that it reduces.")]
    issued_on: Annotated[Day, Field(description="The day of issue.")]
    currency: Annotated[Currency, Field(description="ISO 4217; the invoice's.")]
    amount: Annotated[
        Amount, Field(description="What is credited: a positive decimal text.", examples=["19.00"])
    ]
    reason: Annotated[Description, Field(description="Why, for the books.")] = ""


class PayLinkRecord(Body):
    """An invoice to make a pay link for."""

    invoice: Annotated[Number, Field(description="The invoice's number.")]
    scope: Annotated[
        Literal["invoice", "account"],
        Field(
            description="`invoice` opens this invoice alone; `account` everything that is open on "
            "its account, this invoice in front."
        ),
    ] = "invoice"
    qr: Annotated[
        Literal["svg", "png"] | None,
        Field(description="The link as a QR code too: SVG, or PNG in base64. Default: none."),
    ] = None


On = Literal["creditor", "account", "invoice"]
PlacedKind = Literal["pause", "hardship", "insolvency", "legal-case"]


class HoldOrder(Body):
    """Keep all notices back about an invoice, an account, or everybody."""

    on: Annotated[On, Field(description='"creditor" pauses every account of the key\'s creditor.')]
    number: Annotated[
        Number | None, Field(description='Of the account or invoice; left out for "creditor".')
    ] = None
    reason: Annotated[Reason, Field(description="Told by `why`; be kind, the debtor may read it.")]
    kind: Annotated[PlacedKind, Field(description="What it is about; every kind holds alike.")] = (
        "pause"
    )
    owner: Annotated[Name | None, Field(description="Who sees to it. Default: the key's name.")] = (
        None
    )
    until: Annotated[
        Day | None,
        Field(
            description="The first day on which notices may go again. Default: none, until it "
            "is ended."
        ),
    ] = None


class HoldEnd(Body):
    """Let notices go again: ends every hold of a kind placed on exactly this target."""

    on: Annotated[On, Field(description="What the hold was placed on.")]
    number: Annotated[
        Number | None, Field(description='Of the account or invoice; left out for "creditor".')
    ] = None
    kind: Annotated[PlacedKind, Field(description="What is ended.")] = "pause"


class WebhookOrder(Body):
    """An endpoint of yours that is to hear of events."""

    url: Annotated[Address, Field(description="An https address on the public internet.")]
    events: Annotated[
        list[EventName],
        Field(
            max_length=EVENTS_MAX,
            description="Which events, or families such as `payment.`. Default: all.",
        ),
    ] = []


class NumberQuery(Query):
    """One document by its number."""

    number: Annotated[Number, Field(description="The document's number, percent-encoded.")]


class WhyQuery(NumberQuery):
    """Why an invoice was reminded or not, in a language."""

    language: Annotated[
        Literal["de", "en", "nl"] | None,
        Field(description="Of the sentences; else as `Accept-Language` says, else plain English."),
    ] = None


class ListQuery(Query):
    """One record by its number, or a list of what changed."""

    number: Annotated[
        Number | None,
        Field(
            description="Answers that one record, not a list; percent-encoded, e.g. `2024%2F0815`."
        ),
    ] = None
    updated_after: Annotated[
        Instant | None, Field(description="Only what changed after this instant.")
    ] = None
    cursor: Annotated[
        str | None,
        Field(max_length=1000, description="From the page before; ask until it is null."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_ITEMS_MAX, description="Records per page.")] = (
        PAGE_ITEMS
    )
    fields: Annotated[
        str | None,
        Field(
            max_length=1000,
            description="Of a list: only these fields of every record, by name, with commas "
            "between them. Default: all.",
        ),
    ] = None


class PaymentsQuery(Query):
    """One payment, or those of an invoice or an account: name one of the three."""

    id: Annotated[
        PaymentNumber | None,
        Field(description="As answered, or as the till gave it: answers this one payment."),
    ] = None
    number: Annotated[
        Number | None, Field(description="Of an invoice, percent-encoded: what paid for it.")
    ] = None
    account: Annotated[Number | None, Field(description="Of an account, percent-encoded.")] = None
    cursor: Annotated[
        str | None,
        Field(max_length=1000, description="From the page before; ask until it is null."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_ITEMS_MAX, description="Payments per page.")] = (
        PAGE_ITEMS
    )


class AccountQuery(Query):
    """One account."""

    account: Annotated[Number, Field(description="The account's number, percent-encoded.")]


class HoldsQuery(Query):
    """The pauses that bear on a target."""

    on: Annotated[On, Field(description="What is looked at.")] = "creditor"
    number: Annotated[
        Number | None, Field(description='Of the account or invoice; left out for "creditor".')
    ] = None
    ended: Annotated[bool, Field(description="Show those that ended, too.")] = False


class NoQuery(Query):
    """No parameters."""
