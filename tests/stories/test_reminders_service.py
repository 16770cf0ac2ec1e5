"""Stories of deliveries that stop because nobody pays, and go on once everything is paid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from saldo.events import Event
from saldo.payments.chargebacks import Chargebacks
from saldo.reminders.model import ServiceStop
from saldo.reminders.policy_book import PolicyBook
from tests.books import ACCOUNT, CREDITOR, Books
from tests.stories.test_reversals import taken

DUE = date(2026, 12, 1)
STAGES: list[dict[str, Any]] = [
    {"number": 1, "offset_days": 2, "message": "reminder-1"},
    {
        "number": 2,
        "offset_days": 14,
        "message": "service-stop-announced",
        "service": "stop-deliveries",
    },
]


@pytest.fixture
def books() -> Books:
    """A debtor with two invoices, reminded once."""
    books = Books()
    books.open_creditor(policy="own")
    data = {"id": "own", "version": 1, "announces_invoice": True, "stages": STAGES}
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", DUE)
    books.open_account()
    for number in ("RE-1", "RE-2"):
        books.push(books.invoice(number, due_on=DUE, already_sent=True))
    going_on(books).day(DUE + timedelta(days=2))
    return books


def going_on(books: Books) -> Books:
    """The same books a second later: events of one instant have no order."""
    books.clock.advance(timedelta(seconds=1))
    return books


def told(books: Books) -> list[Event]:
    return [e for e in books.events() if e.type.startswith("service.")]


def test_the_stage_asks_once_and_everything_paid_releases_once(books: Books) -> None:
    assert told(books) == []
    going_on(books).day(DUE + timedelta(days=16))
    (asked,) = told(books)
    assert asked.type == "service.stop_requested"
    assert (asked.data["service"], asked.data["amount"]) == ("stop-deliveries", "238.00")
    assert (asked.data["policy"], asked.data["stage"]) == ("own", 2)
    assert asked.data["invoices"] == ["RE-1", "RE-2"]

    books.pay("RE-1")
    going_on(books).plan(DUE + timedelta(days=17))
    assert len(told(books)) == 1, "the other one is still owed"

    books.pay("RE-2")
    going_on(books).plan(DUE + timedelta(days=18), "fact")
    going_on(books).plan(DUE + timedelta(days=19))
    released = told(books)[1:]
    assert [e.type for e in released] == ["service.released"]
    assert released[0].data["request"] == asked.data["request"]


def test_a_later_invoice_joins_the_stop_that_stands(books: Books) -> None:
    going_on(books).day(DUE + timedelta(days=16))
    later = DUE + timedelta(days=10)
    books.push(books.invoice("RE-3", due_on=later, already_sent=True))
    going_on(books).day(later + timedelta(days=8))
    going_on(books).day(later + timedelta(days=30))
    assert [e.type for e in told(books)] == ["service.stop_requested"]
    books.pay("RE-1")
    books.pay("RE-2")
    going_on(books).plan(later + timedelta(days=31))
    assert len(told(books)) == 1, "the one that joined is owed"
    books.pay("RE-3")
    going_on(books).plan(later + timedelta(days=32))
    assert [e.type for e in told(books)][1:] == ["service.released"]


def test_who_stops_paying_again_is_stopped_again(books: Books) -> None:
    going_on(books).day(DUE + timedelta(days=16))
    books.pay("RE-1")
    books.pay("RE-2")
    going_on(books).plan(DUE + timedelta(days=17))
    later = DUE + timedelta(days=20)
    books.push(books.invoice("RE-3", due_on=later, already_sent=True))
    going_on(books).day(later + timedelta(days=3))
    going_on(books).day(later + timedelta(days=20))
    assert [e.type.partition(".")[2] for e in told(books)] == [
        "stop_requested",
        "released",
        "stop_requested",
    ]
    assert told(books)[0].data["request"] != told(books)[2].data["request"]


def test_in_shadow_no_delivery_is_stopped(books: Books) -> None:
    books.accounts.change_creditor(CREDITOR, state="shadow")
    going_on(books).plan(DUE + timedelta(days=16))
    assert told(books) == []


def test_an_invoice_that_comes_open_again_while_it_is_released_stays_stopped(
    books: Books,
) -> None:
    going_on(books).day(DUE + timedelta(days=16))
    first, _ = books.pay("RE-1"), books.pay("RE-2")
    chargebacks = Chargebacks(books.store, books.clock, books.ids)
    commit, back = books.store.commit, []

    def behind_a_chargeback(writes: Any) -> None:
        releases = any(isinstance(getattr(w, "record", None), ServiceStop) for w in writes)
        if releases and not back:
            back.append(chargebacks.told(taken(first)))
        commit(writes)

    books.store.commit = behind_a_chargeback  # type: ignore[method-assign]
    going_on(books).plan(DUE + timedelta(days=17), "quiet")
    assert back
    assert [i.number for i in books.open_items()] == ["RE-1"]
    assert [e.type for e in told(books)] == ["service.stop_requested"]
    assert len(list(books.store.list(ServiceStop, CREDITOR, ACCOUNT))) == 1
