"""What was open when a month ended is kept once, as it was then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.figures.answer import Reports
from saldo.figures.ask import asked
from saldo.figures.ends import DayEnds
from saldo.reminders.prices import assumed_prices
from saldo.worklist.desks import Desks
from tests.books import ACCOUNT, CREDITOR
from tests.figured import FiguredBooks

AFTER_MIDNIGHT = datetime(2026, 11, 30, 23, 3, tzinfo=UTC)
"""Three minutes into December in Berlin."""


@pytest.fixture
def books() -> FiguredBooks:
    books = FiguredBooks()
    books.begin(books.invoice(amount_minor=11900, issued_on=date(2026, 11, 20)))
    books.count()
    books.clock.move_to(AFTER_MIDNIGHT)
    return books


def kept(books: FiguredBooks) -> bool:
    return bool(DayEnds(books.store, books.clock).keep([books.accounts.creditor(CREDITOR)]))


def november(books: FiguredBooks, **more: object) -> dict[tuple[str, ...], object]:
    """Return what was open when November ended, by currency and group."""
    books.clock.move_to(AFTER_MIDNIGHT + timedelta(days=10))
    wanted = asked("collecting", columns=["open_at_end"], **more)  # type: ignore[arg-type]
    made = Reports(books.store, books.clock, assumed_prices).make(CREDITOR, "Europe/Berlin", wanted)
    return {
        (row.currency, *row.groups): row.values[0]
        for row in made.rows
        if "2026-12" not in row.groups
    }


def test_an_account_that_is_handed_over_in_the_night_counts_once_in_the_month_that_ended(
    books: FiguredBooks,
) -> None:
    assert kept(books)
    desks = Desks(books.store, books.clock, books.ids)
    desks.put(CREDITOR, ACCOUNT, "owner@musterwerk.example", collector="kim@musterwerk.example",
              sales=None, branch="Nord")  # fmt: skip
    books.count()
    books.clock.advance(timedelta(hours=1))
    assert not kept(books)
    assert november(books, groups=["month"])["EUR", "2026-11"] == 11900


def test_what_the_erp_sends_at_two_in_the_night_was_not_open_the_day_before(
    books: FiguredBooks,
) -> None:
    assert kept(books)
    books.push(books.invoice("RE-2", 5000, currency="USD", issued_on=date(2026, 12, 1)))
    books.count()
    books.clock.advance(timedelta(hours=2))
    assert not kept(books)
    found = november(books, groups=["month"])
    assert found["EUR", "2026-11"] == 11900
    assert found["USD", "2026-11"] == 0


def test_a_day_that_ended_with_nothing_open_stays_so(books: FiguredBooks) -> None:
    books.pay()
    books.count()
    assert kept(books)
    books.push(books.invoice("RE-2", 5000, issued_on=date(2026, 12, 1)))
    books.count()
    books.clock.advance(timedelta(hours=1))
    assert not kept(books)
    assert november(books, groups=["month"])["EUR", "2026-11"] == 0
