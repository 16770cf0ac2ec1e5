"""Mollie: the signed kind of callback, and the objects of the corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from saldo.adapters.mollie.callbacks import AGE_MAX, signature_of
from saldo.adapters.mollie.objects import chargeback_told, payment_event, refund_told
from saldo.adapters.mollie.provider import MollieProvider
from saldo.payments.ports import (
    CallbackRefused,
)
from saldo.payments.told import (
    ChargebackTold,
)
from tests.contract.providers.corpus import document, files
from tests.contract.providers.mollie_side import (
    KEY,
    NOW,
    OLD_SECRET,
    SECRET,
    Replay,
    event,
    mollie,
    paid,
    serve,
    signed,
)


@pytest.fixture
def server() -> Iterator[Replay]:
    yield from serve()


@pytest.fixture
def provider(server: Replay) -> Iterator[MollieProvider]:
    yield from mollie(server)


def test_signature_cases_of_the_corpus(provider: MollieProvider) -> None:
    case = document("mollie-webhook/mollie_signature_cases.json")
    body, secrets = case["raw_body"].encode(), [case["secret"], case["alternate_secret"]]
    digest = case["digest_computed_by_us"]
    ours = MollieProvider(KEY, secrets)
    for header in (digest, f"sha256={digest}", f"{case['invalid'][0]}, sha256={digest}"):
        assert ours.parse_callback({"x-mollie-signature": header}, body, NOW) == []
    other = signature_of(case["alternate_secret"], body)
    assert ours.parse_callback({"x-mollie-signature": other}, body, NOW) == []
    for header in (*case["invalid"], "", f"sha256={other[:-1]}"):
        with pytest.raises(CallbackRefused):
            ours.parse_callback({"x-mollie-signature": header}, body, NOW)
    with pytest.raises(CallbackRefused):  # unsigned, it is no classic one either
        ours.parse_callback({}, body, NOW)
    with pytest.raises(CallbackRefused):  # without a secret, nothing signed is believed
        MollieProvider(KEY).parse_callback({"x-mollie-signature": digest}, body, NOW)


@pytest.mark.parametrize("path", files("mollie-webhook/*.full.json"))
def test_signed_events_of_the_corpus_are_read(provider: MollieProvider, path: Path) -> None:
    body = path.read_bytes()
    assert provider.parse_callback(signed(body), body, NOW) == []  # of payment links we make none
    with pytest.raises(CallbackRefused):
        provider.parse_callback(signed(body, "another"), body, NOW)


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_one_byte_changed_is_refused(provider: MollieProvider, server: Replay, secret: str) -> None:
    body = event("payment.paid", paid(server))
    headers = signed(body, secret)
    assert len(provider.parse_callback(headers, body, NOW)) == 1
    for place in range(len(body)):
        forged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(CallbackRefused):
            provider.parse_callback(headers, forged, NOW)
    assert server.asked == []


@pytest.mark.parametrize("late", [AGE_MAX, -timedelta(minutes=10)])
def test_old_or_early_event_is_refused(
    provider: MollieProvider, server: Replay, late: timedelta
) -> None:
    body = event("payment.paid", paid(server))
    with pytest.raises(CallbackRefused, match="too far"):
        provider.parse_callback(signed(body), body, NOW + late)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "vanished"},
        {"amount": {"currency": "EUR", "value": "1.234"}},
        {"id": "tr_other"},
        {"amount": {"currency": "XXX", "value": "1.00"}},
        {"amount": 5},
        {"createdAt": "x", "paidAt": None},
    ],
)
def test_signed_event_that_makes_no_sense_is_refused(
    provider: MollieProvider, server: Replay, change: dict[str, Any]
) -> None:
    body = event("payment.paid", {**paid(server), **change}, entityId="tr_5B8cwPMGnU")
    with pytest.raises(CallbackRefused):
        provider.parse_callback(signed(body), body, NOW)


def test_event_without_snapshot_is_asked_for(provider: MollieProvider) -> None:
    body = event("payment.paid", None, entityId="tr_5B8cwPMGnU")
    assert len(provider.parse_callback(signed(body), body, NOW)) == 4
    body = event("refund.refunded", None, entityId="re_4qqhO89gsT")
    assert provider.parse_callback(signed(body), body, NOW) == []


def test_chargeback_event_learns_its_kind_from_the_payment(provider: MollieProvider) -> None:
    snapshot = {"resource": "chargeback", "id": "chb_n9z0tq", "paymentId": "tr_5B8cwPMGnU"}
    body = event("chargeback.received", snapshot)
    told = provider.parse_callback(signed(body), body, NOW)
    assert [each.kind for each in told if isinstance(each, ChargebackTold)] == [
        "returned-debit"
    ] * 2


def test_objects_of_the_corpus() -> None:
    payment = payment_event(document("mollie-objects/payment_canceled.json"))
    assert (payment.event_id, payment.state) == ("tr_7UhSN1zuXS:cancelled", "cancelled")
    assert (payment.amount_minor, payment.reference) == (1000, "")
    refund = refund_told(document("mollie-objects/refund_single.json"), None)
    assert (refund.state, refund.amount_minor) == ("pending", 595)
    for name in ("payment_chargebacks_list_more", "chargebacks_list_more"):
        listed = document(f"mollie-objects/{name}.json")["_embedded"]["chargebacks"]
        (taken,) = chargeback_told(listed[0], "pay-1", "creditcard")
        assert (taken.kind, taken.amount_minor, taken.currency) == ("dispute", 4338, "USD")


@pytest.mark.parametrize("path", files("mollie-objects/*.json"))
def test_every_object_of_the_corpus_as_a_signed_snapshot_is_read_or_refused(path: Path) -> None:
    provider = MollieProvider(KEY, [SECRET])
    body = path.read_bytes()
    with pytest.raises(CallbackRefused):  # unsigned
        provider.parse_callback({}, body, NOW)
    try:
        snapshot = json.loads(body)
    except ValueError:
        with pytest.raises(CallbackRefused):
            provider.parse_callback(signed(body), body, NOW)
        return
    assert provider.parse_callback(signed(body), body, NOW) == []  # signed, but no event
    kind = snapshot.get("resource")
    if kind in ("payment", "refund"):
        body = event(f"{kind}.updated", snapshot)
        told = provider.parse_callback(signed(body), body, NOW)
        assert len(told) == (1 if kind == "refund" else 0)  # the payment is a web shop's
