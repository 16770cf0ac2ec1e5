"""What a collector finds in the morning, and what becomes of it during the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.accounts.agreed import CreditLimit
from saldo.accounts.model import WHOLE_CREDITOR
from saldo.adapters.dynamo.rows import image_of, record_of_image
from saldo.collection.model import Instalment
from saldo.credit.model import CreditLine, CreditSheet, Exposure
from saldo.money import Money
from saldo.reminders.tasks import Task
from saldo.store import Delete, Put
from saldo.worklist.desk_model import rules_from
from saldo.worklist.model import WorkItem
from saldo.worklist.pages import WorkCursorNotValid, WorkItemUnknown
from saldo.worklist.rank import places_of
from saldo.worklist.service import OutcomeNotValid, SnoozeNotValid, WorkItemClosed
from tests.worked import ACCOUNT, ANNA, BEN, CREDITOR, NOBODY, OLGA, WorkBooks

FRIDAY = date(2026, 11, 27)


@pytest.fixture
def books() -> WorkBooks:
    books = WorkBooks()
    books.begin()
    books.hear()
    return books


def done(books: WorkBooks, item: WorkItem, **more: object) -> WorkItem:
    return books.parts.work_list.done(books.creditor, item.account, item.id, ANNA, **more)  # type: ignore[arg-type]


def call_task(books: WorkBooks, id_: str = "T-1", invoice: str = "RE-1", **fields: object) -> Task:
    now = books.clock.now()
    task = Task(CREDITOR, ACCOUNT, id_, "call", "Beispiel AG", now, now, invoice=invoice, version=1)
    task = replace(task, **fields)  # type: ignore[arg-type]
    books.store.commit([Put(task)])
    books.parts.work_keeper.derive(CREDITOR, ACCOUNT)
    return task


def test_an_account_that_owes_in_peace_is_nobodys_work(books: WorkBooks) -> None:
    assert books.work() == []
    books.proven()


def test_a_promise_that_was_broken_stands_there_until_it_is_paid(books: WorkBooks) -> None:
    books.promise(FRIDAY)
    books.hear()
    assert books.work() == []
    books.days(10)
    (item,) = books.work()
    assert (item.kind, item.cause.why, item.cause.next) == (
        "promise-broken",
        "promise-broken",
        "call",
    )
    assert item.cause.stake == (Money(11900, "EUR"),)
    assert item.cause.invoices == ("RE-1",)
    assert item.name == "Beispiel AG"
    books.pay()
    books.hear()
    assert books.work() == []
    books.proven()


def test_a_new_promise_takes_the_place_of_the_broken_one(books: WorkBooks) -> None:
    books.promise(FRIDAY)
    books.days(10)
    books.promise(books.clock.now().date() + timedelta(days=3), id_="P-2")
    books.hear()
    assert books.work() == []


def test_a_question_waits_until_it_is_answered_or_closed(books: WorkBooks) -> None:
    books.ask()
    books.hear()
    (item,) = books.work()
    assert (item.kind, item.cause.next) == ("question", "answer")
    done(books, item, outcome="not-needed")
    assert books.work() == []
    books.clock.advance(timedelta(hours=1))
    books.ask("And now?", "Q-2")
    books.hear()
    (again,) = books.work()
    assert again.id != item.id
    books.proven()


def test_a_dispute_is_its_owners_and_rises_when_it_is_overdue(books: WorkBooks) -> None:
    dispute = books.dispute(amount_minor=4000)
    books.hear()
    (item,) = books.work()
    assert (item.kind, item.cause.stake) == ("dispute", (Money(4000, "EUR"),))
    books.parts.work_list.snooze(
        books.creditor, ACCOUNT, item.id, ANNA, books.clock.now().date() + timedelta(days=50)
    )
    assert books.work() == []
    books.days((dispute.deadline - books.clock.now().date()).days + 1)
    (overdue,) = books.work()
    assert overdue.cause.why == "dispute-overdue"
    assert overdue.points == item.points + 25
    books.disputes.reject(CREDITOR, ACCOUNT, dispute.id, ANNA, "All was delivered.")
    books.hear()
    assert books.work() == []
    books.proven()


def test_a_plan_that_is_asked_for_waits_for_a_decision(books: WorkBooks) -> None:
    today = books.clock.now().date()
    parts = (Instalment(today + timedelta(10), 6000), Instalment(today + timedelta(40), 5900))
    books.proposals.propose(CREDITOR, ACCOUNT, "PL-1", ["RE-1"], parts, None, "payer")
    books.hear()
    (item,) = books.work()
    assert (item.kind, item.cause.next) == ("plan-proposed", "decide-plan")
    assert item.cause.facts["instalments"] == 2
    books.proposals.approve(CREDITOR, ACCOUNT, "PL-1", ANNA)
    books.hear()
    assert books.work() == []


def test_an_account_beyond_its_limit_is_back_below_it_with_a_payment(books: WorkBooks) -> None:
    books.change_account(credit_limit=CreditLimit(20000, "EUR"))
    books.hear()
    books.push(books.invoice("RE-2", 30000), books.invoice("RE-3", 500, currency="USD"))
    books.hear()
    item = books.item("over-limit")
    assert item.cause.stake == (Money(21900, "EUR"),)
    assert item.cause.facts["limit"] == {"minor": 20000, "currency": "EUR"}
    books.pay("RE-2", 30000)
    books.hear()
    assert books.work() == []
    books.proven()


def test_an_account_whose_exceeded_cover_ended_stays_on_the_list(books: WorkBooks) -> None:
    line = CreditLine("EUR", Exposure("EUR", open_minor=11900))
    books.store.commit([Put(CreditSheet(CREDITOR, ACCOUNT, lines=(line,), over=("EUR",)))])
    books.parts.work_keeper.derive(CREDITOR, ACCOUNT)
    item = books.item("over-limit")
    assert item.cause.stake == (Money(11900, "EUR"),)
    assert item.cause.facts["limit"] == {"minor": 0, "currency": "EUR"}
    books.pay()
    books.hear()
    assert books.work() == []


def test_an_address_that_bounced_matters_while_something_is_open(books: WorkBooks) -> None:
    books.bounce()
    books.parts.work_keeper.derive(CREDITOR, ACCOUNT)
    (item,) = books.work()
    assert (item.kind, item.cause.why) == ("address", "address-bounced")
    assert "ap@beispiel.example" not in item.id
    books.pay()
    books.hear()
    assert books.work() == []


def test_a_call_for_what_was_paid_is_nobodys_work_any_more(books: WorkBooks) -> None:
    call_task(books)
    assert books.kinds() == ["call"]
    books.pay()
    books.hear()
    assert books.work() == []
    books.proven()


def test_a_task_for_next_week_shows_next_week(books: WorkBooks) -> None:
    call_task(books, due_at=books.clock.now() + timedelta(days=7))
    assert books.work() == []
    assert books.kinds(later=True) == ["call"]
    books.days(6)
    assert books.work() == []
    books.days(1)
    assert books.kinds() == ["call"]
    assert books.kinds(later=True) == []
    books.proven()


def test_closing_a_call_closes_its_task_and_counts_once_for_who_did_it(books: WorkBooks) -> None:
    task = call_task(books)
    done(books, books.item("call"), outcome="agreed", text="Pays on Friday.")
    closed = books.store.get(Task, *task.key)
    assert closed is not None
    assert (closed.state, closed.outcome, closed.closed_by) == (
        "done",
        "agreed: Pays on Friday.",
        ANNA,
    )
    assert books.work() == []
    for _ in range(2):
        books.heard.clear()
        books.hear()
    effort = books.parts.efforts.of(CREDITOR, ANNA, books.clock.now().date())
    assert (effort.today.closed, effort.week.closed) == (1, 1)


def test_what_is_closed_while_it_lasts_comes_back_after_two_weeks(books: WorkBooks) -> None:
    books.promise(FRIDAY)
    books.days(10)
    item = books.item("promise-broken")
    closed = done(books, item, outcome="no-answer", text="Nobody there.")
    assert closed.state == "done"
    assert (books.work(), books.work(later=True)) == ([], [])
    with pytest.raises(WorkItemClosed):
        done(books, item)
    books.days(13)
    assert books.work() == []
    books.days(1)
    (back,) = books.work()
    assert (back.since, back.outcome, back.text) == (item.since, "no-answer", "Nobody there.")
    books.proven()


def test_a_released_step_goes_and_only_a_step_is_released(books: WorkBooks) -> None:
    call_task(books)
    with pytest.raises(Exception, match="lets no step go"):
        done(books, books.item("call"), outcome="released")
    call_task(books, "T-2", kind="release", step="2", episode=1)
    done(books, books.item("stage"), outcome="released")
    released = books.store.get(Task, CREDITOR, ACCOUNT, "T-2")
    assert released is not None and released.state == "released"
    books.dispute()
    books.hear()
    with pytest.raises(OutcomeNotValid):
        done(books, books.item("dispute"), outcome="released")


def test_what_is_put_off_stands_under_later_until_its_morning(books: WorkBooks) -> None:
    books.ask()
    books.hear()
    item = books.item("question")
    today = books.clock.now().date()
    for day in (today, today - timedelta(1), today + timedelta(61)):
        with pytest.raises(SnoozeNotValid):
            books.parts.work_list.snooze(books.creditor, ACCOUNT, item.id, ANNA, day)
    until = today + timedelta(days=3)
    books.parts.work_list.snooze(books.creditor, ACCOUNT, item.id, ANNA, until, "Back on Tuesday.")
    assert (books.work(), books.kinds(later=True)) == ([], ["question"])
    books.proven()
    books.days(3)
    assert books.kinds() == ["question"]
    books.parts.work_list.snooze(books.creditor, ACCOUNT, item.id, ANNA, until + timedelta(days=3))
    books.parts.work_list.snooze(books.creditor, ACCOUNT, item.id, ANNA, None)
    assert books.kinds() == ["question"]
    books.proven()


def test_items_follow_who_looks_after_the_account_and_one_goes_to_a_colleague(
    books: WorkBooks,
) -> None:
    books.ask()
    call_task(books)
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=ANNA, sales=None, branch=None)
    books.hear()
    assert (books.work(), sorted(books.kinds(ANNA))) == ([], ["call", "question"])
    books.parts.work_list.assign(CREDITOR, ACCOUNT, books.item("call").id, OLGA, BEN)
    assert (books.kinds(ANNA), books.kinds(BEN)) == (["question"], ["call"])
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=OLGA, sales=None, branch=None)
    books.hear()
    assert (books.kinds(OLGA), books.kinds(BEN)) == (["question"], ["call"])
    books.parts.work_list.assign(CREDITOR, ACCOUNT, books.item("call").id, OLGA, None)
    assert sorted(books.kinds(OLGA)) == ["call", "question"]
    assert books.kinds(OLGA, kind="call") == ["call"]
    books.proven()


def test_new_rules_move_every_list(books: WorkBooks) -> None:
    books.ask()
    books.hear()
    rules = rules_from(CREDITOR, {"rules": [{"collector": BEN}]})
    books.parts.desks.set_rules(rules, OLGA)
    books.hear()
    assert (books.work(), books.kinds(BEN)) == ([], ["question"])
    books.proven()


def test_what_waits_longer_and_is_worth_more_comes_first(books: WorkBooks) -> None:
    books.push(books.invoice("RE-2", 1_190_000), books.invoice("RE-3", 100))
    call_task(books, "T-small", "RE-3")
    call_task(books, "T-big", "RE-2")
    assert [one.cause.task for one in books.work()] == ["T-big", "T-small"]
    books.days(20)
    call_task(books, "T-new", "RE-2")
    assert [one.cause.task for one in books.work()] == ["T-big", "T-small", "T-new"]


def test_pages_go_on_where_they_ended_over_several_lists(books: WorkBooks) -> None:
    for n in range(25):
        call_task(books, f"T-{n:02}")
        if n % 3 == 0:
            books.parts.work_list.assign(CREDITOR, ACCOUNT, f"task-T-{n:02}", OLGA, BEN)
    everything = [one.id for one in books.work(NOBODY, BEN, limit=100)]
    assert len(everything) == 25
    seen: list[str] = []
    cursor = None
    while True:
        page = books.parts.work_list.page(CREDITOR, (NOBODY, BEN), limit=7, cursor=cursor)
        seen += [one.id for one in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == everything
    first = books.parts.work_list.page(CREDITOR, (NOBODY,), limit=2)
    for wrong in ("nonsense", "W10"):
        with pytest.raises(WorkCursorNotValid):
            books.parts.work_list.page(CREDITOR, (NOBODY,), cursor=wrong)
    with pytest.raises(WorkCursorNotValid):
        books.parts.work_list.page(CREDITOR, (NOBODY,), later=True, cursor=first.cursor)


def test_counts_are_of_each_persons_list(books: WorkBooks) -> None:
    books.ask()
    call_task(books)
    call_task(books, "T-2", due_at=books.clock.now() + timedelta(days=7))
    books.hear()
    tally = books.parts.work_list.tallies(CREDITOR)[NOBODY]
    assert (tally.now, tally.later, tally.total) == ({"call": 1, "question": 1}, 1, 2)


def test_an_item_that_is_over_cannot_be_put_off(books: WorkBooks) -> None:
    with pytest.raises(WorkItemUnknown):
        books.parts.work_list.snooze(books.creditor, ACCOUNT, "call-1", ANNA, FRIDAY)


def test_mail_that_was_stopped_is_the_creditors_first_work(books: WorkBooks) -> None:
    stopped = replace(books.creditor, mail_stopped_at=books.clock.now(), mail_stopped_why="bounces")
    books.store.commit([Put(replace(stopped, version=stopped.version + 1), stopped.version)])
    books.ask()
    books.sweep()
    assert books.kinds() == ["sending-stopped", "question"]
    assert books.work()[0].account == WHOLE_CREDITOR
    books.proven()


def test_a_list_that_lost_something_is_found_and_mended(books: WorkBooks) -> None:
    books.ask()
    call_task(books)
    books.hear()
    item = books.item("call")
    books.store.commit([Delete(places_of(item)[0], None)])
    found = books.parts.work_proof.verify(CREDITOR).differences
    assert {one.what for one in found} == {"place"}
    question = books.item("question")
    books.store.commit([Delete(question, None)])
    found = books.parts.work_proof.verify(CREDITOR).differences
    assert {one.what for one in found} == {"place", "missing", "count"}
    books.parts.work_proof.rebuild(CREDITOR)
    assert books.parts.work_proof.mend(CREDITOR) > 0
    books.proven()
    assert sorted(books.kinds()) == ["call", "question"]


def test_items_come_back_from_the_table_as_they_were_kept(books: WorkBooks) -> None:
    """Else every look at an account would find a difference, and write it."""
    books.change_account(credit_limit=CreditLimit(5000, "EUR"))
    books.dispute(amount_minor=4000)
    books.ask()
    call_task(books, due_at=books.clock.now() + timedelta(days=7))
    books.hear()
    items = books.parts.work_list.of(CREDITOR, ACCOUNT)
    assert {one.kind for one in items} == {"over-limit", "dispute", "question", "call"}
    for item in items:
        for record in (item, *places_of(item)):
            assert record_of_image(image_of(record)) == record
