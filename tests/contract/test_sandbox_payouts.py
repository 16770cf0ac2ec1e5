"""The sandbox pays out what settled, and refuses what no provider would take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import boto3
import pytest
from botocore.session import get_session
from moto import mock_aws

from functions.sandbox import app as sandbox
from functions.sandbox.sandboxpay import payouts
from functions.sandbox.sandboxpay.storage import DynamoStorage, MemoryStorage, Storage
from saldo.adapters.sandbox.provider import SandboxProvider
from saldo.clock import FixedClock
from saldo.payments.payout_book import PayoutBook, add_up
from saldo.payments.payout_check import PayoutCheck
from saldo.payments.payouts import PayoutIntake
from saldo.payments.ports import (
    HostedPaymentRequest,
    PaymentRefused,
    ProviderUnavailable,
)
from saldo.payments.refunds import Refunding
from saldo.payments.told import Payout, Payouts, RefundRequest
from saldo_cli.lambda_http import FunctionHttp, HttpFunction
from tests.books import Books
from tests.functions.payer import PROVIDER, SECRET, browsing

BASE = "https://sandbox.example"
NOW = datetime(2026, 11, 21, 10, 0, 30, tzinfo=UTC)
TODAY = NOW.date()


class Sandbox:
    """The sandbox in this process, its clock, and our side of it."""

    def __init__(self, storage: Storage) -> None:
        self.clock = FixedClock(NOW)
        self.http = FunctionHttp({BASE: [HttpFunction(sandbox.app, sandbox.handler)]})
        self.provider = SandboxProvider(BASE, ["today"], self.http)
        sandbox.install(
            storage, lambda url, headers, body: 200, clock=self.clock, secret="today", base_url=BASE
        )

    def ask(self, key: str, minor: int = 11900, currency: str = "EUR") -> str:
        request = HostedPaymentRequest(
            key,
            minor,
            currency,
            "2024/0815",
            "",
            "de",
            f"{BASE}/back",
            f"{BASE}/called",
            "Beispiel",
        )
        return self.provider.create_payment(request).provider_id

    def pay(self, key: str, minor: int = 11900, currency: str = "EUR") -> str:
        payment = self.ask(key, minor, currency)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"outcome": "pay"}).encode()
        self.http.request("POST", f"{BASE}/hosted/{payment}", headers, body)
        return payment

    def wait(self, minutes: int = 11) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def paid_out(self, since: date = TODAY) -> list[Payout]:
        return self.provider.payouts(since)


@pytest.fixture
def here() -> Sandbox:
    return Sandbox(MemoryStorage())


def test_what_settled_is_paid_out_less_the_fee(here: Sandbox) -> None:
    assert isinstance(here.provider, Payouts)
    payment = here.pay("pay-1")
    here.ask("nobody-pays-this")
    assert here.paid_out() == []  # the ten minutes are not over
    here.wait()
    (payout,) = here.paid_out()
    assert (payout.currency, payout.arrives_on, payout.amount_minor) == ("EUR", TODAY, 11733)
    (line,) = payout.lines
    assert (line.kind, line.provider_id, line.reference) == ("payment", payment, "pay-1")
    assert (line.gross_minor, line.fee_minor, line.net_minor) == (11900, 167, 11733)
    assert add_up(payout) == (11900, 167)
    assert here.paid_out(TODAY + timedelta(days=1)) == []


def test_a_payout_never_changes(here: Sandbox) -> None:
    here.pay("pay-1")
    here.wait()
    before = here.paid_out()
    here.pay("pay-2")
    here.pay("pay-3", 500, "CHF")
    here.wait()
    now = here.paid_out()
    assert now[0] == before[0]
    assert sorted((one.currency, len(one.lines)) for one in now[1:]) == [("CHF", 1), ("EUR", 1)]


def test_money_given_back_is_taken_from_the_next_payout(here: Sandbox) -> None:
    payment = here.pay("pay-1")
    here.wait()
    told = here.provider.refund(RefundRequest("re-1", payment, 2000, "EUR", "Goods returned"))
    here.provider.refund(RefundRequest("re-2", payment, 113, "EUR", "this one comes to nothing"))
    here.wait()
    (line,) = here.paid_out()[1].lines
    assert (line.kind, line.net_minor, line.refund_id) == ("refund", -2000, told.refund_id)


def test_many_payouts_come_page_by_page(here: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payouts, "LINES_MAX", 2)
    for number in range(7):
        here.pay(f"pay-{number}", 100 + number)
    here.wait()
    paid_out = here.paid_out()
    assert [len(one.lines) for one in paid_out] == [2, 2, 2, 1]
    assert len({one.payout_id for one in paid_out}) == 4
    assert sorted(line.gross_minor for one in paid_out for line in one.lines) == [*range(100, 107)]


def test_the_list_over_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="play",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        here = Sandbox(DynamoStorage(get_session().create_client("dynamodb"), "play"))
        here.pay("pay-1")
        here.wait()
        assert len(here.paid_out()) == 1


def test_an_amount_that_is_refused_for_good(here: Sandbox) -> None:
    assert here.ask("pay-1", 99_999_999)
    for key, minor, currency in (("pay-2", 100_000_000, "EUR"), ("pay-3", 1_000_000, "JPY")):
        with pytest.raises(PaymentRefused) as refused:
            here.ask(key, minor, currency)
        assert refused.value.why == "amount-too-large"
        assert "less than a million" in refused.value.said
    with pytest.raises(ProviderUnavailable):
        here.ask("pay-1", 500)  # the key is another payment's: nothing is known of this one


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"payouts": {}},
        {"payouts": ["po-1"]},
        {"payouts": [{"id": "po-1", "currency": "EUR", "amount": "x", "arrives_on": "2026-11-21"}]},
        {
            "payouts": [
                {"id": "p", "currency": "EUR", "amount": "1", "arrives_on": "x", "lines": []}
            ]
        },
    ],
)
def test_a_list_that_cannot_be_read_is_no_list(answer: object) -> None:
    class Answering:
        def request(
            self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
        ) -> tuple[int, dict[str, str], bytes]:
            return 200, {}, json.dumps(answer).encode()

    with pytest.raises(ProviderUnavailable):
        SandboxProvider(BASE, ["today"], Answering()).payouts(TODAY)


@pytest.mark.parametrize("query", ["", "?since=yesterday", "?since=2026-02-30"])
def test_a_day_that_is_none(here: Sandbox, query: str) -> None:
    headers = {"Authorization": "Bearer today"}
    assert here.http.request("GET", f"{BASE}/payouts{query}", headers, None)[0] == 400
    assert here.http.request("GET", f"{BASE}/payouts?since=2026-01-01", {}, None)[0] == 401


def test_a_payout_of_the_sandbox_is_booked_and_nothing_differs() -> None:
    books = Books()
    books.begin()
    with browsing(books) as browser:
        link = books.links.create("musterwerk", "RE-1")
        browser.pay(link)
        books.clock.advance(timedelta(minutes=15))
        provider = SandboxProvider(PROVIDER, [SECRET], browser.provider)
        providers = {"sandbox": provider}
        refunding = Refunding(books.store, books.clock, books.ids, providers)
        book = PayoutBook(books.store, books.clock, books.ids)
        check = PayoutCheck(books.store, books.clock, providers, books.settlement, refunding)
        fetched = PayoutIntake(books.store, books.clock, providers, check, book).fetch()
        assert (fetched.done, fetched.findings) == ({"booked": 1}, [])
