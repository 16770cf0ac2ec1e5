"""GoCardless' webhooks against the public vector and objects, out of order, and against forgers."""

from __future__ import annotations

import itertools
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from saldo.adapters.gocardless.provider import GoCardlessProvider
from saldo.adapters.gocardless.signature import BODY_BYTES_MAX, signature_of
from saldo.payments.ports import CallbackRefused, ProviderEvent, ProviderUnavailable
from saldo.payments.told import ChargebackTold, MandateTold
from tests.contract.providers.corpus import document, files
from tests.contract.providers.gocardless_side import (
    NOW,
    OLD_SECRET,
    SECRET,
    TOKEN,
    GoCardless,
    body_of,
    event,
    provider,
    told,
)

VECTOR = "gocardless-webhook/gocardless_signature_vector.json"
PAYMENT = "PM000PAY"


@pytest.fixture
def side() -> GoCardless:
    return GoCardless()


def paid(action: str, event_id: str, day: int, **details: Any) -> dict[str, Any]:
    at = f"2026-11-{day}T08:00:00.000Z"
    return event("payments", action, event_id, at, details, payment=PAYMENT)


def test_the_vector_is_taken_and_refused_as_it_says() -> None:
    vector = document(VECTOR)
    body, headers = vector["raw_body"].encode(), {"webhook-signature": vector["signature"]}
    adapter = GoCardlessProvider(TOKEN, ["other", vector["secret"]], GoCardless())
    # Of its two events, the subscription is none of our business.
    (mandate,) = adapter.parse_callback(headers, body, NOW)
    assert isinstance(mandate, MandateTold)
    assert (mandate.event_id, mandate.mandate_id) == ("EV00BD05TB8K63", "MD000AMA19XGEC")
    assert mandate.state == "pending"
    with pytest.raises(CallbackRefused):
        GoCardlessProvider(TOKEN, [vector["negative"]["secret"]], GoCardless()).parse_callback(
            headers, body, NOW
        )


def test_every_changed_byte_of_the_vector_is_refused() -> None:
    vector = document(VECTOR)
    body, headers = (
        bytearray(vector["raw_body"].encode()),
        {"webhook-signature": vector["signature"]},
    )
    adapter = GoCardlessProvider(TOKEN, [vector["secret"]], GoCardless())
    for place in range(len(body)):
        body[place] ^= 1
        with pytest.raises(CallbackRefused):
            adapter.parse_callback(headers, bytes(body), NOW)
        body[place] ^= 1
    assert adapter.parse_callback(headers, bytes(body), NOW)


@pytest.mark.parametrize("signature", ["", "x", "\u00e9", "0" * 64, signature_of(SECRET, b"{}")])
def test_a_signature_that_is_none_is_refused(side: GoCardless, signature: str) -> None:
    with pytest.raises(CallbackRefused):
        provider(side).parse_callback({"webhook-signature": signature}, body_of([]), NOW)


def test_either_secret_may_have_signed(side: GoCardless) -> None:
    mandate = event("mandates", "active", mandate="MD0001")
    for secret in (SECRET, OLD_SECRET):
        assert told(provider(side), mandate, secret=secret)
    with pytest.raises(CallbackRefused):
        told(provider(side), mandate, secret="of-last-year")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"no JSON",
        b"[" * 100_000,
        b'{"events": {}}',
        b'{"events": [1]}',
        body_of([{"id": "EV1"}]),
        body_of([{**event("mandates", "active"), "created_at": "today"}]),
        body_of([event("mandates", "active")]),
        body_of([event("payments", "confirmed")]),
        body_of([event("mandates", "active", mandate="MD1")] * 1001),
        b" " * (BODY_BYTES_MAX + 1),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_although_it_is_signed(
    side: GoCardless, body: bytes
) -> None:
    headers = {"webhook-signature": signature_of(SECRET, body)}
    with pytest.raises(CallbackRefused):
        provider(side).parse_callback(headers, body, NOW)


