"""What the API answers about money."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.ledger.charges import FeeKind
from saldo.payments.model import PaymentState

_Amount = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]
_Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
_Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Allocation(TypedDict):
    """What a credit paid of an invoice."""

    source: Annotated[str, Field(description="The credit: `payment#…` or `credit-note#…`.")]
    invoice: str
    currency: str
    amount: _Amount
    principal: _Amount
    costs: _Amount
    interest: _Amount
    discount: Annotated[
        _Amount, Field(description="Granted with it as cash discount, beside `amount`.")
    ]
    allocated_at: _Instant
    by: str
    reason: str
    taken_back_at: _Instant | None
    taken_back_by: str | None
    taken_back_reason: str | None


class Refund(TypedDict):
    """Money of a payment that is given back."""

    id: Annotated[str, Field(description="As it was ordered.")]
    payment: str
    currency: str
    amount: _Amount
    state: Annotated[
        Literal["promised", "asked", "done", "failed"],
        Field(
            description="`promised`: booked, the provider is still to be asked, which goes on by "
            "itself; `asked`: the provider works on it."
        ),
    ]
    failure: Annotated[str | None, Field(description="Why the provider could not.")]
    reason: str
    by: str
    created_at: _Instant
    ended_at: _Instant | None


class Returned(TypedDict):
    """Money of a payment that was taken back after it had come."""

    kind: Literal["returned-debit", "dispute"]
    amount: _Amount
    reason: str
    told_at: _Instant
    retry_after: Annotated[
        _Day | None, Field(description="The provider's hint when the debit may be tried again.")
    ]


class Payment(TypedDict):
    """A payment, what it paid, and what is left of it."""

    id: str
    your_id: Annotated[str | None, Field(description="The till's, of a payment taken on site.")]
    account: str
    state: Annotated[PaymentState, Field(description="Money is there when it is `settled`.")]
    provider: Annotated[str, Field(description="`counter`: taken on site.")]
    provider_id: Annotated[str | None, Field(description="What the provider calls it.")]
    method: str | None
    currency: str
    amount: _Amount
    allocated: Annotated[_Amount, Field(description="What went to invoices.")]
    credit: Annotated[_Amount, Field(description="What is left, for an invoice or a refund.")]
    invoices: Annotated[list[str], Field(description="What the payer designated, in order.")]
    created_at: _Instant
    received_on: _Day | None
    settled_at: _Instant | None
    failure: Annotated[str | None, Field(description="Why it failed, for people.")]
    second_of: Annotated[
        str | None, Field(description="The payment under whose attempt this money came once more.")
    ]
    returned: Annotated[Returned | None, Field(description="Set while money of it is taken back.")]
    allocations: list[Allocation]
    refunds: list[Refund]


class PaymentPage(TypedDict):
    """Payments, the latest first."""

    items: list[Payment]
    cursor: Annotated[str | None, Field(description="Of the next page; null on the last.")]


class OpenNow(TypedDict):
    """What is still owed on an invoice."""

    invoice: str
    currency: str
    open: _Amount


class PaymentTaken(Payment):
    """A payment taken on site, and what its invoices owe now."""

    open: list[OpenNow]


class Credit(TypedDict):
    """Money of an account that no invoice has taken."""

    source: Annotated[str, Field(description="`payment#…` or `credit-note#…`.")]
    account: str
    currency: str
    open: _Amount
    since: _Day


class CreditTotal(TypedDict):
    """The credit of an account in one currency."""

    currency: str
    open: _Amount


class Credits(TypedDict):
    """An account's credit; for its next invoice, or to be given back."""

    items: list[Credit]
    totals: list[CreditTotal]


class Allocated(TypedDict):
    """How a credit and its invoices stand now."""

    source: str
    account: str
    credit: Annotated[Credit | None, Field(description="What is left of it; null for nothing.")]
    allocations: Annotated[
        list[Allocation], Field(description="Those that stand, to the invoices asked for.")
    ]
    open: list[OpenNow]


class Charge(TypedDict):
    """A fact that was booked on an invoice, and what the invoice owes now."""

    id: str
    fact: Literal["fee", "interest", "discount", "write-off"]
    kind: NotRequired[Annotated[FeeKind, Field(description="Of a fee alone.")]]
    invoice: str
    account: str
    currency: str
    amount: _Amount
    on: _Day
    reason: str
    open: Annotated[_Amount, Field(description="What the invoice owes now, in all.")]
    open_costs: _Amount
    open_interest: _Amount
