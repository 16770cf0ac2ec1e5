"""The lists of risks over each adapter: the same order, page by page, whatever the numbers."""

from __future__ import annotations

from datetime import date

from saldo.store import Store
from tests.books import CREDITOR
from tests.credited import CreditedBooks, insolvent, rated


def test_lists_are_read_alike_everywhere(store: Store) -> None:
    books = CreditedBooks(store)
    books.open_creditor()
    for number in ("A/1", "10 2", "10003", "Ä4"):
        books.open_account(number, None)
        books.look(number)
    books.push(books.invoice("R1", 100_00, account="A/1", due_on=date(2026, 9, 1)))
    books.look("A/1")
    books.hears(rated("D"), account="Ä4")
    books.hears(insolvent(), "register", account="10003")
    assert read(books, "all") == ["10003", "Ä4", "A/1", "10 2"]
    assert read(books, "overdue-EUR") == ["A/1"]
    assert read(books, "insolvent") == ["10003"]
    assert sorted(read(books, "number")) == sorted(["A/1", "10 2", "10003", "Ä4"])
    assert not books.look("A/1"), "what was written is what is read"
    creditor = books.accounts.creditor(CREDITOR)
    books.parts.risk_summer.refresh_creditor(creditor, date(2026, 11, 21))
    sums = books.parts.credit_data.sums(CREDITOR)
    assert sums is not None and sum(sums.counts.values()) == 4


def read(books: CreditedBooks, section: str) -> list[str]:
    """Return a list as it is read one account at a time."""
    found: list[str] = []
    cursor = None
    while True:
        page = books.parts.credit_data.page(CREDITOR, section, 1, cursor)
        found += [one.account for one in page.sheets]
        cursor = page.cursor
        if cursor is None:
            return found
