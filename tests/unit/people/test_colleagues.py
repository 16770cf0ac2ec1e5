"""Work is given to people who work here: strangers are refused, the invited are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from saldo.people.colleagues import Colleagues, NotAColleague
from saldo.people.model import Grant
from saldo.people.rights import Role
from saldo.people.users import Users
from saldo.store import Put
from saldo.worklist.absences import Absences
from tests.books import CREDITOR, Books

ANNA, NEW = "anna@seller.example", "new@seller.example"


@pytest.fixture
def books() -> Books:
    made = Books()
    made.open_creditor()
    made.open_creditor(id="other", name="Other")
    return made


@pytest.fixture
def users(books: Books) -> Users:
    return Users(books.store, books.clock, books.ids)


def invite(users: Users, email: str, role: Role = "collector", at: str = CREDITOR) -> None:
    users.add(f"sub-{email}", email, email.partition("@")[0], grants=[Grant(at, role)], by="cli")


def test_an_invited_colleague_is_one_and_a_stranger_is_not(users: Users) -> None:
    colleagues = Colleagues(users)
    invite(users, NEW)
    assert users.by_email(NEW).state == "invited"
    assert [one.email for one in colleagues.of(CREDITOR)] == [NEW]
    colleagues.require(CREDITOR, NEW.upper())
    with pytest.raises(NotAColleague):
        colleagues.require(CREDITOR, "typo@seller.example")


def test_who_was_disabled_only_reads_or_works_elsewhere_is_none(books: Books, users: Users) -> None:
    colleagues = Colleagues(users)
    invite(users, ANNA)
    invite(users, "auditor@seller.example", "auditor")
    invite(users, "else@seller.example", at="other")
    invite(users, "left@seller.example")
    left = users.by_email("left@seller.example")
    books.store.commit([Put(replace(left, state="disabled"), expect=left.version)])
    assert [one.email for one in colleagues.of(CREDITOR)] == [ANNA]
    for email in ("auditor@seller.example", "else@seller.example", "left@seller.example"):
        with pytest.raises(NotAColleague):
            colleagues.require(CREDITOR, email)


def test_a_seller_without_people_names_whom_it_likes(users: Users) -> None:
    Colleagues(users).require(CREDITOR, "desk@erp.example")


def test_a_list_goes_to_a_colleague_and_may_come_from_one_who_left(
    books: Books, users: Users
) -> None:
    creditor = books.accounts.creditor(CREDITOR)
    invite(users, ANNA)
    absences = Absences(books.store, books.clock, books.ids, Colleagues(users))
    first = date(2026, 11, 23)
    with pytest.raises(NotAColleague):
        absences.hand_over(creditor, ANNA, "typo@seller.example", first, None, ANNA)
    made = absences.hand_over(creditor, "left@seller.example", ANNA, first, None, ANNA)
    assert made.cover == ANNA
