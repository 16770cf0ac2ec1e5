"""Amounts: decimal strings to minor units and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saldo.errors import Refusal
from saldo.money import AMOUNT_MINOR_MAX, CURRENCY_DECIMALS, Money, format_amount, parse_amount


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("119.00", "EUR", 11900),
        ("119", "EUR", 11900),
        ("0.01", "EUR", 1),
        ("-5.5", "EUR", -550),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
        ("1.500", "EUR", 150),
        ("007", "USD", 700),
    ],
)
def test_amounts_that_can_be_read(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("1.234", "EUR", "amount-too-precise"),
        ("1.5", "JPY", "amount-too-precise"),
        ("1,00", "EUR", "amount-not-readable"),
        ("1e3", "EUR", "amount-not-readable"),
        ("", "EUR", "amount-not-readable"),
        ("NaN", "EUR", "amount-not-readable"),
        (" 1", "EUR", "amount-not-readable"),
        ("1.00", "EURO", "unknown-currency"),
        ("1.00", "eur", "unknown-currency"),
        ("٣", "EUR", "amount-not-readable"),
        ("99999999999999.99", "EUR", "amount-too-large"),
    ],
)
def test_amounts_that_cannot(text: str, currency: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_amount(text, currency)
    assert caught.value.code == code


@given(st.integers(-AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX), st.sampled_from(sorted(CURRENCY_DECIMALS)))
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency), currency) == minor


def test_money_says_what_it_is() -> None:
    assert str(Money(-5, "EUR")) == "-0.05 EUR"
