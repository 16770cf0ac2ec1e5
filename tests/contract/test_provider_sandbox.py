"""Our side of the sandbox, against the sandbox itself, and against forgers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.sandbox import app as sandbox
from functions.sandbox.sandboxpay.storage import MemoryStorage
from saldo.adapters.http.transport import RESPONSE_BYTES_MAX, UrllibTransport
from saldo.adapters.sandbox.provider import SandboxProvider
from saldo.adapters.sandbox.signature import BODY_BYTES_MAX, signature_of
from saldo.clock import FixedClock
from saldo.payments.ports import CallbackRefused, HostedPaymentRequest, ProviderUnavailable
from saldo_cli.lambda_http import FunctionHttp, HttpFunction

BASE = "https://sandbox.example"
SECRET = "today"
NOW = datetime(2026, 11, 21, 10, 0, 30, tzinfo=UTC)
REQUEST = HostedPaymentRequest(
    idempotency_key="01JD7W0000PAYMENT000000001",
    amount_minor=11900,
    currency="EUR",
    reference="2024/0815",
    description="Filter cartridges",
    language="de",
    return_url="https://pay.example/p/token/return",
    callback_url="https://pay.example/callbacks/sandbox",
    creditor_name="Beispiel Wasserwerke GmbH",
)


def in_process() -> FunctionHttp:
    """The sandbox's own handler and routes, reached without a server."""
    return FunctionHttp({BASE: [HttpFunction(sandbox.app, sandbox.handler)]})


class Post:
    """Keeps the callbacks that the sandbox sends."""

    def __init__(self) -> None:
        self.callbacks: list[tuple[dict[str, str], bytes]] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        assert url == REQUEST.callback_url
        self.callbacks.append(({name.lower(): value for name, value in headers.items()}, body))
        return 200


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def post(clock: FixedClock) -> Post:
    post = Post()
    sandbox.install(MemoryStorage(), post, clock=clock, secret=SECRET, base_url=BASE)
    return post


@pytest.fixture
def provider() -> SandboxProvider:
    return SandboxProvider(BASE, [SECRET, "yesterday"], in_process())


