"""From the order on, an account that is to be erased is on nobody's list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.accounts.finding import Finder
from saldo.accounts.model import Account
from saldo.privacy.erase import Eraser
from saldo.privacy.erasures import Erasures
from saldo.reminders.tasks import Task
from saldo.store import Put
from saldo.worklist.derive import work_of
from saldo.worklist.load import account_facts
from tests.audited import Audited
from tests.books import ACCOUNT, CREDITOR


@pytest.fixture
def books() -> Audited:
    made = Audited()
    made.begin()
    return made


def erasures(books: Audited) -> Erasures:
    def none() -> Eraser:
        raise AssertionError("nothing is erased here")

    return Erasures(books.store, books.clock, books.ids, none)


def test_people_find_it_by_its_number_alone(books: Audited) -> None:
    finder = Finder(books.store)
    assert [one.number for one in finder.find(CREDITOR, "beispiel")] == [ACCOUNT]
    creditor = books.accounts.creditor(CREDITOR)
    erasures(books).ask(creditor, ACCOUNT, "X1", "asked", "kim")
    assert finder.find(CREDITOR, "beispiel") == []
    assert [one.number for one in finder.find(CREDITOR, ACCOUNT)] == [ACCOUNT]


def test_it_asks_for_no_work_and_does_again_when_the_order_was_taken_back(books: Audited) -> None:
    now = books.clock.now()
    task = Task(CREDITOR, ACCOUNT, "T1", "call", "Call them", now, now, version=1)
    books.store.commit([Put(task)])

    def work() -> list[str]:
        owner = books.store.get(Account, CREDITOR, ACCOUNT)
        assert owner is not None
        return [one.kind for one in work_of(account_facts(books.store, owner), now)]

    assert work() == ["call"]
    creditor = books.accounts.creditor(CREDITOR)
    erasures(books).ask(creditor, ACCOUNT, "X1", "asked", "kim")
    assert work() == []
    books.clock.advance(timedelta(minutes=1))
    erasures(books).lift(creditor, ACCOUNT, "kim")
    assert work() == ["call"]
