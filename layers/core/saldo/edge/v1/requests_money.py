"""What ERPs and tills send about money: payments, refunds, charges, allocations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from saldo.edge.v1.fields import PRINTABLE, Amount, Currency, Day, Number
from saldo.edge.v1.requests import Body, PaymentNumber, Reason
from saldo.ledger.charges import FeeKind
from saldo.payments.surcharge import MeansOfPayment

INVOICES_MAX = 500
VAT_RATES_MAX = 10

RefundNumber = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$")
]
"""Part of a provider's idempotency key, which is short and plain everywhere."""
Source = Annotated[
    str,
    StringConstraints(strict=True, max_length=220, pattern=r"^(payment|credit-note)#.+$"),
    PRINTABLE,
]
Rate = Annotated[str, StringConstraints(strict=True, pattern=r"^\d{1,2}(\.\d{1,2})?$")]
Invoices = Annotated[
    list[Number],
    Field(
        min_length=1,
        max_length=INVOICES_MAX,
        description="Of one account, in the order in which they are paid.",
    ),
]


class PaymentRecord(Body):
    """A payment taken on site: it settles like one that came online."""

    id: Annotated[
        Number, Field(description="The till's or the ERP's number of the payment: the natural key.")
    ]
    invoices: Invoices
    amount: Annotated[
        Amount, Field(description="What was taken: a positive decimal text.", examples=["50.00"])
    ]
    currency: Annotated[Currency, Field(description="ISO 4217, as it was taken.")]
    received_on: Annotated[Day, Field(description="The day it was taken; not ahead.")]
    method: Annotated[
        Literal["cash", "card-terminal", "cheque", "other"], Field(description="How it was paid.")
    ]


class RefundOrderBody(Body):
    """Give money of a payment back that no invoice needs."""

    id: Annotated[
        RefundNumber, Field(description="Yours, unique for the payment: makes a repeat safe.")
    ]
    payment: Annotated[PaymentNumber, Field(description="The payment's id.")]
    amount: Annotated[
        Amount, Field(description="At most what is free of the payment.", examples=["10.00"])
    ]
    currency: Annotated[Currency, Field(description="ISO 4217; the payment's.")]
    reason: Annotated[Reason, Field(description="Kept, and told to the provider.")]


class ChargeOrder(Body):
    """What every fact on an invoice says."""

    id: Annotated[
        Number, Field(description="Yours, unique for this kind of fact: makes a repeat safe.")
    ]
    invoice: Annotated[Number, Field(description="The invoice's number.")]
    amount: Annotated[Amount, Field(description="A positive decimal text.", examples=["5.00"])]
    currency: Annotated[Currency, Field(description="ISO 4217; the invoice's.")]
    on: Annotated[Day, Field(description="The day that it is booked on; not ahead.")]
    reason: Annotated[Reason, Field(description="Kept in the books; the debtor may read it.")]


class FeeOrder(ChargeOrder):
    """A fee is owed beside the invoice; it carries no VAT."""

    kind: Annotated[FeeKind, Field(description="What it is for.")]
    means: Annotated[
        MeansOfPayment | None,
        Field(description="Of a `payment-method-surcharge` alone: what it is charged for."),
    ] = None
    cost: Annotated[
        Amount | None,
        Field(description="Of a `payment-method-surcharge` alone: what the use costs you."),
    ] = None


class InterestOrder(ChargeOrder):
    """Interest is owed beside the invoice; it carries no VAT."""


class DiscountOrder(ChargeOrder):
    """A cash discount was taken: so much, gross, is no longer owed."""

    vat: Annotated[
        dict[Rate, Amount],
        Field(
            default_factory=dict,
            max_length=VAT_RATES_MAX,
            description="The VAT inside `amount` by its rate in percent, which is corrected.",
            examples=[{"19": "0.38"}],
        ),
    ]


class WriteOffOrder(ChargeOrder):
    """What is owed will not be collected any more: costs go first, then interest, principal."""


class AllocationOrder(Body):
    """Pay invoices with credit of their account."""

    source: Annotated[Source, Field(description="The credit, as `GET /v1/credits` names it.")]
    invoices: Invoices
    reason: Annotated[Reason, Field(description="Why, for the books.")]


class TakeBackOrder(Body):
    """Take what a credit paid of an invoice back: the invoice is owed again."""

    source: Annotated[Source, Field(description="The credit, as the allocation names it.")]
    invoice: Annotated[Number, Field(description="The invoice's number.")]
    reason: Annotated[Reason, Field(description="Why, for the books.")]
