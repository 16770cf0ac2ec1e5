"""Stories of pauses that come between the claim of a notice and its mail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.service import Target
from tests.books import ACCOUNT, CREDITOR, Books

DAY = date(2026, 12, 3)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice(already_sent=True))
    books.plan(DAY)
    assert len(books.notices()) == 1
    return books


@pytest.mark.parametrize(
    "target",
    [Target(CREDITOR), Target(CREDITOR, ACCOUNT), Target(CREDITOR, invoice="RE-1")],
    ids=["creditor", "account", "invoice"],
)
def test_a_pause_keeps_back_what_was_claimed_but_has_not_left(books: Books, target: Target) -> None:
    books.accounts.pause(target, "being looked into", "anna")
    assert books.deliver() == [None]
    assert books.notices()[0].state == "claimed"
    assert books.postbox.mails == []


def test_what_was_kept_back_leaves_when_the_pause_ends(books: Books) -> None:
    books.accounts.pause(Target(CREDITOR), "being looked into", "anna")
    books.deliver()
    books.accounts.resume(Target(CREDITOR), "anna")
    books.clock.advance(timedelta(minutes=11))
    assert books.sender.tidy()["requeued"] == 1
    books.deliver()
    assert len(books.postbox.mails) == 1


def test_what_was_kept_back_is_withdrawn_when_it_is_paid_meanwhile(books: Books) -> None:
    books.accounts.pause(Target(CREDITOR), "being looked into", "anna")
    books.deliver()
    books.pay()
    books.accounts.resume(Target(CREDITOR), "anna")
    books.clock.advance(timedelta(minutes=11))
    books.sender.tidy()
    books.deliver()
    assert books.notices()[0].state == "withdrawn"
    assert books.postbox.mails == []


def test_a_pause_does_not_keep_the_confirmation_of_a_payment_back(books: Books) -> None:
    books.accounts.pause(Target(CREDITOR), "being looked into", "anna")
    books.pay()
    books.sends.take()
    assert len(books.tell("payment.settled")) == 1
    books.deliver()
    assert [mail.subject for mail in books.postbox.mails] == ["payment-received RE-1 0 EUR"]
