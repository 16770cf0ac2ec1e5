"""A creditor with friendly stages and a comparison by lot, for stories about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from saldo.accounts.model import Creditor
from saldo.reminders.draws import HoldOuts
from saldo.reminders.policy_book import PolicyBook
from tests.books import CREDITOR, Books

FIRST = date(2026, 11, 22)
DUE = date(2026, 12, 1)
STAGES = [
    {"number": 1, "offset_days": 5, "message": "reminder-1"},
    {"number": 2, "offset_days": 20, "message": "final-notice", "interest": True},
]


def trial_books(share: int | None = 20, stages: Any = STAGES, **begun: int) -> Books:
    """Return books of a creditor in France whose reminder waits for a share of accounts."""
    books = Books()
    books.open_creditor(country="FR", policy="own")
    data = {"id": "own", "version": 1, "announces_invoice": False, "stages": stages}
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", FIRST)
    if share is not None:
        hold_outs(books).begin(CREDITOR, share, "anna", **begun)
    return books


def hold_outs(books: Books) -> HoldOuts:
    return HoldOuts(books.store, books.clock, books.ids, books.accounts)


def customers(books: Books, count: int, due_on: date = DUE, **more: Any) -> list[str]:
    """Open accounts with an invoice each."""
    numbers = [f"K{n:04}" for n in range(count)]
    for number in numbers:
        books.open_account(number, **({"country": "FR"} | more))
        books.push(books.invoice(f"RE-{number}", account=number, due_on=due_on))
    return numbers


def creditor(books: Books) -> Creditor:
    return books.accounts.creditor(CREDITOR)
