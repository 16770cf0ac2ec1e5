"""What providers tell besides a payment's own state, in our words; and what they are asked.

Amounts are positive minor units. `reference` is our payment's id, which providers keep as metadata;
it is None where a provider does not bring it back, and `provider_id` finds the payment then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, runtime_checkable

from saldo.errors import Conflict
from saldo.payments.ports import ProviderEvent


@dataclass(frozen=True, slots=True)
class RefundTold:
    """A refund of a payment moved: only "done" has moved money, "failed" gives it back to us."""

    provider: str
    event_id: str
    refund_id: str
    provider_id: str
    reference: str | None
    state: Literal["pending", "done", "failed"]
    amount_minor: int
    currency: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ChargebackTold:
    """Money of a payment was taken back against our will, or given to us again ("reversed").

    `kind` "returned-debit" is a direct debit that came back; "dispute" is a card's chargeback.
    `retry_after` is the provider's hint that the same debit may be tried again then.
    """

    provider: str
    event_id: str
    chargeback_id: str
    provider_id: str
    reference: str | None
    kind: Literal["dispute", "returned-debit"]
    state: Literal["taken", "reversed"]
    amount_minor: int
    currency: str
    occurred_at: datetime
    reason: str | None = None
    retry_after: date | None = None


@dataclass(frozen=True, slots=True)
class PayoutTold:
    """A provider says that it pays out, paid out, or could not; its lines are asked for."""

    provider: str
    event_id: str
    payout_id: str
    state: Literal["created", "paid", "failed"]
    amount_minor: int
    currency: str
    arrives_on: date | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class MandateTold:
    """A mandate began or ceased to be chargeable.

    `flow_id` is what `request_mandate` answered and `reference` the key that it was asked with,
    where the provider brings them back: one of them ties the mandate to the request.
    """

    provider: str
    event_id: str
    mandate_id: str
    state: Literal["pending", "active", "ended"]
    occurred_at: datetime
    reason: str | None = None
    flow_id: str | None = None
    reference: str | None = None
    customer_id: str | None = None


Told = ProviderEvent | RefundTold | ChargebackTold | PayoutTold | MandateTold
"""Anything that a callback may carry. What a provider sends beyond these is no news to us."""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Give `amount_minor` of a payment back. `idempotency_key` is our refund's id."""

    idempotency_key: str
    provider_id: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One movement inside a payout: net = gross - fee. Refunds, chargebacks and fees charged by
    themselves have a negative net. `provider_id` is the payment's, None for a plain fee;
    `refund_id` is the provider's id of the refund that a line is of, where it says which.
    """

    kind: Literal["payment", "refund", "chargeback", "chargeback-reversed", "fee", "adjustment"]
    line_id: str
    provider_id: str | None
    reference: str | None
    gross_minor: int
    fee_minor: int
    net_minor: int
    currency: str
    refund_id: str | None = None


@dataclass(frozen=True, slots=True)
class Payout:
    """What a provider paid to the bank account, line by line; the nets sum to `amount_minor`."""

    payout_id: str
    amount_minor: int
    currency: str
    arrives_on: date | None
    lines: tuple[PayoutLine, ...]


@dataclass(frozen=True, slots=True)
class MandateRequest:
    """Ask a payer for a mandate on a hosted page."""

    idempotency_key: str
    customer_reference: str
    customer_name: str
    customer_email: str
    language: str
    return_url: str
    description: str
    callback_url: str = ""


@dataclass(frozen=True, slots=True)
class HostedMandate:
    """Where the payer gives the mandate, and what the provider calls it."""

    flow_id: str
    hosted_url: str


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """Charge a mandate without the payer present. `idempotency_key` is our payment's id."""

    idempotency_key: str
    mandate_id: str
    customer_id: str | None
    amount_minor: int
    currency: str
    reference: str
    description: str
    callback_url: str
    charge_on: date | None = None


@runtime_checkable
class Refunds(Protocol):
    """A provider that can give money back."""

    def refund(self, request: RefundRequest) -> RefundTold:
        """Refund, or return the refund made under the same key.

        Raises RefundRefused for good, ProviderUnavailable when the outcome is unknown.
        """


@runtime_checkable
class RefundLookUps(Protocol):
    """A provider that tells how a refund stands when it is asked."""

    def fetch_refund(self, provider_id: str, refund_id: str) -> RefundTold:
        """Return the state of a refund of the payment `provider_id` as the provider has it now.

        Raises ProviderUnavailable.
        """


@runtime_checkable
class Cancels(Protocol):
    """A provider that can end a payment that nobody has paid yet."""

    def cancel_payment(self, provider_id: str) -> None:
        """Close a payment's page, so that nobody pays on it any more.

        What can no longer be cancelled is left as it is: `fetch` tells how it stands. Raises
        ProviderUnavailable.
        """


@runtime_checkable
class Payouts(Protocol):
    """A provider whose payouts can be read line by line."""

    def payouts(self, since: date) -> list[Payout]:
        """Return the payouts that arrived on or after `since`, oldest first, with their lines.

        Raises ProviderUnavailable.
        """


@runtime_checkable
class SinglePayouts(Protocol):
    """A provider whose payouts can be read by their ids, as its callbacks name them."""

    def payout(self, payout_id: str) -> list[Payout]:
        """Return a payout, one per currency; nothing when that id has no lines of ours.

        Raises ProviderUnavailable, also while the payout is not paid yet.
        """


@runtime_checkable
class Mandates(Protocol):
    """A provider that keeps mandates."""

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        """Begin a hosted mandate."""

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a mandate; the answer's state is usually "processing".

        Raises ChargeRefused for good, ProviderUnavailable when the outcome is unknown.
        """


@runtime_checkable
class FindsMandates(Protocol):
    """A provider that can be asked what became of a mandate's page."""

    def find_mandate(self, flow_id: str) -> MandateTold | None:
        """Return the mandate that came of a flow, None while the payer is not through.

        Raises ProviderUnavailable.
        """


@runtime_checkable
class RevokesMandates(Protocol):
    """A provider at which a mandate can be ended from our side."""

    def revoke_mandate(self, mandate_id: str, customer_id: str | None) -> None:
        """End a mandate; what is ended already, or unknown, is left. Raises ProviderUnavailable."""


@runtime_checkable
class FindsPayments(Protocol):
    """A provider that forgets its idempotency keys soon, but finds a payment by ours."""

    def find(self, idempotency_key: str, since: datetime) -> ProviderEvent | None:
        """Return the payment that was created under our key at `since` or later, None if none was.

        Raises ProviderUnavailable.
        """


class RefundRefused(Conflict):
    """The provider will not refund this: too late, too much, or already done."""

    code = "refund-refused"


class ChargeRefused(Conflict):
    """The provider will not charge this mandate."""

    code = "charge-refused"
