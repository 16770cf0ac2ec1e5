"""Stories of customers whose procedure changes with the way they pay, and of nobody told twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.accounts.model import Account
from saldo.accounts.service import account_in
from saldo.reminders.by_risk_trial import ByRisk
from saldo.reminders.model import Claim
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.segments import policy_id_of
from tests.books import ACCOUNT, CREDITOR, Books

JANUARY = date(2027, 1, 4)


@pytest.fixture
def books() -> Books:
    """A customer of whom nothing is known yet."""
    made = Books()
    made.open_creditor(policy="de-business")
    made.open_account()
    return made


def by_risk(books: Books) -> ByRisk:
    return ByRisk(books.store, books.clock, PolicyBook(books.store, books.clock), books.accounts)


def paid(books: Books, name: str, days: int, count: int = 4) -> None:
    """So many invoices were paid so many days beyond terms."""
    for n in range(count):
        number, due = f"{name}-{n}", date(2026, 9, 1)
        books.push(books.invoice(number, due_on=due, already_sent=True))
        books.pay(number, on=due + timedelta(days=days))
        books.clock.advance(timedelta(seconds=1))


def policy_now(books: Books) -> str:
    account: Account = account_in(books.store, CREDITOR, ACCOUNT)
    return policy_id_of(books.accounts.creditor(CREDITOR), account)


def said(books: Books, number: str) -> list[str]:
    return sorted(one.step for one in books.store.list(Claim, CREDITOR, ACCOUNT, number))


def test_who_begins_to_pay_late_is_reminded_sooner_and_hears_nothing_twice(books: Books) -> None:
    paid(books, "A", 0)
    found = by_risk(books).switch(
        books.accounts.creditor(CREDITOR), books.clock.now().date(), "anna", on=True
    )
    assert [(one.new, one.accounts) for one in found.moves] == [("de-business-reliable", 1)]
    assert policy_now(books) == "de-business-reliable"
    books.push(books.invoice("RE-1", due_on=JANUARY, already_sent=True))
    assert books.day(JANUARY - timedelta(days=4)) == [], "who is reliable is not told beforehand"
    assert books.day(JANUARY + timedelta(days=7)) == []
    assert len(books.day(JANUARY + timedelta(days=10))) == 1
    assert said(books, "RE-1") == ["2"]

    paid(books, "B", 90, count=6)
    assert policy_now(books) == "de-business-late"
    assert books.day(JANUARY + timedelta(days=14)) == [], "the distance from the last is kept"
    assert len(books.day(JANUARY + timedelta(days=17))) == 1
    assert said(books, "RE-1") == ["2", "3"], "the first reminder is not said again"
    books.push(books.invoice("RE-2", due_on=date(2027, 2, 1), already_sent=True))
    assert len(books.day(date(2027, 1, 26))) == 1, "of the next invoice, days before it is due"


def test_switching_shows_who_moves_wakes_them_and_can_be_taken_back(books: Books) -> None:
    paid(books, "A", 60)
    books.push(books.invoice("RE-1", due_on=JANUARY, already_sent=True))
    books.day(JANUARY + timedelta(days=1))
    books.clock.advance(datetime(2027, 1, 8, 9, tzinfo=UTC) - books.clock.now())
    creditor, today = books.accounts.creditor(CREDITOR), date(2027, 1, 8)
    before = account_in(books.store, CREDITOR, ACCOUNT)
    tried = by_risk(books).trial(creditor, today, on=True)
    (move,) = tried.moves
    assert (move.old, move.new, move.open_items) == ("de-business", "de-business-late", 1)
    assert (move.sooner, move.later, move.repeats, move.skips) == (1, 0, 0, 0)
    assert account_in(books.store, CREDITOR, ACCOUNT) == before, "nothing is written"
    assert before.due_at is not None
    assert before.due_at > books.clock.now(), "it would sleep through the sooner day"

    by_risk(books).switch(creditor, today, "anna", on=True)
    after = account_in(books.store, CREDITOR, ACCOUNT)
    assert after.due_at == books.clock.now()
    on = books.accounts.creditor(CREDITOR)
    assert by_risk(books).is_on(on)
    (back,) = by_risk(books).switch(on, today, "anna", on=False).moves
    assert (back.old, back.new) == ("de-business-late", "de-business")
    assert books.accounts.creditor(CREDITOR).segments == ()
    assert by_risk(books).trial(on, today, on=True, accounts_max=0).is_cut
