"""Saved payment methods, which stand for mandates, and charges without the payer.

https://docs.stripe.com/payments/save-and-reuse?platform=web&ui=stripe-hosted
"""

from __future__ import annotations

import re
from typing import Any, Final

from saldo.adapters.stripe.api import StripeApi, StripeRefused
from saldo.adapters.stripe.documents import (
    FLOW,
    MANDATE,
    PAYMENT,
    NotReadable,
    document,
    expanded,
    id_of,
    instant,
    metadata,
    text,
)
from saldo.adapters.stripe.objects import NAME, happened_at, intent_state, intent_told
from saldo.adapters.stripe.units import AmountNotChargeable, to_stripe
from saldo.errors import Invalid
from saldo.payments.ports import ProviderEvent, ProviderUnavailable
from saldo.payments.told import (
    ChargeRefused,
    ChargeRequest,
    HostedMandate,
    MandateRequest,
    MandateTold,
)

_DESCRIPTION_MAX: Final = 500
_NAME_MAX: Final = 250
_METHOD: Final = re.compile(r"(pm|src|card)_[A-Za-z0-9]{1,250}")
_FLOW_ID: Final = re.compile(r"cs_[A-Za-z0-9_]{1,250}")


class StripeMandates:
    """Mandates of one Stripe account, debits in `currency`."""

    def __init__(self, api: StripeApi, currency: str) -> None:
        self._api, self._currency = api, currency

    def request(self, request: MandateRequest, locale: str) -> HostedMandate:
        """Make a customer and a setup page; the same key leads to the same of both for a day."""
        key = request.idempotency_key
        marks = {MANDATE: key, "customer_reference": request.customer_reference}
        try:
            customer = self._api.post(
                "customers",
                f"{key}:customer",
                name=request.customer_name[:_NAME_MAX],
                email=request.customer_email,
                metadata=marks,
            )
            session = self._api.post(
                "checkout/sessions",
                key,
                mode="setup",
                customer=text(customer, "id"),
                currency=self._currency.lower(),
                client_reference_id=key,
                metadata=marks,
                setup_intent_data={
                    "description": request.description[:_DESCRIPTION_MAX],
                    "metadata": marks,
                },
                success_url=request.return_url,
                cancel_url=request.return_url,
                locale=locale,
            )
            return HostedMandate(text(session, "id"), text(session, "url"))
        except (StripeRefused, NotReadable) as bad:
            raise ProviderUnavailable(f"Stripe made no mandate page: {bad}") from bad

    def find(self, flow_id: str) -> MandateTold | None:
        """Return the mandate of a finished setup page; raise ProviderUnavailable."""
        if not _FLOW_ID.fullmatch(flow_id):
            raise ProviderUnavailable(f"{flow_id[:80]!r} is not a flow of Stripe's.")
        try:
            session = self._api.get(f"checkout/sessions/{flow_id}", expand=["setup_intent"])
            setup = expanded(session, "setup_intent")
            if setup is None or setup.get("status") != "succeeded":
                return None
            method, reference = id_of(setup, "payment_method"), metadata(setup, MANDATE)
            if method is None or reference is None:
                return None
            return MandateTold(
                NAME,
                f"{flow_id}:active",
                method,
                "active",
                instant(setup, "created"),
                flow_id=flow_id,
                reference=reference,
                customer_id=id_of(setup, "customer"),
            )
        except (StripeRefused, ValueError) as bad:
            raise ProviderUnavailable(f"Stripe tells nothing of this mandate: {bad}") from bad

    def revoke(self, method_id: str) -> None:
        """Detach a saved payment method: it can never be charged again.

        What belongs to nobody any more is left (https://docs.stripe.com/api/payment_methods/detach).
        Raises ProviderUnavailable.
        """
        if not _METHOD.fullmatch(method_id):
            raise ProviderUnavailable(f"{method_id[:80]!r} is not a payment method.")
        try:
            self._api.post(f"payment_methods/{method_id}/detach", f"{method_id}:detach")
        except StripeRefused:
            return

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a saved payment method, or return the charge made under the same key."""
        if not _METHOD.fullmatch(request.mandate_id):
            raise ChargeRefused(f"{request.mandate_id[:80]!r} is not a payment method.")
        try:
            customer = request.customer_id or self._customer_of(request.mandate_id)
            intent = self._charged(request, customer) or self._charge(request, customer)
            state = intent_state(intent)
            if state == "open":
                # Declined, or the bank wants the payer, who is not here: both end this charge.
                state = "failed"
            told = intent_told(intent, f"{text(intent, 'id')}:{state}", happened_at(intent), state)
        except AmountNotChargeable as refused:
            raise ChargeRefused(str(refused)) from refused
        except StripeRefused as refused:
            raise ChargeRefused(f"Stripe will not charge this: {refused}") from refused
        except (ValueError, Invalid) as bad:
            raise ProviderUnavailable(f"Stripe's answer cannot be read: {bad}") from bad
        if told is None:
            raise ProviderUnavailable("Stripe's answer is about another payment.")
        return told

    def _customer_of(self, method_id: str) -> str:
        customer = id_of(self._api.get(f"payment_methods/{method_id}"), "customer")
        if customer is None:
            raise ChargeRefused("The saved payment method belongs to nobody any more.")
        return customer

    def _charged(self, request: ChargeRequest, customer: str) -> dict[str, Any] | None:
        """Return an earlier charge of the same payment: Stripe forgets its key after a day."""
        for intent in self._api.pages("payment_intents", customer=customer):
            if metadata(intent, PAYMENT) == request.idempotency_key:
                return intent
        return None

    def _charge(self, request: ChargeRequest, customer: str) -> dict[str, Any]:
        marks = {PAYMENT: request.idempotency_key, FLOW: "charge", "reference": request.reference}
        try:
            return self._api.post(
                "payment_intents",
                request.idempotency_key,
                amount=to_stripe(request.amount_minor, request.currency),
                currency=request.currency.lower(),
                customer=customer,
                payment_method=request.mandate_id,
                confirm=True,
                off_session=True,
                # Whatever kind was saved may be charged, but nothing that needs a browser.
                automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
                description=request.description[:_DESCRIPTION_MAX],
                metadata=marks,
            )
        except StripeRefused as refused:
            # A declined card comes as an error that encloses the intent: that is an outcome.
            declined = refused.answer.get("payment_intent")
            if isinstance(declined, dict):
                return document(declined)
            raise
