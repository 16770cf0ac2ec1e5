"""What is open over all accounts: disputes by reason, promises, plans that wait, cases."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.collection import registers
from saldo.collection.dispute_orders import DisputeDayNotValid, DisputeOver, SettlementTerms
from saldo.collection.dispute_owners import DisputeOwners
from saldo.collection.model import Instalment
from saldo.collection.registers import ReasonSum, Registers, by_reason
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

WHOLE = [Instalment(date(2026, 12, 10), 11900)]
LATER = date(2026, 12, 11)


@pytest.fixture
def books() -> CollectedBooks:
    books = CollectedBooks()
    books.begin(*(books.invoice(f"RE-{n}") for n in range(1, 6)))
    return books


@pytest.fixture
def register(books: CollectedBooks) -> Registers:
    return Registers(books.store)


def owners(books: CollectedBooks) -> DisputeOwners:
    return DisputeOwners(books.store, books.clock, books.ids, books.disputes)


def test_disputes_are_listed_by_their_deadlines_and_summed_up_by_reason(
    books: CollectedBooks, register: Registers
) -> None:
    books.dispute("D-1", "RE-1", deadline=date(2026, 12, 20))
    books.dispute("D-2", "RE-2", deadline=date(2026, 12, 1), amount_minor=1900)
    found = register.disputes(CREDITOR)
    assert [one.id for one in found.items] == ["D-2", "D-1"]
    assert by_reason(found.items) == (ReasonSum("quantity", "EUR", 2, 13800, 0),)
    books.clock.move_to(books.clock.now().replace(month=12, day=3))
    books.dispute_looks.look()
    assert by_reason(register.disputes(CREDITOR).items)[0].overdue_minor == 1900


def test_a_settled_dispute_stays_listed_until_its_credit_note_came(
    books: CollectedBooks, register: Registers
) -> None:
    books.dispute()
    terms = SettlementTerms(1900, "Kim", credit_expected=True)
    books.disputes.settle(CREDITOR, ACCOUNT, "D-1", terms)
    (waiting,) = register.disputes(CREDITOR).items
    assert (waiting.state, by_reason([waiting])) == ("settled", ())
    books.credit_note(1900)
    books.dispute_looks.credit_came(CREDITOR, ACCOUNT, "RE-1")
    assert register.disputes(CREDITOR).items == ()


def test_a_dispute_that_ended_is_listed_no_more(books: CollectedBooks, register: Registers) -> None:
    books.dispute()
    books.disputes.withdraw(CREDITOR, ACCOUNT, "D-1", "payer")
    assert register.disputes(CREDITOR).items == ()


def test_plans_that_wait_for_an_answer_are_listed_apart_until_they_have_one(
    books: CollectedBooks, register: Registers
) -> None:
    for number in (1, 2):
        books.proposals.propose(
            CREDITOR, ACCOUNT, f"PL-{number}", [f"RE-{number}"], WHOLE, None, "payer"
        )
    assert [one.id for one in register.proposals(CREDITOR).items] == ["PL-1", "PL-2"]
    assert register.plans(CREDITOR).items == ()
    books.proposals.approve(CREDITOR, ACCOUNT, "PL-1", "Kim")
    books.kept_plans.cancel(CREDITOR, ACCOUNT, "PL-2", "Kim", "Too long.")
    assert register.proposals(CREDITOR).items == ()
    assert [one.id for one in register.plans(CREDITOR).items] == ["PL-1"]


def test_promises_and_cases_are_listed_while_they_are_open(
    books: CollectedBooks, register: Registers
) -> None:
    books.promise(date(2026, 12, 1))
    books.hand_over(("RE-2",))
    assert [one.id for one in register.promises(CREDITOR).items] == ["P-1"]
    assert [one.id for one in register.cases(CREDITOR).items] == ["C-1"]
    books.promises.withdraw(CREDITOR, ACCOUNT, "P-1", "Kim")
    books.agency_tells("closed")
    assert register.promises(CREDITOR).items == ()
    assert register.cases(CREDITOR).items == ()


def test_a_list_that_is_too_long_says_so(
    books: CollectedBooks, register: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "READ_MAX", 2)
    for number in (1, 2, 3):
        books.dispute(f"D-{number}", f"RE-{number}")
    found = register.disputes(CREDITOR)
    assert (len(found.items), found.is_cut) == (2, True)


def test_a_dispute_is_handed_to_a_colleague_with_more_time(books: CollectedBooks) -> None:
    books.dispute()
    books.clock.move_to(books.clock.now().replace(month=12, day=8))
    books.dispute_looks.look()
    assert books.dispute_now().overdue
    handed = owners(books).assign(CREDITOR, ACCOUNT, "D-1", "Ben", LATER, "Kim")
    assert (handed.owner, handed.deadline, handed.overdue) == ("Ben", LATER, False)
    assert owners(books).assign(CREDITOR, ACCOUNT, "D-1", "Ben", None, "Kim") == handed
    (told,) = books.told_of("dispute.assigned")
    assert (told["owner"], told["deadline"], told["by"]) == ("Ben", "2026-12-11", "Kim")
    books.clock.move_to(books.clock.now().replace(day=13))
    books.dispute_looks.look()
    assert books.dispute_now().overdue, "the new day is kept watch over"


def test_a_dispute_is_not_handed_on_with_a_day_that_has_passed_or_when_it_is_over(
    books: CollectedBooks,
) -> None:
    books.dispute()
    with pytest.raises(DisputeDayNotValid):
        owners(books).assign(CREDITOR, ACCOUNT, "D-1", "Ben", date(2026, 11, 1), "Kim")
    books.disputes.reject(CREDITOR, ACCOUNT, "D-1", "Kim", "All of it is owed.")
    with pytest.raises(DisputeOver):
        owners(books).assign(CREDITOR, ACCOUNT, "D-1", "Ben", None, "Kim")
