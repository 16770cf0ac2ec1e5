"""From which day a debtor is in default, and which fact is missing when nobody can say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from saldo.law import packs
from saldo.law.facts import DebtorKind, DefaultBegan, DefaultFacts, MissingFact
from tests.unit.law.calendars import NONE, Holidays

DUE = date(2026, 3, 2)  # a Monday


def began(country: str, debtor: DebtorKind, **facts: Any) -> tuple[str, str] | str:
    found = packs.default_began(country, debtor, DefaultFacts(**{"due_on": DUE, **facts}), NONE)
    if isinstance(found, MissingFact):
        return found.code
    assert isinstance(found, DefaultBegan)
    return str(found.on), found.ground


def test_an_agreed_day_passes_and_default_begins_the_day_after() -> None:
    for country in ("DE", "NL", "EU", "US"):
        assert began(country, "business", agreed_day=DUE) == ("2026-03-03", "agreed-day")


def test_a_day_that_only_the_invoice_names_is_no_agreed_day() -> None:
    assert began("DE", "business", invoice_names_day=DUE) == "notice-or-receipt"
    found = packs.default_began(
        "DE", "business", DefaultFacts(due_on=DUE, invoice_names_day=DUE), NONE
    )
    assert isinstance(found, MissingFact)
    assert "The 2026-03-02 on the invoice is no agreed day" in found.sentence
    assert began("NL", "consumer", invoice_names_day=DUE) == "agreed-day-or-notice"


def test_a_german_debtor_is_in_default_by_a_notice_after_the_due_date() -> None:
    assert began("DE", "consumer", notice_received_on=date(2026, 3, 10)) == ("2026-03-11", "notice")
    assert began("DE", "consumer", notice_received_on=DUE) == "notice-or-receipt"


def test_thirty_days_run_from_the_later_of_due_date_and_receipt() -> None:
    early = began("DE", "business", invoice_received_on=date(2026, 2, 1))
    late = began("DE", "business", invoice_received_on=date(2026, 3, 10))
    assert early == ("2026-04-02", "thirty-days")
    assert late == ("2026-04-10", "thirty-days")


def test_thirty_days_bind_a_consumer_only_if_the_invoice_said_so() -> None:
    received = date(2026, 2, 20)
    assert began("DE", "consumer", invoice_received_on=received) == "notice-or-warning"
    assert began(
        "DE", "consumer", invoice_received_on=received, invoice_warned_of_default=True
    ) == ("2026-04-02", "thirty-days")
    assert began("DE", "consumer", performance_received_on=received) == "notice-or-receipt"


def test_a_business_that_denies_the_invoice_has_thirty_days_from_the_goods() -> None:
    assert began("DE", "business", performance_received_on=date(2026, 3, 5)) == (
        "2026-04-07",  # 4 April is a Saturday: the last day is Monday, 6 April
        "thirty-days",
    )


def test_the_first_of_several_grounds_counts() -> None:
    assert began(
        "DE",
        "business",
        invoice_received_on=DUE,
        notice_received_on=date(2026, 3, 12),
        refused_on=date(2026, 3, 20),
    ) == ("2026-03-13", "notice")
    assert began("DE", "business", refused_on=date(2026, 2, 1)) == ("2026-03-03", "refusal")


@pytest.mark.parametrize(
    ("agreed", "first"),
    [
        ("2026-05-30", "2026-06-02"),  # Saturday; Monday is the last day
        ("2026-05-31", "2026-06-02"),  # Sunday
        ("2026-05-25", "2026-05-27"),  # Whit Monday
        ("2026-05-28", "2026-05-29"),
    ],
)
def test_a_last_day_that_is_no_working_day_moves_on_in_germany(agreed: str, first: str) -> None:
    facts = DefaultFacts(due_on=DUE, agreed_day=date.fromisoformat(agreed))
    found = packs.default_began("DE", "business", facts, Holidays("2026-05-25"))
    assert isinstance(found, DefaultBegan)
    assert str(found.on) == first


def test_a_dutch_notice_of_default_must_set_a_term() -> None:
    received = date(2026, 3, 10)
    assert began("NL", "consumer", notice_received_on=received) == "notice-term"
    assert began("NL", "consumer", notice_received_on=received, notice_term_days=14) == (
        "2026-03-25",
        "notice",
    )


def test_dutch_businesses_without_an_agreed_day_have_thirty_days_after_the_invoice() -> None:
    received = date(2026, 3, 1)
    assert began("NL", "business", invoice_received_on=received) == ("2026-04-01", "thirty-days")
    assert began("NL", "consumer", invoice_received_on=received) == "agreed-day-or-notice"
    assert began("NL", "business") == "agreed-day-or-receipt"
    assert began(
        "NL", "business", invoice_received_on=received, performance_received_on=date(2026, 3, 5)
    ) == ("2026-04-05", "thirty-days")


def test_the_unions_thirty_days_and_what_it_leaves_open() -> None:
    received = date(2026, 3, 1)
    assert began("EU", "business", invoice_received_on=received) == ("2026-04-01", "thirty-days")
    assert began("EU", "business") == "agreed-day-or-receipt"
    assert began("AT", "consumer", agreed_day=DUE) == "national-law"
    assert began("US", "consumer", invoice_received_on=received) == "agreed-day"
