"""What the API answers with about collection."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.collection.facts import (
    CaseKind,
    CaseState,
    DisputeReason,
    DisputeState,
    PromiseState,
)
from saldo.collection.model import PlanState
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.payments.agreements import ConsentKind, MandateState, ScheduledState


class Promise(TypedDict):
    """A promise to pay."""

    id: str
    account: str
    invoices: list[str]
    currency: str
    amount: _Amount
    on: Annotated[_Day, Field(description="The last day to pay.")]
    state: PromiseState
    paid: Annotated[_Amount, Field(description="What came of it, once it was judged.")]
    reminders_wait_until: Annotated[
        _Day,
        Field(description="The first day on which reminders may go again, one banking day later."),
    ]
    note: str
    by: str
    given_at: _Instant
    ended_at: _Instant | None


class Reliability(TypedDict):
    """How an account kept its promises."""

    kept: int
    part_kept: int
    broken: int
    kept_percent: Annotated[
        int | None, Field(description="A part-kept one counts half; null when none was judged.")
    ]


class Promises(TypedDict):
    """The promises of an account."""

    items: Annotated[list[Promise], Field(description="The oldest first.")]
    reliability: Reliability


class DisputedLine(TypedDict):
    """A contested line."""

    ref: str
    amount: _Amount


class Dispute(TypedDict):
    """A dispute about an invoice."""

    id: str
    account: str
    invoice: str
    currency: str
    amount: Annotated[_Amount, Field(description="What is contested; only this is held.")]
    lines: list[DisputedLine]
    files: Annotated[list[str], Field(description="The ids of files that came with it.")]
    reason: DisputeReason
    text: str
    owner: str
    deadline: _Day
    overdue: Annotated[bool, Field(description="The deadline passed, and nobody had decided.")]
    state: DisputeState
    agreed: Annotated[_Amount, Field(description="What the debtor need not pay.")]
    credit_note_expected_until: Annotated[
        _Day | None, Field(description="So long the agreed part is held for a credit note.")
    ]
    outcome: str
    by: str
    opened_at: _Instant
    ended_at: _Instant | None


class Disputes(TypedDict):
    """The disputes of an account."""

    items: Annotated[list[Dispute], Field(description="The oldest first.")]


class DisputeReasonSum(TypedDict):
    """What is contested for one reason, in one currency."""

    reason: DisputeReason
    currency: str
    count: int
    amount: str
    overdue: Annotated[str, Field(description="How much of it is past its deadline.")]


class OpenDisputes(TypedDict):
    """What is contested at a creditor."""

    items: Annotated[
        list[Dispute],
        Field(
            description="To be decided, or settled with a credit note to come; what is to be done "
            "next first."
        ),
    ]
    reasons: Annotated[list[DisputeReasonSum], Field(description="Of those to be decided.")]
    more: Annotated[bool, Field(description="There are more than are listed.")]


class Instalment(TypedDict):
    """A part of a plan."""

    due_on: _Day
    amount: _Amount
    reference: Annotated[
        str | None,
        Field(
            description="What the payer writes on its transfer, an RF reference: the bank statement"
            " finds it. null where a mandate brings the money, and while nothing is agreed."
        ),
    ]


class Plan(TypedDict):
    """An instalment plan."""

    id: str
    account: str
    invoices: list[str]
    currency: str
    amount: _Amount
    instalments: list[Instalment]
    mandate: str | None
    state: PlanState
    by: str
    created_at: _Instant
    ended_at: _Instant | None
    ended_by: str | None
    ended_reason: str | None


class Plans(TypedDict):
    """The plans of an account."""

    items: Annotated[list[Plan], Field(description="The oldest first.")]


class OpenPlans(TypedDict):
    """The plans of a creditor that wait for an answer, or are being kept."""

    proposed: Annotated[list[Plan], Field(description="The oldest first.")]
    active: Annotated[list[Plan], Field(description="The next instalment first.")]
    more: Annotated[bool, Field(description="There are more than are listed.")]


class CaseReport(TypedDict):
    """What was told of a case."""

    id: str
    state: CaseState
    on: _Day
    paid: _Amount
    text: str
    at: _Instant
    by: str


class CaseFile(TypedDict):
    """The case's evidence pack as it was when it was handed over, a ZIP."""

    sha256: Annotated[str, Field(description="Of its bytes, in hexadecimal digits.")]
    bytes: int
    made_at: _Instant


class CaseFileLink(TypedDict):
    """Where a case's file is fetched, without a key."""

    url: str
    expires_at: _Instant
    file: CaseFile


class Case(TypedDict):
    """Invoices that were handed over."""

    id: str
    account: str
    invoices: list[str]
    currency: str
    amount: Annotated[_Amount, Field(description="What stood open when it was handed over.")]
    kind: CaseKind
    handed_to: str
    reference: str
    reason: str
    state: CaseState
    paid: Annotated[_Amount, Field(description="What reached them so far: told, not booked.")]
    reports: list[CaseReport]
    file: Annotated[
        CaseFile | None,
        Field(description="`GET /v1/cases/file` fetches it; null until it is made."),
    ]
    by: str
    opened_at: _Instant
    ended_at: _Instant | None


class Cases(TypedDict):
    """The cases of an account."""

    items: Annotated[list[Case], Field(description="The oldest first.")]


class OpenPromises(TypedDict):
    """The promises of a creditor's accounts whose day has not been judged."""

    items: Annotated[list[Promise], Field(description="The next to be judged first.")]
    more: Annotated[bool, Field(description="There are more than are listed.")]


class OpenCases(TypedDict):
    """The cases of a creditor that somebody else has."""

    items: Annotated[list[Case], Field(description="The oldest first.")]
    more: Annotated[bool, Field(description="There are more than are listed.")]


class Mandate(TypedDict):
    """A payer's permission to charge."""

    id: str
    account: str
    provider: str
    state: MandateState
    kind: Annotated[ConsentKind, Field(description="What the payer agreed to.")]
    consent: Annotated[str, Field(description="Word for word.")]
    given_at: _Instant
    created_at: _Instant
    ended_at: _Instant | None
    ended_by: str | None
    ended_reason: str | None


class Mandates(TypedDict):
    """The mandates of an account."""

    items: Annotated[list[Mandate], Field(description="The oldest first.")]


class ScheduledPayment(TypedDict):
    """A payment that a mandate is charged for on a day."""

    id: str
    account: str
    mandate: str
    plan: str | None
    invoices: list[str]
    currency: str
    amount: _Amount
    charge_on: _Day
    state: ScheduledState
    payment: Annotated[str | None, Field(description="What the charge became.")]
    failure: str | None
    created_at: _Instant
    ended_at: _Instant | None


class ScheduledPayments(TypedDict):
    """The scheduled payments of an account."""

    items: Annotated[list[ScheduledPayment], Field(description="By the day of the charge.")]
