"""The sandbox's mandates, charges and refunds, from our side of its HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.sandbox import app as sandbox
from functions.sandbox.sandboxpay.storage import MemoryStorage
from saldo.adapters.sandbox.provider import SandboxProvider
from saldo.adapters.sandbox.signature import signature_of
from saldo.clock import FixedClock
from saldo.payments.ports import CallbackRefused, HostedPaymentRequest, ProviderUnavailable
from saldo.payments.told import (
    Cancels,
    ChargeRefused,
    ChargeRequest,
    FindsMandates,
    MandateRequest,
    Mandates,
    MandateTold,
    RefundLookUps,
    RefundRefused,
    RefundRequest,
    Refunds,
    RevokesMandates,
)
from saldo_cli.lambda_http import FunctionHttp, HttpFunction

BASE = "https://sandbox.example"
SECRET = "today"
NOW = datetime(2026, 11, 21, 10, 0, 30, tzinfo=UTC)
CALLBACK_URL = "https://pay.example/callbacks/sandbox"
MANDATE = MandateRequest(
    idempotency_key="01JD7W0000MANDATE000000001",
    customer_reference="10001",
    customer_name="Beispiel AG",
    customer_email="ap@beispiel.example",
    language="de",
    return_url="https://pay.example/p/token/mandate-return?mandate=1",
    description="Beispiel Wasserwerke GmbH",
    callback_url=CALLBACK_URL,
)


class Post:
    """Keeps the callbacks that the sandbox sends."""

    def __init__(self) -> None:
        self.callbacks: list[tuple[dict[str, str], bytes]] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        assert url == CALLBACK_URL
        self.callbacks.append(({name.lower(): value for name, value in headers.items()}, body))
        return 200


def in_process() -> FunctionHttp:
    return FunctionHttp({BASE: [HttpFunction(sandbox.app, sandbox.handler)]})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def post(clock: FixedClock) -> Post:
    post = Post()
    sandbox.install(MemoryStorage(), post, clock=clock, secret=SECRET, base_url=BASE)
    return post


@pytest.fixture
def provider(post: Post) -> SandboxProvider:
    del post
    return SandboxProvider(BASE, [SECRET], in_process())


def page(url: str) -> str:
    status, _, body = in_process().request("GET", url, {}, None)
    assert status == 200
    return body.decode()


def decide(url: str, **fields: str) -> str:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, answer, _ = in_process().request("POST", url, headers, urlencode(fields).encode())
    assert status == 303
    return answer["location"]


def given(provider: SandboxProvider, **request: str) -> str:
    hosted = provider.request_mandate(MANDATE)
    decide(hosted.hosted_url, outcome="give", **request)
    return hosted.flow_id


def charge_of(mandate: str, minor: int = 11900, key: str = "charge-1") -> ChargeRequest:
    return ChargeRequest(
        key, mandate, None, minor, "EUR", "2024/0815", "Beispiel: 2024/0815", CALLBACK_URL
    )


def test_it_has_everything_that_agreements_need(provider: SandboxProvider) -> None:
    wanted = (Mandates, FindsMandates, RevokesMandates, Refunds, RefundLookUps, Cancels)
    assert all(isinstance(provider, port) for port in wanted)


def test_payer_gives_a_mandate_and_we_hear_of_it(post: Post, provider: SandboxProvider) -> None:
    hosted = provider.request_mandate(MANDATE)
    assert provider.find_mandate(hosted.flow_id) is None
    assert "Beispiel Wasserwerke GmbH" in page(hosted.hosted_url)
    assert decide(hosted.hosted_url, outcome="give") == MANDATE.return_url
    (told,) = provider.parse_callback(*post.callbacks[0], NOW)
    assert isinstance(told, MandateTold)
    assert (told.state, told.reference) == ("active", MANDATE.idempotency_key)
    assert told.flow_id == hosted.flow_id
    found = provider.find_mandate(hosted.flow_id)
    assert found is not None
    assert (found.state, found.mandate_id) == ("active", told.mandate_id)


@pytest.mark.parametrize(
    ("outcomes", "states", "reason"),
    [
        (["decline"], ["ended"], "Das Mandat wurde nicht erteilt."),
        (["later", "agree"], ["pending", "active"], None),
        (["later", "refuse"], ["pending", "ended"], "Die Bank hat das Mandat abgelehnt."),
        (["give", "end"], ["active", "ended"], "Das Mandat wurde widerrufen."),
        (["give", "give"], ["active"], None),
        (["decline", "give"], ["ended"], "Das Mandat wurde nicht erteilt."),
    ],
)
def test_what_becomes_of_a_mandate(
    post: Post,
    provider: SandboxProvider,
    outcomes: list[str],
    states: list[str],
    reason: str | None,
) -> None:
    hosted = provider.request_mandate(MANDATE)
    for outcome in outcomes:
        decide(hosted.hosted_url, outcome=outcome)
    told = [one for made in post.callbacks for one in provider.parse_callback(*made, NOW)]
    assert [one.state for one in told] == states
    last = told[-1]
    assert isinstance(last, MandateTold)
    assert last.reason == reason
    assert len({one.event_id for one in told}) == len(told)
    page(hosted.hosted_url)


@pytest.mark.parametrize(("callback", "times"), [("none", 0), ("once", 1), ("twice", 2)])
def test_how_often_we_hear_of_a_mandate(
    post: Post, provider: SandboxProvider, callback: str, times: int
) -> None:
    given(provider, callback=callback)
    assert len(post.callbacks) == times


def test_a_page_that_is_not_there_or_was_not_asked_for(provider: SandboxProvider) -> None:
    hosted = provider.request_mandate(MANDATE)
    http = in_process()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert http.request("GET", f"{BASE}/hosted-mandates/mdt_none", {}, None)[0] == 404
    assert http.request("POST", f"{BASE}/hosted-mandates/pay_1", form, b"outcome=give")[0] == 404
    assert http.request("POST", hosted.hosted_url, form, b"outcome=steal")[0] == 400
    assert http.request("GET", f"{BASE}/mandates/{hosted.flow_id}", {}, None)[0] == 401
    with pytest.raises(ProviderUnavailable):
        provider.find_mandate("mdt_none")


def test_asked_twice_is_one_mandate(provider: SandboxProvider) -> None:
    assert provider.request_mandate(MANDATE) == provider.request_mandate(MANDATE)


def test_we_revoke(post: Post, provider: SandboxProvider) -> None:
    mandate = given(provider)
    provider.revoke_mandate(mandate, None)
    provider.revoke_mandate(mandate, None)
    assert [json.loads(body)["type"] for _, body in post.callbacks] == [
        "mandate.active",
        "mandate.ended",
    ]
    with pytest.raises(ChargeRefused, match="cannot be charged"):
        provider.charge(charge_of(mandate))


def test_a_charge_is_on_its_way_and_then_settled(
    post: Post, provider: SandboxProvider, clock: FixedClock
) -> None:
    mandate = given(provider)
    post.callbacks.clear()
    told = provider.charge(charge_of(mandate))
    assert (told.state, told.method, told.reference) == ("processing", "sepa_debit", "charge-1")
    assert provider.charge(charge_of(mandate)) == told
    assert provider.fetch(told.provider_id).state == "processing"
    assert "2024/0815" in page(f"{BASE}/hosted-mandates/{mandate}")
    clock.advance(timedelta(minutes=1))
    settled = provider.fetch(told.provider_id)
    assert (settled.state, settled.amount_minor) == ("settled", 11900)
    assert provider.fetch(told.provider_id) == settled
    (event,) = provider.parse_callback(*post.callbacks[0], clock.now())
    assert event.state == "settled"
    assert len(post.callbacks) == 1


def test_a_charge_that_the_account_cannot_cover(
    post: Post, provider: SandboxProvider, clock: FixedClock
) -> None:
    told = provider.charge(charge_of(given(provider), 10013))
    clock.advance(timedelta(minutes=1))
    failed = provider.fetch(told.provider_id)
    assert (failed.state, failed.failure) == ("failed", "Das Konto war nicht gedeckt.")
    (event,) = provider.parse_callback(*post.callbacks[-1], clock.now())
    assert event == provider.parse_callback(*post.callbacks[-1], clock.now())[0]
    assert event.state == "failed"


def test_somebody_decides_on_a_charge_sooner(post: Post, provider: SandboxProvider) -> None:
    told = provider.charge(charge_of(given(provider)))
    decide(f"{BASE}/hosted/{told.provider_id}", outcome="bounce")
    assert provider.fetch(told.provider_id).state == "failed"
    assert json.loads(post.callbacks[-1][1])["type"] == "payment.failed"


def test_charges_that_are_refused(provider: SandboxProvider) -> None:
    mandate = given(provider)
    with pytest.raises(ChargeRefused, match="bank account cannot be charged"):
        provider.charge(charge_of(mandate, 10014))
    with pytest.raises(ChargeRefused, match="no such mandate"):
        provider.charge(charge_of("mdt_none"))
    provider.charge(charge_of(mandate))
    with pytest.raises(ProviderUnavailable):
        provider.charge(charge_of(mandate, 5000))  # the key is another charge's: nothing is known


def paid(provider: SandboxProvider) -> str:
    hosted = provider.create_payment(
        HostedPaymentRequest(
            "payment-1", 11900, "EUR", "2024/0815", "", "en", MANDATE.return_url, CALLBACK_URL, "B"
        )
    )
    decide(hosted.hosted_url, outcome="pay")
    return hosted.provider_id


def refund_of(payment: str, minor: int, key: str = "refund-1") -> RefundRequest:
    return RefundRequest(key, payment, minor, "EUR", "Goods returned")


def test_money_is_given_back_once_and_never_more_than_arrived(
    post: Post, provider: SandboxProvider
) -> None:
    payment = paid(provider)
    post.callbacks.clear()
    told = provider.refund(refund_of(payment, 10000))
    assert (told.state, told.amount_minor, told.reference) == ("done", 10000, "payment-1")
    assert provider.refund(refund_of(payment, 10000)) == told
    (event,) = provider.parse_callback(*post.callbacks[0], NOW)
    assert (type(event), event.state) == (type(told), "done")
    assert len(post.callbacks) == 1
    assert provider.fetch_refund(payment, told.refund_id) == told
    with pytest.raises(RefundRefused):
        provider.refund(refund_of(payment, 2000, "refund-2"))
    assert provider.refund(refund_of(payment, 1900, "refund-3")).state == "done"


def test_a_refund_that_comes_to_nothing(provider: SandboxProvider) -> None:
    payment = paid(provider)
    assert provider.refund(refund_of(payment, 113)).state == "failed"
    assert provider.refund(refund_of(payment, 11900, "refund-2")).state == "done"
    with pytest.raises(RefundRefused):
        provider.refund(refund_of("pay_none", 100, "refund-3"))


def test_a_page_is_closed_unless_somebody_paid(provider: SandboxProvider) -> None:
    payment = paid(provider)
    provider.cancel_payment(payment)
    assert provider.fetch(payment).state == "settled"
    request = HostedPaymentRequest(
        "payment-2", 100, "EUR", "1", "", "en", MANDATE.return_url, CALLBACK_URL, "B"
    )
    unpaid = provider.create_payment(request).provider_id
    provider.cancel_payment(unpaid)
    assert provider.fetch(unpaid).state == "cancelled"


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": {"mandate": {"state": "ended"}}},
        {"type": "mandate.requested", "data": {"mandate": {"state": "requested"}}},
        {"type": "nothing.active"},
        {"type": 7},
        {"data": {}},
        {"data": {"mandate": []}},
        {"data": {"mandate": {"state": "active", "id": None}}},
    ],
)
def test_mandate_callbacks_that_say_what_was_not_agreed(
    post: Post, provider: SandboxProvider, wrong: dict[str, Any]
) -> None:
    given(provider)
    headers, body = post.callbacks[0]
    document = json.loads(body) | wrong
    forged = json.dumps(document).encode()
    signed = signature_of(SECRET, headers["sandbox-id"], headers["sandbox-timestamp"], forged)
    with pytest.raises(CallbackRefused, match="cannot be read"):
        provider.parse_callback({**headers, "sandbox-signature": signed}, forged, NOW)
