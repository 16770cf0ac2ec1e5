"""The simulator can fail: it catches Saldo with one thing wrong, for every such thing we know."""

from __future__ import annotations

from itertools import chain

import pytest

from saldo_cli.simulation.run import judge_seed
from tests.simulation.mutants import MUTANTS

SEEDS_MAX = 400

CAUGHT_BY: dict[str, int] = {
    "the_claim_has_no_condition": 241,
    "the_planner_does_not_check_the_accounts_version": 7,
    "the_planner_forgets_holds": 1,
    "the_sender_forgets_pauses": 145,
    "a_payment_does_not_wake_its_account": 7,
    "a_new_invoice_does_not_wake_its_account": 60,
    "the_mail_leaves_before_it_is_marked": 0,
    "the_sender_does_not_mark_what_it_sends": 13,
    "a_mail_of_unknown_outcome_is_sent_again": 61,
    "a_lost_send_is_queued_again": 4,
    "forgotten_claims_are_not_queued_again": 9,
    "late_delivery_events_lower_a_state": 0,
    "settles_without_looking_at_event_or_payment": 1,
    "settles_a_settled_payment": 1,
    "projections_are_written_by_themselves": 9,
    "the_open_item_is_forgotten": 0,
    "invoices_change_whatever_their_version": 9,
    "what_is_paid_too_much_is_dropped": 1,
    "nobody_looks_for_stuck_payments": 1,
    "an_intent_is_given_up_at_once": 1,
    "another_event_is_another_chargeback": 1,
    "a_chargeback_before_its_payment_is_passed_over": 2,
    "numbers_may_be_used_twice": 8,
    "a_repeated_credit_note_is_booked_again": 1,
    "dead_letters_are_thrown_away": 0,
    "failed_messages_count_as_handled": 25,
    "events_count_as_told_before_the_bus_has_them": 0,
    "nobody_republishes": 44,
    "a_webhook_counts_as_delivered_before_it_is_posted": 0,
}
"""A seed known to catch the mutant, tried first. When stories change another is found by search."""


def test_every_mutant_has_its_seed() -> None:
    assert CAUGHT_BY.keys() == MUTANTS.keys()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[name](monkeypatch)
    seeds = chain([CAUGHT_BY[name]], range(SEEDS_MAX))
    caught = next((seed for seed in seeds if judge_seed(seed).problems), None)
    assert caught is not None, f"nobody notices that {name.replace('_', ' ')}"
