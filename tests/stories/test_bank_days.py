"""Money counts on the day on which it came, whenever its statement is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from saldo.ledger.verify import journal_of
from tests.books import ACCOUNT, CREDITOR
from tests.statements_made import ANNA, BankBooks, entry

LAST_OF_NOVEMBER = date(2026, 11, 30)


@pytest.fixture
def books() -> Iterator[BankBooks]:
    books = BankBooks()
    yield books
    books.verify()


def days(books: BankBooks) -> dict[str, set[date]]:
    """Return on which days what was booked on the account, by cause."""
    found: dict[str, set[date]] = {}
    for one in journal_of(books.store, CREDITOR, ACCOUNT, books.clock.now().date()):
        found.setdefault(one.cause_kind, set()).add(one.booked_on)
    return found


def test_what_came_on_the_last_of_november_is_novembers_money(books: BankBooks) -> None:
    books.begin()
    books.clock.move_to(datetime(2026, 12, 1, 8, tzinfo=UTC))
    books.comes(entry(11900, "Rechnung RE-1", on=LAST_OF_NOVEMBER))
    booked = days(books)
    assert booked["payment"] == booked["allocation"] == {LAST_OF_NOVEMBER}
    assert books.invoice_now().closed_on == LAST_OF_NOVEMBER


def test_a_payment_of_forty_invoices_pays_them_all_on_its_day(books: BankBooks) -> None:
    numbers = [f"RE-{4700 + place}" for place in range(40)]
    books.begin(*(books.invoice(number, 1000 + place) for place, number in enumerate(numbers)))
    books.clock.move_to(datetime(2026, 12, 3, 8, tzinfo=UTC))
    total = sum(1000 + place for place in range(40))
    books.comes(entry(total, "Sammelzahlung " + " ".join(numbers), on=LAST_OF_NOVEMBER))
    assert {books.invoice_now(number).closed_on for number in numbers} == {LAST_OF_NOVEMBER}
    assert {books.invoice_now(number).days_beyond_terms for number in numbers} == {-1}
    assert days(books)["allocation"] == {LAST_OF_NOVEMBER}


def test_what_is_left_of_a_payment_pays_on_the_day_on_which_somebody_says_so(
    books: BankBooks,
) -> None:
    books.begin()
    books.comes(entry(12900, "Rechnung RE-1"))
    for one in books.booked(state="likely"):
        books.entries.accept(CREDITOR, one.id, ANNA)
    books.push(books.invoice("RE-2", 1000))
    books.clock.move_to(datetime(2026, 12, 4, 8, tzinfo=UTC))
    (credit,) = books.credits()
    allocator = books.settlement.allocator
    allocator.allocate(CREDITOR, ACCOUNT, credit.source, ["RE-2"], ANNA)
    assert books.invoice_now("RE-2").closed_on == date(2026, 12, 4)
