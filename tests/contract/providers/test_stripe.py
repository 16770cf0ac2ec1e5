"""Stripe's adapter: payments, refunds, disputes, payouts and mandates, over recorded answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from saldo.adapters.stripe.units import AmountNotChargeable, from_stripe, to_stripe
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
from tests.contract.providers.stripe_side import (
    DOCUMENTS,
    KEY,
    NOW,
    Stripe,
    provider,
    subject,
    told_of,
)

REQUEST = HostedPaymentRequest(
    "pay-1",
    11900,
    "EUR",
    "2024/0815",
    "Filter cartridges",
    "de-AT",
    "https://pay.example/p/token/return",
    "https://pay.example/callbacks/stripe",
    "Beispiel Wasserwerke GmbH",
)
CHARGE = ChargeRequest(
    "pay-3",
    "pm_1SEPA",
    None,
    11900,
    "EUR",
    "2024/0815",
    "Filter cartridges",
    "https://pay.example/callbacks/stripe",
)
REFUND = RefundRequest("refund-1", "pi_3PAY", 2500, "EUR", "Goods came back")
INTENT = DOCUMENTS["exchanges"]["GET /v1/payment_intents/pi_3PAY"]["body"]


@pytest.fixture
def stripe() -> Stripe:
    return Stripe()


def test_it_serves_every_port(stripe: Stripe) -> None:
    adapter = provider(stripe)
    for port in (Refunds, Payouts, Mandates):
        assert isinstance(adapter, port)
    assert KEY not in repr(adapter) + repr(vars(adapter))


def test_a_payment_carries_our_id_wherever_stripe_will_bring_it_back(stripe: Stripe) -> None:
    hosted = provider(stripe).create_payment(REQUEST)

    assert hosted.provider_id == "cs_test_a1PAY"
    assert hosted.hosted_url.startswith("https://checkout.stripe.com/")
    ((_, sent, headers),) = stripe.asked
    assert headers["Idempotency-Key"] == "pay-1"
    assert sent["client_reference_id"] == sent["metadata[saldo_payment]"] == "pay-1"
    assert sent["payment_intent_data[metadata][saldo_payment]"] == "pay-1"
    assert sent["line_items[0][price_data][unit_amount]"] == "11900"
    assert sent["line_items[0][price_data][currency]"] == "eur"
    assert (sent["locale"], sent["success_url"]) == ("de", REQUEST.return_url)


def test_a_language_that_stripe_does_not_speak_is_left_to_the_browser(stripe: Stripe) -> None:
    other = HostedPaymentRequest(**{**_fields(REQUEST), "language": "ga"})
    provider(stripe).create_payment(other)
    assert stripe.asked[0][1]["locale"] == "auto"


def _fields(request: HostedPaymentRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in HostedPaymentRequest.__slots__}


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": {"error": {"type": "api_error"}}},
        {"status": 429, "body": {"error": {"type": "invalid_request_error", "code": "rate_limit"}}},
        {
            "status": 409,
            "body": {"error": {"type": "invalid_request_error", "code": "lock_timeout"}},
        },
        {"status": 401, "body": {"error": {"message": f"Invalid API Key provided: {KEY}"}}},
        {"status": 403, "body": {"error": {"message": f"The key {KEY} may not do this"}}},
        {"status": 400, "body": {"error": {"type": "idempotency_error"}}},
        {"status": 200, "body": {"id": "cs_1"}},
        {"status": 200, "body": []},
        TimeoutError("the answer did not come"),
    ],
)
def test_a_page_that_was_not_surely_made_is_unavailable(stripe: Stripe, answer: Any) -> None:
    stripe.answers["POST /v1/checkout/sessions"] = answer
    with pytest.raises(ProviderUnavailable) as told:
        provider(stripe).create_payment(REQUEST)
    assert KEY not in _whole(told.value)


def _whole(error: BaseException | None) -> str:
    """Return everything that a log would write of an error and what it came from."""
    text = ""
    while error is not None:
        text += repr(error) + str(error) + repr(vars(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return text


def test_a_paid_session_is_settled_under_its_intent(stripe: Stripe) -> None:
    told = provider(stripe).fetch("cs_test_a1PAY")
    assert (told.event_id, told.state) == ("cs_test_a1PAY:settled", "settled")
    assert (told.provider_id, told.reference, told.method) == ("pi_3PAY", "pay-1", "card")
    assert (told.amount_minor, told.currency) == (11900, "EUR")
    assert told == provider(stripe).fetch("cs_test_a1PAY")


@pytest.mark.parametrize(
    ("status", "payment_status", "intent", "state"),
    [
        ("open", "unpaid", None, "open"),
        ("expired", "unpaid", None, "cancelled"),
        ("complete", "unpaid", {"status": "processing"}, "processing"),
        (
            "complete",
            "unpaid",
            {"status": "requires_payment_method", "last_payment_error": {"type": "card_error"}},
            "failed",
        ),
        ("complete", "paid", {"status": "succeeded"}, "settled"),
    ],
)
def test_where_a_session_stands(
    stripe: Stripe, status: str, payment_status: str, intent: Any, state: str
) -> None:
    body = stripe.answers["GET /v1/checkout/sessions/cs_test_a1PAY"]["body"]
    stripe.set(
        "GET /v1/checkout/sessions/cs_test_a1PAY",
        200,
        {
            **body,
            "status": status,
            "payment_status": payment_status,
            "payment_intent": {**INTENT, **intent} if intent else None,
        },
    )
    assert provider(stripe).fetch("cs_test_a1PAY").state == state


@pytest.mark.parametrize("bad", ["pi_3OTHER", "pi_../x", "", "cs_a?b", "xx_1"])
def test_what_is_not_ours_or_no_id_is_not_fetched(stripe: Stripe, bad: str) -> None:
    with pytest.raises(ProviderUnavailable):
        provider(stripe).fetch(bad)


def test_an_invoice_that_closed_closes_its_page(stripe: Stripe) -> None:
    adapter = provider(stripe)
    adapter.cancel_payment("cs_test_a1PAY")
    stripe.set("POST /v1/checkout/sessions/cs_test_a1PAY/expire", 400, {"error": {"code": "x"}})
    adapter.cancel_payment("cs_test_a1PAY")  # it was paid meanwhile: nothing to do here
    adapter.cancel_payment("pi_3PAY")
    assert len(stripe.asked) == 2


def test_events_of_one_payment_end_settled_in_any_order(stripe: Stripe) -> None:
    tell = told_of(provider(stripe))
    completed = subject("session", payment_status="unpaid")
    news = [
        *tell("checkout.session.completed", completed, "evt_a"),
        *tell("checkout.session.async_payment_succeeded", subject("session"), "evt_b"),
        *tell("payment_intent.succeeded", INTENT, "evt_c"),
    ]
    assert [one.state for one in news] == ["processing", "settled", "settled"]
    assert {(one.provider_id, one.reference, one.amount_minor) for one in news} == {
        ("pi_3PAY", "pay-1", 11900)
    }
    again = tell("checkout.session.completed", completed, "evt_a")
    assert again == news[:1]
    assert news[0].received_on == NOW.date()


def test_a_declined_card_on_the_page_is_no_news_as_the_payer_can_try_again(stripe: Stripe) -> None:
    assert told_of(provider(stripe))("payment_intent.payment_failed", INTENT) == []


def test_a_debit_that_fails_after_the_page_says_why(stripe: Stripe) -> None:
    debit = subject("session", payment_status="unpaid", payment_intent="pi_3DEBIT")
    (told,) = told_of(provider(stripe))("checkout.session.async_payment_failed", debit)
    assert (told.state, told.failure) == ("failed", "The debit was returned for lack of funds.")


def test_an_expired_page_is_cancelled(stripe: Stripe) -> None:
    expired = subject("session", status="expired", payment_intent=None)
    (told,) = told_of(provider(stripe))("checkout.session.expired", expired)
    assert (told.state, told.provider_id) == ("cancelled", "cs_test_a1PAY")


@pytest.mark.parametrize("type_", ["refund.created", "refund.updated", "charge.refund.updated"])
def test_one_refund_has_one_id_however_it_is_told(stripe: Stripe, type_: str) -> None:
    refund = stripe.answers["POST /v1/refunds"]["body"]
    stripe.set("GET /v1/refunds", 200, {"object": "list", "has_more": False, "data": [refund]})
    tell = told_of(provider(stripe))
    (first,) = tell(type_, refund, "evt_a")
    (second,) = tell("charge.refunded", subject("charge"), "evt_b")
    enclosed = subject("charge", refunds={"object": "list", "data": [refund]})
    (third,) = tell("charge.refunded", enclosed, "evt_c")
    assert first == second == third
    assert (first.event_id, first.state, first.reference) == ("re_3BACK:done", "done", "pay-1")
    (failed,) = tell("refund.failed", {**refund, "status": "failed"}, "evt_d")
    assert (failed.event_id, failed.state) == ("re_3BACK:failed", "failed")


def test_a_refund_made_in_the_dashboard_finds_its_payment(stripe: Stripe) -> None:
    refund = {**stripe.answers["POST /v1/refunds"]["body"], "metadata": {}}
    tell = told_of(provider(stripe))
    assert tell("refund.created", refund)[0].reference == "pay-1"
    assert tell("refund.created", {**refund, "payment_intent": "pi_3OTHER"}) == []


def test_a_dispute_takes_and_gives_back_once(stripe: Stripe) -> None:
    tell = told_of(provider(stripe))
    dispute = subject("dispute")
    (taken,) = tell("charge.dispute.funds_withdrawn", dispute, "evt_a")
    assert (taken.event_id, taken.kind, taken.state) == ("dp_1:taken", "dispute", "taken")
    assert (taken.provider_id, taken.reference) == ("pi_3PAY", "pay-1")
    assert taken.amount_minor == 11900
    (lost,) = tell("charge.dispute.closed", subject("dispute", status="lost"), "evt_b")
    assert lost == taken
    (back,) = tell("charge.dispute.funds_reinstated", dispute, "evt_c")
    assert (back.event_id, back.state) == ("dp_1:reversed", "reversed")
    for silent in ("won", "warning_closed"):
        assert tell("charge.dispute.closed", subject("dispute", status=silent)) == []
    assert tell("charge.dispute.created", dispute) == []


def test_a_returned_sepa_debit_is_told_as_such(stripe: Stripe) -> None:
    debit = subject("dispute", payment_intent="pi_3DEBIT", reason="insufficient_funds")
    (told,) = told_of(provider(stripe))("charge.dispute.funds_withdrawn", debit)
    assert (told.kind, told.reason) == ("returned-debit", "insufficient_funds")


@pytest.mark.parametrize(
    ("type_", "status", "state"),
    [
        ("payout.created", "pending", "created"),
        ("payout.paid", "paid", "paid"),
        ("payout.failed", "failed", "failed"),
        ("payout.canceled", "canceled", "failed"),
    ],
)
def test_payouts_are_told(stripe: Stripe, type_: str, status: str, state: str) -> None:
    (told,) = told_of(provider(stripe))(type_, subject("payout", status=status))
    assert (told.payout_id, told.state, told.amount_minor) == ("po_1AUTO", state, 9150)
    assert told.arrives_on == date(2026, 11, 23)


def test_payouts_come_with_lines_that_sum_to_them(stripe: Stripe) -> None:
    first, second = provider(stripe).payouts(date(2026, 11, 20))
    assert [line.kind for line in first.lines] == ["payment", "refund", "fee"]
    assert [line.net_minor for line in first.lines] == [11700, -2500, -50]
    assert all(line.net_minor == line.gross_minor - line.fee_minor for line in first.lines)
    assert first.lines[0].provider_id == first.lines[1].provider_id == "pi_3PAY"
    assert first.lines[1].reference == "pay-1"
    assert sum(line.net_minor for line in first.lines) == first.amount_minor == 9150
    # Paid out by hand: Stripe does not say of what.
    assert [(line.kind, line.net_minor) for line in second.lines] == [("adjustment", 700)]
    assert stripe.asked[0][1]["arrival_date[gte]"] == "1795132800"


def test_refunding_twice_refunds_once_even_when_stripe_forgot_the_key(stripe: Stripe) -> None:
    adapter = provider(stripe)
    told = adapter.refund(REFUND)
    assert (told.refund_id, told.state, told.reference) == ("re_3BACK", "done", "pay-1")
    assert stripe.asked[-1][2]["Idempotency-Key"] == "refund-1"
    assert stripe.asked[-1][1]["amount"] == "2500"
    made = stripe.answers["POST /v1/refunds"]["body"]
    stripe.set("GET /v1/refunds", 200, {"object": "list", "has_more": False, "data": [made]})
    stripe.answers["POST /v1/refunds"] = AssertionError("refunded twice")
    assert adapter.refund(REFUND) == told


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ({"status": 400, "body": {"error": {"code": "charge_already_refunded"}}}, RefundRefused),
        ({"status": 500, "body": {"error": {}}}, ProviderUnavailable),
        (ConnectionError("reset"), ProviderUnavailable),
    ],
)
def test_a_refund_is_refused_for_good_or_unknown(
    stripe: Stripe, answer: Any, refusal: type[Refusal]
) -> None:
    stripe.answers["POST /v1/refunds"] = answer
    with pytest.raises(refusal):
        provider(stripe).refund(REFUND)


def test_somebody_elses_payment_is_not_refunded(stripe: Stripe) -> None:
    with pytest.raises(RefundRefused):
        provider(stripe).refund(RefundRequest("refund-1", "pi_3OTHER", 100, "EUR", ""))
    assert "POST /v1/refunds" not in stripe.names()


def test_a_mandate_is_asked_for_found_and_told(stripe: Stripe) -> None:
    page = {"id": "cs_test_setup", "url": "https://checkout.stripe.com/c/pay/cs_test_setup"}
    stripe.set("POST /v1/checkout/sessions", 200, page)
    adapter = provider(stripe)
    hosted = adapter.request_mandate(
        MandateRequest(
            "mandate-1",
            "K-100",
            "Muster Kaffee AG",
            "billing@kaffee.example",
            "de",
            "https://pay.example/m/back",
            "Monthly delivery",
        )
    )
    assert hosted.flow_id == "cs_test_setup"
    sent = stripe.asked[1][1]
    assert (sent["mode"], sent["currency"], sent["customer"]) == ("setup", "eur", "cus_1")
    found = adapter.find_mandate("cs_test_setup")
    assert found is not None and (found.mandate_id, found.state) == ("pm_1SEPA", "active")
    assert (found.flow_id, found.reference) == ("cs_test_setup", "mandate-1")
    tell = told_of(adapter)
    setup = stripe.answers["GET /v1/checkout/sessions/cs_test_setup"]["body"]["setup_intent"]
    (told,) = tell("setup_intent.succeeded", setup)
    assert (told.mandate_id, told.state) == ("pm_1SEPA", "active")
    assert told.reference == "mandate-1"
    (gone,) = tell(
        "mandate.updated",
        {
            "id": "mandate_1",
            "object": "mandate",
            "status": "inactive",
            "payment_method": "pm_1SEPA",
        },
    )
    assert (gone.mandate_id, gone.state) == ("pm_1SEPA", "ended")
    (detached,) = tell("payment_method.detached", {"id": "pm_1SEPA", "object": "payment_method"})
    assert detached.state == "ended"


def test_a_saved_method_is_detached_when_its_mandate_is_revoked(stripe: Stripe) -> None:
    adapter = provider(stripe)
    adapter.revoke_mandate("pm_1SEPA", None)  # unknown there: nothing is left to end
    assert stripe.names()[-1] == "POST /v1/payment_methods/pm_1SEPA/detach"
    stripe.set("POST /v1/payment_methods/pm_1SEPA/detach", 500, {"error": {}})
    with pytest.raises(ProviderUnavailable):
        adapter.revoke_mandate("pm_1SEPA", None)
    with pytest.raises(ProviderUnavailable):
        adapter.revoke_mandate("../customers", None)


def test_charging_twice_charges_once_even_when_stripe_forgot_the_key(stripe: Stripe) -> None:
    adapter = provider(stripe)
    told = adapter.charge(CHARGE)
    assert (told.provider_id, told.state, told.reference) == ("pi_3CHARGE", "processing", "pay-3")
    sent = stripe.asked[-1][1]
    assert (sent["customer"], sent["off_session"], sent["confirm"]) == ("cus_1", "true", "true")
    made = stripe.answers["POST /v1/payment_intents"]["body"]
    listed = {"object": "list", "has_more": False, "data": [made]}
    stripe.set("GET /v1/payment_intents", 200, listed)
    stripe.answers["POST /v1/payment_intents"] = AssertionError("charged twice")
    assert adapter.charge(CHARGE) == told


def test_a_declined_charge_is_an_outcome_with_its_reason(stripe: Stripe) -> None:
    stripe.set("POST /v1/payment_intents", 402, DOCUMENTS["declined"])
    told = provider(stripe).charge(CHARGE)
    assert (told.state, told.failure) == ("failed", "Your card has insufficient funds.")


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ({"status": 400, "body": {"error": {"code": "resource_missing"}}}, ChargeRefused),
        ({"status": 503, "body": {"error": {}}}, ProviderUnavailable),
        (TimeoutError(), ProviderUnavailable),
    ],
)
def test_a_charge_is_refused_for_good_or_unknown(
    stripe: Stripe, answer: Any, refusal: type[Refusal]
) -> None:
    stripe.answers["POST /v1/payment_intents"] = answer
    with pytest.raises(refusal):
        provider(stripe).charge(CHARGE)


@pytest.mark.parametrize(
    ("minor", "currency", "at_stripe"),
    [
        (11900, "EUR", 11900),
        (500, "JPY", 500),
        (5, "ISK", 500),
        (7, "UGX", 700),
        (500, "MGA", 5),
        (5120, "KWD", 5120),
        (1234, "HUF", 1234),
    ],
)
def test_amounts_in_stripes_units_and_back(minor: int, currency: str, at_stripe: int) -> None:
    assert to_stripe(minor, currency) == at_stripe
    assert from_stripe(at_stripe, currency) == minor


@pytest.mark.parametrize(("minor", "currency"), [(5124, "KWD"), (501, "MGA")])
def test_amounts_that_stripe_cannot_carry_are_refused(minor: int, currency: str) -> None:
    with pytest.raises(AmountNotChargeable):
        to_stripe(minor, currency)


def test_a_fraction_of_a_krona_is_not_rounded_away() -> None:
    with pytest.raises(ValueError, match="whole"):
        from_stripe(550, "ISK")


def test_lists_are_read_to_their_end(stripe: Stripe) -> None:
    made = stripe.answers["POST /v1/refunds"]["body"]
    pages = [
        {"has_more": True, "data": [{**made, "id": "re_1", "metadata": {}}]},
        {"has_more": False, "data": [made]},
    ]
    stripe.answers["GET /v1/refunds"] = [
        {"status": 200, "body": {"object": "list", **page}} for page in pages
    ]
    assert provider(stripe).refund(REFUND).refund_id == "re_3BACK"
    assert stripe.asked[-1][1]["starting_after"] == "re_1"
    assert "POST /v1/refunds" not in stripe.names()


def test_the_day_is_that_of_the_event(stripe: Stripe) -> None:
    at = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    (told,) = told_of(provider(stripe))("payment_intent.succeeded", INTENT, at=at)
    assert told.received_on == date(2026, 12, 31)
    assert told.occurred_at == at and at - NOW > timedelta(days=40)
