"""The figures by which receivables are judged, against published examples."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.figures.formulas import (
    AgesNotValid,
    Month,
    age_names,
    age_of,
    average_days_delinquent,
    best_possible_dso,
    by_age,
    checked_ages,
    collection_effectiveness,
    dso,
    dso_count_back,
    share,
)

TODAY = date(2026, 11, 30)


def test_what_is_due_today_is_not_overdue_and_tomorrow_is() -> None:
    assert age_of(TODAY, TODAY) == "not-due"
    assert age_of(TODAY - timedelta(days=1), TODAY) == "1-30"
    assert [age_of(TODAY - timedelta(days=d), TODAY) for d in (30, 31, 60, 61, 90, 91)] == [
        "1-30", "31-60", "31-60", "61-90", "61-90", "91-120",
    ]  # fmt: skip
    assert age_of(TODAY - timedelta(days=120), TODAY) == "91-120"
    assert age_of(TODAY - timedelta(days=121), TODAY) == "over-120"


def test_ages_lose_nothing_and_may_be_others() -> None:
    open_ = {TODAY - timedelta(days=d): 100 + d for d in range(-20, 200, 7)}
    ends = checked_ages([14, 45])
    assert age_names(ends) == ("not-due", "1-14", "15-45", "over-45")
    assert sum(by_age(open_, TODAY, ends).values()) == sum(open_.values())
    for wrong in ([], [30, 30], [60, 30], [5000]):
        with pytest.raises(AgesNotValid):
            checked_ages(wrong)


def test_dso_by_the_simple_method() -> None:
    # 600,000 open, 1,000,000 sold in 90 days: 54 days.
    assert dso(60_000_000, 100_000_000, 90) == 54.0
    assert best_possible_dso(40_000_000, 100_000_000, 90) == 36.0
    assert average_days_delinquent(54.0, 36.0) == 18.0
    assert dso(1, 0, 90) is None


def test_dso_by_counting_back_takes_whole_months_and_then_a_part() -> None:
    # 900 open; December sold 500 (31 days), November 800 (30 days): 31 + 400/800 x 30.
    months = [Month(31, 500), Month(30, 800), Month(31, 700)]
    assert dso_count_back(900, months) == 46.0
    assert dso_count_back(500, months) == 31.0
    assert dso_count_back(0, months) == 0.0
    assert dso_count_back(5000, months) is None  # older than what is known


def test_collection_effectiveness_as_published() -> None:
    # creditguru.com, "Collection Effectiveness Index": January to March.
    assert collection_effectiveness(6200, 10890, 6340, 3590, months=3) == 55.93
    assert collection_effectiveness(6200, 10890, 6340, 3590) == 79.63
    assert collection_effectiveness(6200, 10890, 3590, 3590) == 100.0
    assert collection_effectiveness(0, 0, 0, 0) is None


def test_a_share_of_nothing_is_no_number() -> None:
    assert share(1, 3) == 33.33
    assert share(0, 0) is None
