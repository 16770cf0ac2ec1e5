"""Stories of accounts that nobody would look at any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from saldo.accounts.model import Account
from saldo.reminders import forgotten
from saldo.reminders.forgotten import Forgotten, ForgottenAccounts
from saldo.store import Delete, Put
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice(due_on=DUE, already_sent=True))
    books.plan(phase="fact")
    return books


def account_of(books: Books, number: str = ACCOUNT) -> Account:
    found = books.store.get(Account, CREDITOR, number)
    assert found is not None
    return found


def put_to_sleep(books: Books, number: str = ACCOUNT) -> None:
    """Take an account's next action away, as no rule of ours does."""
    found = account_of(books, number)
    books.store.commit(
        [Put(replace(found, due_at=None, version=found.version + 1), expect=found.version)]
    )


def look(books: Books) -> list[Forgotten]:
    return list(ForgottenAccounts(books.store, books.clock, books.run).wake())


def test_an_account_with_a_next_action_is_not_forgotten(books: Books) -> None:
    assert look(books) == []


def test_a_forgotten_account_is_told_of_and_reminded_by_the_next_run(books: Books) -> None:
    put_to_sleep(books)
    assert look(books) == [Forgotten(CREDITOR, ACCOUNT, woken=True)]
    assert account_of(books).due_at == books.clock.now()
    assert books.run.sweep(books.clock.now()) == 1
    assert look(books) == []


def test_who_got_the_last_stage_is_rightly_left_alone(books: Books) -> None:
    for day in (date(2026, 12, 3), date(2026, 12, 19), date(2027, 1, 4), date(2027, 1, 20)):
        books.day(day)
    assert account_of(books).due_at is None
    assert books.open_items()[0].stage == 3
    assert look(books) == []


def test_who_owes_nothing_is_no_case(books: Books) -> None:
    books.pay()
    put_to_sleep(books)
    assert look(books) == []


def test_one_item_with_a_stage_ahead_is_enough(books: Books) -> None:
    for day in (date(2026, 12, 3), date(2026, 12, 19), date(2027, 1, 4)):
        books.day(day)
    books.push(books.invoice("RE-2", due_on=date(2027, 3, 1), already_sent=True))
    put_to_sleep(books)
    assert [f.account for f in look(books)] == [ACCOUNT]


def test_an_account_that_is_woken_while_the_pass_goes_by_is_not_forgotten(books: Books) -> None:
    put_to_sleep(books)
    everything = books.store.everything

    def woken_meanwhile():  # type: ignore[no-untyped-def]
        records = list(everything())
        books.push(books.invoice("RE-2", already_sent=True))
        yield from records

    books.store.everything = woken_meanwhile  # type: ignore[method-assign]
    assert look(books) == []


def test_open_items_of_nobody_are_told_of(books: Books) -> None:
    found = account_of(books)
    books.store.commit([Delete(found, expect=found.version)])
    assert look(books) == [Forgotten(CREDITOR, ACCOUNT, woken=False)]


@pytest.mark.parametrize("order", [lambda rows: rows, reversed, None])
def test_the_order_of_the_rows_does_not_matter(
    books: Books, order: Callable[[list[object]], object] | None
) -> None:
    """The table gives an account's own row first; no other order may change the answer."""
    for number in ("10002", "10003", "10004"):
        books.open_account(number)
        books.push(books.invoice(f"RE-{number}", account=number, already_sent=True))
    put_to_sleep(books, "10002")
    put_to_sleep(books, "10004")
    rows = list(books.store.everything())
    if order is None:  # as the table does
        rows.sort(key=lambda r: (r.key[:2], not isinstance(r, Account)))
    books.store.everything = lambda: iter(order(rows) if order else rows)  # type: ignore[method-assign,call-overload]
    assert sorted(f.account for f in look(books)) == ["10002", "10004"]


def test_no_more_than_so_many_are_woken_in_a_night(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgotten, "WOKEN_MAX", 1)
    books.open_account("10002")
    books.push(books.invoice("RE-2", account="10002", already_sent=True))
    put_to_sleep(books)
    put_to_sleep(books, "10002")
    assert sorted(f.woken for f in look(books)) == [False, True]
