"""What no provider will ever make is refused for good, in our words; the rest may work later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from saldo.adapters.mollie.provider import MollieProvider
from saldo.payments.ports import PaymentRefused, ProviderUnavailable
from tests.contract.providers import (
    adyen_side,
    gocardless_side,
    mollie_side,
    stripe_side,
)
from tests.contract.providers.test_gocardless import REQUEST as GOCARDLESS_REQUEST
from tests.contract.providers.test_gocardless import refusal
from tests.contract.providers.test_stripe import REQUEST as STRIPE_REQUEST


@pytest.fixture(scope="module")
def server() -> Iterator[mollie_side.Replay]:
    yield from mollie_side.serve()


@pytest.fixture
def mollie(server: mollie_side.Replay) -> Iterator[MollieProvider]:
    yield from mollie_side.mollie(server)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ({"code": "amount_too_small"}, "amount-too-small"),
        ({"code": "amount_too_large"}, "amount-too-large"),
        ({"param": "line_items[0][price_data][currency]"}, "currency"),
        ({"code": "account_invalid"}, "not-enabled"),
        ({"code": "url_invalid"}, "not-possible"),
        ({}, "not-possible"),
    ],
)
def test_stripe_refuses(error: dict[str, str], why: str) -> None:
    stripe = stripe_side.Stripe()
    body = {"error": {"type": "invalid_request_error", "message": "for developers", **error}}
    stripe.set("POST /v1/checkout/sessions", 400, body)
    with pytest.raises(PaymentRefused) as refused:
        stripe_side.provider(stripe).create_payment(STRIPE_REQUEST)
    assert refused.value.why == why
    assert "developers" not in refused.value.detail


def test_an_amount_that_stripe_cannot_write_is_refused_without_asking() -> None:
    stripe = stripe_side.Stripe()
    with pytest.raises(PaymentRefused):
        stripe_side.provider(stripe).create_payment(
            replace(STRIPE_REQUEST, amount_minor=11905, currency="KWD")
        )
    assert stripe.asked == []


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ("The amount is lower than the minimum", "amount", "amount-too-small"),
        ("The amount is higher than the maximum", "amount", "amount-too-large"),
        ("The currency is not supported", "amount.currency", "currency"),
        ("The payment method is not activated", "method", "not-enabled"),
        ("The redirect URL is invalid", "redirectUrl", "not-possible"),
    ],
)
def test_mollie_refuses(
    mollie: MollieProvider, server: mollie_side.Replay, said: str, field: str, why: str
) -> None:
    body = {"status": 422, "title": "Unprocessable Entity", "detail": said, "field": field}
    server.exchanges["POST /v2/payments"] = {"status": 422, "body": body}
    with pytest.raises(PaymentRefused) as refused:
        mollie.create_payment(mollie_side.REQUEST)
    assert (refused.value.why, said in refused.value.said) == (why, True)


def test_a_key_at_work_at_mollie_may_still_become_a_payment(
    mollie: MollieProvider, server: mollie_side.Replay
) -> None:
    body = {"status": 409, "title": "Conflict", "detail": "The key is in use"}
    server.exchanges["POST /v2/payments"] = {"status": 409, "body": body}
    with pytest.raises(ProviderUnavailable):
        mollie.create_payment(mollie_side.REQUEST)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("137", "amount-too-small"),
        ("138", "currency"),
        ("905_1", "not-enabled"),
        ("130", "not-possible"),
    ],
)
def test_adyen_refuses(code: str, why: str) -> None:
    replay = adyen_side.Replay()
    body = {"status": 422, "errorCode": code, "message": "for developers"}
    replay.exchanges[f"POST {adyen_side.CHECKOUT}/paymentLinks"] = {"status": 422, "body": body}
    with pytest.raises(PaymentRefused) as refused:
        adyen_side.adyen(replay=replay).create_payment(adyen_side.REQUEST)
    assert refused.value.why == why


def test_a_request_at_work_at_adyen_may_still_become_a_link() -> None:
    replay = adyen_side.Replay()
    body = {"status": 422, "errorCode": "704", "message": "request already processed"}
    replay.exchanges[f"POST {adyen_side.CHECKOUT}/paymentLinks"] = {"status": 422, "body": body}
    with pytest.raises(ProviderUnavailable):
        adyen_side.adyen(replay=replay).create_payment(adyen_side.REQUEST)


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("feature_disabled", "not-enabled"),
        ("total_amount_exceeded", "amount-too-large"),
        ("validation_failed", "not-possible"),
    ],
)
def test_gocardless_refuses(reason: str, why: str) -> None:
    side = gocardless_side.GoCardless()
    side.set("POST /billing_requests", 422, refusal(reason))
    with pytest.raises(PaymentRefused) as refused:
        gocardless_side.provider(side).create_payment(GOCARDLESS_REQUEST)
    assert refused.value.why == why


def test_gocardless_names_the_field_that_it_does_not_take() -> None:
    side = gocardless_side.GoCardless()
    errors: list[Any] = [{"field": "currency", "message": "is not supported"}]
    body = {"error": {"type": "validation_failed", "code": 422, "errors": errors}}
    side.set("POST /billing_requests", 422, body)
    with pytest.raises(PaymentRefused) as refused:
        gocardless_side.provider(side).create_payment(GOCARDLESS_REQUEST)
    assert refused.value.why == "currency"


def test_a_page_that_gocardless_does_not_open_is_asked_for_again() -> None:
    """The billing request was made: that its page was refused does not end the payment."""
    side = gocardless_side.GoCardless()
    side.set("POST /billing_request_flows", 422, refusal("billing_request_not_pending"))
    with pytest.raises(ProviderUnavailable):
        gocardless_side.provider(side).create_payment(GOCARDLESS_REQUEST)
