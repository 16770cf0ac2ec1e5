"""Adyen as the tests see it: items that are signed, and answers as recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from saldo.adapters.adyen.callbacks import key_of, signature_of, signed_part
from saldo.adapters.adyen.options import Options
from saldo.adapters.adyen.provider import AdyenProvider
from saldo.clock import FixedClock
from saldo.payments.ports import (
    HostedPaymentRequest,
)
from saldo.payments.told import (
    ChargeRequest,
    Told,
)
from tests.contract.providers.corpus import RECORDED, exchanges

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
OLD_KEY = "74F490DD33F7327BAECC88B2947C011FC02D014A473AAA33A8EC93E4DC069174"
API_KEY = "AQE-the-api-key"
ACCOUNT = "BeispielECOM"
PSP = "NC6HT9CRT65ZGN82"
LINK = "PLE83C39B0A0DE0C1E"
CHECKOUT = "https://checkout-test.adyen.com/v71"
REPORTS = f"https://ca-test.adyen.com/reports/download/MerchantAccount/{ACCOUNT}"
REPORT = (RECORDED / "settlement_detail_report_batch_2.csv").read_bytes()
REQUEST = HostedPaymentRequest(
    idempotency_key="pay-1",
    amount_minor=11900,
    currency="EUR",
    reference="2024/0815",
    description="Invoice 2024/0815",
    language="de",
    return_url="https://pay.example/p/t/return",
    callback_url="https://pay.example/callbacks/adyen",
    creditor_name="Beispiel Wasserwerke GmbH",
)
CHARGE = ChargeRequest(
    idempotency_key="pay-3",
    mandate_id="man-1/M5N7TQ4TG5PFWR50",
    customer_id=None,
    amount_minor=11900,
    currency="EUR",
    reference="2024/0815",
    description="Instalment 2 of 3",
    callback_url="https://pay.example/callbacks/adyen",
)


class Replay:
    """Answers as recorded, and keeps what it was asked."""

    def __init__(self) -> None:
        self.exchanges = exchanges("adyen")
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((f"{method} {url}", dict(headers), json.loads(body) if body else None))
        found = self.exchanges.get(f"{method} {url}")
        if found is None:
            raise ConnectionError("not recorded")
        answer = found["body"]
        return (
            found["status"],
            {},
            answer if isinstance(answer, bytes) else json.dumps(answer).encode(),
        )


def adyen(
    *keys: str, account: str = ACCOUNT, automatic: bool = True, replay: Replay | None = None
) -> AdyenProvider:
    options = Options(account, captures_automatically=automatic, report_key="the-report-key")
    transport = replay or Replay()
    return AdyenProvider(API_KEY, keys or (KEY, OLD_KEY), options, transport, FixedClock(NOW))


def item(code: str, psp: str = PSP, **fields: Any) -> dict[str, Any]:
    return {
        "amount": {"currency": "EUR", "value": 11900},
        "eventCode": code,
        "eventDate": "2026-03-02T10:15:02+01:00",
        "merchantAccountCode": ACCOUNT,
        "merchantReference": "pay-1",
        "originalReference": "" if psp == PSP else PSP,
        "paymentMethod": "visa",
        "pspReference": psp,
        "reason": "",
        "success": "true",
        **fields,
    }


def envelope(*items: dict[str, Any], key: str = KEY) -> bytes:
    for each in items:
        signature = signature_of(key_of(key), signed_part(each))
        each["additionalData"] = {**each.get("additionalData", {}), "hmacSignature": signature}
    wrapped = [{"NotificationRequestItem": each} for each in items]
    return json.dumps({"live": "false", "notificationItems": wrapped}).encode()


def told(provider: AdyenProvider, *items: dict[str, Any]) -> list[Told]:
    return provider.parse_callback({}, envelope(*items), NOW)


def moment(document_: Mapping[str, Any]) -> datetime:
    """Return a moment shortly after a document of the corpus was sent."""
    sent = document_.get("eventDate") or document_.get("timestamp") or document_.get("createdAt")
    try:
        return datetime.fromisoformat(str(sent)) + timedelta(minutes=1)
    except ValueError:
        return NOW
