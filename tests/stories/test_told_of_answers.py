"""What debtors are told of their promises and objections: once each, and only what is still so."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.accounts.service import Target
from saldo.collection.dispute_orders import SettlementTerms
from saldo.messages.render import JinjaRenderer
from saldo.reminders.model import ContactLog
from saldo.store import Put
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

FRIDAY = date(2026, 12, 4)
JUDGED = date(2026, 12, 8)


@pytest.fixture
def books() -> CollectedBooks:
    """One invoice of 119.00, whose debtor reads English."""
    books = CollectedBooks()
    books.begin(books.invoice(due_on=date(2026, 11, 21), already_sent=True))
    books.sender._renderer = JinjaRenderer()
    return books


def mails(books: CollectedBooks) -> list[str]:
    """Tell every fact so far and return the texts of the mails that left since."""
    before = len(books.postbox.mails)
    books.tell()
    books.deliver()
    return [mail.text for mail in books.postbox.mails[before:]]


def outcomes(books: CollectedBooks) -> dict[str, str | None]:
    return {n.message: n.outcome for n in books.notices()}


def pay(books: CollectedBooks, minor: int) -> None:
    payment = books.start_payment("RE-1", minor)
    assert books.settlement.settle(books.told(payment, minor=minor)) == "settled"


def test_a_promise_is_confirmed_once_with_its_day_and_amount(books: CollectedBooks) -> None:
    books.promise(FRIDAY, 5000)
    (text,) = mails(books)
    assert "50,00\xa0€" in text and "4. Dezember 2026" in text and "RE-1" in text
    assert mails(books) == []
    books.promise(FRIDAY, 5000)
    assert mails(books) == [], "the same order again is no second promise"


def test_a_broken_promise_is_told_once_with_what_came_of_it(books: CollectedBooks) -> None:
    books.promise(FRIDAY)
    mails(books)
    pay(books, 4000)
    books.morning_of(JUDGED)
    books.tend()
    assert books.promise_now().state == "part-kept"
    told = [text for text in mails(books) if "40,00\xa0€" in text and "119,00\xa0€" in text]
    assert len(told) == 1
    assert outcomes(books)["promise-broken"] is None
    assert mails(books) == []


def test_a_promise_that_was_paid_before_the_mail_left_is_not_told_as_broken(
    books: CollectedBooks,
) -> None:
    books.promise(FRIDAY)
    books.morning_of(JUDGED)
    books.tend()
    books.tell("promise.broken")
    pay(books, 11900)
    books.deliver()
    assert outcomes(books) == {"promise-broken": "settled-before-it-left"}
    assert books.postbox.mails == []


def test_a_withdrawn_promise_is_not_confirmed(books: CollectedBooks) -> None:
    books.promise(FRIDAY)
    books.tell("promise.given")
    books.promises.withdraw(CREDITOR, ACCOUNT, "P-1", "ERP")
    books.deliver()
    assert outcomes(books) == {"promise-confirmed": "promise-ended"}


def test_a_broken_promise_counts_as_a_contact_and_follows_none_of_the_same_day(
    books: CollectedBooks,
) -> None:
    books.promise(FRIDAY)
    books.morning_of(JUDGED)
    books.tend()
    books.tell("promise.broken")
    log = books.store.get(ContactLog, CREDITOR, ACCOUNT)
    assert log is not None
    assert log.days == (JUDGED,)
    other = CollectedBooks()
    other.begin(other.invoice(due_on=date(2026, 11, 21), already_sent=True))
    other.promise(FRIDAY)
    other.morning_of(JUDGED)
    other.tend()
    reminded = ContactLog(CREDITOR, ACCOUNT, (JUDGED,), 1)
    other.store.commit([Put(reminded)])
    assert other.tell("promise.broken") == [], "that day's reminder says it"


def test_a_pause_keeps_the_broken_promise_back_but_not_the_confirmation(
    books: CollectedBooks,
) -> None:
    books.promise(FRIDAY)
    books.accounts.pause(Target(CREDITOR, ACCOUNT), "Their accountant is ill.", "anna")
    assert len(mails(books)) == 1
    books.morning_of(JUDGED)
    books.tend()
    assert mails(books) == []
    assert [n.state for n in books.notices() if n.message == "promise-broken"] == ["claimed"]


def test_an_objection_is_confirmed_and_its_end_is_told(books: CollectedBooks) -> None:
    books.dispute(amount_minor=1900)
    (received,) = mails(books)
    assert "19,00\xa0€" in received
    how = SettlementTerms(950, "anna", "Ein Stück fehlte.", credit_expected=True)
    books.disputes.settle(CREDITOR, ACCOUNT, "D-1", how)
    (closed,) = mails(books)
    assert "109,50\xa0€" in closed, "the agreed part is not asked for while the credit is to come"
    assert "Ein Stück fehlte." in closed
    books.credit_note(950)
    assert mails(books) == []


def test_a_rejected_objection_says_what_is_owed_and_why(books: CollectedBooks) -> None:
    books.dispute()
    (received,) = mails(books)
    assert "119,00\xa0€" in received
    books.disputes.reject(CREDITOR, ACCOUNT, "D-1", "anna", "Der Lieferschein ist unterschrieben.")
    (closed,) = mails(books)
    assert "119,00\xa0€" in closed and "Lieferschein" in closed


def test_an_objection_that_ended_before_the_word_left_is_told_by_its_end_alone(
    books: CollectedBooks,
) -> None:
    books.dispute()
    books.tell("dispute.opened")
    books.disputes.reject(CREDITOR, ACCOUNT, "D-1", "anna", "Nein.")
    assert len(mails(books)) == 1
    assert outcomes(books) == {"dispute-received": "dispute-ended", "dispute-closed": None}