def test_many_events_in_one_body_are_told_in_their_order(side: GoCardless) -> None:
    side.happened(PAYMENT, paid("confirmed", "EV2", 24))
    news = told(
        provider(side),
        event("mandates", "active", "EV1", mandate="MD0001"),
        paid("confirmed", "EV2", 24),
        event("subscriptions", "created", "EV3", subscription="SB1"),
        paid("paid_out", "EV4", 26),
        event("payouts", "paid", "EV5", payout="PO0001"),
        event("refunds", "paid", "EV6", refund="RF0001"),
        event("billing_requests", "flow_visited", "EV7", billing_request="BRQ000PAY"),
    )
    assert [type(one).__name__ for one in news] == [
        "MandateTold",
        "ProviderEvent",
        "PayoutTold",
        "RefundTold",
    ]
    _, settled, payout, refund = news
    assert (settled.event_id, settled.state, settled.reference) == ("EV2", "settled", "pay-1")
    assert settled.received_on == date(2026, 11, 24)
    assert (payout.state, payout.amount_minor, payout.payout_id) == ("paid", 9349, "PO0001")
    assert (refund.state, refund.reference, refund.amount_minor) == ("done", "pay-1", 2500)


def test_a_full_webhook_is_told_whole(side: GoCardless) -> None:
    events = [paid("submitted", f"EV{number}", 22) for number in range(250)]
    news = told(provider(side), *events)
    assert [one.event_id for one in news] == [one["id"] for one in events]


LIFE = (
    paid("submitted", "EV1", 22),
    paid("confirmed", "EV2", 24),
    paid("failed", "EV3", 26, cause="insufficient_funds", will_attempt_retry=True),
    paid("resubmission_requested", "EV4", 26),
    paid("confirmed", "EV5", 28),
    paid("charged_back", "EV6", 29, cause="authorisation_disputed"),
    paid("chargeback_cancelled", "EV7", 30),
)


def test_a_debit_that_came_back_late_is_no_failure_but_a_return(side: GoCardless) -> None:
    side.happened(PAYMENT, *LIFE)
    side.change("payments", PAYMENT, charge_date="2026-11-28")
    news = told(provider(side), *LIFE)
    payments = [(one.event_id, one.state) for one in news if isinstance(one, ProviderEvent)]
    assert payments == [("EV1", "processing"), ("EV2", "settled"), ("EV4", "processing")]
    back = [one for one in news if isinstance(one, ChargebackTold)]
    assert [(one.event_id, one.chargeback_id, one.state) for one in back] == [
        ("EV3", "PM000PAY:1", "taken"),
        ("EV5", "PM000PAY:1", "reversed"),
        ("EV6", "PM000PAY:2", "taken"),
        ("EV7", "PM000PAY:2", "reversed"),
    ]
    assert {one.kind for one in back} == {"returned-debit"}
    assert (back[0].reason, back[0].retry_after) == ("insufficient_funds", date(2026, 11, 28))
    assert back[2].retry_after is None


def test_the_order_in_which_events_arrive_changes_nothing(side: GoCardless) -> None:
    side.happened(PAYMENT, *reversed(LIFE))
    adapter = provider(side)
    wanted = {one.event_id: one for one in told(adapter, *LIFE)}
    for order in itertools.islice(itertools.permutations(LIFE), 0, 5040, 199):
        heard = [one for each in order for one in told(adapter, each)]
        assert {one.event_id: one for one in heard} == wanted


@pytest.mark.parametrize(("will_retry", "state"), [(True, "processing"), (False, "failed")])
def test_a_debit_that_fails_is_on_its_way_only_if_it_will_be_tried_again(
    side: GoCardless, will_retry: bool, state: str
) -> None:
    failed = paid("failed", "EV3", 26, cause="insufficient_funds", will_attempt_retry=will_retry)
    side.happened(PAYMENT, paid("submitted", "EV1", 22), failed)
    (news,) = told(provider(side), failed)
    assert (news.state, news.failure) == (state, "The account did not hold enough money.")
    (again,) = told(provider(side), failed)
    assert again == news


def test_a_retry_that_fails_too_takes_nothing_more(side: GoCardless) -> None:
    first, second = paid("failed", "EV3", 26), paid("failed", "EV5", 29)
    side.happened(PAYMENT, paid("confirmed", "EV2", 24), first, second)
    assert [one.state for one in told(provider(side), first)] == ["taken"]
    assert told(provider(side), second) == []


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("cancelled", "cancelled"),
        ("customer_approval_denied", "failed"),
        ("created", "processing"),
    ],
)
def test_other_ends_of_a_payment(side: GoCardless, action: str, state: str) -> None:
    (news,) = told(provider(side), paid(action, "EV1", 22))
    assert news.state == state


