"""How an account pays is kept up to date with its facts, whatever happens to its invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from saldo.codec import decode, encode
from saldo.collection.dispute_orders import SettlementTerms
from saldo.invoices.intake import AccountRestricted
from saldo.invoices.model import Opening
from saldo.payments.model import Payment, Returned
from saldo.risk.keep import BehaviourKeeper
from saldo.risk.sheet import BehaviourSheet
from saldo.store import Put, Store
from tests.collected import ACCOUNT, CREDITOR
from tests.paying import BEGIN, PayingBooks


class Listing:
    """The books themselves; `listed` hears what kind was listed, once it was read."""

    def __init__(self, store: Store, listed: Callable[[str], None]) -> None:
        self._store, self._listed = store, listed

    def list(self, kind: type[Any], *prefix: str) -> Iterator[Any]:
        found = list(self._store.list(kind, *prefix))
        self._listed(kind.__name__)
        return iter(found)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.fixture
def books() -> PayingBooks:
    made = PayingBooks()
    made.open_books()
    return made


def test_each_payment_is_counted_once_however_often_it_is_told(books: PayingBooks) -> None:
    for n in range(5):
        books.paid(BEGIN + timedelta(days=20 * n), n)
        assert books.refresh()
        assert not books.refresh()
        assert sum(one.paid.count for one in books.sheet.months) == n + 1
    assert books.sheet.counted == books.account.paid
    books.right()


def test_what_was_paid_before_anybody_looked_is_there_at_the_first_look(books: PayingBooks) -> None:
    books.good_year()
    assert books.behaviours.of(CREDITOR, ACCOUNT) is None
    assert books.behaviours.seen(CREDITOR, ACCOUNT).year(books.clock.now().date()).paid.count == 12
    books.right()


def test_a_further_payment_reads_no_invoice_but_its_own() -> None:
    read: list[str] = []

    books = PayingBooks()
    books.begin()
    books.on(BEGIN + timedelta(days=600))
    keeper = BehaviourKeeper(cast(Store, Listing(books.store, read.append)), books.clock, books.ids)
    books.good_year(3)
    keeper.refresh(CREDITOR, ACCOUNT)
    assert "Invoice" in read
    read.clear()
    books.paid(BEGIN + timedelta(days=400), 5)
    assert keeper.refresh(CREDITOR, ACCOUNT)
    assert "Invoice" not in read
    books.right()


def test_an_invoice_that_comes_open_again_is_taken_off(books: PayingBooks) -> None:
    books.good_year(4)
    books.refresh()
    books.push(books.invoice("RE-4", 15000, due_on=BEGIN + timedelta(days=42), issued_on=BEGIN))
    assert books.invoice_now("RE-4").is_open
    books.right()
    assert sum(one.paid.count for one in books.sheet.months) == 3


def test_a_credit_note_is_no_payment(books: PayingBooks) -> None:
    number = books.issue(BEGIN)
    books.refresh()
    books.credit_note(10000, invoice=number)
    books.right()
    assert books.sheet.months == ()


def test_the_month_turns_between_two_payments(books: PayingBooks) -> None:
    books.paid(date(2025, 7, 30), 0)
    books.refresh()
    books.paid(date(2025, 9, 1), 1)
    books.paid(date(2025, 11, 3), 2)
    books.right()
    assert [one.month for one in books.sheet.months] == ["2025-07", "2025-09", "2025-11"]


def test_a_promise_that_is_broken_is_counted_and_told_in_words(books: PayingBooks) -> None:
    books.good_year(4)
    number = books.issue(BEGIN + timedelta(days=60))
    books.on(BEGIN + timedelta(days=61))
    books.promise(BEGIN + timedelta(days=64), invoices=(number,))
    books.morning_of(BEGIN + timedelta(days=75))
    books.tend()
    books.right()
    assert books.sheet.promises.broken == 1
    assert books.account.pays.promises == "broken"


def test_a_dispute_that_was_right_is_told_from_one_that_was_not(books: PayingBooks) -> None:
    right, wrong = books.issue(BEGIN), books.issue(BEGIN)
    books.dispute("D-1", right)
    books.dispute("D-2", wrong)
    agreed = SettlementTerms(4000, "anna@example.com", "Two were missing.")
    books.disputes.settle(CREDITOR, ACCOUNT, "D-1", agreed)
    books.disputes.reject(CREDITOR, ACCOUNT, "D-2", "anna@example.com", "All were there.")
    books.right()
    assert books.sheet.disputes.share_upheld == 0.5


def test_a_good_payers_late_invoice_is_an_exception_until_it_is_paid(books: PayingBooks) -> None:
    books.good_year()
    number = books.issue(BEGIN + timedelta(days=200))
    books.on(BEGIN + timedelta(days=212))
    books.right()
    found = books.sheet.exception
    assert found is not None
    assert (found.invoice, found.days) == (number, 12)
    assert books.account.pays.is_exception
    assert books.behaviours.standing_out(CREDITOR, "exception", limit=5) == [ACCOUNT]
    books.pay(number, 10000)
    books.right()
    assert books.sheet.exception is None
    assert books.behaviours.standing_out(CREDITOR, "exception", limit=5) == []
    told = [one.data for one in books.events() if one.type == "account.behaviour_changed"]
    assert [one["payment_exception"] for one in told] == ["yes", "no"]
    assert told[0]["invoice"] == number


def test_a_broken_promise_makes_it_no_exception(books: PayingBooks) -> None:
    books.good_year()
    number = books.issue(BEGIN + timedelta(days=200))
    books.on(BEGIN + timedelta(days=204))
    books.promise(BEGIN + timedelta(days=206), invoices=(number,))
    books.morning_of(BEGIN + timedelta(days=220))
    books.tend()
    books.right()
    assert books.sheet.exception is None
    assert books.sheet.signs == ("promise-broken",)


def test_a_customer_who_begins_to_pay_late_stands_on_the_list(books: PayingBooks) -> None:
    books.good_year(26)
    for n in range(7):
        books.issue(BEGIN + timedelta(days=370 + 12 * n))
    books.on(BEGIN + timedelta(days=460))
    books.right()
    assert books.sheet.trend == "worse"
    assert books.sheet.trend_since == BEGIN + timedelta(days=460)
    assert books.behaviours.standing_out(CREDITOR, "worse", limit=5) == [ACCOUNT]
    assert books.account.pays.trend == "worse"
    told = [one.data for one in books.events() if one.type == "account.behaviour_changed"]
    assert told[-1]["payment_trend"] == "worse"


def test_words_reach_the_account_and_a_push_leaves_them(books: PayingBooks) -> None:
    for n in range(6):
        books.paid(BEGIN + timedelta(days=14 * n), 5 if n % 2 else 0)
    before = books.account
    books.refresh()
    assert books.account.pays.paid_late == "often"
    assert books.account.version > before.version, "what was planned before is planned anew"
    books.open_account(name="Beispiel und Töchter AG")
    assert books.account.pays.paid_late == "often"


def test_nothing_is_kept_of_an_account_that_is_to_be_erased(books: PayingBooks) -> None:
    books.good_year()
    books.refresh()
    account = books.account
    restricted = replace(account, restricted_at=books.clock.now(), version=account.version + 1)
    books.store.commit([Put(restricted, expect=account.version)])
    assert books.refresh()
    assert books.behaviours.of(CREDITOR, ACCOUNT) is None
    assert not books.refresh()
    with pytest.raises(AccountRestricted):
        books.behaviours.seen(CREDITOR, ACCOUNT)


def test_an_account_that_nobody_knows_and_money_of_nobody_have_no_behaviour(
    books: PayingBooks,
) -> None:
    assert not books.keeper.refresh(CREDITOR, "unknown")
    assert not books.keeper.refresh(CREDITOR, "~suspense~1")


def test_what_verify_finds_is_put_right_by_rebuild(books: PayingBooks) -> None:
    books.good_year(4)
    books.refresh()
    sheet = books.sheet
    wrong = replace(sheet, months=sheet.months[:1], version=sheet.version + 1)
    books.store.commit([Put(wrong, expect=sheet.version)])
    found = books.behaviours.verify(CREDITOR).differences
    assert {one.what for one in found} == {"2025-07"}
    assert books.behaviours.rebuild(CREDITOR) == 1
    books.right()


def test_what_happens_while_all_invoices_are_read_is_not_lost_and_they_are_read_once() -> None:
    books = PayingBooks()
    books.begin()
    books.on(BEGIN)
    books.good_year(3)
    late = books.issue(BEGIN + timedelta(days=60))
    read: list[str] = []

    def meanwhile(kind: str) -> None:
        read.append(kind)
        if kind == "Invoice" and read.count(kind) == 1:
            books.pay(late, 10000)
            again = books.invoice_now("RE-2")
            books.push(books.invoice("RE-2", 15000, due_on=again.due_on, issued_on=BEGIN))

    passing = cast(Store, Listing(books.store, meanwhile))
    assert BehaviourKeeper(passing, books.clock, books.ids).refresh(CREDITOR, ACCOUNT)
    assert read.count("Invoice") == 1
    assert books.sheet.counted == books.account.paid
    books.right()
    assert sum(one.paid.count for one in books.sheet.months) == 3


def test_a_sheet_is_the_same_after_it_was_kept(books: PayingBooks) -> None:
    books.good_year()
    books.issue(BEGIN + timedelta(days=200))
    books.on(BEGIN + timedelta(days=212))
    books.refresh()
    assert decode(BehaviourSheet, encode(books.sheet)) == books.sheet


def test_the_stage_that_got_an_invoice_paid_is_counted(books: PayingBooks) -> None:
    due_on = BEGIN + timedelta(days=7)
    reminded, prompt = books.issue(due_on), books.issue(due_on)
    books.plan(BEGIN)
    books.deliver()
    books.pay(prompt, 10000)
    for day in (due_on + timedelta(days=2), due_on + timedelta(days=19)):
        books.on(day)
        books.plan(day)
        books.deliver()
    books.pay(reminded, 10000)
    books.right()
    assert books.sheet.months[0].stages == (1, 0, 1)


def test_a_stage_that_another_system_had_sent_counts_too(books: PayingBooks) -> None:
    opening = Opening(stage=2, last_reminder_on=BEGIN)
    begun = books.invoice("ALT-1", due_on=BEGIN - timedelta(days=30), opening=opening)
    books.push(replace(begun, issued_on=BEGIN - timedelta(days=60)))
    books.pay("ALT-1")
    books.right()
    assert books.sheet.months[0].stages == (0, 0, 1)
    assert books.sheet.year(BEGIN).share_reminded == 1


def test_a_debit_that_came_back_makes_it_no_exception(books: PayingBooks) -> None:
    books.good_year()
    back = next(iter(books.store.list(Payment, CREDITOR, ACCOUNT)))
    returned = Returned("returned-debit", "Insufficient funds", books.clock.now())
    books.store.commit(
        [Put(replace(back, returned=returned, version=back.version + 1), back.version)]
    )
    books.issue(BEGIN + timedelta(days=200))
    books.on(BEGIN + timedelta(days=212))
    books.right()
    assert books.sheet.exception is None
    assert books.sheet.signs == ("returned-debit",)
