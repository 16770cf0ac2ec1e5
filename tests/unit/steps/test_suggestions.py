"""A policy changes only when a person agrees; what was declined stays quiet for 90 days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saldo.accounts.model import Segment
from saldo.steps.model import DrawSheet, StepSheet, Suggestion
from saldo.steps.suggestions import SuggestionDecided, SuggestionOutdated, SuggestionUnknown
from saldo.steps.tally import Result, Tally, one, summed
from saldo.store import Put
from tests.books import CREDITOR, Books
from tests.unit.steps.learning import Learning
from tests.unit.steps.trials import DUE, creditor, trial_books

STAGES = [
    {"number": 1, "offset_days": 3, "message": "friendly-notice", "channels": ["email", "letter"]},
    {"number": 2, "offset_days": 5, "message": "reminder-1", "counts_from": "previous"},
    {"number": 3, "offset_days": 30, "message": "final-notice"},
]
SKIP = "skip-stage:own:1:friendly-notice:"


def same(count: int, days: int) -> Tally:
    return summed(one(Result(10 * days + n % 3, (30,))) for n in range(count))


def told(sent: int = 10, waited: int = 10, policy: str = "own", **more: Any) -> Learning:
    """Return books where a comparison told how many days it took with the notice and without."""
    books = trial_books(share=None, stages=STAGES)
    learning = Learning(books)
    arms = {
        f"{policy}:1:friendly-notice|email|sent": same(200, sent).numbers(),
        f"{policy}:1:friendly-notice|email|held-out": same(100, waited).numbers(),
    }
    books.store.commit([Put(DrawSheet(CREDITOR, "T1", arms, 1))])
    if more:
        books.accounts.change_creditor(CREDITOR, **more)
    return learning


def open_ones(learning: Learning) -> list[Suggestion]:
    return [s for s in learning.suggestions.all(CREDITOR) if s.state == "open"]


def policy_messages(learning: Learning, policy: str = "own") -> list[str]:
    today = learning.books.clock.now().date()
    return [s.message for s in learning.policies.named(CREDITOR, policy, today).stages]


def test_a_stage_without_effect_is_proposed_for_skipping_and_nothing_changes_by_itself() -> None:
    learning = told()
    learning.night()
    (found,) = open_ones(learning)
    assert (found.id, found.kind, found.basis) == (SKIP, "skip-stage", "effect")
    assert found.evidence["count"] == 200
    assert found.evidence["other"] == 100
    low, high = found.evidence["days_tenths"][1:]
    assert -10 <= low <= high <= 10
    assert policy_messages(learning) == ["friendly-notice", "reminder-1", "final-notice"]
    assert "suggestion.made" in learning.books.event_types("~")
    learning.night()
    assert learning.books.event_types("~").count("suggestion.made") == 1


def test_a_stage_that_helps_is_left_alone() -> None:
    learning = told(sent=6, waited=12)
    learning.night()
    assert open_ones(learning) == []


def test_agreeing_puts_the_next_version_in_force_with_its_days_as_they_were() -> None:
    learning = told()
    learning.night()
    trial = learning.suggestions.preview(creditor(learning.books), SKIP)
    assert (trial.old.id, trial.new.version) == ("own", 2)
    done = learning.suggestions.accept(creditor(learning.books), SKIP, "otto")
    assert (done.policy, done.number) == ("own", 2)
    today = learning.books.clock.now().date()
    policy = learning.policies.named(CREDITOR, "own", today)
    assert [(s.number, s.message) for s in policy.stages] == [
        (1, "reminder-1"),
        (2, "final-notice"),
    ]
    assert [d.days for d in policy.after_due] == [8, 30], "3 and 5 days later, as before"
    found = learning.suggestions.get(CREDITOR, SKIP)
    assert (found.state, found.decided_by, found.made_version) == ("accepted", "otto", 2)
    types = learning.books.event_types("~")
    assert {"policy.put", "suggestion.accepted"} <= set(types)
    with pytest.raises(SuggestionDecided):
        learning.suggestions.accept(creditor(learning.books), SKIP, "anna")


def test_a_supplied_policy_is_copied_and_the_settings_name_the_copy() -> None:
    learning = told(policy="eu-default", segments=(Segment({"kind": ["consumer"]}, "eu-default"),))
    learning.books.accounts.change_creditor(CREDITOR, policy="eu-default")
    learning.night()
    (found,) = open_ones(learning)
    done = learning.suggestions.accept(creditor(learning.books), found.id, "otto")
    owner = creditor(learning.books)
    assert done.policy == owner.policy == owner.segments[0].policy == "eu-default-own"
    assert "friendly-notice" not in policy_messages(learning, "eu-default-own")
    assert "friendly-notice" in policy_messages(learning, "eu-default")


def test_declined_it_is_quiet_for_90_days() -> None:
    learning = told()
    learning.night()
    said = learning.suggestions.decline(CREDITOR, SKIP, "otto", "Our customers like it.")
    assert (said.state, said.reason) == ("declined", "Our customers like it.")
    learning.night()
    assert open_ones(learning) == []
    day = learning.books.clock.now().date()
    learning.go_to(day + timedelta(days=89))
    learning.night()
    assert open_ones(learning) == []
    learning.go_to(day + timedelta(days=91))
    learning.night()
    assert [one.id for one in open_ones(learning)] == [SKIP]


def test_a_suggestion_that_figures_speak_for_no_more_is_taken_back() -> None:
    learning = told()
    learning.night()
    store = learning.books.store
    (sheet,) = store.list(DrawSheet, CREDITOR)
    changed = DrawSheet(CREDITOR, "T1", {n: same(20, 5).numbers() for n in sheet.arms}, 2)
    changed.arms["own:1:friendly-notice|email|held-out"] = same(60, 15).numbers()
    store.commit([Put(changed, expect=1)])
    learning.night()
    assert open_ones(learning) == []


def test_a_policy_that_changed_meanwhile_is_not_changed_by_an_old_suggestion() -> None:
    learning = told()
    learning.night()
    data = {"id": "own", "version": 2, "announces_invoice": False, "stages": STAGES[2:]}
    data["stages"] = [{**STAGES[2], "number": 1}]
    learning.policies.put(CREDITOR, data, "anna", DUE - timedelta(days=10))
    with pytest.raises(SuggestionOutdated):
        learning.suggestions.accept(creditor(learning.books), SKIP, "otto")
    with pytest.raises(SuggestionUnknown):
        learning.suggestions.get(CREDITOR, "skip-stage:none:1:x:")


def test_another_channel_is_suggested_as_a_correlation_and_goes_first_then() -> None:
    books = trial_books(share=None, stages=STAGES)
    learning = Learning(books)
    cells = {
        "email|1|9-12|below-1000": same(80, 15).numbers(),
        "letter|1|9-12|below-1000": same(80, 9).numbers(),
    }
    step = "own:1:friendly-notice"
    books.store.commit([Put(StepSheet(CREDITOR, "2026-10", step, cells, 1))])
    learning.night()
    (found,) = open_ones(learning)
    assert (found.kind, found.detail, found.basis) == ("channel-first", "letter", "correlation")
    learning.suggestions.accept(creditor(books), found.id, "otto")
    today = books.clock.now().date()
    assert learning.policies.named(CREDITOR, "own", today).stages[0].channels == ("letter", "email")


def test_a_channel_that_a_person_took_out_does_not_come_back_by_a_suggestion() -> None:
    books = trial_books(share=None, stages=STAGES)
    learning = Learning(books)
    cells = {
        "email|1|9-12|below-1000": same(80, 15).numbers(),
        "letter|1|9-12|below-1000": same(80, 9).numbers(),
    }
    step = "own:1:friendly-notice"
    books.store.commit([Put(StepSheet(CREDITOR, "2026-10", step, cells, 1))])
    learning.night()
    (found,) = open_ones(learning)
    stages = [{**STAGES[0], "channels": ["email"]}, *STAGES[1:]]
    data = {"id": "own", "version": 2, "announces_invoice": False, "stages": stages}
    learning.policies.put(CREDITOR, data, "anna", books.clock.now().date())
    with pytest.raises(SuggestionOutdated):
        learning.suggestions.accept(creditor(books), found.id, "otto")


def test_a_creditor_about_whom_nothing_is_known_gets_no_suggestions() -> None:
    learning = Learning(trial_books(share=None))
    learning.night()
    assert learning.suggestions.all(CREDITOR) == []
    assert isinstance(learning.books, Books)
