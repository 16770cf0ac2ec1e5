"""When an electronic invoice is due, and how that is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.intake.due_dates import due_date

ISSUED = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        ("Zahlbar innerhalb von 14 Tagen ohne Abzug", 14),
        ("14 Tage 2 % Skonto, 30 Tage netto", 30),
        ("Zahlbar in 30 Tagen. Bei Zahlung innerhalb von 10 Tagen 2,5 % Skonto.", 30),
        ("2% 10 days; net 30", 30),
        ("Net 30", 30),
        ("30 days net", 30),
        ("Betaling binnen 21 dagen", 21),
        ("Paiement à 45 jours", 45),
        ("#SKONTO#TAGE=14#PROZENT=2.00#\nZahlbar in 30 Tagen", 30),
        ("Zahlbar bis 15.12.2026", 14),
        ("Bis 08.12.2026 3 % Skonto, bis 31.12.2026 netto Kasse", 30),
        ("Payable by 2026-12-20", 19),
        ("Zahlbar sofort ohne Abzug", 0),
        ("Due on receipt", 0),
    ],
)
def test_terms_in_words_say_when(terms: str, days: int) -> None:
    due = due_date(ISSUED, None, terms, 60)
    assert (due.on - ISSUED, due.how) == (timedelta(days=days), "terms")


@pytest.mark.parametrize(
    "terms",
    [
        "",
        "Zahlbar laut Vertrag",
        "Skontovereinbarung: 2% bei Zahlung innerhalb 10 Tagen nach Rechnungsdatum",
        "Bis 15.12.2026 mit 3 % Skonto",
        "#SKONTO#TAGE=14#PROZENT=2.00#",
        "2.5 days",
        "999 Tage",
        "99.99.2026",
    ],
)
def test_where_nothing_is_said_the_creditors_days_count(terms: str) -> None:
    due = due_date(ISSUED, None, terms, 30)
    assert (due.on, due.how) == (date(2026, 12, 31), "assumed")


def test_the_documents_own_day_counts_and_is_never_before_its_issue() -> None:
    assert due_date(ISSUED, date(2026, 12, 9), "in 30 Tagen", 30).on == date(2026, 12, 9)
    assert due_date(ISSUED, date(2026, 11, 9), "", 30).on == ISSUED
