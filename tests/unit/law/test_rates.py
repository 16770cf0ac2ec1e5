"""The tables of rates as they are shipped, and the warning that one has fallen behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from saldo.law.rates import (
    RateFileBroken,
    RateUnknown,
    all_tables,
    named,
    read_rows,
    stale_rates,
)

HEAD = "value,valid_from,source,confirmed\n"


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        ("2002-01-01", "2.57"),
        ("2011-06-30", "0.12"),
        ("2011-07-01", "0.37"),
        ("2012-01-01", "0.12"),  # a table that stays at 0.37 for ever is a known trap
        ("2013-01-01", "-0.13"),
        ("2016-06-30", "-0.83"),
        ("2022-12-31", "-0.88"),
        ("2023-01-01", "1.62"),
        ("2024-07-01", "3.37"),
        ("2025-06-30", "2.27"),
        ("2025-07-01", "1.27"),
        ("2026-06-30", "1.27"),
        ("2026-07-01", "1.52"),
    ],
)
def test_the_german_base_rate_of_a_day(day: str, percent: str) -> None:
    assert named("de/base_rate").on(date.fromisoformat(day)).percent == Decimal(percent)


@pytest.mark.parametrize(
    ("day", "other", "commercial"),
    [
        ("2016-01-01", "2", "8.05"),
        ("2023-01-01", "4", "10.5"),
        ("2023-07-01", "6", "12"),
        ("2024-01-01", "7", "12.5"),
        ("2024-07-01", "7", "12.25"),
        ("2025-01-01", "6", "11.15"),
        ("2025-07-01", "6", "10.15"),
        ("2026-01-01", "4", "10.15"),
    ],
)
def test_the_dutch_rates_of_a_day(day: str, other: str, commercial: str) -> None:
    on = date.fromisoformat(day)
    assert named("nl/other").on(on).percent == Decimal(other)
    assert named("nl/commercial").on(on).percent == Decimal(commercial)


def test_the_german_base_rate_moves_with_the_ecb_as_the_law_says() -> None:
    """§247 BGB: by as many points as the ECB's rate; so the two stay apart by what they were."""
    ecb, base = named("eu/reference_rate"), named("de/base_rate")
    for day in {row.valid_from for row in (*ecb.rows, *base.rows) if row.valid_from.year >= 2013}:
        assert ecb.on(day).percent - base.on(day).percent == Decimal("0.88"), day


def test_dutch_commercial_interest_is_the_ecbs_rate_and_eight_points() -> None:
    """Art. 6:120 (2) BW."""
    for row in named("nl/commercial").rows:
        assert row.percent == named("eu/reference_rate").on(row.valid_from).percent + 8, row


def test_every_row_begins_a_half_year_and_names_its_source() -> None:
    for table in all_tables():
        for row in table.rows:
            assert (row.valid_from.month, row.valid_from.day) in ((1, 1), (7, 1))
            assert row.source


def test_what_no_page_confirmed_is_marked() -> None:
    unconfirmed = {
        (table.id, str(row.valid_from))
        for table in all_tables()
        for row in table.rows
        if not row.confirmed and row.valid_from.year >= 2025
    }
    assert unconfirmed == {
        ("de/base_rate", "2026-07-01"),
        ("eu/reference_rate", "2025-01-01"),
        ("eu/reference_rate", "2026-07-01"),
        ("nl/commercial", "2025-07-01"),
        ("nl/commercial", "2026-01-01"),
        ("nl/commercial", "2026-07-01"),
        ("nl/other", "2025-07-01"),
        ("nl/other", "2026-01-01"),
    }


def test_a_day_before_the_table_has_no_rate() -> None:
    with pytest.raises(RateUnknown, match=r"2001-12-31 is missing: the table begins on 2002-01-01"):
        named("de/base_rate").on(date(2001, 12, 31))


def test_after_the_last_known_half_year_a_rate_is_carried_and_says_so() -> None:
    table = named("nl/other")
    assert not table.on(date(2026, 6, 30)).carried
    carried = table.on(date(2026, 7, 1))
    assert (carried.percent, carried.carried, carried.confirmed) == (Decimal(4), True, False)
    assert table.starts(date(2026, 1, 2), date(2026, 12, 31)) == (date(2026, 7, 1),)


def test_a_new_half_year_without_a_row_is_reported_from_its_first_day() -> None:
    assert stale_rates(date(2024, 12, 31)) == ()
    (missing,) = [w for w in stale_rates(date(2026, 7, 1)) if w.code == "missing"]
    assert (missing.table, missing.since) == ("nl/other", date(2026, 7, 1))
    assert {w.code for w in stale_rates(date(2027, 1, 1))} == {"missing"}
    assert len(stale_rates(date(2027, 1, 1))) == len(all_tables())


def test_a_present_rate_that_nobody_confirmed_is_reported() -> None:
    warnings = {w.table: w for w in stale_rates(date(2026, 11, 22))}
    assert warnings["de/base_rate"].code == "unconfirmed"
    assert warnings["de/base_rate"].sentence == (
        "The German base rate of 1.52 % from 2026-07-01 is not confirmed: compare it with the "
        "Bundesbank, §247 BGB."
    )
    assert stale_rates(date(2026, 3, 1), [named("de/base_rate")]) == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "first line"),
        ("valid_from,value,source,confirmed\n2025-01-01,2.27,x,yes\n", "first line"),
        (HEAD, "rows must exist"),
        (HEAD + "2.27,2025-01-01,somewhere\n", "3 cells"),
        (HEAD + '"2,27",2025-01-01,somewhere,yes\n', "no rate"),
        (HEAD + "2.27,1.1.2025,somewhere,yes\n", "no day"),
        (HEAD + "2.27,2025-01-01,,yes\n", "needs a source"),
        (HEAD + "2.27,2025-01-01,somewhere,perhaps\n", "yes or no"),
        (HEAD + "1,2025-07-01,x,yes\n2,2025-01-01,x,yes\n", "follow each other"),
        (HEAD + "1,2025-01-01,x,yes\n2,2025-01-01,x,yes\n", "follow each other"),
    ],
)
def test_a_broken_file_is_not_read_as_something_else(text: str, what: str) -> None:
    with pytest.raises(RateFileBroken, match=what):
        read_rows(text, "de/base_rate.csv")
