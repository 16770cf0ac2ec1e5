"""Stripe behind the payment provider's port.

Payments are Checkout Sessions: Stripe shows the page and offers the methods that are switched on
in its dashboard. Mandates are payment methods saved by a Checkout Session in setup mode, and
charged by PaymentIntents without the payer. What came of it all is told by webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from saldo.adapters.stripe import callbacks, signature
from saldo.adapters.stripe.api import BASE_URL, StripeApi, StripeRefused, Transport
from saldo.adapters.stripe.documents import (
    FLOW,
    PAYMENT,
    REFUND,
    NotReadable,
    instant,
    metadata,
    text,
)
from saldo.adapters.stripe.mandates import StripeMandates
from saldo.adapters.stripe.objects import NAME, refund_told
from saldo.adapters.stripe.payouts import payout_by_id, payouts_since
from saldo.adapters.stripe.reads import StripeReads, checked
from saldo.adapters.stripe.refusals import refusal_of
from saldo.adapters.stripe.units import AmountNotChargeable, to_stripe
from saldo.errors import Invalid
from saldo.payments.ports import (
    HostedPayment,
    HostedPaymentRequest,
    PaymentRefused,
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

HOSTED_AT: Final = "https://checkout.stripe.com"
_LANGUAGES: Final = (
    "bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th "
    "tr vi zh"
)
"""What Checkout speaks (https://docs.stripe.com/api/checkout/sessions/create, `locale`)."""
_DESCRIPTION_MAX: Final = 500


class StripeProvider:
    """A Stripe account.

    Any of `secrets` (the webhook endpoint's signing secrets, `whsec_...`) may have signed a
    callback. `hosted_at` is the account's own domain for Checkout, if it has one.
    `mandate_currency` is that of debits by mandate.
    """

    name = NAME

    def __init__(
        self,
        api_key: str,
        secrets: Sequence[str],
        transport: Transport,
        *,
        base_url: str = BASE_URL,
        hosted_at: str = HOSTED_AT,
        mandate_currency: str = "EUR",
        retries: int = 1,
    ) -> None:
        assert secrets, "Stripe's webhooks need a signing secret"
        assert all(secrets), "with an empty secret, everybody could sign"
        self.hosted_at = hosted_at.rstrip("/")
        self._secrets = tuple(secrets)
        self._api = StripeApi(api_key, transport, base_url, retries)
        self._reads = StripeReads(self._api)
        self._mandates = StripeMandates(self._api, mandate_currency)

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        """Create a Checkout Session, or return the one made under the same idempotency key.

        A session lives 24 hours, no longer than Stripe keeps the key: asking once more after that
        makes a new page only when the old one can no longer be paid on. Raises PaymentRefused for
        good, ProviderUnavailable when the outcome is unknown.
        """
        marks = {PAYMENT: request.idempotency_key, FLOW: "hosted"}
        description = request.description[:_DESCRIPTION_MAX] or request.reference
        try:
            amount = to_stripe(request.amount_minor, request.currency)
        except AmountNotChargeable as refused:
            raise PaymentRefused("not-possible", str(refused)) from refused
        price = {
            "currency": request.currency.lower(),
            "unit_amount": amount,
            "product_data": {"name": description},
        }
        try:
            session = self._api.post(
                "checkout/sessions",
                request.idempotency_key,
                mode="payment",
                submit_type="pay",
                line_items=[{"price_data": price, "quantity": 1}],
                client_reference_id=request.idempotency_key,
                metadata={**marks, "reference": request.reference},
                payment_intent_data={
                    "description": f"{request.creditor_name}: {request.reference}",
                    "metadata": {**marks, "reference": request.reference},
                },
                success_url=request.return_url,
                cancel_url=request.return_url,
                locale=_locale(request.language),
            )
            return HostedPayment(text(session, "id"), text(session, "url"))
        except StripeRefused as refused:
            raise refusal_of(refused) from refused
        except NotReadable as bad:
            raise ProviderUnavailable(f"Stripe made no payment page: {bad}") from bad

    def cancel_payment(self, provider_id: str) -> None:
        """Close a payment's page, so that nobody pays on it any more.

        A page that is paid, expired or not there is left as it is: its own events tell. Raises
        ProviderUnavailable.
        """
        if not provider_id.startswith("cs_"):
            return
        try:
            path = f"checkout/sessions/{checked(provider_id)}/expire"
            self._api.post(path, f"{provider_id}:expire")
        except StripeRefused:
            return

    def parse_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Told]:
        """Verify the signature over the raw `body` and return what its event tells.

        Header names are lower case. Raises CallbackRefused, and ProviderUnavailable where something
        has to be looked up.
        """
        signature.verify(headers, body, self._secrets, now)
        return callbacks.tell(callbacks.read(body), self._reads)

    def fetch(self, provider_id: str) -> ProviderEvent:
        """Return the state of a session or a PaymentIntent as Stripe has it now.

        The event's id is the same for the same state. Raises ProviderUnavailable.
        """
        return self._reads.payment(provider_id)

    def refund(self, request: RefundRequest) -> RefundTold:
        """Refund, or return the refund made under the same key, however long ago.

        Stripe forgets a key after a day, so the payment's refunds are looked through first. Raises
        RefundRefused for good, ProviderUnavailable when the outcome is unknown.
        """
        intent = self._reads.intent_behind(request.provider_id)
        payment = metadata(intent, PAYMENT) if intent else None
        if intent is None or payment is None:
            raise RefundRefused(f"{request.provider_id} is not a payment of ours that was made.")
        try:
            refund = self._refund(request, text(intent, "id"), payment)
            return refund_told(refund, instant(refund, "created"), payment)
        except (StripeRefused, AmountNotChargeable) as refused:
            raise RefundRefused(f"Stripe will not refund this: {refused}") from refused
        except (ValueError, Invalid) as bad:
            raise ProviderUnavailable(f"Stripe's answer cannot be read: {bad}") from bad

    def fetch_refund(self, provider_id: str, refund_id: str) -> RefundTold:
        """Return the state of a refund as Stripe has it now; raise ProviderUnavailable."""
        return self._reads.refund(provider_id, refund_id)

    def _refund(self, request: RefundRequest, intent_id: str, payment: str) -> dict[str, Any]:
        for made in self._reads.refunds_of_intent(intent_id):
            if metadata(made, REFUND) == request.idempotency_key:
                return made
        marks = {PAYMENT: payment, REFUND: request.idempotency_key}
        return self._api.post(
            "refunds",
            request.idempotency_key,
            payment_intent=intent_id,
            amount=to_stripe(request.amount_minor, request.currency),
            metadata={**marks, "reason": request.reason[:_DESCRIPTION_MAX]},
        )

    def payouts(self, since: date) -> list[Payout]:
        """Return the payouts that arrived on or after `since`, oldest first, with their lines.

        Raises ProviderUnavailable.
        """
        return payouts_since(self._api, since)

    def payout(self, payout_id: str) -> list[Payout]:
        """Return one payout with its lines, nothing if Stripe does not know it.

        Raises ProviderUnavailable, also while it is not paid.
        """
        return payout_by_id(self._api, payout_id)

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        """Begin a hosted mandate; raise ProviderUnavailable."""
        return self._mandates.request(request, _locale(request.language))

    def revoke_mandate(self, mandate_id: str, customer_id: str | None) -> None:
        """Detach a saved payment method; raise ProviderUnavailable."""
        del customer_id
        self._mandates.revoke(mandate_id)

    def find_mandate(self, flow_id: str) -> MandateTold | None:
        """Return the mandate that came of a flow, None while the payer is not through.

        Raises ProviderUnavailable.
        """
        return self._mandates.find(flow_id)

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a saved payment method; a SEPA debit's state is "processing" for some days.

        `charge_on` is not Stripe's to keep: ask on that day. Raises ChargeRefused for good,
        ProviderUnavailable when the outcome is unknown.
        """
        return self._mandates.charge(request)


def _locale(language: str) -> str:
    short = language.lower().replace("_", "-").split("-")[0]
    return short if short in _LANGUAGES.split() else "auto"
