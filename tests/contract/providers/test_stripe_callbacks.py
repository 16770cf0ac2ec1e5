"""Stripe's callbacks against the public signature vectors and objects, and against forgers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from saldo.adapters.stripe.callbacks import EVENTS
from saldo.adapters.stripe.provider import StripeProvider
from saldo.adapters.stripe.signature import BODY_BYTES_MAX, verify
from saldo.payments.ports import CallbackRefused, ProviderEvent, ProviderUnavailable
from tests.contract.providers.corpus import document, files
from tests.contract.providers.stripe_side import (
    KEY,
    NOW,
    OLD_SECRET,
    SECRET,
    Stripe,
    event,
    provider,
    signed,
    subject,
)

BODY = event("checkout.session.completed", subject("session"))
VECTOR = "stripe-signature/stripe_signature_vector.json"


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def vector_provider(secret: str) -> StripeProvider:
    return StripeProvider(KEY, [secret], Stripe())


@pytest.mark.parametrize("number", range(3))
def test_the_vector_is_taken_and_refused_as_it_says(number: int) -> None:
    vector = document(VECTOR)
    case = vector["cases"][number]
    adapter = vector_provider(case.get("secret", vector["secret"]))
    headers, body = {"stripe-signature": vector["header"]}, vector["raw_body"].encode()
    if case["expect"] == "accept":
        assert adapter.parse_callback(headers, body, at(case["now"])) == []
    else:
        with pytest.raises(CallbackRefused):
            adapter.parse_callback(headers, body, at(case["now"]))


def test_every_changed_byte_of_the_vector_is_refused() -> None:
    vector = document(VECTOR)
    headers, body = {"stripe-signature": vector["header"]}, bytearray(vector["raw_body"].encode())
    for place in range(len(body)):
        body[place] ^= 1
        with pytest.raises(CallbackRefused):
            verify(headers, bytes(body), [vector["secret"]], at(vector["timestamp"]))
        body[place] ^= 1
    verify(headers, bytes(body), [vector["secret"]], at(vector["timestamp"]))


def test_the_official_package_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    stripe = pytest.importorskip("stripe")
    monkeypatch.setattr("stripe._webhook.time.time", NOW.timestamp)
    for body in (BODY, BODY + b" ", b""):
        for headers in (signed(BODY), signed(BODY, "other"), signed(BODY, at=NOW - timedelta(301))):
            header = headers["stripe-signature"]
            try:
                stripe.WebhookSignature.verify_header(body.decode(), header, SECRET, 300)
                theirs = True
            except stripe.SignatureVerificationError:
                theirs = False
            try:
                verify(headers, body, [SECRET], NOW)
                ours = True
            except CallbackRefused:
                ours = False
            assert ours == theirs


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bad_header",
        "i'm not even a real signature header",
        "t=1795255230",
        "v1=abc",
        "t=1795255230,v1=",
        "t=1795255230,v1=bad_signature",
        "t=x,v1=abc",
        "t=-1,v1=abc",
        "t=99999999999999999999,v1=abc",
        "t=1795255230,t=1795255230,v1=abc",
        "t=1795255230,v1=\u00e9",
        "t=1795255230," + "v1=a," * 50,
    ],
)
def test_a_header_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(CallbackRefused):
        provider(Stripe()).parse_callback({"stripe-signature": header}, BODY, NOW)


def test_an_older_scheme_alone_is_refused() -> None:
    weaker = signed(BODY)["stripe-signature"].replace("v1=", "v0=")
    with pytest.raises(CallbackRefused, match="v1"):
        provider(Stripe()).parse_callback({"stripe-signature": weaker}, BODY, NOW)


def test_one_good_signature_among_several_is_enough() -> None:
    header = signed(BODY)["stripe-signature"]
    for other in (f"{header},v1=bad_signature", header.replace("v1=", "v1=bad,v1=")):
        assert provider(Stripe()).parse_callback({"stripe-signature": other}, BODY, NOW)


def test_either_secret_may_have_signed() -> None:
    adapter = provider(Stripe())
    for secret in (SECRET, OLD_SECRET):
        assert adapter.parse_callback(signed(BODY, secret), BODY, NOW)
    with pytest.raises(CallbackRefused):
        adapter.parse_callback(signed(BODY, "whsec_of_last_year"), BODY, NOW)


@pytest.mark.parametrize(("age", "is_taken"), [(0, True), (300, True), (301, False), (-301, False)])
def test_an_old_callback_is_refused(age: int, is_taken: bool) -> None:
    headers = signed(BODY, at=NOW - timedelta(seconds=age))
    if is_taken:
        assert provider(Stripe()).parse_callback(headers, BODY, NOW)
    else:
        with pytest.raises(CallbackRefused, match="time"):
            provider(Stripe()).parse_callback(headers, BODY, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"this is not valid JSON",
        b"",
        b"[]",
        b"{}",
        b'"x"',
        b"[" * 100_000,
        b'{"object": "event"}',
        b"\xff\xfe",
        event("payment_intent.succeeded", None),
        event("payment_intent.succeeded", []),
        json.dumps({"object": "v2.core.event", "id": "evt_1", "type": "x", "created": 1}).encode(),
        event("payment_intent.succeeded", {"id": "pi_1", "metadata": {"saldo_payment": "p"}}),
        event("checkout.session.completed", subject("session", currency="xxx")),
        event("checkout.session.completed", subject("session", amount_total=10**30)),
        event("checkout.session.completed", subject("session", amount_total=True)),
        event("payout.paid", subject("payout", status="lost")),
        b" " * (BODY_BYTES_MAX + 1),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_although_it_is_signed(body: bytes) -> None:
    with pytest.raises(CallbackRefused):
        provider(Stripe()).parse_callback(signed(body), body, NOW)


@pytest.mark.parametrize("path", files("stripe-fixtures/*.json"))
def test_somebody_elses_objects_never_become_payments(path: Path) -> None:
    """Every public object, as the subject of every event that we know: no money of ours."""
    document_ = json.loads(path.read_bytes())
    adapter = provider(Stripe())
    for type_ in (*EVENTS, f"{document_.get('object')}.updated"):
        told = _told(adapter, type_, document_)
        assert not [one for one in told if isinstance(one, ProviderEvent)], type_


@pytest.mark.parametrize("path", files("stripe-cli-triggers/*.json"))
def test_events_that_stripes_own_command_line_triggers_are_taken(path: Path) -> None:
    steps = json.loads(path.read_bytes())["fixtures"]
    made: dict[str, Any] = {"id": "obj_1", **(steps[-1].get("params") or {})}
    body = event(path.name.removesuffix(".json"), made)
    assert provider(Stripe()).parse_callback(signed(body), body, NOW) == []


def test_the_public_intent_and_session_become_ours_by_their_metadata() -> None:
    marks = {"metadata": {"saldo_payment": "pay-1"}}
    intent = {**document("stripe-fixtures/payment_intent.json"), **marks}
    adapter = provider(Stripe())
    for type_, state in (
        ("succeeded", "settled"),
        ("processing", "processing"),
        ("payment_failed", "failed"),
        ("canceled", "cancelled"),
    ):
        (told,) = _told(adapter, f"payment_intent.{type_}", intent)
        assert (told.state, told.reference, told.currency) == (state, "pay-1", "USD")
        assert told.amount_minor == (0 if state == "settled" else 1099)
    session = document("stripe-fixtures/checkout.session.json")
    (told,) = _told(
        adapter,
        "checkout.session.expired",
        {**session, **marks, "amount_total": 1099, "currency": "usd"},
    )
    assert (told.state, told.amount_minor) == ("cancelled", 1099)


def _told(adapter: StripeProvider, type_: str, made: Any) -> list[Any]:
    body = event(type_, made)
    try:
        return list(adapter.parse_callback(signed(body), body, NOW))
    except (CallbackRefused, ProviderUnavailable):
        return []
