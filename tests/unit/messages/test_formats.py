"""Amounts and colours as people read and type them."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from saldo.errors import Invalid
from saldo.messages.colour import DARK_GROUND, LIGHT_GROUND, TEXT_CONTRAST, contrast, palette
from saldo.messages.formats import amount_field, amount_text, date_text, read_amount
from saldo.money import CURRENCY_DECIMALS


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        (11900, "EUR", "de", "119,00\xa0€"),
        (11900, "EUR", "en", "€119.00"),
        (123456789, "EUR", "de", "1.234.567,89\xa0€"),
        (-11900, "EUR", "de", "-119,00\xa0€"),
        (5, "EUR", "en", "€0.05"),
        (1234, "JPY", "en", "JP¥1,234"),
        (1234567, "KWD", "de", "1.234,567\xa0KWD"),
        (1234567, "USD", "en-US", "$12,345.67"),
    ],
)
def test_amounts_are_written(minor: int, currency: str, language: str, text: str) -> None:
    assert amount_text(minor, currency, language) == text


@pytest.mark.parametrize("currency", sorted(CURRENCY_DECIMALS))
def test_no_currency_loses_its_decimals(currency: str) -> None:
    """CLDR rounds some currencies to whole units; an invoice does not."""
    for language in ("de", "en", "de-AT"):
        written = amount_field(1234567, currency, language)
        assert "".join(filter(str.isdigit, written)) == "1234567"
        assert read_amount(written, currency, language) == 1234567


def test_dates_name_the_month() -> None:
    assert date_text(date(2026, 12, 3), "de") == "3. Dezember 2026"
    assert date_text(date(2026, 12, 3), "en") == "3 December 2026"


@pytest.mark.parametrize(
    ("typed", "language", "minor"),
    [
        ("119", "de", 11900),
        ("119,00", "de", 11900),
        ("119.00", "de", 11900),
        ("119,5", "en", 11950),
        ("1.190,50 €", "de", 119050),
        ("1,190.50", "de", 119050),
        ("€ 1'190.50", "en", 119050),
        ("1 190,50", "de", 119050),
        ("1.190", "de", 119000),
        ("1,190", "en", 119000),
        ("1.190.000", "en", 119000000),
        ("EUR 5", "en", 500),
        ("0", "en", 0),
    ],
)
def test_typed_amounts_are_read(typed: str, language: str, minor: int) -> None:
    assert read_amount(typed, "EUR", language) == minor


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("", "de"),
        ("viel", "de"),
        ("-5", "de"),
        ("1e3", "de"),
        ("1,190", "de"),
        ("1.190", "en"),
        ("1.1.1", "de"),
        ("1,19,00.5", "en"),
        ("1..5", "de"),
        (",5", "de"),
        ("119,001", "de"),
        ("٣", "de"),
        ("1" * 40, "de"),
        ("119 USD", "de"),
        ("1.19,000", "de"),
    ],
)
def test_doubtful_amounts_are_refused(typed: str, language: str) -> None:
    with pytest.raises(Invalid):
        read_amount(typed, "EUR", language)


@pytest.mark.parametrize(
    "brand",
    [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in product((0, 51, 102, 128, 153, 204, 255), repeat=3)],
)
def test_every_brand_colour_can_be_read(brand: str) -> None:
    made = palette(brand)
    assert made.fill == brand
    assert contrast(made.fill, made.on_fill) >= TEXT_CONTRAST
    assert contrast(made.ink, LIGHT_GROUND) >= TEXT_CONTRAST
    assert contrast(made.dark_ink, DARK_GROUND) >= TEXT_CONTRAST
    assert contrast(made.dark_fill, made.dark_on_fill) >= TEXT_CONTRAST


@pytest.mark.parametrize("no_colour", ["", "red", "#fff", "#12345g", "#1f5f5b;}body{display:none"])
def test_what_is_no_colour_gives_the_default(no_colour: str) -> None:
    assert palette(no_colour) == palette("#1f5f5b")


def test_contrast_agrees_with_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
