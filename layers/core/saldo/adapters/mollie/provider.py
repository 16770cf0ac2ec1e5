"""Mollie behind the payment provider's port."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, Final

from saldo.adapters.mollie import callbacks
from saldo.adapters.mollie.api import Api, ClientFactory, Refused, Unknown, readable
from saldo.adapters.mollie.fields import instant, text, text_or_none
from saldo.adapters.mollie.objects import (
    MANDATE_KEY,
    NAME,
    PAYMENT_KEY,
    checkout_url,
    mandate_told,
    payment_event,
    reference_of,
    refund_told,
    told_of,
)
from saldo.adapters.mollie.options import Options
from saldo.adapters.mollie.refusals import refusal_of
from saldo.adapters.mollie.settlements import payouts_since
from saldo.errors import Invalid
from saldo.money import format_amount
from saldo.payments.ports import (
    CallbackRefused,
    HostedPayment,
    HostedPaymentRequest,
    PayoutsNotSetUp,
    ProviderEvent,
    ProviderUnavailable,
)
from saldo.payments.told import (
    ChargeRefused,
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

_DESCRIPTION_MAX: Final = 255
_LOCALES: Final = {
    "ca": "ca_ES", "da": "da_DK", "de": "de_DE", "en": "en_GB", "es": "es_ES", "fi": "fi_FI",
    "fr": "fr_FR", "hu": "hu_HU", "is": "is_IS", "it": "it_IT", "lt": "lt_LT", "lv": "lv_LV",
    "nb": "nb_NO", "nl": "nl_NL", "no": "nb_NO", "pl": "pl_PL", "pt": "pt_PT", "sv": "sv_SE",
}  # fmt: skip
"""https://docs.mollie.com/reference/create-payment"""


