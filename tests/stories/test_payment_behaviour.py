"""Stories of how an account pays: counted when it pays, taken off when the money goes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.accounts.model import Account, Segment
from saldo.invoices.model import CreditNote, Invoice
from saldo.payments.allocate import Allocator, Grounds
from saldo.reminders.segments import SegmentNotValid, policy_id_of, segments_from
from saldo.risk.behaviour import NOTHING_PAID, DaysBeyondTerms, one_paid, summed
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)


def began(*numbers: str) -> Books:
    books = Books()
    books.begin(*(books.invoice(number) for number in numbers or ("RE-1",)))
    return books


def account(books: Books) -> Account:
    found = books.store.get(Account, CREDITOR, ACCOUNT)
    assert found is not None
    return found


def paid(books: Books) -> DaysBeyondTerms:
    return account(books).paid


def from_invoices(books: Books) -> DaysBeyondTerms:
    """The same sums, from the invoices themselves."""
    invoices = books.store.list(Invoice, CREDITOR, ACCOUNT)
    days = [i.days_beyond_terms for i in invoices if i.days_beyond_terms is not None]
    return summed(one_paid(day) for day in days)


def pay_days_after(books: Books, number: str, days: int, minor: int = 11900) -> str:
    on = DUE + timedelta(days=days)
    books.clock.move_to(datetime(on.year, on.month, on.day, 9, tzinfo=UTC))
    return books.pay(number, minor, on)


def test_each_paid_invoice_counts_with_its_days_beyond_terms() -> None:
    books = began("RE-1", "RE-2", "RE-3")
    pay_days_after(books, "RE-1", -5)
    pay_days_after(books, "RE-2", 12)
    assert paid(books) == one_paid(-5) + one_paid(12) == from_invoices(books)
    assert books.invoice_now("RE-2").days_beyond_terms == 12
    assert books.invoice_now("RE-3").days_beyond_terms is None


def test_a_part_payment_counts_when_the_rest_is_paid() -> None:
    books = began()
    pay_days_after(books, "RE-1", 1, 5000)
    assert paid(books) == NOTHING_PAID
    pay_days_after(books, "RE-1", 20, 6900)
    assert paid(books) == one_paid(20)


def test_a_payment_taken_back_is_taken_off() -> None:
    books = began("RE-1", "RE-2")
    pay_days_after(books, "RE-1", 4)
    payment = pay_days_after(books, "RE-2", 9)
    before = account(books)
    allocator = Allocator(books.store, books.clock, books.ids)
    allocator.take_back(CREDITOR, ACCOUNT, f"payment#{payment}", "RE-2", Grounds("anna", "Wrong"))
    assert paid(books) == one_paid(4) == from_invoices(books)
    assert account(books).version > before.version
    assert books.invoice_now("RE-2").is_open


def test_what_no_payment_closed_says_nothing_about_paying() -> None:
    books = began("RE-1")
    note = CreditNote(CREDITOR, ACCOUNT, "GS-1", "RE-1", date(2026, 11, 21), "EUR", 11900, 0)
    assert books.intake.put_credit_notes([note])[0].status == "accepted"
    assert not books.invoice_now().is_open
    assert paid(books) == NOTHING_PAID


def test_a_due_date_corrected_after_payment_leaves_the_count_alone() -> None:
    books = began("RE-1")
    pay_days_after(books, "RE-1", 6)
    books.push(books.invoice("RE-1", due_on=DUE + timedelta(days=30)))
    assert paid(books) == one_paid(6) == from_invoices(books)


def test_an_amount_raised_after_payment_opens_it_and_takes_the_count_off() -> None:
    books = began("RE-1")
    pay_days_after(books, "RE-1", 6)
    books.push(books.invoice("RE-1", 20000))
    assert books.invoice_now().is_open
    assert paid(books) == NOTHING_PAID == from_invoices(books)
    pay_days_after(books, "RE-1", 40, 8100)
    assert paid(books) == one_paid(40)


def test_the_erp_telling_of_the_account_again_keeps_what_was_counted() -> None:
    books = began("RE-1")
    pay_days_after(books, "RE-1", 6)
    books.open_account(email="new@beispiel.example")
    assert account(books).contacts[0].email == "new@beispiel.example"
    assert paid(books) == one_paid(6)


def test_who_begins_to_pay_late_comes_to_another_policy() -> None:
    books = began("RE-1", "RE-2", "RE-3", "RE-4")
    creditor = books.accounts.change_creditor(
        CREDITOR,
        segments=(
            Segment({"payment_behaviour": ["late", "very-late"]}, "every-1-weeks"),
            Segment({"payment_behaviour": ["prompt"]}, "every-4-weeks"),
        ),
    )
    assert policy_id_of(creditor, account(books)) == "plain-2-18-34"
    for number in ("RE-1", "RE-2", "RE-3"):
        pay_days_after(books, number, 1)
    assert policy_id_of(creditor, account(books)) == "every-4-weeks"
    pay_days_after(books, "RE-4", 60)
    assert policy_id_of(creditor, account(books)) == "every-1-weeks"


def test_a_segment_names_a_behaviour_that_there_is() -> None:
    with pytest.raises(SegmentNotValid, match="no account pays slow"):
        segments_from([{"when": {"payment_behaviour": "slow"}, "policy": "us"}])
    (read,) = segments_from([{"when": {"payment_behaviour": "late"}, "policy": "us"}])
    assert read.when == {"payment_behaviour": ["late"]}
