"""Stories of the last stage: a claim is handed over, and our own notices stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Hold
from saldo.accounts.service import Target
from saldo.collection.cases import Cases, HandOver
from saldo.collection.facts import Case
from saldo.events import Event
from saldo.reminders.model import DecisionRecord
from saldo.reminders.policy import PolicyNotValid, policy_from
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.tasks import Task, Tasks
from saldo.store import Put, Wake
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)
LAST = {"number": 2, "offset_days": 20, "message": "handed-over", "hands_over": True}
BY_ITSELF = LAST | {"handed_to": "Example Collections Ltd"}


def policy(last: dict[str, Any]) -> dict[str, Any]:
    first = {"number": 1, "offset_days": 2, "message": "reminder-1"}
    return {"id": "own", "version": 1, "announces_invoice": True, "stages": [first, last]}


def reminded(last: dict[str, Any], *numbers: str) -> Books:
    """A debtor who was reminded of these invoices once, and then nothing came."""
    books = Books()
    books.open_creditor(policy="own")
    PolicyBook(books.store, books.clock).put(CREDITOR, policy(last), "anna", DUE)
    books.open_account()
    books.push(*(books.invoice(n, due_on=DUE, already_sent=True) for n in numbers or ("RE-1",)))
    for item in books.open_items():
        assert item.announced_on
    books.day(DUE + timedelta(days=2))
    return books


def cases(books: Books) -> list[Case]:
    return list(books.store.list(Case, CREDITOR, ACCOUNT))


def opened(books: Books) -> list[Event]:
    return [e for e in books.events() if e.type == "case.opened"]


def test_a_policy_that_names_the_agency_hands_over_by_itself_once() -> None:
    books = reminded(BY_ITSELF, "RE-1", "RE-2")
    assert books.plan(DUE + timedelta(days=20)).handed_over == 1
    assert books.day(DUE + timedelta(days=21)) == []
    (case,) = cases(books)
    assert (case.invoices, case.handed_to) == (("RE-1", "RE-2"), "Example Collections Ltd")
    assert (case.kind, case.amount_minor, len(opened(books))) == ("agency", 2 * 11900, 1)
    (hold,) = books.store.list(Hold, CREDITOR, ACCOUNT)
    assert hold.kind == "legal-case"
    assert [item.stage for item in books.open_items()] == [2, 2]
    assert len(books.notices()) == 1, "the reminder of before, and none about the case"
    told = books.why.invoice(CREDITOR, "RE-2").past[-1].sentence
    assert "Stage 2 handed it over to Example Collections Ltd" in told


def test_a_stage_that_waits_for_a_person_hands_over_when_it_is_let_go() -> None:
    books = reminded(LAST | {"needs_release": True})
    day = DUE + timedelta(days=20)
    assert books.plan(day).held == {"hand-over": 1}
    assert cases(books) == []
    tasks = Tasks(books.store, books.clock, books.ids, books.feedback)
    (task,) = tasks.waiting(CREDITOR)
    tasks.release(CREDITOR, ACCOUNT, task.id, "anna")
    assert books.plan(day).handed_over == 1
    assert [case.handed_to for case in cases(books)] == ["A collection agency"]
    assert [t.state for t in books.store.list(Task, CREDITOR, ACCOUNT)] == ["released"]


def test_whom_no_mail_reaches_is_handed_over_all_the_same() -> None:
    books = Books()
    books.open_creditor(policy="own")
    only = BY_ITSELF | {"number": 1}
    data = policy(only) | {"stages": [only]}
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", DUE)
    books.open_account(email=None)
    books.push(books.invoice(due_on=DUE, already_sent=True))
    assert books.plan(DUE + timedelta(days=20)).handed_over == 1


def test_in_shadow_nothing_is_handed_over() -> None:
    books = reminded(BY_ITSELF)
    books.accounts.change_creditor(CREDITOR, state="shadow")
    assert books.plan(DUE + timedelta(days=20)).held == {"shadow": 1}
    assert cases(books) == []


def test_a_debtor_who_pays_while_it_is_handed_over_is_not() -> None:
    books = reminded(BY_ITSELF)
    commit, paid = books.store.commit, []

    def behind_a_payment(writes: Any) -> None:
        opens = any(isinstance(getattr(w, "record", None), Case) for w in writes)
        if opens and not paid:
            paid.append(books.pay())
        commit(writes)

    books.store.commit = behind_a_payment  # type: ignore[method-assign]
    assert books.plan(DUE + timedelta(days=20)).handed_over == 0
    assert cases(books) == opened(books) == []


def test_a_pause_that_comes_while_it_is_handed_over_holds_it() -> None:
    books = reminded(BY_ITSELF)
    commit, paused = books.store.commit, []

    def behind_a_pause(writes: Any) -> None:
        opens = any(isinstance(getattr(w, "record", None), Case) for w in writes)
        if opens and not paused:
            paused.append(True)
            books.accounts.pause(Target(CREDITOR, ACCOUNT), "They called.", "anna")
        commit(writes)

    books.store.commit = behind_a_pause  # type: ignore[method-assign]
    assert books.plan(DUE + timedelta(days=20)).held == {"pause": 1}
    assert cases(books) == []


def test_many_invoices_are_handed_over_in_cases_that_fit_a_transaction() -> None:
    numbers = [f"RE-{n:02}" for n in range(65)]
    books = reminded(BY_ITSELF, *numbers)
    assert books.plan(DUE + timedelta(days=20)).handed_over == 3
    assert sorted(n for case in cases(books) for n in case.invoices) == numbers


def test_a_word_given_for_an_earlier_debt_does_not_hand_over_a_later_one() -> None:
    books = reminded(LAST | {"needs_release": True})
    day = DUE + timedelta(days=20)
    books.plan(day)
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    Tasks(books.store, books.clock, books.ids, books.feedback).release(
        CREDITOR, ACCOUNT, task.id, "anna"
    )
    (item,) = books.open_items()
    later = replace(item, episode=item.episode + 1, version=item.version + 1)
    books.store.commit(
        [Put(later, expect=item.version), Wake(CREDITOR, ACCOUNT, books.clock.now())]
    )
    assert books.plan(day).held == {"hand-over": 1}


def test_a_stage_that_hands_over_by_itself_says_to_whom() -> None:
    with pytest.raises(PolicyNotValid, match="must say handed_to whom"):
        policy_from(policy(LAST))
    with pytest.raises(PolicyNotValid, match="sends nothing that could charge"):
        policy_from(policy(BY_ITSELF | {"interest": True}))


def test_a_hand_over_is_kept_as_a_decision() -> None:
    books = reminded(BY_ITSELF)
    books.plan(DUE + timedelta(days=20))
    (case,) = cases(books)
    last = list(books.store.list(DecisionRecord, CREDITOR, ACCOUNT, "RE-1"))[-1]
    told = (last.outcome, last.reason, last.facts["case"])
    assert told == ("hand-over", "handed-over", case.id)


def test_what_a_person_handed_over_and_let_be_reminded_again_is_not_handed_over_twice() -> None:
    books = reminded(BY_ITSELF, "RE-1", "RE-2")
    keeper = Cases(books.store, books.clock, books.ids)
    creditor = books.accounts.creditor(CREDITOR)
    keeper.open(creditor, HandOver("C-1", ("RE-1",), "lawyer", "Example & Partners", "anna"))
    books.accounts.resume(Target(CREDITOR, ACCOUNT, "RE-1"), "anna", kind="legal-case")
    assert books.plan(DUE + timedelta(days=20)).handed_over == 1
    assert [case.invoices for case in cases(books)] == [("RE-2",), ("RE-1",)]
    assert [item.stage for item in books.open_items()] == [2, 2]


def test_a_debtor_who_paid_just_before_the_case_is_written_is_not_handed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books = reminded(BY_ITSELF)
    opening, paid = Cases.opening, []

    def behind_a_payment(self: Cases, *order: Any) -> Any:
        paid.append(books.pay())
        return opening(self, *order)

    monkeypatch.setattr(Cases, "opening", behind_a_payment)
    assert books.plan(DUE + timedelta(days=20)).handed_over == 0
    assert len(paid) == 1
    assert cases(books) == []
