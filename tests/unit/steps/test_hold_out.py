"""A friendly notice waits for few accounts, drawn by lot: fair, lawful, and over at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bench.units import Metered
from saldo.accounts.model import HoldOut
from saldo.accounts.service import Target
from saldo.reminders.draws import HoldOutNotValid, HoldOuts, last_draw
from saldo.reminders.hold_out import Draw, is_friendly
from saldo.reminders.model import DecisionRecord
from saldo.reminders.policy import policy_named
from saldo.store import Put
from tests.books import CREDITOR, Books
from tests.unit.steps.learning import Learning
from tests.unit.steps.trials import DUE, creditor, customers, hold_outs, trial_books

REMIND_ON = DUE + timedelta(days=5)


def drawn(books: Books, numbers: list[str]) -> dict[str, list[str]]:
    arms: dict[str, list[str]] = {"sent": [], "held-out": []}
    for number in numbers:
        draw = last_draw(books.store, CREDITOR, number)
        if draw is not None:
            arms[draw.arm].append(number)
    return arms


def ran(count: int = 40, **more: Any) -> tuple[Books, list[str], dict[str, list[str]]]:
    books = trial_books(**more)
    numbers = customers(books, count)
    for number in numbers:
        books.plan(REMIND_ON, account=number)
    return books, numbers, drawn(books, numbers)


def test_few_wait_a_week_and_all_others_hear_on_the_day() -> None:
    books, numbers, arms = ran()
    assert 2 <= len(arms["held-out"]) <= 16
    assert len(arms["sent"]) + len(arms["held-out"]) == 40
    for number in numbers:
        assert bool(books.notices(number)) is (number in arms["sent"])
    waiting = arms["held-out"][0]
    account = books.run.facts(CREDITOR, waiting)
    assert account is not None
    assert account.account.due_at is not None
    assert account.account.due_at.date() in (REMIND_ON + timedelta(days=n) for n in (6, 7))
    books.plan(REMIND_ON + timedelta(days=6), account=waiting)
    assert not books.notices(waiting)
    books.plan(REMIND_ON + timedelta(days=7), account=waiting)
    assert [one.message for one in books.notices(waiting)] == ["reminder-1"]


def test_why_tells_that_it_was_drawn_and_the_event_is_kept() -> None:
    books, _, arms = ran()
    waiting = arms["held-out"][0]
    (record,) = books.store.list(DecisionRecord, CREDITOR, waiting)
    assert (record.outcome, record.reason) == ("hold", "held-out")
    (told,) = [e for e in books.events(waiting) if e.type == "notice.drawn"]
    assert told.data["arm"] == "held-out"
    assert told.data["until"] == (REMIND_ON + timedelta(days=7)).isoformat()
    (past,) = books.why.invoice(CREDITOR, f"RE-{waiting}").past
    assert "drawn by lot" in past.sentence
    assert "notice.drawn" in books.event_types(arms["sent"][0])


def test_switched_off_what_waits_goes_with_the_next_run() -> None:
    books, _, arms = ran()
    waiting = arms["held-out"][0]
    changed = hold_outs(books).end(CREDITOR, "anna")
    assert changed.hold_out is None
    facts = books.run.facts(CREDITOR, waiting)
    assert facts is not None
    assert facts.account.due_at == books.clock.now(), "it is woken at once"
    books.plan(REMIND_ON + timedelta(days=1), account=waiting)
    assert len(books.notices(waiting)) == 1
    assert any(e.type == "creditor.changed" for e in books.events("~"))


def test_a_comparison_of_thousands_ends_at_once_and_the_next_run_looks_at_everybody() -> None:
    """Nobody waits at a screen until all who were drawn in five weeks are gone through."""
    books, numbers, arms = ran()
    waiting = arms["held-out"][0]
    draw = last_draw(books.store, CREDITOR, waiting)
    assert draw is not None
    for place in range(600):
        books.store.commit([Put(replace(draw, account=f"X{place:04}"))])
    store = Metered(books.store)
    HoldOuts(store, books.clock, books.ids, books.accounts).end(CREDITOR, "anna")
    assert not store.reads, "none of the draws is read"
    facts = books.run.facts(CREDITOR, waiting)
    assert facts is not None
    assert facts.account.due_at is not None
    assert facts.account.due_at > books.clock.now(), "nobody is woken"

    books.clock.move_to(datetime(2026, 12, 7, 9, tzinfo=UTC))
    assert books.run.sweep(books.clock.now()) == len(numbers)
    for job in books.plans.take():
        books.run.plan_account(job)
    assert all(books.notices(number) for number in numbers)
    assert books.run.sweep(books.clock.now()) == 0, "everybody was looked at"


def test_a_comparison_that_begins_where_none_ran_makes_nobody_due() -> None:
    books = trial_books(share=None)
    books.clock.move_to(datetime(2026, 11, 22, 9, tzinfo=UTC))
    books.run.sweep(books.clock.now())  # the policy is new: everybody was looked at
    hold_outs(books).begin(CREDITOR, 20, "anna")
    assert creditor(books).looks_due == ()
    hold_outs(books).begin(CREDITOR, 10, "anna")
    assert creditor(books).looks_due == (books.clock.now().date(),), "others may wait no more"


@pytest.mark.parametrize("goes_on", [True, False])
def test_whoever_waits_for_a_comparison_that_is_over_is_woken_by_the_night_after_a_crash(
    goes_on: bool,
) -> None:
    """The settings were written, and nobody was woken any more."""
    books, _, arms = ran()
    waiting = arms["held-out"][0]
    other = HoldOut("T2", 5, 3, 6, books.clock.now().date()) if goes_on else None
    books.accounts.change_creditor(CREDITOR, by="anna", hold_out=other)
    Learning(books).night()
    facts = books.run.facts(CREDITOR, waiting)
    assert facts is not None
    assert facts.account.due_at == books.clock.now()


def test_nobody_is_drawn_twice_within_half_a_year() -> None:
    books, numbers, arms = ran(share=20)
    again = REMIND_ON + timedelta(days=60)
    for number in numbers:
        invoice = books.invoice(
            f"NEU-{number}", account=number, due_on=DUE + timedelta(days=60), already_sent=True
        )
        books.pay(f"RE-{number}") if number in arms["held-out"] else None
        books.push(invoice)
    for number in arms["held-out"]:
        books.plan(again, account=number)
        (draw,) = books.store.list(Draw, CREDITOR, number)
        assert draw.drawn_on == REMIND_ON
        assert f"NEU-{number}" in {i.invoice for n in books.notices(number) for i in n.items}


@pytest.mark.parametrize(
    ("message", "more"),
    [
        ("reminder-1", {"interest": True}),
        ("reminder-1", {"fee": {"kind": "flat-sum"}}),
        ("reminder-1", {"requires": ["default"]}),
        ("reminder-1", {"service": "stop-deliveries"}),
        ("reminder-1", {"announces_collection": True}),
        ("reminder-1", {"takes_along": True}),
        ("reminder-1", {"term_days": 10}),
        ("reminder-1", {"needs_release": True}),
        ("reminder-2", {}),
        ("final-notice", {}),
        ("nl-14-day-letter", {}),
        ("service-stop-announced", {}),
    ],
)
def test_what_the_law_or_a_deadline_needs_never_waits(message: str, more: dict[str, Any]) -> None:
    stages = [{"number": 1, "offset_days": 5, "message": message, **more}]
    books = trial_books(share=20, stages=stages)
    numbers = customers(books, 30)
    for number in numbers:
        books.plan(REMIND_ON, account=number)
    assert drawn(books, numbers) == {"sent": [], "held-out": []}


@pytest.mark.parametrize("more", [{"kind": "consumer"}, {"country": "DE"}, {"country": "GB"}])
def test_a_reminder_that_may_put_somebody_in_default_never_waits(more: dict[str, Any]) -> None:
    """Of consumers, in Germany (§286 (1) BGB), and where nobody looked the law up."""
    books = trial_books(share=20)
    numbers = customers(books, 30, **more)
    for number in numbers:
        books.plan(REMIND_ON, account=number)
    assert drawn(books, numbers) == {"sent": [], "held-out": []}
    assert all(books.notices(number) for number in numbers)


def test_ahead_of_the_due_date_a_german_consumers_friendly_notice_may_wait() -> None:
    policy = policy_named("de-consumer")
    books = trial_books()
    books.open_account("P1", country="DE", kind="consumer")
    facts = books.run.facts(CREDITOR, "P1")
    assert facts is not None
    friendly = [s.number for s in policy.stages if is_friendly(s, policy, facts.account)]
    assert friendly == [1]
    assert policy.is_before_due(1)


def test_whoever_has_a_hold_or_contests_something_is_not_drawn() -> None:
    books = trial_books(share=20)
    numbers = customers(books, 30)
    for number in numbers:
        books.push(books.invoice(f"ZWEI-{number}", account=number, due_on=date(2027, 3, 1)))
        books.accounts.pause(Target(CREDITOR, number, f"ZWEI-{number}"), "they asked", "anna")
        books.plan(REMIND_ON, account=number)
    assert drawn(books, numbers) == {"sent": [], "held-out": []}
    assert all(books.notices(number) for number in numbers), "the other invoice is reminded"


def test_a_letter_of_the_law_that_comes_meanwhile_leaves_nothing_out() -> None:
    """The final notice of another invoice falls into the wait: nothing is drawn."""
    books = trial_books(share=None)
    numbers = customers(books, 30)
    for number in numbers:
        old = books.invoice(f"ALT-{number}", account=number, due_on=DUE - timedelta(days=12))
        books.push(old)
        books.plan(DUE - timedelta(days=7), account=number)
    hold_outs(books).begin(CREDITOR, 20, "anna")
    for number in numbers:
        books.plan(REMIND_ON, account=number)
    assert drawn(books, numbers) == {"sent": [], "held-out": []}
    assert all(len(books.notices(number)) == 2 for number in numbers)


def test_in_shadow_nobody_is_drawn() -> None:
    books = trial_books(share=20)
    numbers = customers(books, 20)
    books.accounts.change_creditor(CREDITOR, state="shadow")
    for number in numbers:
        books.plan(REMIND_ON, account=number)
    assert drawn(books, numbers) == {"sent": [], "held-out": []}


@pytest.mark.parametrize(
    ("share", "more"),
    [(0, {}), (21, {}), (5, {"delay_days": 15}), (5, {"delay_days": 0}), (5, {"rest_months": 25})],
)
def test_a_comparison_keeps_to_its_bounds(share: int, more: dict[str, int]) -> None:
    books = trial_books(share=None)
    with pytest.raises(HoldOutNotValid):
        hold_outs(books).begin(CREDITOR, share, "anna", **more)
    assert creditor(books).hold_out is None


def test_it_is_off_until_somebody_switches_it_on() -> None:
    books, numbers, arms = ran(share=None)
    assert arms == {"sent": [], "held-out": []}
    assert all(books.notices(number) for number in numbers)
