"""Looks things up at Stripe."""

from __future__ import annotations

import re
from typing import Any, Final

from saldo.adapters.stripe.api import StripeApi, StripeRefused
from saldo.adapters.stripe.documents import FLOW, PAYMENT, expanded, id_of, instant, metadata
from saldo.adapters.stripe.objects import (
    failure_of,
    happened_at,
    intent_state,
    intent_told,
    refund_told,
    session_state,
    session_told,
)
from saldo.errors import Invalid
from saldo.payments.ports import ProviderEvent, ProviderUnavailable
from saldo.payments.told import RefundTold

_ID: Final = re.compile(r"(cs|pi|ch|py|re|pyr)_[A-Za-z0-9_]{1,250}")


class StripeReads:
    """What Stripe knows now. Every method raises ProviderUnavailable."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api

    def intent(self, intent_id: str) -> dict[str, Any]:
        """Return a PaymentIntent with its latest charge."""
        return self._get(f"payment_intents/{checked(intent_id)}", expand=["latest_charge"])

    def intent_behind(self, provider_id: str) -> dict[str, Any] | None:
        """Return the PaymentIntent with this id or of this session, None while there is none."""
        if not provider_id.startswith("cs_"):
            return self.intent(provider_id)
        session = self._get(f"checkout/sessions/{checked(provider_id)}")
        intent_id = id_of(session, "payment_intent")
        return self.intent(intent_id) if intent_id else None

    def refunds(self, charge_id: str) -> list[dict[str, Any]]:
        """Return the refunds of a charge."""
        return self._list("refunds", charge=checked(charge_id))

    def refunds_of_intent(self, intent_id: str) -> list[dict[str, Any]]:
        """Return the refunds of a PaymentIntent."""
        return self._list("refunds", payment_intent=checked(intent_id))

    def refund(self, provider_id: str, refund_id: str) -> RefundTold:
        """Return the state of a refund of a payment of ours."""
        refund = self._get(f"refunds/{checked(refund_id)}")
        try:
            reference = metadata(refund, PAYMENT)
            if reference is None:
                # Made in Stripe's dashboard: only the payment knows whose it is.
                reference = metadata(self.intent_behind(provider_id) or {}, PAYMENT)
            if reference is None:
                raise ProviderUnavailable(f"{refund_id} is not of a payment of ours.")
            return refund_told(refund, instant(refund, "created"), reference)
        except (ValueError, Invalid) as bad:
            raise ProviderUnavailable(f"Stripe's answer cannot be read: {bad}") from bad

    def payment(self, provider_id: str) -> ProviderEvent:
        """Return the state of a session or a PaymentIntent of ours."""
        try:
            if provider_id.startswith("cs_"):
                told = self._session(provider_id)
            else:
                told = self._intent(provider_id)
        except (ValueError, Invalid) as bad:
            raise ProviderUnavailable(f"Stripe's answer cannot be read: {bad}") from bad
        if told is None:
            raise ProviderUnavailable(f"{provider_id} is not a payment of ours.")
        return told

    def _intent(self, intent_id: str) -> ProviderEvent | None:
        intent = self.intent(intent_id)
        state = intent_state(intent)
        if state == "open" and metadata(intent, FLOW) == "charge":
            # Nobody is there to try again: an attempt that failed is the end of it.
            state = "failed" if intent.get("last_payment_error") else state
        return intent_told(intent, f"{intent_id}:{state}", happened_at(intent), state)

    def _session(self, session_id: str) -> ProviderEvent | None:
        session = self._get(
            f"checkout/sessions/{checked(session_id)}", expand=["payment_intent.latest_charge"]
        )
        state, intent = session_state(session), expanded(session, "payment_intent")
        at = happened_at(intent) if intent else instant(session, "created")
        failure = failure_of(intent) if intent and state == "failed" else None
        return session_told(session, f"{session_id}:{state}", at, state, failure)

    def _get(self, path: str, **params: Any) -> dict[str, Any]:
        try:
            return self._api.get(path, **params)
        except StripeRefused as refused:
            raise ProviderUnavailable(f"Stripe does not answer for {path}: {refused}") from refused

    def _list(self, path: str, **params: Any) -> list[dict[str, Any]]:
        try:
            return list(self._api.pages(path, **params))
        except (StripeRefused, ValueError) as bad:
            raise ProviderUnavailable(f"Stripe does not answer for {path}: {bad}") from bad


def checked(provider_id: str) -> str:
    """Return an id that is safe in a path; raise ProviderUnavailable."""
    if not _ID.fullmatch(provider_id):
        raise ProviderUnavailable(f"{provider_id[:80]!r} is not an id of Stripe's.")
    return provider_id
