"""Downloads of days that other statements told of: what is in both is booked once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from saldo.statements.model import Entry, Party, Statement
from tests.books import CREDITOR
from tests.statements_made import Bank, BankBooks, entry

NOBODY = Party("Irgendwer")
MONDAY = date(2026, 11, 16)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def download(number: str, opening_minor: int, first: int, last: int, *entries: Entry) -> Statement:
    """Return the statement of some days."""
    made = Bank(balance_minor=opening_minor).statement(*entries, on=day(last))
    return replace(
        made, head=replace(made.head, number=number, first_day=day(first), last_day=day(last))
    )


def booked_minor(*statements: Statement) -> list[int]:
    books = BankBooks()
    books.begin()
    for made in statements:
        books.entries.take(CREDITOR, [made], "test")
    books.verify()
    return sorted(one.entry.amount_minor for one in books.booked())


MONDAYS = entry(500, "am Montag", on=day(0), party=NOBODY)
TUESDAYS = entry(700, "am Dienstag", on=day(1), party=NOBODY)
WEDNESDAYS = entry(900, "am Mittwoch", on=day(2), party=NOBODY)


def test_a_download_of_days_that_were_told_of_in_part_books_them_once() -> None:
    """It opens where Monday closed, as Tuesday's money was told of with Monday's, too."""
    monday = download("1", 1000, 0, 0, MONDAYS)
    both = download("2", 1000, 0, 1, MONDAYS, TUESDAYS)
    later = download("3", 1500, 1, 2, TUESDAYS, WEDNESDAYS)
    assert booked_minor(monday, both, later) == [500, 700, 900]


def test_days_without_money_at_the_beginning_make_no_other_payments_of_the_same() -> None:
    quiet = download("1", 1000, 0, 0)
    wednesday = download("2", 1000, 2, 2, WEDNESDAYS)
    from_tuesday = download("3", 1000, 1, 3, WEDNESDAYS)
    assert booked_minor(quiet, wednesday, from_tuesday) == [900]


def test_equal_payments_on_three_pages_of_a_day_stay_three() -> None:
    pages = [download(str(n), 1000 + 500 * n, 0, 0, MONDAYS) for n in range(3)]
    assert booked_minor(*pages) == [500, 500, 500]
