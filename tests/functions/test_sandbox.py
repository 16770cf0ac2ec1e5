"""The sandbox provider over its own HTTP interface, both storages behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from moto import mock_aws
from standardwebhooks import Webhook

from functions.sandbox import app as sandbox
from functions.sandbox.sandboxpay.storage import DynamoStorage, MemoryStorage, Storage
from saldo.clock import FixedClock
from saldo_cli.lambda_http import FunctionHttp, HttpFunction

BASE = "https://sandbox.example/live"
SECRET = "a-secret-of-the-tests"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
WANTED = {
    "amount": "119.00",
    "currency": "EUR",
    "reference": "2024/0815",
    "description": "Filter cartridges",
    "language": "en",
    "return_url": "https://pay.example/p/token/return",
    "callback_url": "https://pay.example/callbacks/sandbox",
    "creditor_name": "Example Waterworks Ltd",
}


def in_process() -> FunctionHttp:
    """The sandbox's own handler and routes, reached without a server."""
    return FunctionHttp({BASE: [HttpFunction(sandbox.app, sandbox.handler)]})


class Merchant:
    """Receives callbacks, and answers them with the statuses it was told to."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        assert url == WANTED["callback_url"]
        self.received.append((dict(headers), body))
        answer = self.answers.pop(0) if self.answers else 200
        if answer == 0:
            raise TimeoutError("no answer")
        return answer

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.received]


@pytest.fixture(params=["memory", "dynamodb"])
def storage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    if request.param == "memory":
        yield MemoryStorage()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        client.create_table(
            TableName="sandbox",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield DynamoStorage(client, "sandbox")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def merchant(storage: Storage, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Merchant:
    merchant = Merchant()
    monkeypatch.setattr("functions.sandbox.sandboxpay.callbacks.PAUSE_SECONDS", 0)
    sandbox.install(storage, merchant, clock=clock, secret=SECRET, base_url=BASE)
    return merchant


def call(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: str | None = None
) -> tuple[int, dict[str, str], str]:
    url = path if path.startswith(BASE) else BASE + path
    status, answered, text = in_process().request(
        method, url, headers or {}, None if body is None else body.encode()
    )
    return status, answered, text.decode()


def create(key: str = "payment-1", **changes: Any) -> tuple[int, dict[str, Any]]:
    headers = {
        "Authorization": f"Bearer {SECRET}",
        "Idempotency-Key": key,
        "Content-Type": "application/json",
    }
    status, _, text = call("POST", "/payments", headers, json.dumps({**WANTED, **changes}))
    return status, json.loads(text)


def decide(payment: Mapping[str, Any], **fields: str) -> tuple[int, dict[str, str], str]:
    return call(
        "POST",
        payment["hosted_url"],
        {"Content-Type": "application/x-www-form-urlencoded"},
        urlencode(fields),
    )


def fetch(payment: Mapping[str, Any]) -> dict[str, Any]:
    status, _, text = call(
        "GET", f"/payments/{payment['id']}", {"Authorization": f"Bearer {SECRET}"}
    )
    assert status == 200
    document: dict[str, Any] = json.loads(text)
    return document


def test_customer_pays_and_the_merchant_is_told(merchant: Merchant) -> None:
    status, payment = create()
    assert (status, payment["state"]) == (201, "open")

    status, headers, _ = decide(payment, outcome="pay")

    assert (status, headers["location"]) == (303, WANTED["return_url"])
    assert [event["type"] for event in merchant.events] == ["payment.settled"]
    told = merchant.events[0]["data"]["payment"]
    assert told == fetch(payment)
    assert (told["amount_received"], told["method"]) == ("119.00", "card")
    assert (told["received_on"], told["idempotency_key"]) == ("2026-11-21", "payment-1")


def test_callback_verifies_as_a_standard_webhook(merchant: Merchant) -> None:
    sandbox.install(MemoryStorage(), merchant, secret=SECRET, base_url=BASE)
    decide(create()[1], outcome="pay")
    headers, body = merchant.received[0]
    renamed = {name.replace("sandbox-", "webhook-"): value for name, value in headers.items()}
    assert Webhook(SECRET.encode()).verify(body, renamed)["type"] == "payment.settled"


@pytest.mark.parametrize(
    ("outcome", "state", "failure"),
    [
        ("refuse", "failed", "The bank declined the payment."),
        ("cancel", "cancelled", None),
        ("later", "processing", None),
    ],
)
def test_other_outcomes_move_no_money(
    merchant: Merchant, outcome: str, state: str, failure: str | None
) -> None:
    _, payment = create()
    assert decide(payment, outcome=outcome)[0] == 303
    assert [event["type"] for event in merchant.events] == [f"payment.{state}"]
    told = fetch(payment)
    assert (told["state"], told["failure"]) == (state, failure)
    assert told["amount_received"] is None


@pytest.mark.parametrize(("outcome", "state"), [("arrive", "settled"), ("bounce", "failed")])
def test_transfer_ends_days_later(
    merchant: Merchant, clock: FixedClock, outcome: str, state: str
) -> None:
    _, payment = create()
    decide(payment, outcome="later")
    clock.advance(timedelta(days=2))
    decide(payment, outcome=outcome)
    assert [event["data"]["payment"]["state"] for event in merchant.events] == ["processing", state]
    assert fetch(payment)["received_on"] == "2026-11-23"
    assert merchant.events[0]["id"] != merchant.events[1]["id"]


def test_second_click_changes_and_tells_nothing(merchant: Merchant) -> None:
    _, payment = create()
    decide(payment, outcome="pay")
    status, headers, _ = decide(payment, outcome="cancel")
    assert (status, headers["location"]) == (303, WANTED["return_url"])
    assert fetch(payment)["state"] == "settled"
    assert len(merchant.received) == 1


def test_money_arrives_after_a_cancelled_payment(merchant: Merchant) -> None:
    _, payment = create()
    decide(payment, outcome="cancel")
    decide(payment, outcome="arrive")
    assert fetch(payment)["state"] == "settled"
    assert len(merchant.received) == 2


def test_less_or_more_than_asked_may_arrive_on_another_day(merchant: Merchant) -> None:
    _, payment = create()
    decide(payment, outcome="pay", amount="20,50", received_on="2012-03-01")
    told = fetch(payment)
    assert (told["amount"], told["amount_received"]) == ("119.00", "20.50")
    assert told["received_on"] == "2012-03-01"


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"amount": "0"}, "above zero"),
        ({"amount": "-5"}, "above zero"),
        ({"amount": "1.005"}, "above zero"),
        ({"amount": "many"}, "above zero"),
        ({"received_on": "yesterday"}, "year-month-day"),
        ({"received_on": "2026-02-30"}, "year-month-day"),
    ],
)
def test_unreadable_entry_is_shown_beside_its_field(
    merchant: Merchant, fields: dict[str, str], shown: str
) -> None:
    _, payment = create()
    status, _, page = decide(payment, outcome="pay", **fields)
    assert status == 400
    assert shown in page
    assert next(iter(fields.values())) in page
    assert fetch(payment)["state"] == "open"
    assert merchant.received == []


@pytest.mark.parametrize("fields", [{}, {"outcome": "steal"}, {"outcome": "pay", "callback": "9"}])
def test_unknown_outcome_changes_nothing(merchant: Merchant, fields: dict[str, str]) -> None:
    _, payment = create()
    assert decide(payment, **fields)[0] == 400
    assert fetch(payment)["state"] == "open"


@pytest.mark.parametrize(("callback", "times"), [("none", 0), ("once", 1), ("twice", 2)])
def test_callback_can_be_suppressed_or_repeated(
    merchant: Merchant, callback: str, times: int
) -> None:
    _, payment = create()
    decide(payment, outcome="pay", callback=callback)
    assert len(merchant.received) == times
    assert len({event["id"] for event in merchant.events}) == min(times, 1)


def test_callback_may_be_chosen_in_the_query(merchant: Merchant) -> None:
    _, payment = create()
    call(
        "POST",
        payment["hosted_url"] + "?callback=none",
        {"Content-Type": "application/x-www-form-urlencoded"},
        "outcome=pay",
    )
    assert merchant.received == []
    assert fetch(payment)["state"] == "settled"


@pytest.mark.parametrize("first_answer", [0, 500, 302])
def test_callback_is_repeated_once_when_not_taken(merchant: Merchant, first_answer: int) -> None:
    merchant.answers = [first_answer, 200]
    decide(create()[1], outcome="pay")
    assert len(merchant.received) == 2
    assert merchant.events[0] == merchant.events[1]


def test_merchant_who_never_answers_does_not_keep_the_payer(merchant: Merchant) -> None:
    merchant.answers = [0, 0]
    _, payment = create()
    assert decide(payment, outcome="pay")[0] == 303
    assert fetch(payment)["state"] == "settled"


def test_same_key_creates_one_payment(merchant: Merchant) -> None:
    first_status, first = create()
    second_status, second = create()
    assert (first_status, second_status) == (201, 200)
    assert first == second
    other_status, other = create("payment-2")
    assert other_status == 201
    assert other["id"] != first["id"]


def test_repeated_create_tells_the_state_of_today(merchant: Merchant) -> None:
    decide(create()[1], outcome="pay")
    assert create()[1]["state"] == "settled"


def test_same_key_for_another_amount_is_refused(merchant: Merchant) -> None:
    create()
    status, answer = create(amount="120.00")
    assert (status, answer["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0.00"}, "amount"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": 119}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": None}, "currency"),
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 141}, "reference"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"return_url": "https://pay.example/\r\nSet-Cookie: a=b"}, "return_url"),
        ({"callback_url": "file:///etc/passwd"}, "callback_url"),
        ({"callback_url": "http://[broken"}, "callback_url"),
        ({"creditor_name": None}, "creditor_name"),
    ],
)
def test_bad_request_names_its_field(
    merchant: Merchant, changes: dict[str, Any], field: str
) -> None:
    status, answer = create(**changes)
    assert (status, answer["error"]["field"]) == (400, field)


@pytest.mark.parametrize("body", ["", "not json", "[]", '"text"', "[" * 100_000])
def test_body_that_is_no_object_is_refused(merchant: Merchant, body: str) -> None:
    headers = {
        "Authorization": f"Bearer {SECRET}",
        "Idempotency-Key": "k",
        "Content-Type": "application/json",
    }
    assert call("POST", "/payments", headers, body)[0] == 400


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", f"Basic {SECRET}", SECRET])
def test_api_needs_the_secret(merchant: Merchant, authorization: str) -> None:
    _, payment = create()
    headers = {"Authorization": authorization}
    assert call("GET", f"/payments/{payment['id']}", headers)[0] == 401
    headers["Content-Type"] = "application/json"
    assert call("POST", "/payments", headers, json.dumps(WANTED))[0] == 401


def test_without_a_secret_nobody_gets_in(
    storage: Storage, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SALDO_SANDBOX_SECRET", raising=False)
    sandbox.install(storage, merchant, base_url=BASE)
    assert call("GET", "/payments/pay_x", {"Authorization": "Bearer "})[0] == 401


def test_missing_idempotency_key_is_refused(merchant: Merchant) -> None:
    assert create("")[0] == 400


def test_unknown_payment_tells_nothing(merchant: Merchant) -> None:
    create()
    assert call("GET", "/hosted/pay_unknown")[0] == 404
    assert call("GET", "/hosted/key%23payment-1")[0] == 404
    assert decide({"hosted_url": BASE + "/hosted/pay_unknown"}, outcome="pay")[0] == 404
    authorized = {"Authorization": f"Bearer {SECRET}"}
    assert call("GET", "/payments/key%23payment-1", authorized)[0] == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["119,00\xa0€ bezahlen", "Testanbieter", 'lang="de"']),
        ("en", ["Pay €119.00", "Test provider", 'lang="en"']),
        ("fr", ["Pay €119.00"]),
    ],
)
def test_hosted_page_speaks_the_payers_language(
    merchant: Merchant, language: str, words: list[str]
) -> None:
    _, payment = create(language=language, creditor_name="Beispiel & <Söhne>")
    status, headers, page = call("GET", payment["hosted_url"])
    assert status == 200
    assert all(word in page for word in words)
    assert "Beispiel &amp; &lt;Söhne&gt;" in page
    assert "<script" not in page
    assert "style=" not in page
    policy = headers["content-security-policy"]
    # The browser holds the redirect that follows the form against form-action.
    assert "form-action 'self' https://pay.example" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("outcome", ["later", "refuse", "cancel", "pay"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_state_has_a_page_with_a_way_back(
    merchant: Merchant, outcome: str, language: str
) -> None:
    _, payment = create(language=language)
    decide(payment, outcome=outcome)
    status, _, page = call("GET", payment["hosted_url"])
    assert status == 200
    assert WANTED["return_url"] in page
    assert ('value="arrive"' in page) == (outcome != "pay")


def test_assets_are_served(merchant: Merchant) -> None:
    status, headers, text = call("GET", "/assets/sandbox.css")
    assert (status, headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "font-family" in text or "font:" in text
    assert call("GET", "/assets/icon.svg")[0] == 200
    assert call("GET", "/assets/..%2Fpages.py")[0] == 404


def test_all_languages_have_the_same_texts() -> None:
    texts = {language: set(sandbox.pages.texts(language)) for language in sandbox.pages.LANGUAGES}
    assert texts["de"] == texts["en"]
