"""What ERPs and agencies send about collection: promises, disputes, plans, cases."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from saldo.collection.cases import REPORTS_MAX
from saldo.collection.common import INVOICES_MAX
from saldo.collection.dispute_orders import LINES_MAX
from saldo.collection.facts import CaseKind, CaseState, DisputeReason
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Amount, Currency, Day, Flag, Number
from saldo.edge.v1.requests import Body, Description, Name, Query, Reason
from saldo.payments.consents import INSTALMENTS_MAX

Id = Annotated[Number, Field(description="Yours, unique for the account: makes a repeat safe.")]
AccountNumber = Annotated[Number, Field(description="The account's number.")]
LineRef = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=40), PRINTABLE, NOT_BLANK
]
Invoices = Annotated[
    list[Number],
    Field(min_length=1, max_length=INVOICES_MAX, description="Of one account, in one currency."),
]
OptionalCurrency = Annotated[
    Currency | None, Field(description="ISO 4217; goes with an amount, and is the invoice's.")
]


class PromiseBody(Body):
    """Somebody promised to pay by a day."""

    id: Id
    invoices: Invoices
    amount: Annotated[
        Amount | None,
        Field(
            description="What was promised. Default: all that stands open on the invoices.",
            examples=["50.00"],
        ),
    ] = None
    currency: OptionalCurrency = None
    on: Annotated[
        Day,
        Field(description="The last day to pay; as far ahead as the creditor's rule lets it be."),
    ]
    note: Annotated[Description, Field(description="Who promised, and how.")] = ""


class PromiseEnd(Body):
    """A promise to take back."""

    account: AccountNumber
    id: Annotated[Number, Field(description="The promise's id.")]


class DisputedLineRecord(Body):
    """A line of the invoice that is contested."""

    ref: Annotated[LineRef, Field(description="As your invoice numbers it.", examples=["3"])]
    amount: Annotated[Amount, Field(description="How much of it, VAT included.")]


class DisputeBody(Body):
    """An invoice is contested: whole, by an amount, or by single lines."""

    id: Id
    invoice: Annotated[Number, Field(description="The invoice's number.")]
    amount: Annotated[
        Amount | None,
        Field(
            description="What is contested. Default: the sum of the lines, else all that is open."
        ),
    ] = None
    lines: Annotated[
        list[DisputedLineRecord],
        Field(
            default_factory=list,
            max_length=LINES_MAX,
            description="The contested lines; they sum to the amount.",
        ),
    ]
    currency: OptionalCurrency = None
    reason: Annotated[DisputeReason, Field(description="What is said to be wrong.")]
    text: Annotated[Reason, Field(description="In words; told by `why`.")]
    owner: Annotated[
        Name | None,
        Field(
            description="Who answers for it. Default: the key's name. Somebody who works here, by "
            "their address, sees the account."
        ),
    ] = None
    deadline: Annotated[
        Day | None, Field(description="The last day to decide. Default: in fourteen days.")
    ] = None


class DisputeSettled(Body):
    """How a dispute was settled."""

    account: AccountNumber
    id: Annotated[Number, Field(description="The dispute's id.")]
    agreed: Annotated[
        Amount,
        Field(
            description='What the debtor need not pay; "0" when all of it is owed after all.',
            examples=["19.00"],
        ),
    ]
    currency: Annotated[Currency, Field(description="ISO 4217; the invoice's.")]
    credit_note: Annotated[
        Flag,
        Field(
            description="A credit note over `agreed` is to come: that part stays held until it "
            "came."
        ),
    ] = False
    credit_by: Annotated[
        Day | None,
        Field(description="The last day to wait for it. Default: in fourteen days."),
    ] = None
    text: Annotated[
        Description,
        Field(
            description="What was agreed, in words. The debtor is told with these words: write "
            "them in the debtor's language."
        ),
    ] = ""


class DisputeEnd(Body):
    """A dispute that its debtor takes back."""

    account: AccountNumber
    id: Annotated[Number, Field(description="The dispute's id.")]


class DisputeAssigned(Body):
    """Who answers for a dispute from now on."""

    account: AccountNumber
    id: Annotated[Number, Field(description="The dispute's id.")]
    owner: Annotated[
        str,
        Field(
            min_length=1,
            max_length=120,
            description="Who answers for it, as you call them. Somebody who works here, by their "
            "address, sees the account.",
        ),
    ]
    deadline: Annotated[
        Day | None, Field(description="Until when; left out, the day stays. Not past.")
    ] = None


class DisputeRejected(Body):
    """All of a contested amount is owed."""

    account: AccountNumber
    id: Annotated[Number, Field(description="The dispute's id.")]
    text: Annotated[
        Reason,
        Field(
            description="Why. The debtor is told with these words: write them in the debtor's "
            "language."
        ),
    ]


class InstalmentRecord(Body):
    """A part of a plan."""

    due_on: Annotated[Day, Field(description="The last day to pay it.")]
    amount: Annotated[Amount, Field(description="A positive decimal text.", examples=["50.00"])]


class PlanBody(Body):
    """An instalment plan over all that stands open on some invoices."""

    id: Id
    invoices: Invoices
    currency: Annotated[Currency, Field(description="ISO 4217; the invoices'.")]
    instalments: Annotated[
        list[InstalmentRecord],
        Field(
            min_length=1,
            max_length=INSTALMENTS_MAX,
            description="Each later than the one before; they sum to what stands open.",
        ),
    ]
    mandate: Annotated[
        Number | None,
        Field(description="Charges every instalment on its day. Default: the debtor pays by hand."),
    ] = None
    state: Annotated[
        Literal["active", "proposed"],
        Field(description="`proposed`: it waits for `POST /v1/plans/approve`, and holds nothing."),
    ] = "active"


class PlanChoice(Body):
    """A plan."""

    account: AccountNumber
    id: Annotated[Number, Field(description="The plan's id.")]


class PlanEnd(PlanChoice):
    """A plan to take back, or to decline."""

    reason: Annotated[
        Reason,
        Field(
            description="Why. A debtor whose own proposal is declined is told with these words: "
            "write them in the debtor's language."
        ),
    ]


class CaseBody(Body):
    """Invoices that are handed over: our own notices about them stop."""

    id: Id
    invoices: Invoices
    kind: Annotated[CaseKind, Field(description="Who takes over.")]
    handed_to: Annotated[Name, Field(description="Their name.")]
    reference: Annotated[Description, Field(description="Their number of it, if known.")] = ""
    reason: Annotated[Description, Field(description="Why it is handed over.")] = ""


class CaseQuery(Query):
    """One case."""

    account: Annotated[Number, Field(description="The account's number, percent-encoded.")]
    case: Annotated[Number, Field(description="The case's id, percent-encoded.")]


class CaseStatus(Body):
    """How a case goes, as whoever has it tells."""

    account: AccountNumber
    case: Annotated[Number, Field(description="The case's id.")]
    id: Annotated[
        Number,
        Field(
            description=f"The report's, unique for the case: makes a repeat safe. At most "
            f"{REPORTS_MAX} reports."
        ),
    ]
    state: Annotated[
        CaseState,
        Field(
            description="`withdrawn`: our own reminders go on; `closed`: they are done with it, "
            "and it stays held."
        ),
    ]
    on: Annotated[Day, Field(description="The day that it is true of.")]
    paid: Annotated[
        Amount | None,
        Field(description="All that reached them so far. Default: as before; all, when `paid`."),
    ] = None
    currency: OptionalCurrency = None
    reference: Annotated[Description, Field(description="Their number of it.")] = ""
    text: Annotated[Description, Field(description="In words.")] = ""
