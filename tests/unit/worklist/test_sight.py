"""Who is named for a customer sees the customer: by branch, and of sales their own alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.people.colleagues import NotAColleague
from saldo.people.model import Grant
from saldo.people.rights import Role
from saldo.worklist.desk_model import rules_from
from tests.worked import ACCOUNT, ANNA, BEN, CREDITOR, OLGA, WorkBooks

SAM, OUT = "sam@seller.example", "dispatch@carrier.example"
Naming = Callable[[WorkBooks, str], object]


def join(books: WorkBooks, email: str, role: Role = "collector", *branches: str) -> None:
    grant = Grant(CREDITOR, role, branches)
    books.parts.users.add(f"sub-{email}", email, email.partition("@")[0], grants=[grant], by="cli")


@pytest.fixture
def books() -> WorkBooks:
    """A customer of the branch North: Anna sees all, Ben the South alone, Sam sells to others."""
    made = WorkBooks()
    made.begin()
    join(made, OLGA, "manager")
    join(made, ANNA)
    join(made, BEN, "collector", "South")
    join(made, SAM, "sales")
    desk(made, ANNA)
    made.dispute()
    made.ask()
    made.hear()
    return made


def desk(books: WorkBooks, collector: str | None, branch: str | None = "North") -> None:
    place = (CREDITOR, ACCOUNT, OLGA)
    books.parts.desks.put(*place, collector=collector, sales=None, branch=branch)


def give(books: WorkBooks, to: str) -> object:
    item = books.item("question")
    return books.parts.work_list.assign(CREDITOR, ACCOUNT, item.id, OLGA, to)


def answer_for(books: WorkBooks, to: str) -> object:
    return books.parts.dispute_owners.assign(CREDITOR, ACCOUNT, "D-1", to, None, OLGA)


def see_to(books: WorkBooks, to: str) -> object:
    return books.parts.threads.assign(CREDITOR, ACCOUNT, to, OLGA)


def cover(books: WorkBooks, to: str) -> object:
    today = books.clock.now().date()
    return books.parts.absences.hand_over(books.creditor, ANNA, to, today, today, OLGA)


def aim(books: WorkBooks, to: str) -> object:
    return books.parts.efforts.set_target(CREDITOR, to, OLGA, calls_day=5)


@pytest.mark.parametrize("name", [give, answer_for, see_to, cover, desk])
def test_a_colleague_of_another_branch_is_not_named_for_a_customer(
    books: WorkBooks, name: Naming
) -> None:
    before = list(books.store.everything())
    with pytest.raises(NotAColleague) as refused:
        name(books, BEN)
    assert (refused.value.code, refused.value.case) == ("not-a-colleague", "branch")
    assert list(books.store.everything()) == before
    name(books, ANNA if name is not cover else OLGA)


@pytest.mark.parametrize("name", [give, see_to, cover, aim])
def test_a_stranger_has_no_screen_to_find_work_on(books: WorkBooks, name: Naming) -> None:
    with pytest.raises(NotAColleague):
        name(books, OUT)


def test_for_a_dispute_somebody_outside_may_answer_but_no_sales_of_others(books: WorkBooks) -> None:
    answer_for(books, OUT)
    answer_for(books, "Dispatch")
    with pytest.raises(NotAColleague) as refused:
        answer_for(books, SAM)
    assert refused.value.case == "sales"
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=ANNA, sales=SAM, branch="North")
    answer_for(books, SAM)


def test_who_may_be_named_is_offered_and_nobody_else(books: WorkBooks) -> None:
    sight = books.parts.sight
    assert {one.email for one in sight.who(CREDITOR, ACCOUNT)} == {ANNA, OLGA}
    assert {one.email for one in sight.who(CREDITOR, WHOLE_CREDITOR)} == {ANNA, OLGA}
    desk(books, None, "South")
    assert {one.email for one in sight.who(CREDITOR, ACCOUNT)} == {ANNA, BEN, OLGA}


def test_an_account_does_not_move_to_a_branch_that_its_collector_does_not_see(
    books: WorkBooks,
) -> None:
    desk(books, BEN, "South")
    with pytest.raises(NotAColleague) as refused:
        desk(books, BEN, "North")
    assert refused.value.pointer == "/collector"
    rule = {"rules": [{"collector": BEN}]}
    books.parts.desks.set_rules(rules_from(CREDITOR, rule), OLGA)
    desk(books, None, "South")
    with pytest.raises(NotAColleague):
        desk(books, None, "North")
    desk(books, ANNA, "North")


def test_a_desk_keeps_who_left_as_long_as_nobody_else_is_named(books: WorkBooks) -> None:
    books.parts.users.disable(f"sub-{ANNA}", by=OLGA)
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=ANNA, sales=SAM, branch="North")
    assert books.parts.desks.of(CREDITOR, ACCOUNT).sales == SAM


def test_a_system_says_who_collects_before_they_are_invited_but_not_sales(books: WorkBooks) -> None:
    desk(books, "later@seller.example")
    with pytest.raises(NotAColleague):
        desk(books, SAM)  # who sees the customer and has no list of work


def test_a_rule_gives_no_branch_to_who_sees_another_and_waits_for_the_invited(
    books: WorkBooks,
) -> None:
    rules = [{"collector": "later@seller.example", "branch": "North"}]
    books.parts.desks.set_rules(rules_from(CREDITOR, {"rules": rules}), OLGA)
    rules.append({"collector": BEN, "branch": "North"})
    with pytest.raises(NotAColleague) as refused:
        books.parts.desks.set_rules(rules_from(CREDITOR, {"rules": rules}), OLGA)
    assert refused.value.pointer == "/rules/1"


def test_a_holiday_is_covered_by_who_sees_the_whole_list(books: WorkBooks) -> None:
    desk(books, ANNA, "South")
    books.hear()
    cover(books, BEN)
    assert books.parts.absences.lists_today(books.creditor, BEN) == (BEN, ANNA)
    books.clock.advance(timedelta(days=2))
    join(books, "cleo@seller.example", "collector", "North", "South")
    today = books.clock.now().date()
    absent = ("cleo@seller.example", BEN, today, today)
    with pytest.raises(NotAColleague):
        books.parts.absences.hand_over(books.creditor, *absent, OLGA)


def test_a_target_of_who_left_is_taken_away(books: WorkBooks) -> None:
    aim(books, ANNA)
    books.parts.users.disable(f"sub-{ANNA}", by=OLGA)
    with pytest.raises(NotAColleague):
        aim(books, ANNA)
    assert books.parts.efforts.set_target(CREDITOR, ANNA, OLGA).calls_day == 0
