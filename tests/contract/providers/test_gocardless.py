"""GoCardless' adapter: payments, mandates, refunds and payouts, over recorded answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from saldo.errors import Refusal
from saldo.payments.ports import HostedPaymentRequest, ProviderUnavailable
from saldo.payments.told import (
    ChargeRefused,
    ChargeRequest,
    MandateRequest,
    Mandates,
    Payouts,
    RefundRefused,
    RefundRequest,
    Refunds,
)
from tests.contract.providers.corpus import document
from tests.contract.providers.gocardless_side import TOKEN, GoCardless, event, provider

REQUEST = HostedPaymentRequest(
    "pay-1",
    11900,
    "EUR",
    "2024/0815",
    "Filter cartridges",
    "de-AT",
    "https://pay.example/p/token/return",
    "https://pay.example/callbacks/gocardless",
    "Beispiel Wasserwerke GmbH",
)
CHARGE = ChargeRequest(
    "pay-3",
    "MD0001",
    None,
    11900,
    "EUR",
    "2024/0815",
    "Filter cartridges",
    "https://pay.example/callbacks/gocardless",
)
REFUND = RefundRequest("refund-1", "PM000PAY", 2500, "EUR", "Goods came back")
OBJECTS = "gocardless-objects"


def conflict(resource_id: str) -> dict[str, Any]:
    return {
        "error": {
            "type": "invalid_state",
            "code": 409,
            "errors": [
                {
                    "reason": "idempotent_creation_conflict",
                    "message": "x",
                    "links": {"conflicting_resource_id": resource_id},
                }
            ],
        }
    }


def refusal(reason: str) -> dict[str, Any]:
    return {"error": {"type": "invalid_state", "errors": [{"reason": reason, "message": "x"}]}}


@pytest.fixture
def side() -> GoCardless:
    return GoCardless()


def test_it_serves_every_port(side: GoCardless) -> None:
    adapter = provider(side)
    for port in (Refunds, Payouts, Mandates):
        assert isinstance(adapter, port)
    assert TOKEN not in repr(adapter) + repr(vars(adapter))


def test_a_payment_carries_our_id_wherever_it_will_be_brought_back(side: GoCardless) -> None:
    hosted = provider(side, creditor="CR1").create_payment(REQUEST)

    assert hosted.provider_id == "BRQ000PAY"
    assert hosted.hosted_url.startswith("https://pay.gocardless.com/")
    (_, made, headers), (_, flow, _) = side.asked
    assert headers["Idempotency-Key"] == "pay-1"
    request = made["billing_requests"]
    assert request["links"] == {"creditor": "CR1"}
    assert request["metadata"]["saldo_payment"] == "pay-1"
    assert request["payment_request"]["metadata"]["saldo_payment"] == "pay-1"
    assert (request["payment_request"]["amount"], request["payment_request"]["currency"]) == (
        11900,
        "EUR",
    )
    page = flow["billing_request_flows"]
    assert (page["language"], page["redirect_uri"]) == ("de", REQUEST.return_url)
    assert page["links"] == {"billing_request": "BRQ000PAY"}


def test_asking_twice_makes_one_billing_request(side: GoCardless) -> None:
    adapter = provider(side)
    first = adapter.create_payment(REQUEST)
    side.set("POST /billing_requests", 409, conflict("BRQ000PAY"))
    assert adapter.create_payment(REQUEST) == first


def test_the_public_conflict_and_flow_are_understood(side: GoCardless) -> None:
    body = document(f"{OBJECTS}/idempotent_creation_conflict_error.json")
    side.set("POST /payments", 409, body)
    known = side.answers["GET /payments/PM000CHARGE"]["body"]["payments"]
    side.set("GET /payments/PM00001078ZJJN", 200, {"payments": {**known, "id": "PM00001078ZJJN"}})
    assert provider(side).charge(CHARGE).provider_id == "PM00001078ZJJN"
    flow = document(f"{OBJECTS}/billing_request_flows.json")["create"]["body"]
    side.set("POST /billing_request_flows", 201, flow)
    hosted = provider(side).create_payment(REQUEST)
    assert hosted.hosted_url == "https://monzo.com/abc-123-things"


@pytest.mark.parametrize(
    ("name", "status", "raised"),
    [
        ("gocardless_error", 500, ProviderUnavailable),
        ("invalid_api_usage_error", 400, ChargeRefused),
        ("validation_failed_error", 422, ChargeRefused),
        ("validation_failed_duplicate_bank_account_error", 422, ChargeRefused),
    ],
)
def test_the_public_errors_are_refusals_or_unknown(
    side: GoCardless, name: str, status: int, raised: type[Refusal]
) -> None:
    side.set("POST /payments", status, document(f"{OBJECTS}/{name}.json"))
    with pytest.raises(raised):
        provider(side).charge(CHARGE)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": {}},
        {"status": 429, "body": {"error": {"type": "rate_limit"}}},
        {"status": 401, "body": {"error": {"message": f"bad {TOKEN}"}}},
        {"status": 302, "body": {}},
        {"status": 201, "body": []},
        {"status": 201, "body": {"billing_requests": {}}},
        {"status": 409, "body": {"error": 1}},
        {"status": 409, "body": conflict("")},
        ConnectionError("reset"),
    ],
)
def test_a_page_that_was_not_surely_made_is_unavailable(side: GoCardless, answer: Any) -> None:
    side.answers["POST /billing_requests"] = answer
    with pytest.raises(ProviderUnavailable) as raised:
        provider(side).create_payment(REQUEST)
    assert TOKEN not in str(raised.value) + repr(raised.value.__cause__)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending_customer_approval", "processing"),
        ("pending_submission", "processing"),
        ("submitted", "processing"),
        ("confirmed", "settled"),
        ("paid_out", "settled"),
        ("cancelled", "cancelled"),
        ("customer_approval_denied", "failed"),
        ("failed", "failed"),
        ("charged_back", "settled"),
    ],
)
def test_where_a_payment_stands(side: GoCardless, status: str, state: str) -> None:
    side.change("payments", "PM000PAY", status=status)
    told = provider(side).fetch("PM000PAY")
    assert (told.state, told.event_id) == (state, f"PM000PAY:{state}")
    assert (told.reference, told.amount_minor, told.method) == ("pay-1", 11900, "sepa_core")


def test_the_day_of_the_money_is_that_of_its_confirmation(side: GoCardless) -> None:
    side.happened(
        "PM000PAY",
        event("payments", "paid_out", "EV3", "2026-11-28T08:00:00.000Z", payment="PM000PAY"),
        event("payments", "confirmed", "EV2", "2026-11-26T08:00:00.000Z", payment="PM000PAY"),
    )
    assert provider(side).fetch("PM000PAY").received_on == date(2026, 11, 26)


def test_a_billing_request_stands_where_its_payment_does(side: GoCardless) -> None:
    told = provider(side).fetch("BRQ000PAY")
    assert (told.provider_id, told.state, told.event_id) == (
        "PM000PAY",
        "settled",
        "BRQ000PAY:settled",
    )
    for status, state in (
        ("pending", "open"),
        ("ready_to_fulfil", "open"),
        ("fulfilling", "processing"),
        ("cancelled", "cancelled"),
    ):
        side.change("billing_requests", "BRQ000PAY", status=status, links={})
        told = provider(side).fetch("BRQ000PAY")
        assert (told.state, told.provider_id, told.amount_minor) == (state, "BRQ000PAY", 11900)


@pytest.mark.parametrize("bad", ["PM000OTHER", "PM404", "../payouts", "", "BRQ000MAN"])
def test_what_is_not_ours_or_not_there_is_not_fetched(side: GoCardless, bad: str) -> None:
    with pytest.raises(ProviderUnavailable):
        provider(side).fetch(bad)


def test_an_invoice_that_closed_cancels_its_request(side: GoCardless) -> None:
    adapter = provider(side)
    adapter.cancel_payment("BRQ000PAY")
    side.set("POST /billing_requests/BRQ000PAY/actions/cancel", 422, refusal("cancel_failed"))
    adapter.cancel_payment("BRQ000PAY")
    assert len(side.asked) == 2


def test_refunding_twice_refunds_once(side: GoCardless) -> None:
    adapter = provider(side)
    told = adapter.refund(REFUND)
    assert (told.refund_id, told.state, told.reference) == ("RF0001", "pending", "pay-1")
    name, sent, headers = side.asked[-1]
    assert (name, headers["Idempotency-Key"]) == ("POST /refunds", "refund-1")
    assert sent["refunds"]["total_amount_confirmation"] == 3500
    made = side.answers["POST /refunds"]["body"]["refunds"]
    side.set("GET /refunds?payment=PM000PAY", 200, {"refunds": [made], "meta": {}})
    side.answers["POST /refunds"] = AssertionError("refunded twice")
    assert adapter.refund(REFUND) == told
    assert adapter.refund(replace(REFUND, provider_id="BRQ000PAY")) == told


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ({"status": 422, "body": refusal("refund_payment_invalid_state")}, RefundRefused),
        (
            {"status": 422, "body": refusal("total_amount_confirmation_invalid")},
            ProviderUnavailable,
        ),
        ({"status": 500, "body": {}}, ProviderUnavailable),
        (TimeoutError(), ProviderUnavailable),
    ],
)
def test_a_refund_is_refused_for_good_or_unknown(
    side: GoCardless, answer: Any, raised: type[Refusal]
) -> None:
    side.answers["POST /refunds"] = answer
    with pytest.raises(raised):
        provider(side).refund(REFUND)


def test_somebody_elses_payment_is_not_refunded(side: GoCardless) -> None:
    with pytest.raises(RefundRefused):
        provider(side).refund(replace(REFUND, provider_id="PM000OTHER"))
    assert "POST /refunds" not in side.names()


def test_payouts_come_with_lines_that_sum_to_them(side: GoCardless) -> None:
    (payout,) = provider(side).payouts(date(2026, 11, 20))
    assert (payout.payout_id, payout.arrives_on) == ("PO0001", date(2026, 11, 25))
    assert [line.kind for line in payout.lines] == ["payment", "fee", "fee", "refund", "adjustment"]
    # Two fees of 25.5 cents are 51 cents, and rounded by themselves 26 each.
    assert [line.net_minor for line in payout.lines] == [11900, -26, -26, -2500, 1]
    assert all(line.net_minor == line.gross_minor - line.fee_minor for line in payout.lines)
    assert sum(line.net_minor for line in payout.lines) == payout.amount_minor == 9349
    assert payout.lines[0].provider_id == "PM000PAY"


def test_the_public_payout_items_are_read(side: GoCardless) -> None:
    body = document(f"{OBJECTS}/payout_items.json")["list"]["body"]
    side.set("GET /payout_items?payout=PO0001", 200, {**body, "meta": {}})
    (payout,) = provider(side).payouts(date(2026, 11, 20))
    assert [line.net_minor for line in payout.lines] == [45, 45, 9349 - 90]
    assert {line.provider_id for line in payout.lines} == {"PM123", None}


def test_a_mandate_is_asked_for_and_found(side: GoCardless) -> None:
    adapter = provider(side)
    hosted = adapter.request_mandate(
        MandateRequest(
            "mandate-1",
            "K-100",
            "Muster Kaffee AG",
            "billing@kaffee.example",
            "nl",
            "https://pay.example/m/back",
            "Monthly delivery",
        )
    )
    assert hosted.flow_id == "BRQ000PAY"  # the recorded answer's id
    assert side.asked[0][1]["billing_requests"]["mandate_request"]["currency"] == "EUR"
    flow = side.asked[1][1]["billing_request_flows"]
    assert flow["prefilled_customer"]["company_name"] == "Muster Kaffee AG"
    found = adapter.find_mandate("BRQ000MAN")
    assert found is not None and (found.mandate_id, found.state) == ("MD0001", "active")
    assert adapter.find_mandate("BRQ000PAY") is None


def test_a_mandate_is_cancelled_when_it_is_revoked(side: GoCardless) -> None:
    adapter = provider(side)
    cancel = "POST /mandates/MD0001/actions/cancel"
    side.set(cancel, 422, refusal("cancellation_failed"))  # it was cancelled before
    adapter.revoke_mandate("MD0001", None)
    assert side.names() == [cancel]
    side.set(cancel, 500, refusal("internal_error"))
    with pytest.raises(ProviderUnavailable):
        adapter.revoke_mandate("MD0001", None)


def test_a_charge_is_on_its_way_and_made_once(side: GoCardless) -> None:
    adapter = provider(side)
    told = adapter.charge(CHARGE)
    assert (told.provider_id, told.state, told.reference) == ("PM000CHARGE", "processing", "pay-3")
    name, sent, headers = side.asked[-1]
    assert (name, headers["Idempotency-Key"]) == ("POST /payments", "pay-3")
    assert sent["payments"]["links"] == {"mandate": "MD0001"}
    side.set("POST /payments", 409, conflict("PM000CHARGE"))
    assert adapter.charge(CHARGE) == told


@pytest.mark.parametrize(
    ("wanted", "sent"), [(date(2026, 11, 24), "2026-11-26"), (date(2026, 12, 1), "2026-12-01")]
)
def test_a_charge_is_not_asked_for_sooner_than_the_scheme_allows(
    side: GoCardless, wanted: date, sent: str
) -> None:
    provider(side).charge(replace(CHARGE, charge_on=wanted))
    assert side.asked[-1][1]["payments"]["charge_date"] == sent


def test_a_cancelled_mandate_is_not_charged(side: GoCardless) -> None:
    side.set("POST /payments", 422, refusal("mandate_is_inactive"))
    with pytest.raises(ChargeRefused):
        provider(side).charge(CHARGE)


def test_lists_are_read_to_their_end(side: GoCardless) -> None:
    made = side.answers["POST /refunds"]["body"]["refunds"]
    other = {**made, "id": "RF0000", "metadata": {}}
    first = {"refunds": [other], "meta": {"cursors": {"after": "RF0000"}}}
    side.set("GET /refunds?payment=PM000PAY", 200, first)
    side.set("GET /refunds?payment=PM000PAY&after=RF0000", 200, {"refunds": [made], "meta": {}})
    assert provider(side).refund(REFUND).refund_id == "RF0001"
    assert "POST /refunds" not in side.names()
