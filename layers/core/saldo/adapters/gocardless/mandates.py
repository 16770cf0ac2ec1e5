"""Mandates by hosted pages, and payments on them."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from saldo.adapters.gocardless.api import GoCardlessApi, GoCardlessRefused
from saldo.adapters.gocardless.documents import (
    MANDATE,
    PAYMENT,
    day_or_none,
    instant,
    link,
    text,
)
from saldo.adapters.gocardless.objects import NAME, payment_state, payment_told
from saldo.adapters.gocardless.pages import DESCRIPTION_MAX, VALUE_MAX, GoCardlessPages
from saldo.adapters.gocardless.reads import GoCardlessReads
from saldo.payments.ports import ProviderEvent, ProviderUnavailable
from saldo.payments.told import (
    ChargeRefused,
    ChargeRequest,
    HostedMandate,
    MandateRequest,
    MandateTold,
)

_MANDATE_STATES: Final = {
    "pending_customer_approval": "pending",
    "pending_submission": "pending",
    "submitted": "pending",
    "active": "active",
}


class GoCardlessMandates:
    """Mandates of one GoCardless account, for debits in `currency`."""

    def __init__(
        self, api: GoCardlessApi, reads: GoCardlessReads, pages: GoCardlessPages, currency: str
    ) -> None:
        self._api, self._reads, self._pages, self._currency = api, reads, pages, currency

    def request(self, request: MandateRequest) -> HostedMandate:
        """Begin a hosted mandate; raise ProviderUnavailable."""
        marks = {MANDATE: request.idempotency_key, "customer": request.customer_reference}
        asked = {
            "currency": self._currency,
            "description": request.description[:DESCRIPTION_MAX],
            "metadata": marks,
        }
        payer = {"company_name": request.customer_name, "email": request.customer_email}
        try:
            opened = self._pages.open(
                request.idempotency_key,
                {"mandate_request": asked, "metadata": marks},
                request.return_url,
                request.language,
                prefilled_customer=payer,
            )
        except GoCardlessRefused as refused:
            raise ProviderUnavailable(f"GoCardless made no page: {refused}") from refused
        return HostedMandate(*opened)

    def find(self, flow_id: str) -> MandateTold | None:
        """Return the mandate that came of a flow, None while the payer is not through.

        Raises ProviderUnavailable.
        """
        request = self._reads.one("billing_requests", flow_id)
        try:
            mandate_id = link(request, "mandate_request_mandate")
            if mandate_id is None:
                return None
            mandate = self._reads.one("mandates", mandate_id)
            state: Any = _MANDATE_STATES.get(text(mandate, "status"), "ended")
            return MandateTold(NAME, f"{mandate_id}:{state}", mandate_id, state, instant(mandate))
        except ValueError as bad:
            raise ProviderUnavailable(f"GoCardless' answer cannot be read: {bad}") from bad

    def revoke(self, mandate_id: str) -> None:
        """Cancel a mandate; one that ended before is left. Raises ProviderUnavailable.

        https://developer.gocardless.com/api-reference/#mandates-cancel-a-mandate
        """
        try:
            self._api.act("mandates", mandate_id, "cancel")
        except GoCardlessRefused:
            return

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a mandate, on `charge_on` or as soon after as the scheme allows.

        Raises ChargeRefused for good, ProviderUnavailable when the outcome is unknown.
        """
        fields: dict[str, Any] = {
            "amount": request.amount_minor,
            "currency": request.currency,
            "description": request.description[:DESCRIPTION_MAX],
            "metadata": {
                PAYMENT: request.idempotency_key,
                "reference": request.reference[:VALUE_MAX],
            },
            "links": {"mandate": request.mandate_id},
        }
        try:
            if request.charge_on:
                fields["charge_date"] = self._possible(request.mandate_id, request.charge_on)
            payment = self._api.create("payments", request.idempotency_key, fields)
            state = payment_state(payment)
            event_id = f"{text(payment, 'id')}:{state}"
            told = payment_told(payment, event_id, instant(payment), state)
        except GoCardlessRefused as refused:
            raise ChargeRefused(f"GoCardless will not charge this: {refused}") from refused
        except ValueError as bad:
            raise ProviderUnavailable(f"GoCardless' answer cannot be read: {bad}") from bad
        if told is None or told.reference != request.idempotency_key:
            raise ProviderUnavailable("GoCardless' answer is about another payment.")
        return told

    def _possible(self, mandate_id: str, wanted: date) -> str:
        earliest = day_or_none(self._api.get("mandates", mandate_id), "next_possible_charge_date")
        return max(wanted, earliest or wanted).isoformat()
