"""Stripe's adapter against localstripe, over real HTTP, with the webhooks that it signs and sends.

localstripe knows PaymentIntents, refunds, customers and payouts, but no Checkout, no disputes, no
idempotency keys and fewer parameters: `Narrowed` takes out what it refuses and it alone.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from saldo.adapters.http.transport import UrllibTransport
from saldo.adapters.stripe.api import StripeApi, StripeRefused
from saldo.adapters.stripe.provider import StripeProvider
from saldo.payments.ports import CallbackRefused, ProviderUnavailable
from saldo.payments.told import (
    ChargeRefused,
    ChargeRequest,
    PayoutTold,
    RefundRefused,
    RefundRequest,
)

KEY, SECRET = "sk_test_12345", "whsec_local"
_START_SECONDS_MAX = 20
_WEBHOOK_SECONDS_MAX = 10

Callback = tuple[dict[str, str], bytes]


class Narrowed:
    """A transport to localstripe without what it does not know."""

    def __init__(self) -> None:
        self._transport = UrllibTransport(timeout_seconds=10)

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        if parts.path == "/v1/payment_intents" and method == "POST":
            fields = parse_qsl((body or b"").decode())
            unknown = ("automatic_payment_methods", "description")
            body = urlencode([one for one in fields if not one[0].startswith(unknown)]).encode()
        if parts.path == "/v1/payment_intents" and method == "GET":
            return self._of_customer(url, headers)
        return self._transport.request(method, url, headers, body)

    def _of_customer(
        self, url: str, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        address, _, query = url.partition("?")
        fields = dict(parse_qsl(query))
        customer = fields.pop("customer")
        status, answered, body = self._transport.request(
            "GET", f"{address}?{urlencode(fields)}", headers, None
        )
        page = json.loads(body)
        page["data"] = [one for one in page["data"] if one["customer"] == customer]
        return status, answered, json.dumps(page).encode()


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    if importlib.util.find_spec("localstripe") is None:
        assert not os.environ.get("CI"), "CI must have localstripe"
        pytest.skip("localstripe is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("localstripe_server.py")), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS_MAX
    while time.monotonic() < until:
        assert process.poll() is None, "localstripe ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"localstripe did not start within {_START_SECONDS_MAX} s")


@pytest.fixture(scope="module")
def callbacks(base_url: str) -> Iterator[queue.Queue[Callback]]:
    """What localstripe posts to the webhook endpoint that is registered with it."""
    received: queue.Queue[Callback] = queue.Queue()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            return

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint = {"url": f"http://127.0.0.1:{server.server_port}/callbacks/stripe", "secret": SECRET}
    status, _, _ = UrllibTransport().request(
        "POST",
        f"{base_url}/_config/webhooks/saldo",
        {"Content-Type": "application/json"},
        json.dumps(endpoint).encode(),
    )
    assert status == 200
    yield received
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def adapter(base_url: str) -> StripeProvider:
    return StripeProvider(
        KEY, ["whsec_new", SECRET], Narrowed(), base_url=base_url, hosted_at=base_url
    )


@pytest.fixture
def api(base_url: str) -> StripeApi:
    return StripeApi(KEY, Narrowed(), base_url)


def method_of(api: StripeApi, **fields: Any) -> tuple[str, str]:
    """Return a customer and a payment method that is saved for it."""
    customer = api.post("customers", "k", name="Muster Kaffee AG", email="a@kaffee.example")["id"]
    method = api.post("payment_methods", "k", **fields)["id"]
    api.post(f"payment_methods/{method}/attach", "k", customer=customer)
    return customer, method


def card_of(api: StripeApi, number: str = "4242424242424242") -> tuple[str, str]:
    card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    return method_of(api, type="card", card=card)


def charge(
    adapter: StripeProvider, payment: str, customer: str | None, method: str, minor: int = 11900
) -> Any:
    return adapter.charge(
        ChargeRequest(
            payment, method, customer, minor, "EUR", "2024/0815", "Filter cartridges", "https://x"
        )
    )


def news_of(
    adapter: StripeProvider, callbacks: queue.Queue[Callback], reference: str
) -> tuple[Any, Callback]:
    """Return the next thing told of a payment, and the callback that told it."""
    until = time.monotonic() + _WEBHOOK_SECONDS_MAX
    while (left := until - time.monotonic()) > 0:
        headers, body = callbacks.get(timeout=left)
        for told in adapter.parse_callback(headers, body, datetime.now(UTC)):
            if getattr(told, "reference", None) == reference:
                return told, (headers, body)
    raise AssertionError(f"no callback of {reference}")


def test_a_card_is_charged_and_the_callback_agrees(
    adapter: StripeProvider, api: StripeApi, callbacks: queue.Queue[Callback]
) -> None:
    told = charge(adapter, "pay-card", *card_of(api))
    assert (told.state, told.amount_minor, told.currency) == ("settled", 11900, "EUR")

    heard, (headers, body) = news_of(adapter, callbacks, "pay-card")
    assert (heard.state, heard.provider_id) == ("settled", told.provider_id)
    assert heard.amount_minor == 11900
    assert adapter.parse_callback(headers, body, datetime.now(UTC))[0] == heard
    altered = body.replace(b"11900", b"11901", 1)
    with pytest.raises(CallbackRefused):
        adapter.parse_callback(headers, altered, datetime.now(UTC))

    fetched = adapter.fetch(told.provider_id)
    assert (fetched.event_id, fetched.reference) == (f"{told.provider_id}:settled", "pay-card")


def test_the_customer_of_a_saved_method_is_found(adapter: StripeProvider, api: StripeApi) -> None:
    _, method = card_of(api)
    assert charge(adapter, "pay-found", None, method).state == "settled"


def test_charging_again_finds_the_first_charge(adapter: StripeProvider, api: StripeApi) -> None:
    saved = card_of(api)
    first, second = (charge(adapter, "pay-again", *saved) for _ in range(2))
    assert first == second
    intents = api.pages("payment_intents", customer=saved[0])
    assert len(list(intents)) == 1


def saved_debit(api: StripeApi, iban: str) -> tuple[str, str]:
    billing = {"name": "Muster Kaffee AG", "email": "a@kaffee.example"}
    return method_of(api, type="sepa_debit", sepa_debit={"iban": iban}, billing_details=billing)


def test_a_sepa_debit_settles(
    adapter: StripeProvider, api: StripeApi, callbacks: queue.Queue[Callback]
) -> None:
    told = charge(adapter, "pay-debit", *saved_debit(api, "DE89370400440532013000"))
    heard, _ = news_of(adapter, callbacks, "pay-debit")
    assert (heard.state, heard.provider_id) == ("settled", told.provider_id)
    assert adapter.fetch(told.provider_id).state == "settled"


def test_a_sepa_debit_is_on_its_way_until_it_fails(
    adapter: StripeProvider, api: StripeApi, callbacks: queue.Queue[Callback]
) -> None:
    told = charge(adapter, "pay-bounced", *saved_debit(api, "DE62370400440532013001"))
    assert (told.state, told.failure) == ("processing", None)
    heard, _ = news_of(adapter, callbacks, "pay-bounced")
    assert (heard.state, heard.provider_id) == ("failed", told.provider_id)
    assert adapter.fetch(told.provider_id).state == "failed"


def test_a_declined_card_is_told(
    adapter: StripeProvider, api: StripeApi, callbacks: queue.Queue[Callback]
) -> None:
    saved = card_of(api, "4000000000000341")  # may be saved, is declined when charged
    with pytest.raises(ChargeRefused):  # the real service encloses the failed intent
        charge(adapter, "pay-declined", *saved)
    heard, _ = news_of(adapter, callbacks, "pay-declined")
    assert heard.state == "failed"
    assert heard.failure
    assert adapter.fetch(heard.provider_id).state == "failed"


def test_a_payment_is_refunded_once_and_not_beyond_reason(
    adapter: StripeProvider, api: StripeApi
) -> None:
    told = charge(adapter, "pay-refund", *card_of(api))
    request = RefundRequest("refund-1", told.provider_id, 2500, "EUR", "Goods came back")
    first = adapter.refund(request)
    assert (first.state, first.amount_minor, first.reference) == ("done", 2500, "pay-refund")
    assert adapter.refund(request) == first
    assert adapter.fetch_refund(told.provider_id, first.refund_id) == first
    listed = api.pages("refunds", payment_intent=told.provider_id)
    assert [one["amount"] for one in listed] == [2500]


def test_a_failed_payment_is_not_refunded(adapter: StripeProvider, api: StripeApi) -> None:
    marks = {"saldo_payment": "pay-never", "saldo_flow": "charge"}
    intent = api.post("payment_intents", "k", amount=100, currency="eur", metadata=marks)
    with pytest.raises((RefundRefused, ProviderUnavailable)):
        adapter.refund(RefundRequest("refund-2", intent["id"], 100, "EUR", ""))


def test_payouts_are_told(
    adapter: StripeProvider, api: StripeApi, callbacks: queue.Queue[Callback]
) -> None:
    made = api.post("payouts", "k", amount=1100, currency="eur", status="paid")
    states: dict[str, str] = {}
    until = time.monotonic() + _WEBHOOK_SECONDS_MAX
    while f"{made['id']}:paid" not in states and (left := until - time.monotonic()) > 0:
        headers, body = callbacks.get(timeout=left)
        for told in adapter.parse_callback(headers, body, datetime.now(UTC)):
            if isinstance(told, PayoutTold) and told.payout_id == made["id"]:
                states[told.event_id] = told.state
    assert f"{made['id']}:paid" in states


def test_a_wrong_key_is_not_told_on(base_url: str, api: StripeApi) -> None:
    wrong = StripeProvider("pk_wrong_key_0123456789", [SECRET], Narrowed(), base_url=base_url)
    with pytest.raises(ProviderUnavailable) as told:
        wrong.fetch("pi_123")
    assert "pk_wrong" not in str(told.value)
    with pytest.raises(StripeRefused):
        api.get("payment_intents/pi_none")
