"""GoCardless behind the payment provider's port.

Payments are billing requests for an instant bank payment, on GoCardless' hosted pages; mandates are
billing requests for a mandate; charges are payments on a mandate. What came of it all is told by
webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from saldo.adapters.gocardless import callbacks, signature
from saldo.adapters.gocardless.api import BASE_URL, GoCardlessApi, GoCardlessRefused, Transport
from saldo.adapters.gocardless.documents import (
    PAYMENT,
    REFUND,
    instant,
    metadata,
    minor,
    text,
)
from saldo.adapters.gocardless.mandates import GoCardlessMandates
from saldo.adapters.gocardless.objects import NAME, refund_told
from saldo.adapters.gocardless.pages import DESCRIPTION_MAX, VALUE_MAX, GoCardlessPages
from saldo.adapters.gocardless.payouts import payout_by_id, payouts_since
from saldo.adapters.gocardless.reads import GoCardlessReads
from saldo.adapters.gocardless.refusals import refusal_of
from saldo.payments.ports import (
    HostedPayment,
    HostedPaymentRequest,
    ProviderEvent,
    ProviderUnavailable,
)
from saldo.payments.told import (
    ChargeRequest,
    HostedMandate,
    MandateRequest,
    MandateTold,
    Payout,
    RefundRefused,
    RefundRequest,
    RefundTold,
    Told,
)

HOSTED_AT: Final = "https://pay.gocardless.com"
SANDBOX_HOSTED_AT: Final = "https://pay-sandbox.gocardless.com"
_IN_A_RACE: Final = "total_amount_confirmation_invalid"


class GoCardlessProvider:
    """A GoCardless account.

    Any of `secrets` (of the webhook endpoint) may have signed a callback. `creditor` (`CR...`) is
    needed where the account has several; `mandate_currency` says which debit scheme mandates are
    for.
    """

    name = NAME

    def __init__(
        self,
        access_token: str,
        secrets: Sequence[str],
        transport: Transport,
        *,
        base_url: str = BASE_URL,
        hosted_at: str = HOSTED_AT,
        creditor: str | None = None,
        mandate_currency: str = "EUR",
    ) -> None:
        assert secrets, "GoCardless' webhooks need a secret"
        assert all(secrets), "with an empty secret, everybody could sign"
        self.hosted_at = hosted_at.rstrip("/")
        self._secrets = tuple(secrets)
        self._api = GoCardlessApi(access_token, transport, base_url)
        self._reads = GoCardlessReads(self._api)
        self._pages = GoCardlessPages(self._api, creditor)
        self._mandates = GoCardlessMandates(self._api, self._reads, self._pages, mandate_currency)

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        """Create a billing request, or take the one made under the same idempotency key.

        Asked twice, the page has another address but is of the same request, which can be
        fulfilled once. Raises PaymentRefused for good, ProviderUnavailable when the outcome is
        unknown.
        """
        marks = {PAYMENT: request.idempotency_key, "reference": request.reference[:VALUE_MAX]}
        asked = {
            "amount": request.amount_minor,
            "currency": request.currency,
            "description": f"{request.creditor_name}: {request.reference}"[:DESCRIPTION_MAX],
            "metadata": marks,
        }
        try:
            opened = self._pages.open(
                request.idempotency_key,
                {"payment_request": asked, "metadata": marks},
                request.return_url,
                request.language,
            )
        except GoCardlessRefused as refused:
            raise refusal_of(refused) from refused
        return HostedPayment(*opened)

    def cancel_payment(self, provider_id: str) -> None:
        """Cancel a billing request or a payment that was not sent to the bank yet.

        What can no longer be cancelled is left: its own events tell. Raises ProviderUnavailable.
        """
        resource = "billing_requests" if provider_id.startswith("BRQ") else "payments"
        try:
            self._api.act(resource, provider_id, "cancel")
        except GoCardlessRefused:
            return

    def parse_callback(
        self,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,  # noqa: ARG002 - no time is signed
    ) -> list[Told]:
        """Verify the signature over the raw `body` and return what its events tell.

        Header names are lower case. Raises CallbackRefused, and ProviderUnavailable where something
        has to be looked up.
        """
        signature.verify(headers, body, self._secrets)
        return callbacks.tell(callbacks.read(body), self._reads)

    def fetch(self, provider_id: str) -> ProviderEvent:
        """Return the state of a billing request or a payment as GoCardless has it now.

        The event's id is the same for the same state. Raises ProviderUnavailable.
        """
        return self._reads.payment(provider_id)

    def refund(self, request: RefundRequest) -> RefundTold:
        """Refund, or return the refund made under the same key, however long ago.

        GoCardless wants the new total of all refunds, so that two at once cannot both pass. Raises
        RefundRefused for good, ProviderUnavailable when the outcome is unknown.
        """
        payment_id = self._reads.payment_id(request.provider_id)
        if payment_id is None:
            raise RefundRefused("This payment was never made.")
        payment = self._reads.one("payments", payment_id)
        try:
            reference = metadata(payment, PAYMENT)
            if reference is None:
                raise RefundRefused(f"{payment_id} is not a payment of ours.")
            refund = self._refund(request, payment, reference)
            state = text(refund, "status") if refund.get("status") else "created"
            told = refund_told(refund, state, instant(refund), payment)
        except GoCardlessRefused as refused:
            if refused.reason == _IN_A_RACE:
                raise ProviderUnavailable("Another refund of this payment was faster.") from refused
            raise RefundRefused(f"GoCardless will not refund this: {refused}") from refused
        except ValueError as bad:
            raise ProviderUnavailable(f"GoCardless' answer cannot be read: {bad}") from bad
        if told is None:
            raise ProviderUnavailable("GoCardless' refund is in a state that it does not document.")
        return told

    def fetch_refund(self, provider_id: str, refund_id: str) -> RefundTold:
        """Return the state of a refund as GoCardless has it now; raise ProviderUnavailable."""
        return self._reads.refund(provider_id, refund_id)

    def payout(self, payout_id: str) -> list[Payout]:
        """Return one payout with its lines, nothing if GoCardless does not know it.

        Raises ProviderUnavailable, also while it is not paid.
        """
        return payout_by_id(self._api, self._reads, payout_id)

    def payouts(self, since: date) -> list[Payout]:
        """Return the payouts that arrived on or after `since`, oldest first, with their lines.

        Raises ProviderUnavailable.
        """
        return payouts_since(self._reads, since)

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        """Begin a hosted mandate; raise ProviderUnavailable."""
        return self._mandates.request(request)

    def find_mandate(self, flow_id: str) -> MandateTold | None:
        """Return the mandate that came of a flow, None while the payer is not through.

        Raises ProviderUnavailable.
        """
        return self._mandates.find(flow_id)

    def revoke_mandate(self, mandate_id: str, customer_id: str | None) -> None:
        """Cancel a mandate; raise ProviderUnavailable."""
        del customer_id
        self._mandates.revoke(mandate_id)

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a mandate, on `charge_on` or as soon after as the scheme allows.

        Raises ChargeRefused for good, ProviderUnavailable when the outcome is unknown.
        """
        return self._mandates.charge(request)

    def _refund(
        self, request: RefundRequest, payment: dict[str, Any], reference: str
    ) -> dict[str, Any]:
        payment_id = text(payment, "id")
        for made in self._reads.listed("refunds", payment=payment_id):
            if metadata(made, REFUND) == request.idempotency_key:
                return made
        refunded = minor(payment, "amount_refunded") if payment.get("amount_refunded") else 0
        return self._api.create(
            "refunds",
            request.idempotency_key,
            {
                "amount": request.amount_minor,
                "total_amount_confirmation": refunded + request.amount_minor,
                "links": {"payment": payment_id},
                "metadata": {
                    REFUND: request.idempotency_key,
                    PAYMENT: reference,
                    "reason": request.reason[:VALUE_MAX],
                },
            },
        )
