"""Promises to pay: kept, kept early, kept in part, broken, withdrawn, given twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.payer_rules import PayerRules
from saldo.accounts.service import InvoiceUnknown
from saldo.collection.common import AccountsMixed, CurrenciesMixed, NothingOwed
from saldo.collection.promises import (
    PromiseDayNotValid,
    PromiseDiffers,
    PromiseInTheWay,
    PromiseNotOffered,
    PromiseTooMuch,
    PromiseUnknown,
)
from saldo.store import Put
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

FRIDAY = date(2026, 12, 4)
"""The promised day; a transfer ordered on it arrives on Monday, so it is judged on Tuesday."""
JUDGED = date(2026, 12, 8)


@pytest.fixture
def books() -> CollectedBooks:
    """One invoice of 119.00 whose first reminder is due on 23 November."""
    books = CollectedBooks()
    books.begin(books.invoice(due_on=date(2026, 11, 21)))
    books.day(date(2026, 11, 21))
    return books


def pay(books: CollectedBooks, minor: int, number: str = "RE-1") -> None:
    payment = books.start_payment(number, minor)
    assert books.settlement.settle(books.told(payment, minor=minor)) == "settled"


def test_a_promise_is_kept_on_its_last_day_and_nobody_is_reminded(books: CollectedBooks) -> None:
    promise = books.promise(FRIDAY)
    assert (promise.amount_minor, promise.looked_at_from) == (11900, JUDGED)
    assert books.day(date(2026, 11, 24)) == []
    books.morning_of(date(2026, 12, 7))  # the transfer arrives
    pay(books, 11900)
    assert books.promise_now().state == "kept"
    books.morning_of(JUDGED)
    assert books.tend() == {}
    assert books.day(JUDGED) == []
    assert books.standing_holds() == []
    assert books.told_of("promise.kept")[0]["paid"] == "119.00"


def test_a_broken_promise_lets_the_reminders_go_on_and_says_so(books: CollectedBooks) -> None:
    books.promise(FRIDAY, 5000)
    for day in (date(2026, 11, 24), FRIDAY, date(2026, 12, 7)):
        books.morning_of(day)
        assert books.tend() == {}
        assert books.day(day) == []
    books.morning_of(JUDGED)
    assert books.tend() == {"promises broken": 1}
    (told,) = books.told_of("promise.broken")
    assert (told["amount"], told["paid"], told["on"]) == ("50.00", "0.00", "2026-12-04")
    assert books.day(JUDGED) == ["reminder-1 RE-1 11900 EUR"]
    assert books.tend() == {}


def test_a_part_kept_promise_has_the_rest_reminded(books: CollectedBooks) -> None:
    books.promise(FRIDAY, 5000)
    pay(books, 2000)
    books.morning_of(JUDGED)
    assert books.tend() == {"promises part-kept": 1}
    assert books.promise_now().paid_minor == 2000
    assert books.told_of("promise.part_kept")[0]["paid"] == "20.00"
    assert books.day(JUDGED) == ["reminder-1 RE-1 9900 EUR"]


def test_reminders_go_on_by_themselves_though_nobody_judged(books: CollectedBooks) -> None:
    books.promise(FRIDAY)
    assert books.day(date(2026, 12, 7)) == []
    assert books.day(JUDGED) == ["reminder-1 RE-1 11900 EUR"]


def test_paid_early_the_rest_is_reminded_at_once(books: CollectedBooks) -> None:
    books.promise(FRIDAY, 5000)
    pay(books, 2000)
    assert books.promise_now().state == "open"
    pay(books, 3000)
    assert books.promise_now().state == "kept"
    assert books.day(date(2026, 11, 24)) == ["reminder-1 RE-1 6900 EUR"]
    assert books.promises.money_came(CREDITOR, ACCOUNT) == 0


def test_what_was_paid_before_does_not_keep_a_promise(books: CollectedBooks) -> None:
    pay(books, 5000)
    books.promise(FRIDAY, 5000)
    assert books.promises.money_came(CREDITOR, ACCOUNT) == 0
    books.morning_of(JUDGED)
    assert books.tend() == {"promises broken": 1}


def test_a_credit_note_that_settles_the_invoice_keeps_the_promise(books: CollectedBooks) -> None:
    books.promise(FRIDAY)
    books.credit_note(11900)
    books.morning_of(JUDGED)
    assert books.tend() == {"promises kept": 1}


def test_money_on_its_way_is_waited_for_but_not_for_ever(books: CollectedBooks) -> None:
    books.promise(FRIDAY)
    payment = books.start_payment("RE-1", 11900)
    assert books.settlement.settle(books.told(payment, "processing")) == "processing"
    for day in range(10):
        books.morning_of(JUDGED + timedelta(days=day))
        assert books.tend() == {"promises waiting": 1}, day
        assert books.tend() == {}
    books.morning_of(FRIDAY + timedelta(days=14))
    assert books.tend() == {"promises broken": 1}


def test_withdrawn_the_reminders_go_on(books: CollectedBooks) -> None:
    books.promise(FRIDAY)
    assert books.promises.withdraw(CREDITOR, ACCOUNT, "P-1", "ERP").state == "withdrawn"
    assert books.promises.withdraw(CREDITOR, ACCOUNT, "P-1", "ERP").ended_by == "ERP"
    assert len(books.told_of("promise.withdrawn")) == 1
    assert books.day(date(2026, 11, 24)) == ["reminder-1 RE-1 11900 EUR"]
    books.morning_of(JUDGED)
    assert books.tend() == {}
    with pytest.raises(PromiseUnknown):
        books.promises.withdraw(CREDITOR, ACCOUNT, "P-2", "ERP")


def test_the_same_promise_again_is_one(books: CollectedBooks) -> None:
    first = books.promise(FRIDAY, 5000)
    assert books.promise(FRIDAY, 5000) == first
    assert len(books.told_of("promise.given")) == 1
    with pytest.raises(PromiseDiffers):
        books.promise(FRIDAY, 4000)
    books.morning_of(JUDGED)
    books.tend()
    assert books.promise(FRIDAY, 5000).state == "broken"  # answered, not begun anew


def test_another_invoice_is_reminded_all_the_same(books: CollectedBooks) -> None:
    books.push(books.invoice("RE-2", 3000, due_on=date(2026, 11, 21), already_sent=True))
    books.promise(FRIDAY)
    (subject,) = books.day(date(2026, 11, 24))
    assert "RE-2 3000" in subject and "RE-1" not in subject


def test_how_reliable_an_account_is(books: CollectedBooks) -> None:
    assert books.promises.reliability(CREDITOR, ACCOUNT).kept_percent is None
    for number, paid in (("A", 1000), ("B", 400), ("C", 0)):
        today = books.clock.now().date()
        promise = books.promise(today, 1000, id_=number)
        if paid:
            pay(books, paid)
        books.morning_of(promise.looked_at_from)
        books.tend()
    found = books.promises.reliability(CREDITOR, ACCOUNT)
    assert (found.kept, found.part_kept, found.broken, found.kept_percent) == (1, 1, 1, 50)


def test_what_cannot_be_promised(books: CollectedBooks) -> None:
    books.open_account("10002")
    books.push(
        books.invoice("RE-2", 500, currency="USD"), books.invoice("RE-3", 500, account="10002")
    )
    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (PromiseTooMuch, {"amount_minor": 11901}),
        (PromiseDayNotValid, {"on": date(2026, 11, 20)}),
        (PromiseDayNotValid, {"on": date(2026, 12, 6)}),
        (InvoiceUnknown, {"invoices": ("RE-9",)}),
        (CurrenciesMixed, {"invoices": ("RE-1", "RE-2")}),
        (AccountsMixed, {"invoices": ("RE-1", "RE-3")}),
    ]
    for kind, fields in refused:
        with pytest.raises(kind):
            books.promise(**{"on": FRIDAY, **fields})
    books.promise(date(2026, 12, 5))
    with pytest.raises(PromiseInTheWay):
        books.promise(FRIDAY, id_="P-2")
    books.promises.withdraw(CREDITOR, ACCOUNT, "P-1", "ERP")
    pay(books, 11900)
    with pytest.raises(NothingOwed):
        books.promise(FRIDAY, id_="P-2")
    books.accounts.change_creditor(CREDITOR, payer_rules=PayerRules(promise_days_max=0))
    with pytest.raises(PromiseNotOffered):
        books.promise(FRIDAY, invoices=("RE-3",), id_="P-3")


def test_paid_while_the_promise_is_being_written(books: CollectedBooks, monkeypatch: Any) -> None:
    """What was paid in between counts before the promise, not towards it."""
    commit, raced = books.store.commit, []

    def racing(writes: Any) -> None:
        is_promise = any(
            isinstance(w, Put) and type(w.record).__name__ == "Promise" for w in writes
        )
        if is_promise and not raced:
            raced.append(True)
            pay(books, 2000)
        commit(writes)

    monkeypatch.setattr(books.store, "commit", racing)
    promise = books.promise(FRIDAY)
    assert (promise.amount_minor, promise.settled_before_minor) == (9900, 2000)
