"""Payments that debtors say to have made, as ERPs read them and decide on them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.collection.facts import PaidClaim, PaidClaimState, PaidHow
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.edge.v1.fields import Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Description, Reason
from saldo.money import format_amount


class PaidClaimConfirmed(Body):
    """The money that a debtor said to have paid was found."""

    account: Annotated[Number, Field(description="The account's number.")]
    id: Annotated[Number, Field(description="The claim's id.")]
    text: Annotated[Description, Field(description="Where it was found. Kept in the books.")] = ""


class PaidClaimUnfounded(Body):
    """The money that a debtor said to have paid was looked for and not found."""

    account: Annotated[Number, Field(description="The account's number.")]
    id: Annotated[Number, Field(description="The claim's id.")]
    text: Annotated[
        Reason,
        Field(
            description="What was found. The debtor is told with these words: write them in the "
            "debtor's language."
        ),
    ]


class PaidClaimAnswer(TypedDict):
    """A payment that a debtor says to have made."""

    id: str
    account: str
    invoices: list[str]
    currency: str
    amount: _Amount
    paid_on: _Day
    how: PaidHow
    text: str
    files: Annotated[list[str], Field(description="The ids of the proofs that came with it.")]
    state: PaidClaimState
    reminders_wait_until: Annotated[
        _Day, Field(description="The first day on which reminders may go again at the latest.")
    ]
    outcome: Annotated[str, Field(description="What a person found.")]
    by: str
    claimed_at: _Instant
    ended_at: _Instant | None
    ended_by: str | None


class PaidClaimList(TypedDict):
    """What an account says to have paid."""

    items: Annotated[list[PaidClaimAnswer], Field(description="The oldest first.")]


def render(found: PaidClaim) -> PaidClaimAnswer:
    """Render a claim."""
    return {
        "id": found.id,
        "account": found.account,
        "invoices": list(found.invoices),
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "paid_on": found.paid_on.isoformat(),
        "how": found.how,
        "text": found.text,
        "files": list(found.files),
        "state": found.state,
        "reminders_wait_until": found.rests_until.isoformat(),
        "outcome": found.outcome,
        "by": found.by,
        "claimed_at": iso_instant(found.claimed_at),
        "ended_at": iso_instant(found.ended_at) if found.ended_at else None,
        "ended_by": found.ended_by,
    }


def of(order: Ordered, account: str) -> PaidClaimList:
    """Return what an account says to have paid; raise AccountUnknown."""
    services, creditor = order.services, order.creditor.id
    reads.account(services.store, creditor, account)
    return {"items": [render(one) for one in services.paid_claims.of(creditor, account)]}


def confirm(order: Ordered, body: Any) -> PaidClaimAnswer:
    """Say that the money was found; raises what `PaidClaims.confirm` does."""
    sent, claims = read(PaidClaimConfirmed, body), order.services.paid_claims
    return render(claims.confirm(order.creditor.id, sent.account, sent.id, order.by, sent.text))


def unfounded(order: Ordered, body: Any) -> PaidClaimAnswer:
    """Say that the money was not found; raises what `PaidClaims.unfounded` does."""
    sent, claims = read(PaidClaimUnfounded, body), order.services.paid_claims
    return render(claims.unfounded(order.creditor.id, sent.account, sent.id, order.by, sent.text))
