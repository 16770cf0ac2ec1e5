"""Looks things up at GoCardless."""

from __future__ import annotations

from typing import Any

from saldo.adapters.gocardless.api import GoCardlessApi, GoCardlessRefused
from saldo.adapters.gocardless.documents import PAYMENT, document, instant, link, metadata, text
from saldo.adapters.gocardless.objects import (
    Event,
    event_of,
    failure_of,
    payment_state,
    payment_told,
    refund_told,
    request_told,
)
from saldo.errors import Invalid
from saldo.payments.ports import ProviderEvent, ProviderState, ProviderUnavailable
from saldo.payments.told import RefundTold

_REQUESTS: dict[str, ProviderState] = {
    "pending": "open",
    "ready_to_fulfil": "open",
    "fulfilling": "processing",
    "fulfilled": "processing",
    "cancelled": "cancelled",
}


class GoCardlessReads:
    """What GoCardless knows now. Every method raises ProviderUnavailable."""

    def __init__(self, api: GoCardlessApi) -> None:
        self._api = api

    def one(self, resource: str, resource_id: str) -> dict[str, Any]:
        """Return a resource."""
        try:
            return self._api.get(resource, resource_id)
        except GoCardlessRefused as refused:
            raise ProviderUnavailable(
                f"GoCardless does not answer for {resource_id[:40]}: {refused}"
            ) from refused

    def listed(self, resource: str, **params: str) -> list[dict[str, Any]]:
        """Return every resource of a list."""
        try:
            return [document(one) for one in self._api.pages(resource, **params)]
        except (GoCardlessRefused, ValueError) as bad:
            raise ProviderUnavailable(f"GoCardless does not list {resource}: {bad}") from bad

    def history(self, payment_id: str) -> list[Event]:
        """Return every event of a payment."""
        try:
            return [event_of(one) for one in self.listed("events", payment=payment_id)]
        except ValueError as bad:
            raise ProviderUnavailable(f"GoCardless' events cannot be read: {bad}") from bad

    def mark(self, payment_id: str, reference: str) -> None:
        """Write our payment's id beside a payment."""
        try:
            self._api.update("payments", payment_id, {"metadata": {PAYMENT: reference}})
        except GoCardlessRefused as refused:
            raise ProviderUnavailable(f"GoCardless keeps no reference: {refused}") from refused

    def payment_id(self, provider_id: str) -> str | None:
        """Return the payment with this id or of this billing request, None while there is none."""
        if not provider_id.startswith("BRQ"):
            return provider_id
        try:
            return link(self.one("billing_requests", provider_id), "payment_request_payment")
        except ValueError as bad:
            raise ProviderUnavailable(f"GoCardless' answer cannot be read: {bad}") from bad

    def refund(self, provider_id: str, refund_id: str) -> RefundTold:
        """Return the state of a refund of a payment of ours."""
        payment_id = self.payment_id(provider_id)
        refund = self.one("refunds", refund_id)
        try:
            if payment_id is None or link(refund, "payment") != payment_id:
                raise ProviderUnavailable(f"{refund_id[:40]!r} is a refund of something else.")
            state, payment = text(refund, "status"), self.one("payments", payment_id)
            told = refund_told(refund, state, instant(refund), payment)
        except ValueError as bad:
            raise ProviderUnavailable(f"GoCardless' answer cannot be read: {bad}") from bad
        if told is None:
            raise ProviderUnavailable(f"{refund_id[:40]!r} is not of a payment of ours.")
        return told

    def payment(self, provider_id: str) -> ProviderEvent:
        """Return the state of a payment or of a billing request of ours."""
        try:
            if provider_id.startswith("BRQ"):
                told = self._request(provider_id)
            else:
                told = self._payment(provider_id, provider_id, None)
        except (ValueError, Invalid) as bad:
            raise ProviderUnavailable(f"GoCardless' answer cannot be read: {bad}") from bad
        if told is None:
            raise ProviderUnavailable(f"{provider_id[:40]!r} is not a payment of ours.")
        return told

    def _request(self, request_id: str) -> ProviderEvent | None:
        request = self.one("billing_requests", request_id)
        payment_id = link(request, "payment_request_payment")
        if payment_id is not None:
            return self._payment(payment_id, request_id, metadata(request, PAYMENT))
        state = _REQUESTS.get(text(request, "status"))
        if state is None:
            raise ValueError("'status' is not a state of a billing request")
        return request_told(request, f"{request_id}:{state}", instant(request), state)

    def _payment(self, payment_id: str, asked: str, reference: str | None) -> ProviderEvent | None:
        payment = self.one("payments", payment_id)
        state = payment_state(payment)
        history = sorted(self.history(payment_id), key=lambda each: (each.at, each.id))
        # The payment does not say when it got where it is; its events do.
        turns = [event for event in history if event.action in _TURNS.get(state, ())]
        last = (turns[0] if state == "settled" else turns[-1]) if turns else None
        return payment_told(
            payment,
            f"{asked}:{state}",
            last.at if last else instant(payment),
            state,
            reference=reference,
            failure=failure_of(last) if last and state == "failed" else None,
        )


_TURNS: dict[ProviderState, tuple[str, ...]] = {
    "settled": ("confirmed",),
    "failed": ("failed", "customer_approval_denied"),
    "cancelled": ("cancelled",),
    "processing": ("created", "submitted", "resubmission_requested"),
}
