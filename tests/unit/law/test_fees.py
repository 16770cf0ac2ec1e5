"""What may be charged, and which fact is missing when it may not: never a silent yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest

from saldo.law import packs
from saldo.law.facts import (
    Allowed,
    Clause,
    DebtorKind,
    DefaultBegan,
    Evidence,
    FeeKind,
    FourteenDayLetter,
    MissingFact,
    ReturnedPayment,
    RipeClaim,
)
from tests.unit.law.calendars import NONE

BEGAN = DefaultBegan(date(2026, 3, 3), "agreed-day", "payment was agreed for 2026-03-02", "law")
TODAY = date(2026, 4, 1)
LETTER = FourteenDayLetter(
    sent_on=date(2026, 3, 5),
    claims=(RipeClaim("2026-1", 100_000),),
    costs_named_minor=15_000,
    states_consequences=True,
    term_from_day_after_receipt=True,
    received_on=date(2026, 3, 7),
)


def evidence(**facts: Any) -> Evidence:
    return Evidence(**{"on": TODAY, "claim": "2026-1", "default": BEGAN, **facts})


def answer(kind: FeeKind, country: str, debtor: DebtorKind, **facts: Any) -> str:
    found = packs.fee_allowed(kind, country, debtor, evidence(**facts), NONE)
    if isinstance(found, Allowed):
        assert found.law
        assert found.because
        return "allowed"
    assert found.sentence.endswith(".")
    return found.code


@pytest.mark.parametrize("country", ["DE", "NL", "EU", "US"])
@pytest.mark.parametrize("debtor", get_args(DebtorKind))
@pytest.mark.parametrize("kind", get_args(FeeKind))
def test_without_evidence_nothing_may_be_charged(
    kind: FeeKind, country: str, debtor: DebtorKind
) -> None:
    found = packs.fee_allowed(kind, country, debtor, Evidence(on=TODAY, claim="2026-1"), NONE)
    assert isinstance(found, MissingFact)


@pytest.mark.parametrize("country", ["DE", "NL", "EU"])
def test_interest_runs_from_the_first_day_of_default(country: str) -> None:
    assert answer("interest", country, "business") == "allowed"
    assert answer("interest", country, "business", on=BEGAN.on) == "allowed"
    assert answer("interest", country, "business", on=date(2026, 3, 2)) == "default-not-begun"


def test_the_german_notice_that_creates_default_carries_no_fee() -> None:
    by_notice = DefaultBegan(date(2026, 4, 2), "notice", "a notice was received on 2026-04-01", "x")
    facts = {"amount_minor": 250, "real_cost_minor": 250}
    assert answer("reminder-fee", "DE", "consumer", default=None, **facts) == "default-not-begun"
    assert (
        answer("reminder-fee", "DE", "consumer", default=by_notice, **facts) == "default-not-begun"
    )
    assert (
        answer("reminder-fee", "DE", "consumer", default=by_notice, on=date(2026, 4, 20), **facts)
        == "allowed"
    )


def test_a_german_reminder_fee_is_never_above_its_real_cost() -> None:
    assert answer("reminder-fee", "DE", "business", real_cost_minor=250) == "amount"
    assert answer("reminder-fee", "DE", "business", amount_minor=250) == "real-cost"
    assert (
        answer("reminder-fee", "DE", "business", amount_minor=251, real_cost_minor=250)
        == "real-cost-exceeded"
    )


def test_forty_euros_are_owed_by_businesses_alone_and_once() -> None:
    facts: dict[str, Any] = {"amount_minor": 4000, "arose_on": date(2026, 1, 1)}
    assert answer("flat-sum", "DE", "business", **facts) == "allowed"
    assert answer("flat-sum", "DE", "consumer", **facts) == "business-debtor"
    assert answer("flat-sum", "DE", "business", amount_minor=4000) == "arose-on"
    old = {**facts, "arose_on": date(2014, 7, 28)}
    assert answer("flat-sum", "DE", "business", **old) == "arose-too-early"
    again = {**facts, "charged": frozenset({"flat-sum"})}
    assert answer("flat-sum", "DE", "business", **again) == "charged-already"
    assert answer("flat-sum", "DE", "business", **{**facts, "amount_minor": 4001}) == (
        "flat-sum-amount"
    )
    assert answer("flat-sum", "DE", "business", currency="CHF", **facts) == "flat-sum-amount"


def test_the_flat_sum_is_set_off_against_what_collecting_cost() -> None:
    charged: frozenset[FeeKind] = frozenset({"flat-sum"})
    costs: dict[str, Any] = {"real_cost_minor": 5000, "charged": charged}
    assert answer("collection-costs", "DE", "business", amount_minor=1000, **costs) == "allowed"
    assert (
        answer("collection-costs", "DE", "business", amount_minor=1001, **costs)
        == "real-cost-exceeded"
    )
    assert (
        answer(
            "flat-sum",
            "DE",
            "business",
            amount_minor=4000,
            arose_on=date(2026, 1, 1),
            charged=frozenset({"collection-costs"}),
        )
        == "charged-already"
    )


def consumer(letter: FourteenDayLetter | None = LETTER, **facts: Any) -> str:
    return answer(
        "collection-costs",
        "NL",
        "consumer",
        **{
            "amount_minor": 15_000,
            "unpaid_until": TODAY,
            "letters": (letter,) if letter else (),
            **facts,
        },
    )


def test_a_dutch_consumer_owes_costs_after_the_letters_term_passed_unpaid() -> None:
    assert consumer() == "allowed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"received_on": None}, "letter-receipt"),
        ({"costs_named_minor": None}, "letter-amount"),
        ({"costs_named_minor": 15_001}, "letter-amount"),
        ({"claims": (RipeClaim("2026-1", 100_001),)}, "allowed"),  # 150.00 all the same
        ({"claims": (RipeClaim("2026-1", 100_100),)}, "letter-amount"),
        ({"claims": (RipeClaim("2026-2", 100_000),)}, "fourteen-day-letter"),
        ({"vat_percent": 21}, "letter-amount"),
        ({"states_consequences": False}, "letter-consequences"),
        ({"term_from_day_after_receipt": False}, "letter-term"),
        ({"left_out": ("2026-2",)}, "letter-incomplete"),
        ({"sent_on": date(2026, 3, 2)}, "letter-before-default"),
    ],
)
def test_a_wrong_letter_makes_no_costs_due(change: dict[str, Any], code: str) -> None:
    assert consumer(replace(LETTER, **change)) == code


def test_the_letters_term_must_have_passed_unpaid() -> None:
    # received on Saturday 7 March: the 14th day is Saturday 21 March, so Monday is the last
    assert consumer(on=date(2026, 3, 23)) == "letter-term-running"
    assert consumer(on=date(2026, 3, 24), unpaid_until=date(2026, 3, 24)) == "allowed"
    assert consumer(unpaid_until=date(2026, 3, 23)) == "unpaid-after-term"
    assert consumer(unpaid_until=None) == "unpaid-after-term"


def test_without_a_letter_or_twice_a_consumer_owes_nothing() -> None:
    assert consumer(None) == "fourteen-day-letter"
    assert consumer(charged=frozenset({"collection-costs"})) == "charged-already"
    assert consumer(amount_minor=4000) == "letter-amount-differs"


def test_a_second_letter_heals_the_first() -> None:
    wrong = replace(LETTER, sent_on=date(2026, 3, 4), term_from_day_after_receipt=False)
    assert consumer(None, letters=(wrong, LETTER)) == "allowed"


def test_several_claims_go_in_one_letter_with_the_scale_on_their_sum() -> None:
    both = replace(
        LETTER,
        claims=(RipeClaim("2026-1", 100_000), RipeClaim("2026-2", 20_000)),
        costs_named_minor=18_000,
    )
    assert consumer(both, amount_minor=18_000) == "allowed"


def test_vat_is_named_with_the_costs_where_the_creditor_cannot_deduct_it() -> None:
    letter = replace(LETTER, vat_percent=21, costs_named_minor=18_150)
    assert consumer(letter, amount_minor=18_150) == "allowed"


def test_a_dutch_business_owes_the_scale_from_default_on_without_a_letter() -> None:
    costs: dict[str, Any] = {"amount_minor": 15_000, "principal_minor": 100_000}
    assert answer("collection-costs", "NL", "business", **costs) == "allowed"
    assert answer("collection-costs", "NL", "business", amount_minor=15_000) == "principal"
    more = {**costs, "amount_minor": 15_001}
    assert answer("collection-costs", "NL", "business", **more) == "contract-clause"
    clause = Clause("collection-costs", date(2025, 1, 1), "terms 7.2")
    assert answer("collection-costs", "NL", "business", clauses=(clause,), **more) == "allowed"


def test_beside_the_dutch_scale_no_fee_is_due() -> None:
    for kind in ("reminder-fee", "flat-sum"):
        for debtor in get_args(DebtorKind):
            assert answer(kind, "NL", debtor, amount_minor=4000) == "covered-by-scale"


def test_the_unions_forty_euros_need_no_reminder_but_a_business() -> None:
    facts: dict[str, Any] = {"amount_minor": 4000, "arose_on": date(2026, 1, 1)}
    assert answer("flat-sum", "FR", "business", **facts) == "allowed"
    assert answer("flat-sum", "FR", "consumer", **facts) == "national-law"
    assert answer("flat-sum", "FR", "business", amount_minor=4000) == "arose-on"
    assert answer("collection-costs", "FR", "business", amount_minor=100) == "real-cost"
    assert answer("reminder-fee", "FR", "business", amount_minor=100) == "contract-clause"


def test_in_the_united_states_only_the_contract_gives_a_fee() -> None:
    clause = Clause("reminder-fee", date(2025, 1, 1), "terms 4")
    assert answer("reminder-fee", "US", "consumer", amount_minor=2500) == "contract-clause"
    assert (
        answer("reminder-fee", "US", "consumer", amount_minor=2500, clauses=(clause,)) == "allowed"
    )
    late = replace(clause, agreed_on=date(2026, 5, 1))
    assert (
        answer("reminder-fee", "US", "consumer", amount_minor=2500, clauses=(late,))
        == "contract-clause"
    )
    assert answer("interest", "US", "business", clauses=(clause,)) == "contract-clause"


BOUNCED: dict[str, Any] = {
    "default": None,
    "amount_minor": 350,
    "real_cost_minor": 350,
    "returned": ReturnedPayment(was_debit=True, cause="no-cover"),
}


@pytest.mark.parametrize("debtor", get_args(DebtorKind))
def test_a_german_debit_that_bounced_costs_its_debtor_what_the_bank_took(
    debtor: DebtorKind,
) -> None:
    assert answer("return-cost", "DE", debtor, **BOUNCED) == "allowed"
    closed = ReturnedPayment(was_debit=True, cause="account-closed")
    assert answer("return-cost", "DE", debtor, **{**BOUNCED, "returned": closed}) == "allowed"
    flat = {**BOUNCED, "amount_minor": 500}
    assert answer("return-cost", "DE", debtor, **flat) == "real-cost-exceeded"
    untold = {**BOUNCED, "real_cost_minor": None}
    assert answer("return-cost", "DE", debtor, **untold) == "real-cost"


@pytest.mark.parametrize(
    ("returned", "code"),
    [
        (None, "agreed-debit"),
        (ReturnedPayment(was_debit=False, cause="no-cover"), "agreed-debit"),
        (ReturnedPayment(was_debit=True, cause="contradicted"), "return-cause"),
        (ReturnedPayment(was_debit=True, cause="unknown"), "return-cause"),
    ],
)
def test_nobody_pays_for_a_return_that_he_does_not_answer_for(
    returned: ReturnedPayment | None, code: str
) -> None:
    assert answer("return-cost", "DE", "business", **{**BOUNCED, "returned": returned}) == code


def test_a_dutch_consumer_pays_for_no_return_and_a_business_by_contract() -> None:
    clause = Clause("return-cost", date(2025, 1, 1), "terms 7.3")
    agreed = {**BOUNCED, "clauses": (clause,)}
    assert answer("return-cost", "NL", "consumer", **agreed) == "covered-by-scale"
    assert answer("return-cost", "NL", "business", **BOUNCED) == "contract-clause"
    assert answer("return-cost", "NL", "business", **agreed) == "allowed"
    assert answer("return-cost", "FR", "consumer", **agreed) == "national-law"
    assert answer("return-cost", "FR", "business", **BOUNCED) == "contract-clause"
    assert answer("return-cost", "FR", "business", **agreed) == "allowed"
    other = Clause("reminder-fee", date(2025, 1, 1), "terms 7.2")
    assert answer("return-cost", "FR", "business", **{**BOUNCED, "clauses": (other,)}) == (
        "contract-clause"
    )


def test_american_returns_are_refused_while_no_state_s_cap_is_known() -> None:
    clause = Clause("return-cost", date(2025, 1, 1), "terms 4")
    for debtor in get_args(DebtorKind):
        assert answer("return-cost", "US", debtor, **{**BOUNCED, "clauses": (clause,)}) == (
            "state-law"
        )
