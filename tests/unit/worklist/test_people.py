"""What people did and wrote down: counted once, for who did it, and kept with the account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.collection.promises import PromiseOrder
from saldo.money import Money
from saldo.reminders.model import CoveredItem, Notice
from saldo.reminders.tasks import Task, TaskUnknown
from saldo.store import Put
from saldo.worklist.absences import AbsenceNotValid, AbsenceOverlaps, AbsenceUnknown, CoversTooMany
from saldo.worklist.calls import CallDiffers, CallNotValid, CallOrder
from saldo.worklist.effort import TargetNotValid, week_of
from saldo.worklist.hearing import Heard
from saldo.worklist.notes import NoteDiffers, NoteNotValid, NoteUnknown
from tests.worked import ACCOUNT, ANNA, BEN, CREDITOR, OLGA, WorkBooks


@pytest.fixture
def books() -> WorkBooks:
    books = WorkBooks()
    books.begin()
    return books


def called(books: WorkBooks, id_: str = "C-1", **more: object) -> None:
    order = CallOrder(id_, ANNA, **{"outcome": "reached", **more})  # type: ignore[arg-type]
    books.parts.calls.log(CREDITOR, ACCOUNT, order)


def test_calls_promises_and_what_was_closed_count_for_who_did_it(books: WorkBooks) -> None:
    called(books)
    called(books, "C-2", outcome="voicemail")
    day = books.clock.now().date() + timedelta(days=3)
    order = PromiseOrder("P-1", ("RE-1",), 5000, day, ANNA)
    books.promises.give(books.creditor, order)
    books.ask()
    books.hear()
    item = books.item("question")
    books.parts.work_list.done(books.creditor, ACCOUNT, item.id, BEN)
    for _ in range(3):
        books.heard.clear()
        books.hear()
    today = books.clock.now().date()
    anna, ben = books.parts.efforts.team(CREDITOR, today)
    assert (anna.person, anna.today.calls, anna.today.reached, anna.today.closed) == (ANNA, 2, 1, 0)
    assert anna.week.promised == {"EUR": 5000}
    assert (ben.person, ben.today.closed, ben.today.calls) == (BEN, 1, 0)


def test_what_keys_and_jobs_do_is_nobodys(books: WorkBooks) -> None:
    books.promise(books.clock.now().date() + timedelta(days=3))
    books.hear()
    assert books.parts.efforts.team(CREDITOR, books.clock.now().date()) == []


def test_a_replay_of_old_events_counts_nothing_again(books: WorkBooks) -> None:
    called(books)
    books.clock.advance(timedelta(days=40))
    books.hear()
    assert books.parts.efforts.team(CREDITOR, books.clock.now().date()) == []


def test_a_week_begins_on_monday(books: WorkBooks) -> None:
    called(books)  # on a Saturday
    books.hear()
    monday = books.clock.now().date() + timedelta(days=2)
    assert books.parts.efforts.of(CREDITOR, ANNA, monday).week.calls == 0
    assert books.parts.efforts.of(CREDITOR, ANNA, monday - timedelta(days=1)).week.calls == 1
    assert week_of(date(2027, 1, 1)) == "2026-W53"


def test_a_target_stands_beside_what_was_done(books: WorkBooks) -> None:
    money = Money(500_000, "EUR")
    books.parts.efforts.set_target(
        CREDITOR, "Anna@Musterwerk.example", OLGA, calls_day=12, promised_week=money
    )
    found = books.parts.efforts.of(CREDITOR, ANNA, books.clock.now().date())
    assert (found.target.calls_day, found.target.promised_week) == (12, money)
    for wrong in ({"calls_day": -1}, {"closed_week": 10**6}, {"promised_week": Money(-1, "EUR")}):
        with pytest.raises(TargetNotValid):
            books.parts.efforts.set_target(CREDITOR, ANNA, OLGA, **wrong)  # type: ignore[arg-type]


def test_a_call_that_a_task_asked_for_closes_it_and_nobody_reached_passes_it_on(
    books: WorkBooks,
) -> None:
    now = books.clock.now()
    item = CoveredItem("RE-1", 1, 11900, "EUR", 1)
    notice = Notice(
        CREDITOR,
        ACCOUNT,
        "N-1",
        "1",
        "reminder-1",
        "call",
        (item,),
        now.date(),
        now,
        "sent",
        fallbacks=("email",),
        version=1,
    )
    task = Task(CREDITOR, ACCOUNT, "N-1", "call", "Beispiel AG", now, now, notice="N-1", version=1)
    books.store.commit([Put(notice), Put(task)])
    books.parts.work_keeper.derive(CREDITOR, ACCOUNT)
    assert books.item("call").cause.invoices == ("RE-1",)
    called(books, outcome="no-answer", task="N-1", text="Engaged.")
    closed = books.store.get(Task, *task.key)
    assert closed is not None
    assert (closed.state, closed.outcome, closed.closed_by) == ("done", "no-answer: Engaged.", ANNA)
    books.hear()
    assert books.work() == []
    called(books, outcome="no-answer", task="N-1", text="Engaged.")
    with pytest.raises(TaskUnknown):
        called(books, "C-2", task="N-9")


def test_calls_are_told_once_and_lie_in_the_past(books: WorkBooks) -> None:
    called(books, text="Pays on Friday.")
    called(books, text="Pays on Friday.")
    assert [e.type for e in books.events()].count("call.logged") == 1
    with pytest.raises(CallDiffers):
        called(books, text="Does not pay.")
    with pytest.raises(CallNotValid):
        called(books, "C-2", at=books.clock.now() + timedelta(hours=1))
    with pytest.raises(CallNotValid):
        called(books, "C-2", outcome="tea")
    earlier = books.clock.now() - timedelta(days=2)
    called(books, "C-3", at=earlier)
    assert [one.id for one in books.parts.calls.of(CREDITOR, ACCOUNT)] == ["C-1", "C-3"]


def test_notes_come_pinned_first_and_say_who_wrote_them(books: WorkBooks) -> None:
    notes = books.parts.notes
    for n in range(3):
        notes.add(CREDITOR, ACCOUNT, f"N-{n}", ANNA, f"Note {n}")
        books.clock.advance(timedelta(hours=1))
    notes.pin(CREDITOR, ACCOUNT, "N-0", BEN, pinned=True)
    assert [one.id for one in notes.of(CREDITOR, ACCOUNT)] == ["N-0", "N-2", "N-1"]
    assert notes.pin(CREDITOR, ACCOUNT, "N-0", OLGA, pinned=True).changed_by == BEN
    with pytest.raises(NoteUnknown):
        notes.pin(CREDITOR, ACCOUNT, "N-9", BEN, pinned=True)
    with pytest.raises(NoteDiffers):
        notes.add(CREDITOR, ACCOUNT, "N-0", BEN, "Something else")
    for empty in ("", "  ", "x" * 4001):
        with pytest.raises(NoteNotValid):
            notes.add(CREDITOR, ACCOUNT, "N-7", BEN, empty)


def test_a_list_is_covered_from_the_first_to_the_last_day_alone(books: WorkBooks) -> None:
    absences, today = books.parts.absences, books.clock.now().date()
    first, last = today + timedelta(days=1), today + timedelta(days=3)
    absences.hand_over(books.creditor, ANNA, BEN, first, last, OLGA)
    covered = [
        ANNA in absences.lists_of(CREDITOR, BEN, today + timedelta(days=n)) for n in range(5)
    ]
    assert covered == [False, True, True, True, False]
    assert absences.lists_of(CREDITOR, ANNA, first) == (ANNA,)


def test_nobody_covers_in_chains_for_themselves_or_for_everybody(books: WorkBooks) -> None:
    absences, today = books.parts.absences, books.clock.now().date()
    made = absences.hand_over(books.creditor, ANNA, BEN, today, None, OLGA)
    absences.hand_over(books.creditor, BEN, OLGA, today, today, OLGA)
    assert absences.lists_of(CREDITOR, OLGA, today) == (OLGA, BEN)
    with pytest.raises(AbsenceOverlaps):
        absences.hand_over(books.creditor, ANNA, OLGA, today, today, OLGA)
    with pytest.raises(AbsenceNotValid):
        absences.hand_over(books.creditor, OLGA, OLGA, today, None, OLGA)
    with pytest.raises(AbsenceNotValid):
        absences.hand_over(books.creditor, OLGA, BEN, today, today - timedelta(days=1), OLGA)
    with pytest.raises(AbsenceNotValid):  # a year was mistyped
        absences.hand_over(books.creditor, OLGA, BEN, date(9999, 1, 1), date(9999, 12, 31), OLGA)
    for n in range(9):
        absences.hand_over(books.creditor, f"c{n}@d.example", BEN, today, None, OLGA)
    with pytest.raises(CoversTooMany):
        absences.hand_over(books.creditor, "c9@d.example", BEN, today, None, OLGA)
    absences.end(CREDITOR, made.id, OLGA)
    with pytest.raises(AbsenceUnknown):
        absences.end(CREDITOR, made.id, OLGA)


def test_a_message_that_may_not_have_left_is_looked_at_by_a_person(books: WorkBooks) -> None:
    now = books.clock.now()
    item = CoveredItem("RE-1", 1, 11900, "EUR", 1)
    notice = Notice(
        CREDITOR,
        ACCOUNT,
        "N-1",
        "1",
        "reminder-1",
        "sms",
        (item,),
        now.date(),
        now,
        "unknown",
        version=1,
    )
    books.store.commit([Put(notice)])
    told = {"notice": "N-1", "step": "1", "channel": "sms"}
    books.parts.work_hearing.hear(Heard("notice.unknown", CREDITOR, ACCOUNT, "E-1", now, told))
    (found,) = books.work()
    assert (found.cause.why, found.cause.invoices) == ("notice-unknown", ("RE-1",))
    books.store.commit([Put(replace(notice, state="delivered", version=2), expect=1)])
    books.parts.work_hearing.hear(Heard("notice.delivered", CREDITOR, ACCOUNT, "E-2", now, told))
    assert books.work() == []
