"""What was forecast is kept every night, and judged when its weeks are over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.cash.model import CashHead, CashSnapshot
from saldo.cash.track import LEADS_MAX, CashWeek, Track, monday_of
from saldo.store import Put
from tests.books import CREDITOR
from tests.cashed import CashedBooks

SUNDAY = date(2026, 11, 29)


def judged(books: CashedBooks, lead: int = 1, weeks: int = 4) -> Track:
    (found,) = books.cash_track.of(CREDITOR, books.today, weeks, lead, ["EUR"])
    return found


@pytest.fixture
def books() -> CashedBooks:
    """A week that was forecast on its eve, in which one of two invoices was paid."""
    made = CashedBooks()
    made.begin(made.invoice("RE-1", 100_000, due_on=date(2026, 12, 1)))
    made.push(made.invoice("RE-2", 40_000, due_on=date(2026, 12, 3)))
    made.go_to(SUNDAY + timedelta(days=1), hour=4)
    made.night()
    made.go_to(date(2026, 12, 2))
    made.pay("RE-1", 100_000)
    made.go_to(date(2026, 12, 7), hour=4)
    made.night()
    return made


def test_a_week_that_is_over_is_held_against_what_was_forecast_on_its_eve(
    books: CashedBooks,
) -> None:
    found = judged(books)
    (week,) = found.weeks
    assert (week.monday, week.came, week.due) == (SUNDAY + timedelta(days=1), 100_000, 140_000)
    told = books.store.get(CashSnapshot, CREDITOR, "EUR", SUNDAY.isoformat())
    assert told is not None
    assert week.expected == sum(told.expected[:7])
    assert (week.low, week.high) == (told.low[0], told.high[0])
    error = abs(week.expected - 100_000) / 1000
    assert found.error == pytest.approx(error, abs=0.1)
    assert found.error_due == 40.0
    assert found.within == (100.0 if week.low <= 100_000 <= week.high else 0.0)


def test_a_forecast_of_two_weeks_before_is_another_one(books: CashedBooks) -> None:
    assert judged(books, lead=2).weeks == ()
    books.go_to(date(2026, 12, 14), hour=4)
    books.night()
    (week,) = judged(books, lead=2).weeks
    assert week.monday == date(2026, 12, 7)
    assert (week.came, week.due) == (0, 0), "what was due in the week before counts there"
    assert judged(books, lead=2).error is None, "nothing came, and per nothing there is no error"
    assert len(judged(books, lead=1).weeks) == 2


def test_weeks_in_which_nothing_came_at_all_are_misses_too() -> None:
    books = CashedBooks()
    books.begin(books.invoice("RE-1", 100_000, due_on=date(2026, 11, 28)))
    for week in range(1, 9):
        books.go_to(SUNDAY + timedelta(days=7 * week - 6), hour=4)
        books.night()
    found = judged(books, weeks=7)
    assert len(found.weeks) == 7
    assert {one.came for one in found.weeks} == {0}
    assert found.weeks[0].expected > 0


def test_the_rule_of_the_weeks_before_needs_four_of_them(books: CashedBooks) -> None:
    # The nights kept the five weeks before, with what came in them: nothing.
    (week,) = judged(books).weeks
    assert week.before == 0
    assert judged(books).error_before == 100.0
    assert books.store.get(CashWeek, CREDITOR, "EUR", "2026-11-30") is not None


def test_a_snapshot_is_small_and_goes_after_its_time(books: CashedBooks) -> None:
    told = books.store.get(CashSnapshot, CREDITOR, "EUR", SUNDAY.isoformat())
    assert told is not None
    assert len(told.expected) == len(told.new) == 91
    assert len(told.low) == len(told.due) == 13 >= LEADS_MAX
    assert told.gone_at.date() == SUNDAY + timedelta(days=800)
    assert monday_of(SUNDAY) == date(2026, 11, 23)


def test_a_creditor_whose_weeks_are_missed_gets_wider_bands_and_they_are_judged_so() -> None:
    books = CashedBooks()
    books.begin(books.invoice("RE-1", 100_000, due_on=date(2026, 12, 1)))
    books.night()
    narrow = books.euros()
    this = monday_of(books.today)
    for week in range(1, 21):
        monday = this - timedelta(days=7 * week)
        told = CashSnapshot(
            CREDITOR, monday - timedelta(days=1), "EUR", (100,) * 91, (0,) * 91,
            (690,) * 13, (700,) * 13, (710,) * 13, (0,) * 13, 9_000,
        )  # fmt: skip
        came = CashWeek(CREDITOR, "EUR", monday, 700 + (-1) ** week * 25)
        books.store.commit([Put(told, expect=None), Put(came, expect=None)])
    books.cash_keeper.refresh_creditor(books.creditor, books.today)
    head = books.store.get(CashHead, CREDITOR)
    assert head is not None
    assert head.stretch("EUR").near > 1800
    wide = books.euros()
    assert wide.rows[0].open.high >= narrow.rows[0].open.high
    spread = [row.open.high - row.open.low for row in wide.rows]
    before = [row.open.high - row.open.low for row in narrow.rows]
    assert sum(spread) > 1.2 * sum(before)
    kept = books.store.get(
        CashSnapshot, CREDITOR, "EUR", (books.today - timedelta(days=1)).isoformat()
    )
    assert kept is not None
    assert kept.stretch == head.stretch("EUR")
