"""Adyen: calls against recorded exchanges, and settlement reports."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from saldo.adapters.adyen.callbacks import key_of, signature_of
from saldo.adapters.adyen.fields import NotReadable
from saldo.adapters.adyen.provider import AdyenProvider
from saldo.adapters.adyen.reports import payouts_of
from saldo.errors import Invalid
from saldo.payments.ports import (
    PaymentProvider,
    ProviderEvent,
    ProviderUnavailable,
)
from saldo.payments.told import (
    ChargeRefused,
    MandateRequest,
    Mandates,
    MandateTold,
    Payouts,
    PayoutTold,
    RefundRefused,
    RefundRequest,
    Refunds,
)
from tests.contract.providers.adyen_side import (
    ACCOUNT,
    API_KEY,
    CHARGE,
    CHECKOUT,
    KEY,
    LINK,
    NOW,
    PSP,
    REPORT,
    REPORTS,
    REQUEST,
    Replay,
    adyen,
    item,
    told,
)


@pytest.fixture
def replay() -> Replay:
    return Replay()


@pytest.fixture
def provider(replay: Replay) -> AdyenProvider:
    return adyen(replay=replay)


def test_it_stands_behind_the_ports(provider: AdyenProvider) -> None:
    as_provider: PaymentProvider = provider
    assert (as_provider.name, provider.callback_answer) == ("adyen", "[accepted]")
    ports: tuple[type, ...] = (Refunds, Payouts, Mandates)
    assert all(isinstance(provider, port) for port in ports)


def test_customer_is_sent_to_the_payment_link(provider: AdyenProvider, replay: Replay) -> None:
    hosted = provider.create_payment(REQUEST)
    assert hosted.provider_id == LINK
    assert hosted.hosted_url.startswith(provider.hosted_at + "/")
    ((_, headers, sent),) = replay.asked
    assert (headers["Idempotency-Key"], headers["X-API-Key"]) == ("pay-1", API_KEY)
    assert (sent["reference"], sent["merchantOrderReference"]) == ("pay-1", "2024/0815")
    assert (sent["amount"], sent["shopperLocale"]) == ({"currency": "EUR", "value": 11900}, "de-DE")
    assert (sent["reusable"], sent["merchantAccount"]) == (False, ACCOUNT)


def test_completed_link_is_only_on_its_way(provider: AdyenProvider, replay: Replay) -> None:
    event = provider.fetch(LINK)
    assert (event.event_id, event.state) == (f"{LINK}:processing", "processing")
    assert (event.reference, event.amount_minor) == ("pay-1", 11900)
    assert provider.fetch(LINK) == event
    for unknown in ("PLUNKNOWN000000", PSP, "../payments"):
        with pytest.raises(ProviderUnavailable):
            provider.fetch(unknown)
    assert len(replay.asked) == 3  # only links are asked for


def test_answers_that_tell_nothing(provider: AdyenProvider, replay: Replay) -> None:
    for answer in (
        {"status": 500, "body": {}},
        {"status": 401, "body": b"<html>"},
        {"status": 201, "body": {}},
        {"status": 429, "body": {"message": "Slow down"}},
        {"status": 201, "body": b"["},
    ):
        replay.exchanges[f"POST {CHECKOUT}/paymentLinks"] = answer
        with pytest.raises(ProviderUnavailable):
            provider.create_payment(REQUEST)
    del replay.exchanges[f"POST {CHECKOUT}/paymentLinks"]
    with pytest.raises(ProviderUnavailable) as failed:
        provider.create_payment(REQUEST)
    assert API_KEY not in failed.value.detail + repr(provider) + repr(provider._options)
    assert "the-report-key" not in repr(provider._options)
    with pytest.raises(ValueError, match="hex") as bad:
        adyen("not-hex-at-all")
    assert "not-hex" not in str(bad.value)


def test_refund_is_asked_for_and_decided_later(provider: AdyenProvider, replay: Replay) -> None:
    request = RefundRequest("ref-1", PSP, 1900, "EUR", "Wrong delivery")
    asked = provider.refund(request)
    assert (asked.state, asked.refund_id, asked.occurred_at) == ("pending", "RF6HT9CRT65ZGN82", NOW)
    assert replay.asked[0][1]["Idempotency-Key"] == "ref-1"
    for refused in ("SPENT9CRT65ZGN82", LINK, "../x"):
        with pytest.raises(RefundRefused):
            provider.refund(replace(request, provider_id=refused))


def test_debtor_stores_a_card_and_is_charged(provider: AdyenProvider, replay: Replay) -> None:
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
    assert hosted.flow_id == LINK
    assert replay.asked[0][2]["amount"]["value"] == 0
    assert told(provider, item("AUTHORISATION", amount={"currency": "EUR", "value": 0})) == []

    body = json.dumps(
        {
            "type": "recurring.token.created",
            "environment": "test",
            "eventId": "QBQQ9DLNRHHKGK38",
            "createdAt": "2026-03-03T09:00:00+01:00",
            "data": {
                "merchantAccount": ACCOUNT,
                "storedPaymentMethodId": "M5N7TQ4TG5PFWR50",
                "shopperReference": "man-1",
            },
        }
    ).encode()
    (mandate,) = provider.parse_callback(
        {"hmacsignature": signature_of(key_of(KEY), body)}, body, NOW
    )
    assert isinstance(mandate, MandateTold)
    assert (mandate.mandate_id, mandate.state) == (CHARGE.mandate_id, "active")
    assert mandate.reference == "man-1"

    charged = provider.charge(CHARGE)
    sent = replay.asked[-1][2]
    assert (sent["shopperReference"], sent["shopperInteraction"]) == ("man-1", "ContAuth")
    assert sent["paymentMethod"] == {"storedPaymentMethodId": "M5N7TQ4TG5PFWR50"}
    (notified,) = told(provider, item("AUTHORISATION", merchantReference="pay-3"))
    assert isinstance(notified, ProviderEvent)
    assert (charged.event_id, charged.state) == (notified.event_id, notified.state)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ("Refused", "failed"),
        ("Received", "processing"),
        ("Pending", "processing"),
        ("Cancelled", "cancelled"),
    ],
)
def test_other_results_of_a_charge(
    provider: AdyenProvider, replay: Replay, result: str, state: str
) -> None:
    body = {"pspReference": PSP, "resultCode": result, "refusalReason": "Not enough balance"}
    replay.exchanges[f"POST {CHECKOUT}/payments"] = {"status": 200, "body": body}
    charged = provider.charge(CHARGE)
    assert (charged.state, charged.failure) == (state, "Not enough balance")


def test_charge_is_refused_for_good(provider: AdyenProvider, replay: Replay) -> None:
    replay.exchanges[f"POST {CHECKOUT}/payments"] = {
        "status": 422,
        "body": {"errorCode": "800", "message": "Contract not found"},
    }
    for request in (
        CHARGE,
        replace(CHARGE, mandate_id="M5N"),
        replace(CHARGE, charge_on=date(2026, 3, 4)),
    ):
        with pytest.raises(ChargeRefused):
            provider.charge(request)
    assert len(replay.asked) == 1


def test_report_sums_up_line_by_line(provider: AdyenProvider, replay: Replay) -> None:
    name = "settlement_detail_report_batch_2.csv"
    replay.exchanges[f"GET {REPORTS}/{name}"] = {"status": 200, "body": REPORT}
    available = item(
        "REPORT_AVAILABLE",
        name,
        amount={"currency": "EUR", "value": 0},
        reason="https://evil.example/report.csv",
        merchantReference="",
    )
    (event,) = told(provider, available)
    assert isinstance(event, PayoutTold) and event.payout_id == name

    (payout,) = provider.payout(event.payout_id)

    assert replay.asked[0][1]["X-API-Key"] == "the-report-key"
    assert (payout.amount_minor, payout.currency) == (16000, "EUR")
    assert payout.arrives_on == date(2026, 3, 4)
    assert [
        (each.kind, each.gross_minor, each.fee_minor, each.net_minor) for each in payout.lines
    ] == [
        ("payment", 11900, 150, 11750),
        ("payment", 9200, 200, 9000),  # 100 USD
        ("refund", -1900, 10, -1910),
        ("chargeback", -5000, 750, -5750),
        ("chargeback-reversed", 3000, 0, 3000),
        ("fee", 0, 120, -120),
        ("adjustment", 30, 0, 30),
    ]
    assert len({each.line_id for each in payout.lines}) == len(payout.lines)
    assert (payout.lines[0].provider_id, payout.lines[0].reference) == (PSP, "pay-1")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b",117.50,", b",117.51,"),
        (b"Net Credit (NC)", b"Net"),
        (b",117.50,", b",117.505,"),
        (b",visacredit,,2", b",visacredit,,3"),
        (b",0.92,EUR", b",0.92,USD"),
        (b",117.50,", b",x,"),
        (b"pay-2,mc", b"pay-2,mc,extra"),
        (b"Settled", b"\xff"),
    ],
)
def test_report_that_does_not_add_up_is_refused(old: bytes, new: bytes) -> None:
    (whole,) = payouts_of("report", b"\xef\xbb\xbf" + REPORT)
    assert whole.amount_minor == 16000
    assert old in REPORT
    with pytest.raises((NotReadable, Invalid)):
        payouts_of("report", REPORT.replace(old, new, 1))


@pytest.mark.parametrize("last", [0, 1, 2, 3, 6, 9])
def test_newest_payouts_are_found_without_a_list(
    provider: AdyenProvider, replay: Replay, last: int
) -> None:
    for batch in range(1, 20):
        there = batch <= last
        day = f"2026-03-{batch + 2:02d}".encode()
        report = REPORT.replace(b"2026-03-04", day)
        answer = {"status": 200, "body": report} if there else {"status": 404, "body": {}}
        replay.exchanges[f"GET {REPORTS}/settlement_detail_report_batch_{batch}.csv"] = answer
    found = provider.payouts(date(2026, 3, 6))
    assert [each.arrives_on for each in found] == [date(2026, 3, day) for day in range(6, last + 3)]
    assert len(replay.asked) == len({each[0] for each in replay.asked})  # none was read twice


def test_reports_of_other_kinds_are_no_news(provider: AdyenProvider) -> None:
    for name in ("received_payments_report_2026_03_02.csv", "settlement_detail_report_batch_0.csv"):
        assert told(provider, item("REPORT_AVAILABLE", name)) == []
        assert provider.payout(name) == []