def test_a_fulfilled_request_tells_its_payment_and_marks_it(side: GoCardless) -> None:
    side.change("payments", PAYMENT, metadata={}, status="pending_submission")
    fulfilled = event(
        "billing_requests",
        "fulfilled",
        "EV1",
        billing_request="BRQ000PAY",
        payment_request_payment=PAYMENT,
    )
    (news,) = told(provider(side), fulfilled)
    assert (news.state, news.reference, news.provider_id) == ("processing", "pay-1", PAYMENT)
    assert ("PUT /payments/PM000PAY", {"payments": {"metadata": {"saldo_payment": "pay-1"}}}) in [
        (name, sent) for name, sent, _ in side.asked
    ]


def test_a_request_for_a_mandate_is_told_by_the_mandate_alone(side: GoCardless) -> None:
    fulfilled = event("billing_requests", "fulfilled", "EV1", billing_request="BRQ000MAN")
    assert told(provider(side), fulfilled) == []


@pytest.mark.parametrize(("action", "state"), [("cancelled", "cancelled"), ("failed", "failed")])
def test_a_request_that_ends_without_payment(side: GoCardless, action: str, state: str) -> None:
    ended = event("billing_requests", action, "EV1", billing_request="BRQ000PAY")
    (news,) = told(provider(side), ended)
    assert (news.state, news.reference, news.amount_minor) == (state, "pay-1", 11900)


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("created", "pending"),
        ("submitted", "pending"),
        ("active", "active"),
        ("reinstated", "active"),
        ("cancelled", "ended"),
        ("failed", "ended"),
        ("expired", "ended"),
        ("suspended_by_payer", "ended"),
    ],
)
def test_mandates_begin_and_end(side: GoCardless, action: str, state: str) -> None:
    (news,) = told(provider(side), event("mandates", action, mandate="MD0001"))
    assert (news.mandate_id, news.state) == ("MD0001", state)
    assert (news.reason is not None) == (state == "ended")
    assert side.asked == []


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("created", "pending"),
        ("paid", "done"),
        ("failed", "failed"),
        ("bounced", "failed"),
        ("funds_returned", "failed"),
    ],
)
def test_refunds_are_told(side: GoCardless, action: str, state: str) -> None:
    (news,) = told(provider(side), event("refunds", action, refund="RF0001"))
    assert (news.event_id, news.state) == (f"RF0001:{state}", state)


def test_payments_of_others_in_the_same_account_are_no_news(side: GoCardless) -> None:
    events = [
        event("payments", action, payment="PM000OTHER")
        for action in ("created", "confirmed", "failed", "charged_back")
    ]
    assert told(provider(side), *events) == []


@pytest.mark.parametrize(
    "answer",
    [ConnectionError("reset"), {"status": 500, "body": {}}, {"status": 404, "body": {"error": {}}}],
)
def test_a_callback_waits_for_what_cannot_be_looked_up(side: GoCardless, answer: Any) -> None:
    side.answers[f"GET /payments/{PAYMENT}"] = answer
    with pytest.raises(ProviderUnavailable):
        told(provider(side), paid("confirmed", "EV2", 24))


@pytest.mark.parametrize("path", files("gocardless-objects/*.json"))
def test_no_public_object_becomes_money_of_ours(side: GoCardless, path: Path) -> None:
    """Every public object as the answer to every look-up: never a payment, never a crash."""
    for one in json.loads(path.read_bytes()).values():
        body = one.get("body") if isinstance(one, dict) else None
        found = next(iter(body.values()), None) if isinstance(body, dict) else one
        for resource, link, action in (
            ("payments", "payment", "confirmed"),
            ("refunds", "refund", "paid"),
            ("payouts", "payout", "paid"),
            ("billing_requests", "billing_request", "fulfilled"),
        ):
            side.set(f"GET /{resource}/X1", 200, {resource: found})
            try:
                subject = {**event(resource, action), "links": {link: "X1"}}
                news = told(provider(side), subject)
            except (CallbackRefused, ProviderUnavailable):
                continue
            assert news == []
