"""Adyen: what its notification items mean for money."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from saldo.adapters.adyen.amounts import from_adyen, to_adyen
from saldo.adapters.adyen.provider import AdyenProvider
from saldo.money import AmountTooPrecise
from saldo.payments.ports import (
    CallbackRefused,
    ProviderEvent,
)
from saldo.payments.told import (
    ChargebackTold,
    RefundTold,
)
from tests.contract.providers.adyen_side import (
    LINK,
    PSP,
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


@pytest.mark.parametrize(
    ("code", "success", "automatic", "by_request"),
    [
        ("AUTHORISATION", "true", "settled", "processing"),
        ("AUTHORISATION", "false", "failed", "failed"),
        ("PENDING", "true", "processing", "processing"),
        ("CAPTURE", "true", "settled", "settled"),
        ("CAPTURE", "false", None, "failed"),
        ("CAPTURE_FAILED", "true", "taken", "taken"),
        ("CANCELLATION", "true", "done", "cancelled"),
        ("CANCELLATION", "false", None, None),
        ("TECHNICAL_CANCEL", "true", "done", "cancelled"),
        ("EXPIRE", "true", "done", "cancelled"),
        ("OFFER_CLOSED", "true", "cancelled", "cancelled"),
        ("REFUND", "true", "done", "done"),
        ("REFUND", "false", "failed", "failed"),
        ("REFUND_FAILED", "true", "failed", "failed"),
        ("REFUNDED_REVERSED", "true", "failed", "failed"),
        ("CHARGEBACK", "true", "taken", "taken"),
        ("CHARGEBACK_REVERSED", "true", "reversed", "reversed"),
        ("SECOND_CHARGEBACK", "true", "taken", "taken"),
        ("NOTIFICATION_OF_CHARGEBACK", "true", None, None),
        ("REQUEST_FOR_INFORMATION", "true", None, None),
        ("SOMETHING_NEW", "true", None, None),
    ],
)
def test_codes(code: str, success: str, automatic: str | None, by_request: str | None) -> None:
    for wanted, provider in ((automatic, adyen()), (by_request, adyen(automatic=False))):
        events = told(provider, item(code, "MOD0000000000001", success=success))
        assert [each.state for each in events] == ([wanted] if wanted else [])
        for each in events:
            assert getattr(each, "provider_id", PSP) == PSP
            assert each.event_id == f"{code}:MOD0000000000001:{success}"


def test_settled_payment_carries_what_moved(provider: AdyenProvider) -> None:
    (event,) = told(provider, item("AUTHORISATION"))
    assert isinstance(event, ProviderEvent)
    assert (event.reference, event.provider_id, event.method) == ("pay-1", PSP, "visa")
    assert (event.amount_minor, event.currency) == (11900, "EUR")
    assert event.occurred_at == datetime(2026, 3, 2, 9, 15, 2, tzinfo=UTC)


def test_payment_link_stays_open_after_a_declined_card(provider: AdyenProvider) -> None:
    extra = {"paymentLinkId": LINK}
    declined = item("AUTHORISATION", success="false", reason="Refused", additionalData=extra)
    (event,) = told(provider, declined)
    assert isinstance(event, ProviderEvent)
    assert (event.state, event.provider_id, event.failure) == ("open", LINK, "Refused")
    (event,) = told(provider, item("AUTHORISATION", additionalData=extra))
    assert isinstance(event, ProviderEvent)
    assert (event.state, event.provider_id) == ("settled", PSP)  # refunds need it


def test_dispute_sums_up_in_any_order(provider: AdyenProvider) -> None:
    codes = ("CHARGEBACK", "CHARGEBACK_REVERSED", "SECOND_CHARGEBACK")
    for order in permutations(codes):
        events = told(provider, *(item(code, "DISPUTE000000001") for code in order))
        standing: dict[str, set[str]] = {}
        for each in events:
            assert isinstance(each, ChargebackTold) and each.kind == "dispute"
            standing.setdefault(each.chargeback_id, set()).add(each.state)
        assert standing == {
            "DISPUTE000000001": {"taken", "reversed"},
            "DISPUTE000000001#2": {"taken"},
        }
    (debit,) = told(
        provider, item("CHARGEBACK", "D", paymentMethod="sepadirectdebit", reason="AM04")
    )
    assert isinstance(debit, ChargebackTold)
    assert (debit.kind, debit.reason) == ("returned-debit", "AM04")


def test_the_same_notification_twice_has_the_same_id(provider: AdyenProvider) -> None:
    first = told(provider, item("REFUND", "RF6HT9CRT65ZGN82"))
    again = told(
        provider, item("REFUND", "RF6HT9CRT65ZGN82", eventDate="2026-03-02T11:00:00+01:00")
    )
    assert isinstance(first[0], RefundTold) and isinstance(again[0], RefundTold)
    assert first[0].event_id == again[0].event_id
    assert first[0].refund_id == "RF6HT9CRT65ZGN82"


@pytest.mark.parametrize(
    ("currency", "value", "minor"),
    [
        ("EUR", 1150, 1150),
        ("JPY", 1150, 1150),
        ("BHD", 1150, 1150),
        ("CLP", 115000, 1150),
        ("ISK", 115000, 1150),
        ("IDR", 1150, 115000),
        ("CVE", 1150, 115000),
    ],
)
def test_amounts_mind_adyens_exceptions(
    provider: AdyenProvider, currency: str, value: int, minor: int
) -> None:
    assert (from_adyen(value, currency), to_adyen(minor, currency)) == (minor, value)
    (event,) = told(provider, item("CAPTURE", amount={"currency": currency, "value": value}))
    assert isinstance(event, ProviderEvent)
    assert event.amount_minor == minor


def test_amount_that_cannot_be_said_is_refused(provider: AdyenProvider) -> None:
    with pytest.raises(AmountTooPrecise):
        to_adyen(1150_01, "IDR")
    for amount in (
        {"currency": "ISK", "value": 1150},
        {"currency": "XXX", "value": 1},
        {"currency": "EUR"},
        {"currency": "EUR", "value": -5},
        {"currency": "EUR", "value": True},
    ):
        with pytest.raises(CallbackRefused):
            told(provider, item("CAPTURE", amount=amount))
