"""Adyen: signature vectors and notifications of the corpus, and what must not get through."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from saldo.adapters.adyen.callbacks import AGE_MAX, key_of, signature_of, signed_part
from saldo.adapters.adyen.provider import AdyenProvider
from saldo.payments.ports import (
    CallbackRefused,
    ProviderEvent,
)
from saldo.payments.told import (
    PayoutTold,
)
from tests.contract.providers.adyen_side import (
    ACCOUNT,
    KEY,
    NOW,
    OLD_KEY,
    Replay,
    adyen,
    envelope,
    item,
    moment,
    told,
)
from tests.contract.providers.corpus import document, files


@pytest.fixture
def replay() -> Replay:
    return Replay()


@pytest.fixture
def provider(replay: Replay) -> AdyenProvider:
    return adyen(replay=replay)


@pytest.mark.parametrize("index", range(7))
def test_signature_vectors_of_the_corpus(index: int) -> None:
    vectors = document("adyen-hmac/adyen_hmac_vectors.open.json")
    assert len(vectors) == 7
    vector = vectors[index]
    payload, signature, key = vector["payload"], vector["signature"], vector["hex_key"]
    if vector["kind"] == "item":
        signed = signed_part(payload)
        extra = {**payload.get("additionalData", {}), "hmacSignature": signature}
        headers, body = (
            {},
            json.dumps(
                {
                    "notificationItems": [
                        {"NotificationRequestItem": {**payload, "additionalData": extra}},
                    ]
                }
            ).encode(),
        )
        now, account = moment(payload), payload["merchantAccountCode"]
    else:
        signed = payload.encode()
        headers, body, now, account = {"hmacsignature": signature}, signed, NOW, ACCOUNT
    assert (signature_of(key_of(key), signed) == signature) is vector["valid"]

    ours = adyen("00", key, account=account)
    if payload == "TestPayload":  # verifies, and is no JSON
        with pytest.raises(CallbackRefused, match="cannot be read"):
            ours.parse_callback(headers, body, now)
    else:
        events = ours.parse_callback(headers, body, now)
        assert len(events) == (
            1 if vector["kind"] == "item" and payload["eventCode"] != "EVENT" else 0
        )
    with pytest.raises(CallbackRefused, match="key of ours"):
        adyen("00", account=account).parse_callback(headers, body, now)


@pytest.mark.parametrize(
    "path", [*files("adyen-hmac/*_notification.json"), *files("adyen-notifications/hmac*.json")]
)
def test_signed_items_of_the_corpus(path: Path) -> None:
    one = json.loads(path.read_bytes())
    body = json.dumps(
        {"live": "false", "notificationItems": [{"NotificationRequestItem": one}]}
    ).encode()
    (event,) = adyen(OLD_KEY, account="AntoniStroinski").parse_callback({}, body, moment(one))
    assert isinstance(event, ProviderEvent)
    assert (event.state, event.amount_minor) == ("settled", 1000)
    assert event.reference == one["merchantReference"]  # slashes and colons survive
    with pytest.raises(CallbackRefused):  # the bare item is no notification
        adyen(OLD_KEY).parse_callback({}, path.read_bytes(), moment(one))


@pytest.mark.parametrize("path", files("adyen-notifications/notification/*.json"))
def test_notifications_of_the_corpus(path: Path) -> None:
    body = path.read_bytes()
    one = json.loads(body)
    with pytest.raises(CallbackRefused):  # as it stands: unsigned, or signed with a key not of ours
        adyen().parse_callback({}, body, NOW)
    if "notificationItems" not in one:
        headers = {"hmacsignature": signature_of(key_of(KEY), body)}
        events = adyen(account="YOUR_MERCHANT_ACCOUNT").parse_callback(headers, body, moment(one))
        assert len(events) == (1 if one.get("type", "").startswith("recurring.") else 0)
        return
    (inside,) = [each["NotificationRequestItem"] for each in one["notificationItems"]]
    provider = adyen(account=inside["merchantAccountCode"], automatic=False)
    (event,) = provider.parse_callback({}, envelope(inside), moment(inside))
    assert (event.event_id, getattr(event, "state", None)) == {
        "capture-true.json": ("CAPTURE:PSP_REFERENCE:true", "settled"),
        "capture-false.json": ("CAPTURE:PSP_REFERENCE:false", "failed"),
        "refund-true.json": ("REFUND:PSP_REFERENCE:true", "done"),
        "refund-false.json": ("REFUND:PSP_REFERENCE:false", "failed"),
        "offer-closed.json": ("OFFER_CLOSED:8532565401975321:true", "cancelled"),
    }[path.name]


@pytest.mark.parametrize("path", files("adyen-notifications/balancePlatform-webhooks/*.json"))
def test_balance_platform_webhooks_of_the_corpus_are_verified_and_no_news(path: Path) -> None:
    body = path.read_bytes()
    headers = {"hmacsignature": signature_of(key_of(KEY), body)}
    now = moment(json.loads(body))
    assert adyen().parse_callback(headers, body, now) == []
    with pytest.raises(CallbackRefused):
        adyen().parse_callback({}, body, now)
    for place in range(0, len(body), 7):
        forged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(CallbackRefused):
            adyen().parse_callback(headers, forged, now)


def test_payout_to_the_bank_is_news(provider: AdyenProvider) -> None:
    body = json.dumps(
        {
            "type": "balancePlatform.transfer.updated",
            "environment": "test",
            "timestamp": "2026-03-03T08:59:00Z",
            "data": {
                "id": "38EBH1682VH7NJ1V",
                "type": "payout",
                "status": "booked",
                "direction": "outgoing",
                "amount": {"currency": "EUR", "value": 16000},
            },
        }
    ).encode()
    (event,) = provider.parse_callback(
        {"hmacsignature": signature_of(key_of(OLD_KEY), body)}, body, NOW
    )
    assert isinstance(event, PayoutTold)
    assert (event.payout_id, event.state, event.amount_minor) == ("38EBH1682VH7NJ1V", "paid", 16000)


@pytest.mark.parametrize(
    "change",
    [
        {"pspReference": "NC6HT9CRT65ZGN83"},
        {"originalReference": "X"},
        {"merchantReference": "pay-2"},
        {"merchantAccountCode": "Other"},
        {"amount": {"currency": "EUR", "value": 11901}},
        {"amount": {"currency": "USD", "value": 11900}},
        {"eventCode": "CAPTURE"},
        {"success": "false"},
        {"additionalData": {}},
        {"additionalData": {"hmacSignature": ""}},
    ],
)
def test_signed_field_changed_is_refused(provider: AdyenProvider, change: dict[str, Any]) -> None:
    good, other = item("AUTHORISATION"), item("REFUND", "RF6HT9CRT65ZGN82")
    body = json.loads(envelope(good, other))
    body["notificationItems"][1]["NotificationRequestItem"].update(change)
    with pytest.raises(CallbackRefused):  # the good item beside it does not get through either
        provider.parse_callback({}, json.dumps(body).encode(), NOW)


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_two_keys_are_good_at_a_time(provider: AdyenProvider, key: str) -> None:
    assert len(provider.parse_callback({}, envelope(item("AUTHORISATION"), key=key), NOW)) == 1


@pytest.mark.parametrize("late", [AGE_MAX, -timedelta(days=1)])
def test_old_or_early_notification_is_refused(provider: AdyenProvider, late: timedelta) -> None:
    with pytest.raises(CallbackRefused, match="too far"):
        provider.parse_callback({}, envelope(item("AUTHORISATION")), NOW + late)


def test_notification_of_the_live_environment_is_refused_in_test(provider: AdyenProvider) -> None:
    body = envelope(item("AUTHORISATION")).replace(b'"live": "false"', b'"live": "true"')
    with pytest.raises(CallbackRefused, match="environment"):
        provider.parse_callback({}, body, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"notificationItems": []}',
        b'{"notificationItems": [{}]}',
        b"[" * 100_000,
        b'{"notificationItems": [{"NotificationRequestItem": {"amount": 1}}]}',
        b"\xff",
        b"x" * 600_000,
    ],
)
def test_what_cannot_be_read_is_refused(provider: AdyenProvider, body: bytes) -> None:
    with pytest.raises(CallbackRefused):
        provider.parse_callback({}, body, NOW)


def test_other_merchant_accounts_are_no_news(provider: AdyenProvider) -> None:
    assert told(provider, item("AUTHORISATION", merchantAccountCode="WebShop")) == []
