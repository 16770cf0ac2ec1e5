"""Whose list is how long in which phase, what came of it, and accounts that move when agreed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.people.colleagues import NotAColleague
from saldo.people.model import Grant, User
from saldo.people.rights import Role
from saldo.worklist.balance import Balance
from saldo.worklist.calls import CallOrder
from saldo.worklist.desk_model import rules_from
from saldo.worklist.workload import Load
from saldo.worklist.workloads import Agreed, MovesNotValid
from tests.worked import ANNA, BEN, CREDITOR, OLGA, WorkBooks

ACCOUNTS = [f"1{number:04}" for number in range(8)]


def user(email: str, role: Role = "collector", *branches: str) -> User:
    grant = Grant(CREDITOR, role, branches)
    return User(f"sub-{email}", email, email, "de", "active", (grant,))


USERS = [user(ANNA), user(BEN), user(OLGA, "manager")]


@pytest.fixture
def books() -> WorkBooks:
    """Anna looks after eight customers, of whom each asks something; Ben after none."""
    made = WorkBooks()
    made.open_creditor()
    rules = rules_from(CREDITOR, {"rules": [{"collector": ANNA}]})
    made.parts.desks.set_rules(rules, OLGA)
    for number in ACCOUNTS:
        made.open_account(number, f"{number}@beispiel.example")
        made.push(made.invoice(f"RE-{number}", 10_000, account=number))
        made.dispute(f"D-{number}", f"RE-{number}")
    made.hear()
    made.proven()
    return made


def loads(books: WorkBooks) -> dict[str, Load]:
    return {one.person: one for one in books.parts.workloads.loads(books.creditor, USERS)}


def balance(books: WorkBooks, users: list[User] | None = None) -> Balance:
    wanted = users or USERS
    found = books.parts.workloads.loads(books.creditor, wanted)
    return books.parts.workloads.balance(books.creditor, wanted, found)


def test_what_waits_is_told_by_phase_with_its_amounts_and_age(books: WorkBooks) -> None:
    books.clock.advance(timedelta(days=3))
    anna = loads(books)[ANNA]
    disputes = anna.in_phase("disputes")
    assert disputes is not None
    assert (disputes.items, disputes.oldest_days, disputes.closed) == (8, 3, 0)
    assert [(m.minor, m.currency) for m in disputes.stake] == [(80_000, "EUR")]
    assert loads(books)[BEN].items == 0


def test_what_was_closed_counts_in_its_phase(books: WorkBooks) -> None:
    books.disputes.reject(CREDITOR, ACCOUNTS[0], f"D-{ACCOUNTS[0]}", ANNA, "As delivered.")
    books.hear()
    anna = loads(books)[ANNA]
    disputes = anna.in_phase("disputes")
    assert disputes is not None and (disputes.items, disputes.closed) == (7, 1)
    assert (anna.outcome.closed, anna.per_day) == (1, 1.0)
    assert anna.outcome.collected == ()


def test_an_agreed_proposal_moves_the_accounts_and_their_work(books: WorkBooks) -> None:
    found = balance(books)
    assert found.moves
    assert {(one.giver, one.taker) for one in found.moves} == {(ANNA, BEN)}, "Olga manages"
    agreed = [Agreed(one.account, one.giver, one.taker) for one in found.moves]
    done = books.parts.workloads.apply(CREDITOR, agreed, OLGA)
    assert [one.problem for one in done] == [""] * len(agreed)
    books.hear()
    books.proven()
    after = loads(books)
    assert after[ANNA].items == 8 - len(agreed)
    assert (after[BEN].items, after[OLGA].items) == (len(agreed), 0)
    assert balance(books).moves == (), "one proposal is enough"
    told = [one for one in books.all_events() if one.type == "desk.changed"][1:]
    assert [one.data["by"] for one in told] == [OLGA] * len(agreed)
    assert books.parts.workloads.apply(CREDITOR, agreed, OLGA) == done, "again changes nothing"


def test_nothing_moves_before_somebody_agrees(books: WorkBooks) -> None:
    balance(books)
    assert loads(books)[ANNA].items == 8
    assert {books.parts.desks.of(CREDITOR, one).collector for one in ACCOUNTS} == {ANNA}


def test_a_customer_whom_she_called_last_month_stays_with_her(books: WorkBooks) -> None:
    for number in ACCOUNTS[:7]:
        books.parts.calls.log(CREDITOR, number, CallOrder(f"C-{number}", ANNA, "reached"))
    books.clock.advance(timedelta(days=30))
    found = balance(books)
    assert [one.account for one in found.moves] == [ACCOUNTS[7]]
    assert found.moves[0].taker == BEN
    assert found.stays == {"knows-customer": 7}


def test_what_a_colleague_does_for_her_while_she_is_away_is_no_workload(books: WorkBooks) -> None:
    today = books.clock.now().date()
    books.parts.absences.hand_over(books.creditor, BEN, ANNA, today, None, OLGA)
    assert loads(books)[BEN].is_away
    assert BEN not in {one.taker for one in balance(books).moves}


def test_who_sees_other_branches_alone_gets_none_of_these(books: WorkBooks) -> None:
    found = balance(books, [user(ANNA), user(BEN, "collector", "South")])
    assert found.moves == ()
    assert found.stays == {"nobody-fits": 8}


def test_who_left_and_who_lost_the_branch_give_what_nobody_would_find(books: WorkBooks) -> None:
    found = balance(books, [user(BEN)])
    assert {(one.giver, one.taker) for one in found.moves} == {(ANNA, BEN)}
    assert len(found.moves) == len(ACCOUNTS)
    found = balance(books, [user(ANNA, "collector", "South"), user(BEN)])
    assert {one.reasons[0].code for one in found.moves} == {"unseen"}
    agreed = [Agreed(one.account, one.giver, one.taker) for one in found.moves]
    books.parts.workloads.apply(CREDITOR, agreed, OLGA)
    books.hear()
    assert loads(books)[ANNA].items == 0
    assert balance(books, [user(ANNA, "collector", "South"), user(BEN)]).moves == ()


@pytest.mark.parametrize(("branch", "is_seen"), [("North", True), ("South", False)])
def test_nothing_is_given_to_whom_it_would_be_invisible(
    books: WorkBooks, branch: str, is_seen: bool
) -> None:
    users, lists, account = books.parts.users, books.parts.work_list, ACCOUNTS[0]
    grant = Grant(CREDITOR, "collector", (branch,))
    users.add("sub-carl", "carl@musterwerk.example", "Carl", grants=[grant], by="cli")
    books.parts.desks.put(CREDITOR, account, OLGA, collector=ANNA, sales=None, branch="North")
    books.hear()
    item = lists.of(CREDITOR, account)[0]
    moves = [Agreed(account, ANNA, "carl@musterwerk.example")]
    if is_seen:
        given = lists.assign(CREDITOR, account, item.id, OLGA, "carl@musterwerk.example")
        assert given.assigned_to == "carl@musterwerk.example"
        assert books.parts.workloads.apply(CREDITOR, moves, OLGA)[0].problem == ""
        return
    with pytest.raises(NotAColleague):
        lists.assign(CREDITOR, account, item.id, OLGA, "carl@musterwerk.example")
    with pytest.raises(NotAColleague):
        books.parts.workloads.apply(CREDITOR, moves, OLGA)
    assert books.parts.desks.of(CREDITOR, account).collector == ANNA


def test_what_somebody_else_gave_away_meanwhile_is_left(books: WorkBooks) -> None:
    books.parts.desks.put(CREDITOR, ACCOUNTS[0], OLGA, collector=OLGA, sales=None, branch=None)
    moves = [Agreed(ACCOUNTS[0], ANNA, BEN), Agreed("nobody", ANNA, BEN)]
    done = books.parts.workloads.apply(CREDITOR, moves, OLGA)
    assert [one.problem for one in done] == ["not-theirs", "account-unknown"]
    assert books.parts.desks.of(CREDITOR, ACCOUNTS[0]).collector == OLGA


@pytest.mark.parametrize(
    "moves",
    [
        [],
        [Agreed(ACCOUNTS[0], ANNA, ANNA)],
        [Agreed(ACCOUNTS[0], ANNA, BEN), Agreed(ACCOUNTS[0], ANNA, OLGA)],
        [Agreed(f"{number}", ANNA, BEN) for number in range(21)],
    ],
)
def test_moves_that_cannot_be_are_refused_whole(books: WorkBooks, moves: list[Agreed]) -> None:
    with pytest.raises(MovesNotValid):
        books.parts.workloads.apply(CREDITOR, moves, OLGA)
    assert books.parts.desks.of(CREDITOR, ACCOUNTS[0]).collector == ANNA
