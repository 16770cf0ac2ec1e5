"""Adyen behind the payment provider's port."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from saldo.adapters.adyen import callbacks, links, payouts, recurring
from saldo.adapters.adyen.api import Api, Refused, Transport, amount_of
from saldo.adapters.adyen.events import told_of_event
from saldo.adapters.adyen.fields import NotReadable, instant, object_in, text
from saldo.adapters.adyen.items import LINK_ID, NAME, told_of
from saldo.adapters.adyen.options import Options
from saldo.adapters.adyen.refusals import refusal_of
from saldo.clock import Clock, SystemClock
from saldo.errors import Invalid
from saldo.payments.ports import (
    CallbackRefused,
    HostedPayment,
    HostedPaymentRequest,
    ProviderEvent,
    ProviderUnavailable,
)
from saldo.payments.told import (
    ChargeRefused,
    ChargeRequest,
    HostedMandate,
    MandateRequest,
    Payout,
    PayoutTold,
    RefundRefused,
    RefundRequest,
    RefundTold,
    Told,
)

_PSP_REFERENCE: Final = re.compile(r"[0-9A-Z]{16}", re.ASCII)
_DESCRIPTION_MAX: Final = 280
_LOCALES: Final = {
    "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "en": "en-GB", "es": "es-ES", "fi": "fi-FI",
    "fr": "fr-FR", "it": "it-IT", "nl": "nl-NL", "no": "no-NO", "pl": "pl-PL", "pt": "pt-PT",
    "sv": "sv-SE",
}  # fmt: skip


class AdyenProvider:
    """Adyen for one merchant account.

    Any of `secrets`, HMAC keys in hex as Adyen shows them, may have signed a callback. `reports`
    fetches settlement reports, where they are larger than `transport` takes.
    """

    name = NAME
    callback_answer: Final = "[accepted]"
    """What to answer a callback with: older configurations take nothing else for an acceptance."""

    def __init__(
        self,
        api_key: str,
        secrets: Sequence[str],
        options: Options,
        transport: Transport,
        clock: Clock | None = None,
        reports: Transport | None = None,
    ) -> None:
        assert secrets, "Adyen's callbacks need an HMAC key"
        self._keys = [callbacks.key_of(secret) for secret in secrets]
        self._options = options
        self._live = options.live_prefix is not None
        self._api = Api(api_key, options.report_key, options.live_prefix, transport, reports)
        self._clock = clock or SystemClock()
        self.hosted_at = "https://eu.adyen.link" if self._live else "https://test.adyen.link"

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        """Create a payment link for one payment, or return the one made under the same key.

        Our payment's id is Adyen's `reference`, which every notification brings back. Adyen's
        notifications go where its Customer Area says, so `callback_url` is not sent. Raises
        PaymentRefused for good, ProviderUnavailable when the outcome is unknown.
        """
        document = {
            "reference": request.idempotency_key,
            "merchantOrderReference": request.reference,
            "amount": amount_of(request.amount_minor, request.currency),
            "description": request.description[:_DESCRIPTION_MAX],
            "returnUrl": request.return_url,
            "reusable": False,
        }
        try:
            return HostedPayment(*self._link(document, request.language, request.idempotency_key))
        except Refused as refused:
            raise refusal_of(refused) from refused

    def cancel_payment(self, provider_id: str) -> None:
        """Let a payment link expire, so that nobody pays on it any more.

        What is no link, or is completed or expired, is left as it is
        (https://docs.adyen.com/api-explorer/Checkout/71/patch/paymentLinks/_linkId_). Raises
        ProviderUnavailable.
        """
        if not LINK_ID.fullmatch(provider_id):
            return
        with suppress(Refused):
            self._api.patch(f"/paymentLinks/{provider_id}", {"status": "expired"})

    def parse_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Told]:
        """Verify a callback, every item of it, and return what it tells.

        Items of other merchant accounts are no news. Header names are lower case. Raises
        CallbackRefused.
        """
        verified = callbacks.read(headers, body, self._keys, now, live=self._live)
        told: list[Told] = []
        try:
            for item in verified.items:
                if item.get("merchantAccountCode") == self._options.merchant_account:
                    told += self._of_item(item)
            if verified.event is not None:
                told += told_of_event(verified.event, self._options.merchant_account)
        except (ValueError, Invalid) as bad:
            raise CallbackRefused(f"The callback cannot be read: {bad}") from bad
        return told

    def fetch(self, provider_id: str) -> ProviderEvent:
        """Return the state of a payment link.

        Adyen answers for links only: a payment that is known by its PSP reference is told of by
        notifications and reports alone, and so is whether a completed link's money came. Raises
        ProviderUnavailable.
        """
        if not LINK_ID.fullmatch(provider_id):
            raise ProviderUnavailable("Adyen tells the state of a payment by notification only.")
        try:
            return links.event_of(self._api.get(f"/paymentLinks/{provider_id}"), self._clock.now())
        except (Refused, ValueError, Invalid) as bad:
            raise ProviderUnavailable(f"Adyen's answer cannot be used: {bad}") from bad

    def refund(self, request: RefundRequest) -> RefundTold:
        """Ask for a refund, or return the one asked for under the same key; a callback decides it.

        Raises RefundRefused or ProviderUnavailable.
        """
        if not _PSP_REFERENCE.fullmatch(request.provider_id):
            raise RefundRefused("Adyen refunds a payment by its PSP reference, after it settled.")
        document = {
            **self._account(),
            "amount": amount_of(request.amount_minor, request.currency),
            "reference": request.idempotency_key,
        }
        path = f"/payments/{request.provider_id}/refunds"
        try:
            refund_id = text(
                self._api.post(path, document, request.idempotency_key), "pspReference"
            )
        except Refused as refused:
            raise RefundRefused(refused.detail) from refused
        except NotReadable as bad:
            raise ProviderUnavailable(f"Adyen's answer cannot be read: {bad}") from bad
        return RefundTold(
            NAME, f"{refund_id}:pending", refund_id, request.provider_id, None, "pending",
            request.amount_minor, request.currency, self._clock.now(),
        )  # fmt: skip

    def payout(self, payout_id: str) -> list[Payout]:
        """Return the payouts of a settlement detail report, `payout_id` being its file's name: one
        per currency, nothing if there is no such report.

        Raises ProviderUnavailable.
        """
        if not payouts.REPORT_NAME.fullmatch(payout_id):
            return []
        return payouts.of_report(self._api, self._options.merchant_account, payout_id) or []

    def payouts(self, since: date) -> list[Payout]:
        """Return the payouts of `since` or later, oldest first, with their lines.

        Reads the settlement detail reports from `first_batch` on. Raises ProviderUnavailable.
        """
        account = self._options.merchant_account

        @cache
        def of_batch(batch: int) -> list[Payout] | None:
            name = f"settlement_detail_report_batch_{batch}.csv"
            return payouts.of_report(self._api, account, name)

        return payouts.payouts_since(of_batch, self._options.first_batch, since)

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        """Begin a mandate: a payment link over nothing. Raises ProviderUnavailable."""
        document = recurring.mandate_link(request, self._options.mandate_currency)
        try:
            return HostedMandate(*self._link(document, request.language, request.idempotency_key))
        except Refused as refused:
            raise ProviderUnavailable(f"Adyen made no link: {refused.detail}") from refused

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a stored method, `shopper/method` or with `customer_id` apart, today.

        Adyen has no day in the future for a charge: ask on the day. Raises ChargeRefused or
        ProviderUnavailable.
        """
        now = self._clock.now()
        if request.charge_on is not None and request.charge_on > now.date():
            raise ChargeRefused("Adyen charges at once: ask for it on the day.")
        try:
            document = {**self._account(), **recurring.charge_document(request)}
            answer = self._api.post("/payments", document, request.idempotency_key)
        except (Refused, NotReadable) as refused:
            raise ChargeRefused(f"The charge was refused: {refused}") from refused
        try:
            return recurring.charge_event(
                answer, request, now, captures_automatically=self._options.captures_automatically
            )
        except NotReadable as bad:
            raise ProviderUnavailable(f"Adyen's answer cannot be read: {bad}") from bad

    def _account(self) -> dict[str, str]:
        return {"merchantAccount": self._options.merchant_account}

    def _link(self, document: Mapping[str, Any], language: str, key: str) -> tuple[str, str]:
        locale = _LOCALES.get(language[:2].lower())
        document = {**self._account(), **document, **({"shopperLocale": locale} if locale else {})}
        try:
            answer = self._api.post("/paymentLinks", document, key)
            return text(answer, "id"), text(answer, "url")
        except NotReadable as bad:
            raise ProviderUnavailable(f"Adyen made no payment link: {bad}") from bad

    def _of_item(self, item: Mapping[str, Any]) -> list[Told]:
        if item.get("eventCode") != "REPORT_AVAILABLE":
            return told_of(item, captures_automatically=self._options.captures_automatically)
        name = text(item, "pspReference")
        if str(item.get("success")).lower() != "true" or not payouts.REPORT_NAME.fullmatch(name):
            return []
        # The notification names the file and nothing else; `payout` reads amount and lines from it.
        return [
            PayoutTold(
                provider=NAME,
                event_id=f"REPORT_AVAILABLE:{name}",
                payout_id=name,
                state="paid",
                amount_minor=0,
                currency=text(object_in(item.get("amount")), "currency"),
                arrives_on=None,
                occurred_at=instant(item, "eventDate"),
            )
        ]
