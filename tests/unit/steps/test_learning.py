"""What came of past steps is counted once, when it is known, and can be added up anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from saldo.reminders.draws import last_draw
from saldo.steps.model import DrawSheet, StepOutcome, StepSheet, StepSummary
from saldo.steps.outcomes import result_of, shape_of
from saldo.steps.tally import tally_from
from saldo.store import Put
from saldo.worklist.calls import Call
from tests.books import ACCOUNT, CREDITOR, Books
from tests.unit.steps.learning import Learning
from tests.unit.steps.trials import DUE, customers, trial_books

REMIND_ON = DUE + timedelta(days=5)


def reminded(pays_after: int | None = 4) -> Learning:
    books = trial_books(share=None)
    books.open_account(country="FR")
    books.push(books.invoice(due_on=DUE))
    learning = Learning(books)
    learning.remind(REMIND_ON)
    if pays_after is not None:
        learning.go_to(REMIND_ON + timedelta(days=pays_after))
        books.pay(on=REMIND_ON + timedelta(days=pays_after))
    return learning


def test_a_reminder_that_was_paid_after_four_days_counts_when_34_have_passed() -> None:
    learning = reminded()
    learning.go_to(REMIND_ON + timedelta(days=33))
    learning.night()
    assert not list(learning.books.store.list(StepSheet, CREDITOR))
    learning.go_to(REMIND_ON + timedelta(days=34))
    learning.night()
    (sheet,) = learning.books.store.list(StepSheet, CREDITOR)
    assert (sheet.month, sheet.step) == ("2026-12", "own:1:reminder-1")
    ((cell, numbers),) = sheet.cells.items()
    assert cell == "email|6|9-12|below-1000"
    found = tally_from(numbers)
    assert (found.count, found.paid, found.mean_days) == (1, (0, 1, 1, 1), 4.0)
    assert found.overdue_days == 5


def test_counted_once_however_often_it_is_looked_at() -> None:
    learning = reminded()
    for more in (34, 35, 36):
        learning.go_to(REMIND_ON + timedelta(days=more))
        learning.keeper.refresh(CREDITOR, ACCOUNT)
        learning.night()
    (sheet,) = learning.books.store.list(StepSheet, CREDITOR)
    assert sum(tally_from(n).count for n in sheet.cells.values()) == 1
    assert learning.proof.differences(CREDITOR) == []


def test_what_was_never_paid_counts_as_30_days() -> None:
    learning = reminded(pays_after=None)
    learning.go_to(REMIND_ON + timedelta(days=34))
    learning.night()
    (outcome,) = learning.books.store.list(StepOutcome, CREDITOR, ACCOUNT)
    assert outcome.result is not None
    assert (outcome.result.days_tenths, outcome.result.paid_within) == (300, ())


def test_a_wrong_sum_is_told() -> None:
    learning = reminded()
    learning.go_to(REMIND_ON + timedelta(days=34))
    learning.night()
    (sheet,) = learning.books.store.list(StepSheet, CREDITOR)
    (cell,) = sheet.cells
    wrong = replace(sheet, cells={cell: [2, *sheet.cells[cell][1:]]}, version=sheet.version + 1)
    learning.books.store.commit([Put(wrong, expect=sheet.version)])
    (differs,) = learning.proof.differences(CREDITOR)
    assert (differs.cell, differs.kept[0], differs.found[0]) == (cell, 2, 1)


def test_what_a_write_off_closed_says_nothing() -> None:
    books = Books()
    paid_late = replace(
        books.invoice(), open_minor=0, closed_on=DUE + timedelta(days=35), days_beyond_terms=35
    )
    gone = replace(books.invoice("RE-2"), open_minor=0, closed_on=DUE)
    assert result_of([gone], DUE) is None
    found = result_of([gone, paid_late], DUE)
    assert found is not None
    assert (found.days_tenths, found.paid_within) == (300, ())


def test_a_call_that_reached_somebody_counts_too() -> None:
    learning = reminded(pays_after=None)
    called_at = learning.books.clock.now() + timedelta(days=2, hours=5)
    learning.books.clock.move_to(called_at)
    books = learning.books
    books.store.commit(
        [
            Put(Call(CREDITOR, ACCOUNT, "C1", called_at, "anna", "reached")),
            Put(Call(CREDITOR, ACCOUNT, "C2", called_at, "anna", "voicemail")),
        ]
    )
    learning.keeper.refresh(CREDITOR, ACCOUNT)
    kept = {o.id: o for o in books.store.list(StepOutcome, CREDITOR, ACCOUNT)}
    assert "C2" not in kept
    assert kept["C1"].shape == shape_of("call", "call", 1, 15, 11900, "EUR")
    assert kept["C1"].invoices == ("RE-1",)


def test_a_comparison_is_counted_by_arm() -> None:
    books = trial_books(share=20)
    numbers = customers(books, 30)
    learning = Learning(books)
    for number in numbers:
        learning.remind(REMIND_ON, number)
    arms = [last_draw(books.store, CREDITOR, number) for number in numbers]
    waiting = sum(draw is not None and draw.arm == "held-out" for draw in arms)
    learning.go_to(REMIND_ON + timedelta(days=34))
    learning.night()
    (sheet,) = books.store.list(DrawSheet, CREDITOR)
    told = {name: tally_from(numbers).count for name, numbers in sheet.arms.items()}
    assert told == {
        "own:1:reminder-1|email|held-out": waiting,
        "own:1:reminder-1|email|sent": 30 - waiting,
    }
    assert waiting > 0
    comparison = learning.book.comparison(CREDITOR)
    assert comparison is not None
    (effect,) = comparison.effects
    assert (effect.step, effect.channel) == ("own:1:reminder-1", "email")
    assert effect.found.cases == 30
    assert learning.proof.differences(CREDITOR) == []


def test_the_summary_of_a_night_has_every_part() -> None:
    learning = reminded()
    learning.go_to(REMIND_ON + timedelta(days=34))
    learning.night()
    found = learning.books.store.get(StepSummary, CREDITOR)
    assert found is not None
    assert set(found.seen["own:1:reminder-1"]) == {
        "all|",
        "channel|email",
        "weekday|6",
        "hours|9-12",
        "size|below-1000",
    }
    learning.night()
    again = learning.books.store.get(StepSummary, CREDITOR)
    assert again == found, "the same night again changes nothing"


def test_months_of_sending_stand_in_sheets_of_their_own() -> None:
    learning = reminded()
    books = learning.books
    books.push(books.invoice("RE-2", due_on=date(2027, 1, 20)))
    learning.remind(date(2027, 1, 25))
    learning.go_to(date(2027, 3, 10))
    learning.night()
    assert [s.month for s in books.store.list(StepSheet, CREDITOR)] == ["2026-12", "2027-01"]