def decide(hosted_url: str, **fields: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(fields).encode()
    assert in_process().request("POST", hosted_url, headers, body)[0] == 303


def test_customer_pays_and_we_hear_of_it(post: Post, provider: SandboxProvider) -> None:
    hosted = provider.create_payment(REQUEST)
    decide(hosted.hosted_url, outcome="pay", received_on="2012-03-01", amount="100.00")

    (event,) = provider.parse_callback(*post.callbacks[0], NOW)

    assert event.provider == "sandbox"
    assert event.reference == REQUEST.idempotency_key
    assert event.provider_id == hosted.provider_id
    assert (event.state, event.amount_minor, event.currency) == ("settled", 10000, "EUR")
    assert (event.received_on, event.occurred_at) == (date(2012, 3, 1), NOW)
    assert (event.method, event.failure) == ("card", None)


@pytest.mark.parametrize(
    ("outcome", "state", "failure"),
    [
        ("refuse", "failed", "Die Bank hat die Zahlung abgelehnt."),
        ("cancel", "cancelled", None),
        ("later", "processing", None),
    ],
)
def test_other_outcomes_are_told_too(
    post: Post, provider: SandboxProvider, outcome: str, state: str, failure: str | None
) -> None:
    decide(provider.create_payment(REQUEST).hosted_url, outcome=outcome)
    (event,) = provider.parse_callback(*post.callbacks[0], NOW)
    assert (event.state, event.failure, event.amount_minor) == (state, failure, 11900)


def test_asking_twice_creates_one_payment(post: Post, provider: SandboxProvider) -> None:
    assert provider.create_payment(REQUEST) == provider.create_payment(REQUEST)


def test_fetch_agrees_with_the_callback(
    post: Post, provider: SandboxProvider, clock: FixedClock
) -> None:
    hosted = provider.create_payment(REQUEST)
    assert provider.fetch(hosted.provider_id).state == "open"
    clock.advance(timedelta(seconds=20))
    decide(hosted.hosted_url, outcome="pay")
    fetched = provider.fetch(hosted.provider_id)
    (told,) = provider.parse_callback(*post.callbacks[0], NOW)
    assert fetched.event_id == f"{hosted.provider_id}:settled"
    assert fetched == provider.fetch(hosted.provider_id)
    assert [getattr(fetched, name) for name in ("state", "amount_minor", "occurred_at")] == [
        getattr(told, name) for name in ("state", "amount_minor", "occurred_at")
    ]


def test_same_event_told_twice_has_one_id(post: Post, provider: SandboxProvider) -> None:
    decide(provider.create_payment(REQUEST).hosted_url, outcome="pay", callback="twice")
    first, second = (provider.parse_callback(*told, NOW)[0] for told in post.callbacks)
    assert first == second


def test_unknown_payment_is_no_state(post: Post, provider: SandboxProvider) -> None:
    with pytest.raises(ProviderUnavailable):
        provider.fetch("pay_unknown")


# The signature


def event(**changes: Any) -> dict[str, Any]:
    payment = {
        "id": "pay_1",
        "state": "settled",
        "amount": "119.00",
        "amount_received": "119.00",
        "currency": "EUR",
        "idempotency_key": "01JD7W0000PAYMENT000000001",
        "method": "card",
        "failure": None,
        "received_on": "2026-11-21",
        **changes,
    }
    return {
        "id": "evt_1",
        "type": f"payment.{payment['state']}",
        "created_at": "2026-11-21T10:00:00.000000Z",
        "data": {"payment": payment},
    }


def signed(
    body: bytes, *, secret: str = SECRET, at: datetime = NOW, event_id: str = "evt_1"
) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    return {
        "sandbox-id": event_id,
        "sandbox-timestamp": timestamp,
        "sandbox-signature": signature_of(secret, event_id, timestamp, body),
    }


BODY = json.dumps(event()).encode()


def test_vector() -> None:
    # Made with: printf 'evt_1.1732183200.{}' | openssl dgst -sha256 -hmac today -binary | base64
    assert signature_of("today", "evt_1", "1732183200", b"{}") == VECTOR


VECTOR = "v1,LMllw7ruGSIboy0agfMUy5Yuu7cAYa/mmmZ4qK2UBhI="


def test_either_secret_may_have_signed(provider: SandboxProvider) -> None:
    for secret in ("today", "yesterday"):
        assert provider.parse_callback(signed(BODY, secret=secret), BODY, NOW)


def test_one_of_several_signatures_is_enough(provider: SandboxProvider) -> None:
    headers = signed(BODY)
    headers["sandbox-signature"] = "v1,AAAA v2,whatever " + headers["sandbox-signature"]
    assert provider.parse_callback(headers, BODY, NOW)


def test_any_changed_byte_is_refused(provider: SandboxProvider) -> None:
    headers = signed(BODY)
    for index in range(len(BODY)):
        forged = BODY[:index] + bytes([BODY[index] ^ 1]) + BODY[index + 1 :]
        with pytest.raises(CallbackRefused):
            provider.parse_callback(headers, forged, NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_callback_from_another_time_is_refused(provider: SandboxProvider, minutes: int) -> None:
    with pytest.raises(CallbackRefused, match="time"):
        provider.parse_callback(signed(BODY), BODY, NOW + timedelta(minutes=minutes))
    assert provider.parse_callback(signed(BODY), BODY, NOW + timedelta(minutes=minutes * 4 / 5))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: headers.pop("sandbox-id"),
        lambda headers: headers.pop("sandbox-timestamp"),
        lambda headers: headers.pop("sandbox-signature"),
        lambda headers: headers.update({"sandbox-id": "evt_2"}),
        lambda headers: headers.update({"sandbox-timestamp": "now"}),
        lambda headers: headers.update({"sandbox-timestamp": "-1"}),
        lambda headers: headers.update({"sandbox-timestamp": "²"}),
        lambda headers: headers.update({"sandbox-timestamp": "9" * 30}),
        lambda headers: headers.update({"sandbox-signature": "v1,"}),
        lambda headers: headers.update({"sandbox-signature": "v1,ä"}),
        lambda headers: headers.update(signed(BODY, secret="somebody else's")),
        lambda headers: headers.update(signed(BODY, secret="")),
    ],
)
def test_spoilt_headers_are_refused(
    provider: SandboxProvider, spoil: Callable[[dict[str, str]], object]
) -> None:
    headers = signed(BODY)
    spoil(headers)
    with pytest.raises(CallbackRefused):
        provider.parse_callback(headers, BODY, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b'"evt_1"',
        b"null",
        b"[" * 50_000,
        json.dumps({**event(), "id": "evt_2"}).encode(),
        json.dumps({**event(), "id": 7}).encode(),
        json.dumps({**event(), "type": "payment.failed"}).encode(),
        json.dumps({**event(), "created_at": "yesterday"}).encode(),
        json.dumps({**event(), "created_at": "2026-11-21T10:00:00"}).encode(),
        json.dumps({**event(), "data": []}).encode(),
        json.dumps({**event(), "data": {}}).encode(),
        json.dumps(event(state="stolen")).encode(),
        json.dumps(event(state=["settled"])).encode(),
        json.dumps(event(id=None)).encode(),
        json.dumps(event(idempotency_key="")).encode(),
        json.dumps(event(idempotency_key="x" * 501)).encode(),
        json.dumps(event(amount_received="-119.00")).encode(),
        json.dumps(event(amount_received="0.00")).encode(),
        json.dumps(event(amount_received=119.0)).encode(),
        json.dumps(event(amount_received="119.001")).encode(),
        json.dumps(event(currency="XXX")).encode(),
        json.dumps(event(received_on="2026-02-30")).encode(),
        json.dumps(event(received_on=20261121)).encode(),
        json.dumps(event(failure={"code": 1})).encode(),
        json.dumps(event(method="m" * BODY_BYTES_MAX)).encode(),
    ],
)
def test_signed_nonsense_is_refused(provider: SandboxProvider, body: bytes) -> None:
    with pytest.raises(CallbackRefused):
        provider.parse_callback(signed(body), body, NOW)


