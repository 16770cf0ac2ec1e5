"""The words that payers agree to."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import saldo.payments.consents
from saldo.payments.agreements import ConsentKind
from saldo.payments.consents import AgreedCharge, ConsentTerms, consent_language, consent_text

TEXTS = Path(saldo.payments.consents.__file__).parent / "texts"
ONE = (AgreedCharge(date(2026, 12, 15), 11900),)


def terms(kind: ConsentKind, charges: tuple[AgreedCharge, ...] = ()) -> ConsentTerms:
    return ConsentTerms(kind, "Musterwerk GmbH", "Sandbox Pay", "EUR", charges)


def test_one_charge_on_a_day() -> None:
    text = consent_text(terms("once", ONE), "de").replace("\xa0", " ")
    assert text.startswith(
        "Ich ermächtige Musterwerk GmbH, Zahlungen von meinem Konto mittels Lastschrift einzuziehen"
    )
    assert "eine einzige Zahlung: höchstens 119,00 € am 15. Dezember 2026." in text
    assert "14 Kalendertage" in text
    assert "innerhalb von acht Wochen, beginnend mit dem Belastungsdatum" in text
    assert "Sandbox Pay" in text


def test_a_plan_names_every_instalment() -> None:
    two = (*ONE, AgreedCharge(date(2027, 1, 15), 5000))
    text = consent_text(terms("plan", two), "en")
    assert "at most €119.00 on 15 December 2026; at most €50.00 on 15 January 2027." in text
    assert "within 8 weeks" in text


def test_invoices_to_come_only_on_request() -> None:
    assert "only where I order the collection" in consent_text(terms("on-request"), "en")


@pytest.mark.parametrize(
    ("kind", "charges"), [("once", ()), ("once", ONE * 2), ("plan", ()), ("on-request", ONE)]
)
def test_charges_that_do_not_fit_are_a_fault_of_ours(
    kind: ConsentKind, charges: tuple[AgreedCharge, ...]
) -> None:
    with pytest.raises(AssertionError):
        consent_text(terms(kind, charges), "de")


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("de", "de"), ("de-AT", "de"), ("en-GB", "en"), ("fr", "fr"), ("it", "en"), ("", "en")],
)
def test_languages(asked: str, spoken: str) -> None:
    assert consent_language(asked) == spoken


def test_every_language_has_every_text() -> None:
    texts = {path.stem: json.loads(path.read_text("utf-8")) for path in TEXTS.glob("*.json")}
    assert {"de", "en"} <= set(texts)
    assert len({frozenset(words) for words in texts.values()}) == 1
