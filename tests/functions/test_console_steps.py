"""The next best step on the pages, and the screen about what helps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from saldo.people.model import Language
from saldo.reminders.tasks import Task
from saldo.steps.model import DrawSheet, StepSheet
from saldo.steps.tally import Result, Tally, one, summed
from saldo.store import Put
from saldo.wiring import services
from tests.books import CREDITOR, Books
from tests.functions.clerk import Office, office_of
from tests.unit.steps.trials import DUE, customers, trial_books
from tests.worked import ANNA, WorkBooks

SKIP = "skip-stage:plain-2-18-34:1:reminder-1:"


@pytest.fixture
def books() -> Books:
    made = Books()
    made.begin(made.invoice("RE-1", due_on=date(2026, 11, 2), amount_minor=1_000_000))
    return made


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def same(count: int, days: int) -> Tally:
    return summed(one(Result(10 * days + n % 3, (30,))) for n in range(count))


def learnt(books: Books, *, by_lot: bool = True) -> None:
    """A comparison told of the first stage, and calls were seen to be followed by payment."""
    step = "plain-2-18-34:1:reminder-1"
    arms = {
        f"{step}|email|sent": same(200, 10).numbers(),
        f"{step}|email|held-out": same(100, 10).numbers(),
    }
    mails = {"email|1|9-12|more": same(80, 14).numbers()}
    calls = {"call|1|9-12|more": same(34, 5).numbers()}
    second = "plain-2-18-34:2:reminder-2"
    if by_lot:
        books.store.commit([Put(DrawSheet(CREDITOR, "T1", arms, 1))])
    books.store.commit(
        [
            Put(StepSheet(CREDITOR, "2026-09", step, mails, 1)),
            Put(StepSheet(CREDITOR, "2026-09", second, mails, 1)),
            Put(StepSheet(CREDITOR, "2026-09", "call", calls, 1)),
        ]
    )
    owner = services().accounts.creditor(CREDITOR)
    services().step_nights.refresh_creditor(owner, date(2026, 11, 22))


def test_an_account_tells_its_next_best_step_and_that_nothing_is_known(office: Office) -> None:
    services().step_keeper.refresh(CREDITOR, "10001")
    clerk = office.clerk("collector").open("account", number="10001")
    assert "Next best step" in clerk.said
    assert "effect not known, no cases" in clerk.said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Call correlation correlation only, 34 cases, paid"),
        ("de", "Anrufen Zusammenhang nur Zusammenhang, 34 Fälle"),
        ("nl", "Bellen samenhang alleen samenhang, 34 gevallen"),
    ],
)
def test_a_call_is_proposed_as_a_correlation_in_every_language(
    books: Books, office: Office, language: Language, said: str
) -> None:
    learnt(books, by_lot=False)
    services().step_keeper.refresh(CREDITOR, "10001")
    clerk = office.clerk("collector", language=language).open("account", number="10001")
    assert said in " ".join(clerk.said.split())


def test_the_screen_tells_effects_from_correlations(books: Books, office: Office) -> None:
    clerk = office.clerk("manager").open("effects")
    assert "no effect of a notice can be told" in clerk.said
    learnt(books)
    clerk = office.clerk("manager").open("effects")
    said = " ".join(clerk.said.split())
    assert "no effect worth a message" in said
    assert "These are no effects" in said
    assert "Skip stage 1 of plain-2-18-34" in said
    assert "200 accounts against 100 that waited" in said


def test_an_owner_agrees_after_seeing_what_it_changes(books: Books, office: Office) -> None:
    learnt(books)
    clerk = office.clerk("owner").open("effects/suggestion", id=SKIP)
    assert "plain-2-18-34-own, version 1, instead of plain-2-18-34" in clerk.said
    clerk.press("effects/accept")
    assert services().accounts.creditor(CREDITOR).policy == "plain-2-18-34-own"
    assert "agreed" in clerk.open("effects/suggestion", id=SKIP).said


def test_a_manager_declines_and_leaves_agreeing_to_an_owner(books: Books, office: Office) -> None:
    learnt(books)
    clerk = office.clerk("manager").open("effects/suggestion", id=SKIP)
    assert not clerk.has_form("effects/accept")
    clerk.press("effects/decline", reason="Our customers like it.")
    assert services().suggestions.get(CREDITOR, SKIP).state == "declined"
    assert "Our customers like it." in clerk.open("effects/suggestion", id=SKIP).said


def test_a_comparison_is_begun_and_ended_by_an_owner(books: Books, office: Office) -> None:
    clerk = office.clerk("owner").open("effects")
    clerk.press("effects/begin", share_percent="5")
    running = services().accounts.creditor(CREDITOR).hold_out
    assert running is not None and running.share_percent == 5
    assert not office.clerk("manager").open("effects").has_form("effects/end")
    clerk.open("effects").press("effects/end")
    assert services().accounts.creditor(CREDITOR).hold_out is None


def test_today_has_the_next_best_step_in_a_line_of_each_item() -> None:
    books = WorkBooks()
    books.begin()
    now = books.clock.now()
    task = Task(
        CREDITOR, "10001", "T-1", "call", "Beispiel AG", now, now, invoice="RE-1", version=1
    )
    books.store.commit([Put(task)])
    books.parts.work_keeper.derive(CREDITOR, "10001")
    with office_of(books, feedback=books.feedback) as office:
        services().step_keeper.refresh(CREDITOR, "10001")
        clerk = office.clerk("collector", name="Anna Sample", email=ANNA).open(
            "today", whose="open"
        )
        assert "Next best step: Call: effect not known, no cases" in clerk.said


def test_the_history_says_who_was_drawn_and_until_when() -> None:
    books = trial_books(share=20)
    numbers = customers(books, 12)
    for number in numbers:
        books.plan(DUE + timedelta(days=5), account=number)
    with office_of(books) as office:
        said = [office.clerk("collector").open("account", number=number).said for number in numbers]
    assert any("Drawn by lot: the notice waits until 13 Dec 2026" in one for one in said)
    assert any("Drawn by lot: the notice goes on its day" in one for one in said)