# What the network does


class Canned:
    """Answers every request the same way."""

    def __init__(self, answer: tuple[int, dict[str, str], bytes] | OSError) -> None:
        self._answer = answer

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        if isinstance(self._answer, OSError):
            raise self._answer
        return self._answer


@pytest.mark.parametrize(
    "answer",
    [
        TimeoutError("timed out"),
        ConnectionRefusedError("refused"),
        (500, {}, b"{}"),
        (302, {"location": "https://elsewhere.example"}, b""),
        (404, {}, b"{}"),
        (409, {}, b"{}"),
        (200, {}, b""),
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b"{}"),
        (200, {}, b'{"id": "pay_1"}'),
        (200, {}, b'{"id": 1, "hosted_url": "https://sandbox.example/hosted/1"}'),
    ],
)
def test_unclear_answer_is_no_outcome(answer: Any) -> None:
    provider = SandboxProvider(BASE, [SECRET], Canned(answer))
    with pytest.raises(ProviderUnavailable):
        provider.create_payment(REQUEST)
    with pytest.raises(ProviderUnavailable):
        provider.fetch("pay_1")


class _Server(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/large":
            body = b"x" * (RESPONSE_BYTES_MAX + 1)
        if self.path == "/broken":
            self.wfile.write(b"no http\r\n")
            return
        self.send_response({"/moved": 302, "/failing": 503}.get(self.path, 201))
        self.send_header("Location", "https://elsewhere.example/")
        self.send_header("X-Seen", self.headers.get("X-Sent", ""))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_transport_sends_and_returns_what_it_got(address: str) -> None:
    answer = UrllibTransport(5).request("POST", address + "/", {"X-Sent": "yes"}, b"body")
    assert answer[0] == 201
    assert answer[1]["x-seen"] == "yes"
    assert answer[2] == b"body"


@pytest.mark.parametrize(("path", "status"), [("/moved", 302), ("/failing", 503)])
def test_transport_returns_other_answers_without_following(
    address: str, path: str, status: int
) -> None:
    assert UrllibTransport(5).request("POST", address + path, {}, b"")[0] == status


@pytest.mark.parametrize("path", ["/large", "/broken"])
def test_transport_refuses_what_it_cannot_take(address: str, path: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - the promise is OSError of any kind
        UrllibTransport(5).request("POST", address + path, {}, b"")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "ftp://a.example/",
        "/relative",
        "http://",
        "http://[x",
        "",
        "http://127.0.0.1:1/",
    ],
)
def test_transport_raises_oserror_for_what_cannot_be_reached(url: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - the promise is OSError of any kind
        UrllibTransport(1).request("GET", url, {}, None)
