"""The simulator can fail: it catches Saldo with one thing wrong, for every such thing we know."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import chain
from typing import Any

import pytest

from saldo.reminders.model import Claim, Notice
from saldo_cli.simulation.chaos import Fault
from saldo_cli.simulation.deals import Schedule
from saldo_cli.simulation.deeds import AtCounter
from saldo_cli.simulation.run import judge_seed, run
from saldo_cli.simulation.story import DAY_0, Debtor, Push, Story, instant
from saldo_cli.simulation.world import SHORT_DAYS
from tests.books import Books
from tests.simulation.mutants import MUTANTS
from tests.simulation.mutants.agreements import charges_blindly
from tests.simulation.test_every_call import STORY as OVERPAID

SEEDS_MAX = 400

CAUGHT_BY: dict[str, int] = {
    "a_charge_is_asked_for_under_a_fresh_key": 10,
    "a_mandate_is_charged_without_claiming": 10,
    "what_is_cancelled_is_charged_all_the_same": 176,
    "nothing_follows_a_mandate_that_was_given": 10,
    "a_scheduled_payment_holds_no_reminders": 14,
    "a_chunk_is_allocated_whatever_changed_meanwhile": 188,
    "the_rest_of_many_invoices_is_forgotten": 175,
    "a_payout_is_booked_without_its_key": 0,
    "a_fee_is_known_by_nothing": 2,
    "the_till_is_believed_each_time": 2,
    "money_stays_on_suspense_when_it_moves": 4,
    "an_allocation_that_was_taken_back_still_stands": 1,
    "numbers_may_be_used_twice": 8,
    "a_repeated_credit_note_is_booked_again": 1,
    "dead_letters_are_thrown_away": 0,
    "failed_messages_count_as_handled": 40,
    "events_count_as_told_before_the_bus_has_them": 48,
    "nobody_republishes": 44,
    "a_webhook_counts_as_delivered_before_it_is_posted": 0,
    "settles_without_looking_at_event_or_payment": 1,
    "settles_a_settled_payment": 1,
    "projections_are_written_by_themselves": 9,
    "the_open_item_is_forgotten": 0,
    "invoices_change_whatever_their_version": 9,
    "what_is_paid_too_much_is_dropped": 6,
    "nobody_looks_for_stuck_payments": 1,
    "an_intent_is_given_up_at_once": 1,
    "another_event_is_another_chargeback": 1,
    "a_chargeback_before_its_payment_is_passed_over": 2,
    "the_planner_does_not_check_the_accounts_version": 10,
    "the_planner_forgets_holds": 1,
    "the_sender_forgets_pauses": 456,
    "a_payment_does_not_wake_its_account": 0,
    "a_new_invoice_does_not_wake_its_account": 103,
    "the_mail_leaves_before_it_is_marked": 0,
    "the_sender_does_not_mark_what_it_sends": 33,
    "a_mail_of_unknown_outcome_is_sent_again": 129,
    "a_lost_send_is_queued_again": 33,
    "forgotten_claims_are_not_queued_again": 5,
    "late_delivery_events_lower_a_state": 0,
    "an_entry_is_known_without_its_place_among_equals": 9,
    "money_that_waits_holds_no_reminders": 45,
    "statements_that_overlap_follow_each_other": 42,
}
"""A seed known to catch the mutant, tried first. When stories change another is found by search."""


CAUGHT_BY_A_STORY = {
    "the_claim_has_no_condition",
    "a_refund_is_asked_for_under_a_fresh_key",
    "entries_are_booked_outside_their_statements_transaction",
}
"""Too rare for seeds: two planners must have read the same account before either claims; the answer
to a refund must be lost; the process must end between two commits (`test_statements.py`).
"""


def test_every_mutant_has_its_seed() -> None:
    assert CAUGHT_BY.keys() | CAUGHT_BY_A_STORY == MUTANTS.keys()


RACE = Story(
    "3",
    (Debtor("D1"),),
    (
        Push(instant(0, 6), "INV-1", "D1", 10_000, DAY_0, DAY_0, already_sent=True),
        Schedule(instant(1, 14), "C1", "INV-1", None, DAY_0 + timedelta(days=4), "active", "pay"),
        AtCounter(instant(3, 23, 0, 5), "T-1", "INV-1", 10_000),
    ),
)
"""The day begins on which a mandate is charged, and its debtor pays at the counter: too rare for
seeds to meet it where it hurts.
"""


def test_a_charge_that_does_not_look_whether_others_paid_meanwhile_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def at_the_charge() -> list[str]:
        trace = run(RACE, days=SHORT_DAYS).trace
        overtaken = [
            Fault(call.label, call.occurrence, "overtake")
            for call in trace
            if call.label == "tend > store.commit"
        ]
        runs = [run(RACE, [fault], days=SHORT_DAYS) for fault in overtaken[:6]]
        return [problem for one in runs for problem in one.broken]

    assert at_the_charge() == []
    charges_blindly(monkeypatch)
    assert any("are charged" in problem for problem in at_the_charge())


def test_a_refund_that_is_asked_for_under_a_fresh_key_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost = Fault("refund > provider.refund", 1, "timeout-after")
    assert run(OVERPAID, [lost], days=SHORT_DAYS).broken == ()
    MUTANTS["a_refund_is_asked_for_under_a_fresh_key"](monkeypatch)
    broken = run(OVERPAID, [lost], days=SHORT_DAYS).broken
    assert any("was asked for 2 refunds" in problem for problem in broken)


def test_a_claim_without_a_condition_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other planner claims and dies there, before it moves the account's wake-up."""

    def dies(jobs: Any) -> None:
        raise TimeoutError(f"{len(jobs)} jobs never came to the queue")

    def two_planners_at_once() -> list[Notice]:
        books, inside, due_on = Books(), list[bool](), date(2026, 12, 1)
        books.begin(books.invoice(due_on=due_on, already_sent=True))
        commit = books.store.commit

        def behind_another(writes: Any) -> None:
            claims = any(isinstance(getattr(w, "record", None), Claim) for w in writes)
            if claims and not inside:
                inside.append(True)
                with monkeypatch.context() as dying, suppress(TimeoutError):
                    dying.setattr(books.sends, "put", dies)
                    books.plan(due_on + timedelta(days=2))
            commit(writes)

        books.store.commit = behind_another  # type: ignore[method-assign]
        books.plan(due_on + timedelta(days=2))
        assert inside, "somebody claimed"
        return books.notices()

    assert len(two_planners_at_once()) == 1
    MUTANTS["the_claim_has_no_condition"](monkeypatch)
    assert len(two_planners_at_once()) == 2


@pytest.mark.parametrize("name", CAUGHT_BY)
def test_a_mutant_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[name](monkeypatch)
    seeds = chain([CAUGHT_BY[name]], range(SEEDS_MAX))
    caught = next((seed for seed in seeds if judge_seed(seed).problems), None)
    assert caught is not None, f"nobody notices that {name.replace('_', ' ')}"
