"""A person decides how a customer is collected, and no push undoes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from saldo.accounts.model import NOT_STEERED, Account
from saldo.accounts.service import AccountUnknown
from saldo.accounts.steering import Steerings, Wish
from tests.books import ACCOUNT, CREDITOR, Books


def _account(books: Books) -> Account:
    found = books.store.get(Account, CREDITOR, ACCOUNT)
    assert found is not None
    return found


def test_a_customer_taken_off_the_machine_gets_no_reminder_until_he_is_given_back() -> None:
    books = Books()
    books.begin(books.invoice("RE-1", due_on=date(2026, 11, 25), already_sent=True))
    steerings = Steerings(books.store, books.clock, books.ids)
    steerings.steer(CREDITOR, ACCOUNT, Wish(None, True), "The owners talk", "boss@example.com")
    assert books.day(date(2026, 11, 27)) == []
    steerings.steer(CREDITOR, ACCOUNT, Wish(None, None), "They are done", "boss@example.com")
    assert len(books.day(date(2026, 11, 30))) == 1
    assert books.event_types().count("account.steered") == 2


def test_what_a_person_decided_stays_when_the_erp_pushes_the_customer_again() -> None:
    books = Books()
    books.begin()
    steerings = Steerings(books.store, books.clock, books.ids)
    steerings.steer(CREDITOR, ACCOUNT, Wish("every-2-weeks", None), "Agreed", "boss@example.com")
    pushed = replace(
        _account(books), name="Beispiel SE", policy="plain-2-18-34", steering=NOT_STEERED
    )
    assert books.intake.put_accounts([pushed])[0].status == "accepted"
    now = _account(books)
    assert (now.name, now.policy, now.own_policy) == (
        "Beispiel SE",
        "plain-2-18-34",
        "every-2-weeks",
    )


def test_deciding_the_same_twice_is_one_decision() -> None:
    books = Books()
    books.begin()
    steerings = Steerings(books.store, books.clock, books.ids)
    for _ in range(2):
        steerings.steer(CREDITOR, ACCOUNT, Wish("plain-2-18-34", False), "Agreed", "b@example.com")
    assert books.event_types().count("account.steered") == 1
    with pytest.raises(AccountUnknown):
        steerings.steer(CREDITOR, "nobody", Wish(None, True), "Why", "b@example.com")
