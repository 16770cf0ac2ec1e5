"""Mollie: calls, and the classic callback, against a server that replays recorded exchanges."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from mollie.api.client import Client

from saldo.adapters.mollie.fields import money
from saldo.adapters.mollie.provider import MollieProvider
from saldo.payments.ports import (
    CallbackRefused,
    PaymentProvider,
    ProviderEvent,
    ProviderUnavailable,
)
from saldo.payments.told import (
    ChargebackTold,
    ChargeRefused,
    MandateRequest,
    Mandates,
    MandateTold,
    Payouts,
    RefundRefused,
    RefundRequest,
    Refunds,
    RefundTold,
)
from tests.contract.providers.corpus import document, files
from tests.contract.providers.mollie_side import (
    CHARGE,
    FORM,
    KEY,
    NOW,
    REQUEST,
    TOKEN,
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


def test_it_stands_behind_the_ports(provider: MollieProvider) -> None:
    as_provider: PaymentProvider = provider
    assert as_provider.name == "mollie"
    ports: tuple[type, ...] = (Refunds, Payouts, Mandates)
    assert all(isinstance(provider, port) for port in ports)


def test_customer_is_sent_to_the_hosted_page(provider: MollieProvider, server: Replay) -> None:
    hosted = provider.create_payment(REQUEST)

    assert hosted.provider_id == "tr_5B8cwPMGnU"
    assert hosted.hosted_url.startswith(provider.hosted_at + "/")
    ((asked, headers, sent),) = server.asked
    assert (asked, headers["idempotency-key"]) == ("POST /v2/payments", "pay-1")
    assert headers["authorization"] == f"Bearer {KEY}"
    assert sent["amount"] == {"currency": "EUR", "value": "119.00"}
    assert sent["metadata"] == {"saldo_payment": "pay-1", "reference": "2024/0815"}
    assert (sent["locale"], sent["webhookUrl"]) == ("de_DE", REQUEST.callback_url)


@pytest.mark.parametrize(
    ("minor", "currency", "value"),
    [(1234, "JPY", "1234"), (5, "EUR", "0.05"), (1500, "ISK", "1500")],
)
def test_amounts_have_the_decimals_of_their_currency(
    provider: MollieProvider, server: Replay, minor: int, currency: str, value: str
) -> None:
    provider.create_payment(replace(REQUEST, amount_minor=minor, currency=currency))
    amount = server.asked[0][2]["amount"]
    assert amount == {"currency": currency, "value": value}
    assert money({"amount": amount}, "amount") == (minor, currency)


def test_classic_callback_tells_payment_refund_and_returned_debit(provider: MollieProvider) -> None:
    told = provider.parse_callback(FORM, b"id=tr_5B8cwPMGnU", NOW)

    payment, refund, taken, reversed_ = told
    assert isinstance(payment, ProviderEvent) and isinstance(refund, RefundTold)
    assert isinstance(taken, ChargebackTold) and isinstance(reversed_, ChargebackTold)
    assert (payment.event_id, payment.state) == ("tr_5B8cwPMGnU:settled", "settled")
    assert (payment.reference, payment.amount_minor) == ("pay-1", 11900)
    assert (payment.received_on, payment.method) == (date(2026, 3, 2), "directdebit")
    assert (refund.event_id, refund.amount_minor) == ("re_4qqhO89gsT:done", 1900)
    assert (taken.kind, taken.amount_minor, taken.reason) == (
        "returned-debit",
        11900,
        "Account identifier incorrect",
    )
    assert [taken.event_id, reversed_.event_id] == ["chb_n9z0tq:taken", "chb_n9z0tq:reversed"]
    assert {each.reference for each in (payment, refund, taken)} == {"pay-1"}


def test_the_same_fact_has_the_same_id_however_it_comes(
    provider: MollieProvider, server: Replay
) -> None:
    body = event("payment.paid", paid(server))
    (by_signed,) = provider.parse_callback(signed(body), body, NOW)
    by_classic = provider.parse_callback(FORM, b"id=tr_5B8cwPMGnU", NOW)
    again = provider.parse_callback(FORM, b"id=tr_5B8cwPMGnU", NOW + timedelta(days=1))
    assert by_classic == again
    assert by_signed == by_classic[0] == provider.fetch("tr_5B8cwPMGnU")


def test_declined_card_says_why(provider: MollieProvider) -> None:
    told = provider.fetch("tr_declined01")
    assert (told.state, told.failure) == ("failed", "Your card has not enough balance.")


@pytest.mark.parametrize(
    "body", [b"id=tr_unknown001", b"id=tr_foreign001", b"id=ord_abc", b"id=sub_1"]
)
def test_what_is_not_ours_is_no_news(provider: MollieProvider, body: bytes) -> None:
    assert provider.parse_callback(FORM, body, NOW) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"id=",
        b"id=tr_1%2F..%2Fcustomers",
        b"id=tr_1&id=tr_2",
        b"id=\xff",
        b"tr_1",
        b"{}",
        b"id=tr_" + b"a" * 400,
        b'{"id":"tr_1"}',
    ],
)
def test_what_is_no_callback_is_refused_without_asking_mollie(
    provider: MollieProvider, server: Replay, body: bytes
) -> None:
    with pytest.raises(CallbackRefused):
        provider.parse_callback(FORM, body, NOW)
    assert server.asked == []


@pytest.mark.parametrize("payment", ["tr_locked0001", "tr_broken0001", "tr_notrecorded"])
def test_when_mollie_fails_the_call_may_come_again(provider: MollieProvider, payment: str) -> None:
    with pytest.raises(ProviderUnavailable) as failed:
        provider.parse_callback(FORM, f"id={payment}".encode(), NOW)
    assert "test_" not in failed.value.detail


def test_no_answer_is_an_unknown_outcome() -> None:
    provider = MollieProvider(KEY, client_factory=lambda: Client("http://127.0.0.1:9", retry=0))
    with pytest.raises(ProviderUnavailable) as failed:
        provider.create_payment(REQUEST)
    assert KEY not in failed.value.detail + repr(provider) + repr(provider._api)


def test_first_use_of_a_key_that_still_runs_is_an_unknown_outcome(
    provider: MollieProvider, server: Replay
) -> None:
    body = document("mollie-objects/accepted.json")
    server.exchanges["POST /v2/payments"] = {"status": 202, "body": body}
    with pytest.raises(ProviderUnavailable, match="not finished"):
        provider.create_payment(REQUEST)


@pytest.mark.parametrize(
    "name", ["bad_request", "error_unauthorized", "v1_api_error", "invalid_json"]
)
def test_errors_of_the_corpus_are_unknown_outcomes(
    provider: MollieProvider, server: Replay, name: str
) -> None:
    document("mollie-objects/bad_request.json")
    (path,) = files(f"mollie-objects/{name}.json")
    body = path.values[0].read_text()
    server.exchanges["POST /v2/payments"] = {"status": 400, "body": body}
    with pytest.raises(ProviderUnavailable):
        provider.create_payment(REQUEST)


def test_refund_and_its_refusal(provider: MollieProvider, server: Replay) -> None:
    request = RefundRequest("ref-1", "tr_5B8cwPMGnU", 1900, "EUR", "Wrong delivery")
    told = provider.refund(request)
    assert (told.refund_id, told.state, told.event_id) == (
        "re_4qqhO89gsT",
        "pending",
        "re_4qqhO89gsT:pending",
    )
    assert server.asked[0][1]["idempotency-key"] == "ref-1"
    with pytest.raises(RefundRefused, match="cannot be refunded"):
        provider.refund(replace(request, provider_id="tr_spent00001"))


def test_debtor_gives_a_mandate_and_is_charged(provider: MollieProvider, server: Replay) -> None:
    hosted = provider.request_mandate(
        MandateRequest(
            "man-1",
            "70012",
            "Beispiel Wasserwerke GmbH",
            "post@wasserwerke.example",
            "de",
            "https://pay.example/p/t/return",
            "Mandate for instalments",
        )
    )
    assert hosted.flow_id == "tr_5B8cwPMGnU"
    assert [each[1]["idempotency-key"] for each in server.asked] == ["man-1:customer", "man-1"]
    assert server.asked[1][2]["sequenceType"] == "first"

    (told,) = provider.parse_callback(FORM, b"id=tr_first00001", NOW)
    assert isinstance(told, MandateTold)
    assert (told.mandate_id, told.state) == (CHARGE.mandate_id, "active")
    assert (told.flow_id, told.reference) == ("tr_first00001", "man-1")
    assert provider.find_mandate("tr_first00001") == told
    revoke = "DELETE /v2/customers/cst_8wmqcHMN4U/mandates/mdt_h3gAaD5zP"
    for status in (404, 422):  # it was revoked before: nothing is left to end
        server.exchanges[revoke] = {"status": status, "body": {"status": status, "detail": "Gone"}}
        provider.revoke_mandate(CHARGE.mandate_id, None)
    assert [asked[0] for asked in server.asked[-2:]] == [revoke] * 2

    charged = provider.charge(CHARGE)
    sent = server.asked[-1][2]
    assert (sent["customerId"], sent["mandateId"]) == ("cst_8wmqcHMN4U", "mdt_h3gAaD5zP")
    assert (sent["sequenceType"], charged.reference) == ("recurring", "pay-1")


def test_charge_is_refused_for_good(provider: MollieProvider, server: Replay) -> None:
    with pytest.raises(ChargeRefused, match="on the day"):
        provider.charge(replace(CHARGE, charge_on=date(2026, 3, 22)))
    server.exchanges["POST /v2/payments"] = {
        "status": 422,
        "body": {"status": 422, "detail": "The mandate is not valid", "field": "mandateId"},
    }
    with pytest.raises(ChargeRefused, match="mandate is not valid"):
        provider.charge(CHARGE)


def test_intent_is_looked_up_after_the_key_has_died(provider: MollieProvider) -> None:
    found = provider.find("pay-1", datetime(2026, 3, 1, tzinfo=UTC))
    assert found is not None and found.provider_id == "tr_5B8cwPMGnU"
    assert provider.find("pay-0", datetime(2026, 3, 1, tzinfo=UTC)) is None


def test_settlement_sums_up_line_by_line(provider: MollieProvider, server: Replay) -> None:
    (payout,) = provider.payouts(date(2026, 3, 1))

    assert (payout.payout_id, payout.amount_minor) == ("stl_jDk30akdN", 3975)
    assert payout.arrives_on == date(2026, 3, 6)
    assert [
        (each.kind, each.gross_minor, each.fee_minor, each.net_minor) for each in payout.lines
    ] == [
        ("payment", 8000, 0, 8000),
        ("payment", 610, 0, 610),
        ("refund", -1900, 0, -1900),
        ("chargeback", -2420, 0, -2420),
        ("fee", 0, 254, -254),
        ("fee", 0, 60, -60),
        ("adjustment", -1, 0, -1),
    ]
    assert sum(each.net_minor for each in payout.lines) == payout.amount_minor
    assert [each.reference for each in payout.lines][:2] == ["pay-1", None]
    assert {each[1]["authorization"] for each in server.asked} == {f"Bearer {TOKEN}"}


def test_settlements_need_an_organisations_token() -> None:
    with pytest.raises(ProviderUnavailable, match="access token"):
        MollieProvider(KEY).payouts(date(2026, 3, 1))


def test_the_client_is_not_imported_before_it_is_used() -> None:
    check = (
        "import sys; import saldo.adapters.mollie.provider, saldo.adapters.adyen.provider; "
        "assert not {'mollie', 'requests', 'urllib3'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)
