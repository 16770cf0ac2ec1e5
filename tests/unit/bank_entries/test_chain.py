"""Statements of one account among themselves: what follows, what overlaps, what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from saldo.bank_entries.chain import missing_days, place_of
from saldo.bank_entries.model import BankStatement

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
MONDAY = date(2026, 11, 16)


def made(number: str, opening: int | None, closing: int | None, on: date) -> BankStatement:
    return BankStatement(
        "c", "a", f"id-{number}-{on}", "camt.053", "taken", NOW, "test", "", "EUR", number,
        first_day=on, last_day=on, opening_minor=opening, closing_minor=closing, entries=1,
    )  # fmt: skip


FIRST = made("1", 100, 150, MONDAY)


def codes(new: BankStatement, *others: BankStatement) -> list[str]:
    return [finding.code for finding in place_of(new, others).findings]


def test_the_first_statement_follows_nothing_and_misses_nothing() -> None:
    assert place_of(FIRST, ()).findings == ()
    assert not place_of(FIRST, ()).follows


def test_a_statement_that_opens_where_another_closed_follows_it() -> None:
    second = made("2", 150, 170, date(2026, 11, 17))
    place = place_of(second, [FIRST])
    assert (place.follows, place.findings) == (True, ())


def test_pages_of_a_day_follow_each_other_in_any_order_of_reading() -> None:
    page = replace(made("1", 150, 170, MONDAY), sequence="2", id="page-2")
    assert place_of(page, [FIRST]).follows
    assert codes(page, FIRST) == []


def test_one_that_begins_or_ends_where_another_does_overlaps_it() -> None:
    longer = made("7", 100, 170, MONDAY)
    assert codes(longer, FIRST) == ["statement-overlaps"]
    later = made("7", 120, 150, MONDAY)
    assert codes(later, FIRST) == ["statement-overlaps"]
    assert not place_of(longer, [FIRST]).follows


def test_another_opening_balance_means_that_one_is_missing() -> None:
    third = made("3", 170, 180, date(2026, 11, 18))
    assert codes(third, FIRST) == ["statement-missing", "statement-number-missing"]


def test_numbers_begin_anew_each_year() -> None:
    old = replace(made("250", 100, 150, date(2026, 12, 30)))
    new = made("1", 150, 170, date(2027, 1, 4))
    assert codes(new, old) == []


def test_statements_without_balances_miss_nothing_by_them() -> None:
    assert codes(made("2", None, None, date(2026, 11, 17)), FIRST) == []


@pytest.mark.parametrize(
    ("today", "late_after", "missing"),
    [
        (date(2026, 11, 17), 1, []),  # Monday's statement is there
        (date(2026, 11, 18), 1, []),  # Tuesday's comes today
        (date(2026, 11, 19), 1, ["2026-11-17"]),
        (date(2026, 11, 19), 0, ["2026-11-17", "2026-11-18"]),
        (date(2026, 11, 19), None, []),
        (date(2026, 11, 23), 4, []),  # the weekend does not count
    ],
)
def test_days_without_a_statement(today: date, late_after: int | None, missing: list[str]) -> None:
    assert [day.isoformat() for day in missing_days(MONDAY, today, late_after)] == missing


def test_christmas_is_no_day_of_business() -> None:
    assert missing_days(date(2026, 12, 24), date(2026, 12, 28), 0) == ()


def test_an_account_without_a_statement_so_far_misses_none() -> None:
    assert missing_days(None, MONDAY, 0) == ()
