"""Going live: nothing leaves until a person has seen how much it is and let it go."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.service import FirstRunNotWaiting
from saldo.reminders.model import DecisionRecord
from saldo.reminders.shadow import WouldBe, would_have_been_sent
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)
MONDAY = date(2026, 12, 7)


@pytest.fixture
def books() -> Books:
    """A creditor in shadow with an overdue invoice, which wants its first run to be released."""
    books = Books()
    books.open_creditor(state="shadow", first_run_needs_release=True)
    books.open_account()
    books.push(books.invoice(due_on=DUE, already_sent=True))
    return books


def meanwhile(books: Books) -> list[WouldBe]:
    pages = would_have_been_sent(books.store, CREDITOR, DUE, DUE + timedelta(days=60))
    return [one for page in pages for one in page]


def test_a_first_run_waits_until_a_person_lets_it_go(books: Books) -> None:
    assert books.day(MONDAY) == []
    books.accounts.change_creditor(CREDITOR, state="live")
    assert books.day(MONDAY + timedelta(days=1)) == []
    account = books.run.facts(CREDITOR, ACCOUNT)
    assert account is not None
    assert account.account.due_at is not None, "it is looked at again"
    assert [(one.invoice, one.step, one.on) for one in meanwhile(books)] == [("RE-1", "1", MONDAY)]
    released = books.accounts.release_first_run(CREDITOR, "anna")
    assert (released.awaits_release, released.first_run_released_by) == (False, "anna")
    (subject,) = books.day(MONDAY + timedelta(days=2))
    assert "RE-1" in subject
    assert books.day(MONDAY + timedelta(days=3)) == [], "one stage, and the next keeps its distance"


def test_new_invoices_wait_as_well(books: Books) -> None:
    books.accounts.change_creditor(CREDITOR, state="live")
    books.push(books.invoice("RE-2", due_on=date(2027, 1, 4)))
    books.plan(phase="fact")
    books.deliver()
    assert books.postbox.mails == []
    kept = books.store.list(DecisionRecord, CREDITOR, ACCOUNT, "RE-2")
    assert [(one.step, one.reason) for one in kept] == [("invoice", "first-run")]


def test_the_second_release_replaces_nobody(books: Books) -> None:
    with pytest.raises(FirstRunNotWaiting):
        books.accounts.release_first_run(CREDITOR, "anna")
    books.accounts.change_creditor(CREDITOR, state="live")
    first = books.accounts.release_first_run(CREDITOR, "anna")
    assert books.accounts.release_first_run(CREDITOR, "bert") == first


def test_back_in_shadow_it_is_released_anew(books: Books) -> None:
    books.accounts.change_creditor(CREDITOR, state="live")
    books.accounts.release_first_run(CREDITOR, "anna")
    books.accounts.change_creditor(CREDITOR, state="shadow")
    books.accounts.change_creditor(CREDITOR, state="live")
    assert books.day(MONDAY) == []


def test_who_asks_for_no_release_goes_live_at_once(books: Books) -> None:
    books.accounts.change_creditor(CREDITOR, state="live", first_run_needs_release=False)
    assert len(books.day(MONDAY)) == 1
    with pytest.raises(FirstRunNotWaiting):
        books.accounts.release_first_run(CREDITOR, "anna")
