"""GoCardless' resources and events in our words. Pure: what has to be looked up is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from saldo.adapters.gocardless.documents import (
    PAYMENT,
    Document,
    NotReadable,
    currency,
    day_or_none,
    document,
    instant,
    link,
    metadata,
    minor,
    part,
    text,
    text_or_none,
)
from saldo.payments.ports import ProviderEvent, ProviderState
from saldo.payments.told import ChargebackTold, PayoutTold, RefundTold

NAME: Final = "gocardless"

_STATES: Final[dict[str, ProviderState]] = {
    "pending_customer_approval": "processing",
    "pending_submission": "processing",
    "submitted": "processing",
    "confirmed": "settled",
    "paid_out": "settled",
    # The money did come; that it was taken back is told by events of its own.
    "charged_back": "settled",
    "cancelled": "cancelled",
    "customer_approval_denied": "failed",
    "failed": "failed",
}
_REFUNDS: Final[dict[str, Literal["pending", "done", "failed"]]] = {
    "created": "pending",
    "pending_submission": "pending",
    "submitted": "pending",
    "paid": "done",
    "cancelled": "failed",
    "failed": "failed",
    "bounced": "failed",
    "funds_returned": "failed",
}
_FAILURES: Final = {
    "insufficient_funds": "The account did not hold enough money.",
    "refer_to_payer": "The bank refused the debit and asks you to get in touch with it.",
    "bank_account_closed": "The bank account is closed.",
    "bank_account_transferred": "The bank account was moved to another bank.",
    "invalid_bank_details": "The bank details are not right.",
    "direct_debit_not_enabled": "The bank account does not allow direct debits.",
    "authorisation_disputed": "The authorisation of the debit was disputed.",
    "mandate_cancelled": "The mandate was cancelled.",
    "mandate_expired": "The mandate has expired.",
    "payment_stopped": "The debit was stopped at the bank.",
}
_REFUSED: Final = "The bank refused the payment."


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `action` happened to a resource of `kind` at `at`."""

    id: str
    kind: str
    action: str
    at: datetime
    raw: dict[str, Any]

    def link(self, name: str) -> str | None:
        """Return the id of a linked resource."""
        return link(self.raw, name)

    @property
    def will_retry(self) -> bool:
        """Whether GoCardless will collect the payment once more by itself."""
        return part(self.raw, "details").get("will_attempt_retry") is True

    @property
    def cause(self) -> str | None:
        return text_or_none(part(self.raw, "details"), "cause")

    @property
    def description(self) -> str | None:
        return text_or_none(part(self.raw, "details"), "description")


def event_of(value: object) -> Event:
    """Read one event; raise NotReadable."""
    raw = document(value)
    kind, action = text(raw, "resource_type"), text(raw, "action")
    return Event(text(raw, "id"), kind, action, instant(raw), raw)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a payment stood just before an event: paid ever, taken back now, and how often."""

    was_paid: bool = False
    is_taken: bool = False
    takings: int = 0


def standing_before(event: Event, history: Iterable[Event]) -> Standing:
    """Return how the event's payment stood, by all events of the payment.

    A debit may fail after it was confirmed ("late failure"), and the event does not say so
    (https://developer.gocardless.com/api-reference/#event-types-payment): only what went before
    tells a debit that failed from one that came back. It does not matter in which order the events
    reach us.
    """
    paid, taken, takings = False, False, 0
    for one in sorted(history, key=lambda each: (each.at, each.id)):
        if (one.at, one.id) >= (event.at, event.id):
            break
        if one.action == "confirmed":
            paid, taken = True, False
        elif one.action == "charged_back" or (one.action == "failed" and paid and not taken):
            taken, takings = True, takings + 1
        elif one.action == "chargeback_cancelled":
            taken = False
    return Standing(paid, taken, takings)


def payment_state(payment: Document) -> ProviderState:
    """Return a payment's state now; raise NotReadable."""
    state = _STATES.get(text(payment, "status"))
    if state is None:
        raise NotReadable("'status' is not a state of a payment")
    return state


def payment_told(
    payment: Document,
    event_id: str,
    at: datetime,
    state: ProviderState,
    *,
    reference: str | None = None,
    failure: str | None = None,
) -> ProviderEvent | None:
    """Return what a payment says, or None when it is not ours. `reference` is ours if we know."""
    ours = metadata(payment, PAYMENT) or reference
    if ours is None:
        return None
    return ProviderEvent(
        provider=NAME,
        event_id=event_id,
        provider_id=text(payment, "id"),
        reference=ours,
        state=state,
        amount_minor=minor(payment),
        currency=currency(payment),
        occurred_at=at,
        received_on=at.date(),
        method=text_or_none(payment, "scheme") or "bank",
        failure=failure,
    )


def request_told(
    request: Document, event_id: str, at: datetime, state: ProviderState
) -> ProviderEvent | None:
    """Return what a billing request for a payment says that has no payment yet."""
    reference, asked = metadata(request, PAYMENT), part(request, "payment_request")
    if reference is None or not asked:
        return None
    return ProviderEvent(
        provider=NAME,
        event_id=event_id,
        provider_id=text(request, "id"),
        reference=reference,
        state=state,
        amount_minor=minor(asked),
        currency=currency(asked),
        occurred_at=at,
        received_on=at.date(),
        method="bank",
        failure=_REFUSED if state == "failed" else None,
    )


def chargeback_told(
    event: Event, payment: Document, state: Literal["taken", "reversed"], number: int
) -> ChargebackTold:
    """Return a debit that came back, or came again; `number` counts how often it came back."""
    again = day_or_none(payment, "charge_date") if event.will_retry else None
    payment_id = text(payment, "id")
    return ChargebackTold(
        provider=NAME,
        event_id=event.id,
        chargeback_id=f"{payment_id}:{number}",
        provider_id=payment_id,
        reference=metadata(payment, PAYMENT),
        kind="returned-debit",
        state=state,
        amount_minor=minor(payment),
        currency=currency(payment),
        occurred_at=event.at,
        reason=event.cause,
        retry_after=again if again and again > event.at.date() else None,
    )


def failure_of(event: Event) -> str:
    """Return why a payment failed, for the payer: GoCardless' own words address the creditor."""
    return _FAILURES.get(event.cause or "", _REFUSED)


def refund_told(refund: Document, state: str, at: datetime, payment: Document) -> RefundTold | None:
    """Return what a refund says, or None when its payment is not ours or `state` is no news."""
    reference = metadata(payment, PAYMENT)
    ours = _REFUNDS.get(state)
    if reference is None or ours is None:
        return None
    refund_id = text(refund, "id")
    return RefundTold(
        provider=NAME,
        event_id=f"{refund_id}:{ours}",
        refund_id=refund_id,
        provider_id=text(payment, "id"),
        reference=reference,
        state=ours,
        amount_minor=minor(refund),
        currency=currency(refund),
        occurred_at=at,
    )


def payout_told(payout: Document, state: Literal["paid", "failed"], at: datetime) -> PayoutTold:
    """Return what a payout says."""
    payout_id = text(payout, "id")
    return PayoutTold(
        provider=NAME,
        event_id=f"{payout_id}:{state}",
        payout_id=payout_id,
        state=state,
        amount_minor=minor(payout),
        currency=currency(payout),
        arrives_on=day_or_none(payout, "arrival_date"),
        occurred_at=at,
    )