class MollieProvider:
    """Mollie under one API key.

    `secrets` sign the newer callbacks, any of them; without one only the classic kind is taken.
    """

    name = NAME

    def __init__(
        self,
        api_key: str,
        secrets: Sequence[str] = (),
        options: Options | None = None,
        client_factory: ClientFactory | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        assert all(secrets), "with an empty secret, everybody could sign"
        self._options = options or Options()
        token = self._options.organisation_token
        self._api = Api(api_key, client_factory)
        self._account = Api(token, client_factory) if token else None
        self._secrets = tuple(secrets)
        self._today = today
        self.hosted_at = self._options.hosted_at

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        """Create a hosted payment, or return the one made under the same idempotency key.

        Mollie keeps a key for an hour (https://docs.mollie.com/reference/api-idempotency); after
        that `find` tells whether the payment was made. Raises PaymentRefused for good,
        ProviderUnavailable when the outcome is unknown.
        """
        data = {
            "amount": _amount(request.amount_minor, request.currency),
            "description": request.description[:_DESCRIPTION_MAX],
            "redirectUrl": request.return_url,
            "webhookUrl": request.callback_url,
            "metadata": {PAYMENT_KEY: request.idempotency_key, "reference": request.reference},
            **_locale(request.language),
            **({"method": list(self._options.methods)} if self._options.methods else {}),
        }
        try:
            payment = self._api.create_payment(data, request.idempotency_key)
        except Refused as refused:
            raise refusal_of(refused) from refused
        return readable(lambda: HostedPayment(text(payment, "id"), checkout_url(payment)))

    def cancel_payment(self, provider_id: str) -> None:
        """Cancel a payment that nobody has paid yet, where its method lets us.

        What can no longer be cancelled is left as it is
        (https://docs.mollie.com/reference/cancel-payment). Raises ProviderUnavailable.
        """
        with suppress(Refused):
            if self._api.payment(provider_id).get("isCancelable") is True:
                self._api.cancel(provider_id)

    def find(self, idempotency_key: str, since: datetime) -> ProviderEvent | None:
        """Return the payment that was created under our key at `since` or later, None if none was.

        Raises ProviderUnavailable.
        """
        for payment in self._api.every(lambda client: client.payments):  # newest first
            if readable(lambda: instant(payment, "createdAt")) < since:  # noqa: B023 - read at once
                return None
            if reference_of(payment) == idempotency_key:
                return readable(lambda: payment_event(payment))  # noqa: B023 - read at once
        return None

    def parse_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Told]:
        """Verify a callback and return what it tells; the classic kind asks Mollie for it.

        Header names are lower case. Raises CallbackRefused, or ProviderUnavailable when Mollie
        must be asked and does not answer: with a 503 for an answer, it repeats the call.
        """
        news = callbacks.read(headers, body, self._secrets, now)
        if news is None:
            return []
        payment_id = news.object_id if news.kind == "payment" else None
        if news.snapshot is not None:
            try:
                if news.kind == "refund":
                    return [refund_told(news.snapshot, None)]
                if news.kind == "payment" and reference_of(news.snapshot, MANDATE_KEY) is None:
                    return told_of(news.snapshot)
                # Whether it is a debit that came back only the payment tells.
                payment_id = payment_id or text(news.snapshot, "paymentId")
            except (ValueError, Invalid) as bad:
                raise CallbackRefused(f"The callback cannot be read: {bad}") from bad
        # Without a snapshot nothing says whose refund it is; the payment's own callback does.
        return self._told(payment_id) if payment_id else []

    def fetch(self, provider_id: str) -> ProviderEvent:
        """Return the state of a payment as Mollie has it now. Raises ProviderUnavailable."""
        try:
            payment = self._api.payment(provider_id)
        except Refused as refused:
            raise ProviderUnavailable(refused.detail) from refused
        return readable(lambda: payment_event(payment))

    def refund(self, request: RefundRequest) -> RefundTold:
        """Refund, or return the refund made under the same key, for an hour.

        Raises RefundRefused or ProviderUnavailable.
        """
        data = {
            "amount": _amount(request.amount_minor, request.currency),
            "description": request.reason[:_DESCRIPTION_MAX],
            "metadata": {"saldo_refund": request.idempotency_key},
        }
        try:
            refund = self._api.create_refund(request.provider_id, data, request.idempotency_key)
        except Refused as refused:
            raise RefundRefused(refused.detail) from refused
        return readable(lambda: refund_told(refund, None))

    def fetch_refund(self, provider_id: str, refund_id: str) -> RefundTold:
        """Return the state of a refund as Mollie has it now. Raises ProviderUnavailable."""
        try:
            refund = self._api.refund(provider_id, refund_id)
        except Refused as refused:
            raise ProviderUnavailable(refused.detail) from refused
        return readable(lambda: refund_told(refund, None))

    def payouts(self, since: date) -> list[Payout]:
        """Return the settlements paid out on or after `since`, oldest first, with their lines.

        Raises ProviderUnavailable, also when there is no organisation's token to ask with.
        """
        if self._account is None:
            raise PayoutsNotSetUp("Mollie's settlements need an organisation's access token.")
        return payouts_since(self._account, since)

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        """Begin a mandate: a customer, and a first payment of `mandate_minor` cents.

        Raises ProviderUnavailable.
        """
        customer_data = {
            "name": request.customer_name,
            "email": request.customer_email,
            "metadata": {"reference": request.customer_reference},
        }
        key = request.idempotency_key
        try:
            customer = self._api.create_customer(customer_data, f"{key}:customer")
            data = {
                "amount": _amount(self._options.mandate_minor, "EUR"),
                "customerId": readable(lambda: text(customer, "id")),
                "sequenceType": "first",
                "description": request.description[:_DESCRIPTION_MAX],
                "redirectUrl": request.return_url,
                "metadata": {MANDATE_KEY: key, "reference": request.customer_reference},
                **_locale(request.language),
            }
            if self._options.mandate_callback_url:
                data["webhookUrl"] = self._options.mandate_callback_url
            payment = self._api.create_payment(data, key)
        except Refused as refused:
            raise ProviderUnavailable(refused.detail) from refused
        return readable(lambda: HostedMandate(text(payment, "id"), checkout_url(payment)))

    def find_mandate(self, flow_id: str) -> MandateTold | None:
        """Return the mandate of a first payment, None while that is under way.

        Raises ProviderUnavailable.
        """
        found = [one for one in self._told(flow_id) if isinstance(one, MandateTold)]
        return found[0] if found else None

    def revoke_mandate(self, mandate_id: str, customer_id: str | None) -> None:
        """Revoke a mandate, `customer/mandate` or with `customer_id` apart.

        One that ended before is left (https://docs.mollie.com/reference/revoke-mandate). Raises
        ProviderUnavailable.
        """
        customer, _, mandate = mandate_id.rpartition("/")
        with suppress(Refused):
            self._api.revoke(customer or customer_id or "", mandate)

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a mandate, `customer/mandate` or with `customer_id` apart, today.

        Mollie has no day in the future for a charge: ask on the day. Raises ChargeRefused or
        ProviderUnavailable.
        """
        if request.charge_on is not None and request.charge_on > self._today():
            raise ChargeRefused("Mollie charges at once: ask for it on the day.")
        customer, _, mandate = request.mandate_id.rpartition("/")
        data = {
            "amount": _amount(request.amount_minor, request.currency),
            "customerId": customer or request.customer_id,
            "mandateId": mandate,
            "sequenceType": "recurring",
            "description": request.description[:_DESCRIPTION_MAX],
            "webhookUrl": request.callback_url,
            "metadata": {PAYMENT_KEY: request.idempotency_key, "reference": request.reference},
        }
        try:
            payment = self._api.create_payment(data, request.idempotency_key)
        except Refused as refused:
            raise ChargeRefused(refused.detail) from refused
        return readable(lambda: payment_event(payment))

    def _told(self, payment_id: str) -> list[Told]:
        try:
            payment = self._api.payment(payment_id)
            if reference_of(payment, MANDATE_KEY) is None:
                return readable(lambda: told_of(payment))
            mandate = self._mandate_of(payment)
        except Unknown:
            return []
        except Refused as refused:
            raise ProviderUnavailable(refused.detail) from refused
        return readable(lambda: list[Told](mandate_told(payment, mandate)))

    def _mandate_of(self, payment: Mapping[str, Any]) -> Mapping[str, Any] | None:
        mandate_id = readable(lambda: text_or_none(payment, "mandateId"))
        if mandate_id is None or payment.get("status") != "paid":
            return None
        return self._api.mandate(readable(lambda: text(payment, "customerId")), mandate_id)


def _amount(minor: int, currency: str) -> dict[str, str]:
    return {"currency": currency, "value": format_amount(minor, currency)}


def _locale(language: str) -> dict[str, str]:
    locale = _LOCALES.get(language[:2].lower())
    return {"locale": locale} if locale else {}
