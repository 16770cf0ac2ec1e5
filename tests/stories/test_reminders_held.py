"""Stories of holds: the contested part alone, a word that was not kept, data that is too old."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.fresh import FreshData, Freshness
from saldo.accounts.model import Hold, HoldKind
from saldo.reminders.policy_book import PolicyBook
from saldo.store import Delete, Put
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice(due_on=DUE, already_sent=True))
    return books


def hold(books: Books, kind: HoldKind, **more: Any) -> None:
    fields: dict[str, Any] = {"invoice": "RE-1", "reason": "as told"} | more
    placed = Hold(
        CREDITOR,
        ACCOUNT,
        f"{kind}-1",
        kind,
        placed_by="anna",
        placed_at=books.clock.now(),
        version=1,
        **fields,
    )
    books.store.commit([Put(placed)])


def test_only_the_contested_part_is_not_asked_for(books: Books) -> None:
    hold(books, "dispute", held_minor=1900)
    assert len(books.day(after(2))) == 1
    (item,) = books.notices()[0].items
    assert (item.open_minor, item.disputed_minor, item.principal_minor) == (11900, 1900, 10000)


def test_a_dispute_about_all_of_it_holds_all_of_it(books: Books) -> None:
    hold(books, "dispute", held_minor=11900)
    assert books.plan(after(2)).held == {"dispute": 1}


def test_a_rest_below_the_minimum_waits(books: Books) -> None:
    stages = [{"number": 1, "offset_days": 2, "message": "reminder-1"}]
    own = {"id": "own", "version": 1, "announces_invoice": True, "stages": stages}
    PolicyBook(books.store, books.clock).put(CREDITOR, own | {"minimum": {"EUR": "5"}}, "a", DUE)
    books.accounts.change_creditor(CREDITOR, policy="own")
    hold(books, "dispute", held_minor=11500)
    assert books.day(after(2)) == []


@pytest.mark.parametrize("kind", ["hardship", "insolvency", "legal-case"])
def test_what_a_person_noted_keeps_everything_back(books: Books, kind: HoldKind) -> None:
    hold(books, kind, invoice=None)
    assert books.plan(after(2)).held == {kind: 1}
    assert "held back" in books.why.invoice(CREDITOR, "RE-1").past[-1].sentence


def test_a_promise_holds_until_its_day_and_the_message_after_it_says_so(books: Books) -> None:
    hold(books, "promise", until=after(6))
    assert [d for d in range(2, 10) if books.day(after(d))] == [6]
    (item,) = books.notices()[0].items
    assert item.promised_on == after(5)
    assert "goes on after a promise" in books.why.invoice(CREDITOR, "RE-1").past[-1].sentence


def test_a_plan_that_ended_is_named(books: Books) -> None:
    hold(books, "plan", until=after(4), invoice=None)
    assert books.day(after(4))
    assert books.notices()[0].items[0].instalment_missed


def test_a_policy_that_does_not_take_a_promise_for_an_answer(books: Books) -> None:
    stages = [{"number": 1, "offset_days": 2, "message": "reminder-1"}]
    own = {"id": "own", "version": 1, "announces_invoice": True, "stages": stages, "answers": []}
    PolicyBook(books.store, books.clock).put(CREDITOR, own, "anna", DUE)
    books.accounts.change_creditor(CREDITOR, policy="own")
    hold(books, "promise", until=after(30))
    assert len(books.day(after(2))) == 1


def test_what_the_erp_told_too_long_ago_holds_until_it_tells_something_again(books: Books) -> None:
    books.push(books.invoice("RE-2", due_on=date(2026, 11, 10), already_sent=True))
    books.accounts.change_creditor(CREDITOR, fresh_within_hours=48)
    books.clock.advance(timedelta(hours=49))
    assert books.plan().held["stale-data"] >= 1
    assert books.notices() == []
    told = books.why.invoice(CREDITOR, "RE-2").past[-1].sentence
    assert "what the ERP told last is of 2026-11-21" in told
    books.push(books.invoice("RE-2", due_on=date(2026, 11, 10), already_sent=True))  # as before
    assert "stale-data" not in books.plan().held
    assert len(books.notices()) == 1


def test_an_erp_that_never_told_anything_is_waited_for(books: Books) -> None:
    books.push(books.invoice("RE-2", due_on=date(2026, 11, 10), already_sent=True))
    record = books.store.get(FreshData, CREDITOR, "erp")
    assert record is not None
    books.store.commit([Delete(record, expect=None)])
    books.accounts.change_creditor(CREDITOR, fresh_within_hours=48)
    books.plan()
    assert "the ERP told nothing yet" in books.why.invoice(CREDITOR, "RE-2").past[-1].sentence


def test_a_bank_that_fell_silent_holds_although_the_erp_goes_on(books: Books) -> None:
    Freshness(books.store, books.clock).note(CREDITOR, "bank")
    books.accounts.change_creditor(CREDITOR, fresh_within_hours=48)
    books.clock.advance(timedelta(hours=49))
    books.push(books.invoice("RE-2", due_on=date(2026, 11, 10), already_sent=True))
    assert books.plan().held == {"stale-data": 1}
    assert "what the bank told" in books.why.invoice(CREDITOR, "RE-2").past[-1].sentence


def test_a_busy_erp_writes_its_sign_of_life_every_ten_minutes_at_most(books: Books) -> None:
    def written() -> int:
        found = books.store.get(FreshData, CREDITOR, "erp")
        assert found is not None
        return found.version

    first = written()
    for number in range(30):
        books.clock.advance(timedelta(seconds=10))
        books.push(books.invoice(f"RE-1{number:02}"))
    assert written() == first
    books.clock.advance(timedelta(minutes=10))
    books.push(books.invoice("RE-200"))
    assert written() == first + 1
