"""Who gets which variant of a policy, and that the variants can stand in for each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from saldo.accounts.credit_facts import CreditFacts
from saldo.accounts.model import Account, Contact, Creditor, Segment
from saldo.reminders.by_risk import (
    RULES,
    NoVariants,
    TooManySegments,
    is_made,
    with_rules,
    without_rules,
)
from saldo.reminders.policy import policy_named, supplied_policies, supplied_policy
from saldo.reminders.segments import policy_id_of, segments_from
from saldo.risk.behaviour import DaysBeyondTerms
from saldo.risk.standing import Standing

CONSUMERS = Segment({"kind": ["consumer"]}, "de-consumer")
PROMPT = DaysBeyondTerms(5, 0, 0, 0)
LATE = DaysBeyondTerms(5, 60, 800, 5)
VERY_LATE = DaysBeyondTerms(5, 250, 13000, 5)
STEADY = Standing("steady", "never", "kept")


def known(name: str) -> bool:
    return supplied_policy(name) is not None


def policy_of(**facts: Any) -> str:
    account = Account(
        *("acme", "1", "Beispiel AG", "business", "DE", "de", "Europe/Berlin"), (Contact("A", "a"),)
    )
    creditor = Creditor("acme", "Acme", "DE", "de", "Europe/Berlin", "de-business", "live")
    made = with_rules("de-business", [CONSUMERS], known)
    return policy_id_of(replace(creditor, segments=made), replace(account, **facts))


@pytest.mark.parametrize(
    ("facts", "policy"),
    [
        ({}, "de-business"),
        ({"paid": PROMPT, "pays": STEADY}, "de-business-reliable"),
        ({"paid": PROMPT, "pays": STEADY, "kind": "consumer"}, "de-consumer-reliable"),
        ({"paid": PROMPT, "pays": Standing("worse", "never", "kept")}, "de-business"),
        ({"paid": PROMPT, "pays": Standing("steady", "never", "broken")}, "de-business"),
        ({"paid": PROMPT, "credit": CreditFacts("E")}, "de-business-late"),
        ({"paid": PROMPT, "credit": CreditFacts("A", is_insolvent=True)}, "de-business"),
        ({"paid": LATE, "pays": Standing("steady", "often")}, "de-business"),
        ({"paid": LATE, "pays": Standing("steady", "mostly")}, "de-business-late"),
        ({"paid": LATE, "pays": Standing("worse", "often")}, "de-business-late"),
        ({"paid": LATE, "pays": Standing("steady", "often", "broken")}, "de-business-late"),
        ({"paid": VERY_LATE, "kind": "consumer"}, "de-consumer-late"),
        ({"credit": CreditFacts("D")}, "de-business-late"),
        ({"paid": VERY_LATE, "policy": "us"}, "us"),
    ],
)
def test_who_pays_how_gets_which_policy(facts: dict[str, Any], policy: str) -> None:
    assert policy_of(**facts) == policy


def test_the_rules_come_out_again_and_leave_what_people_wrote() -> None:
    own = Segment({"payment_behaviour": ["late"], "country": ["NL"]}, "nl-business")
    made = with_rules("de-business", [own, CONSUMERS], known)
    assert without_rules(made) == (own, CONSUMERS)
    assert with_rules("de-business", made, known) == made, "switched on twice is switched on once"
    asked = [one.policy for one in made[: made.index(own)]]
    assert asked == ["nl-business-late"], "of the Dutch, paying late is asked for already"
    assert segments_from([{"when": one.when, "policy": one.policy} for one in made]) == made


def test_a_policy_without_variants_cannot_go_by_risk() -> None:
    with pytest.raises(NoVariants):
        with_rules("us", [], known)
    many = [Segment({"country": [f"{n:02}"]}, "de-business") for n in range(10)]
    with pytest.raises(TooManySegments):
        with_rules("de-business", many, known)
    assert not is_made(Segment({"payment_behaviour": ["late"]}, "firm-late"))


@pytest.mark.parametrize(
    "base", sorted({n.rpartition("-")[0] for n in supplied_policies() if n.endswith("-late")})
)
def test_a_number_stands_for_the_same_message_in_every_variant(base: str) -> None:
    plain, late, reliable = (policy_named(base + end) for end in ("", "-late", "-reliable"))
    messages = [stage.message for stage in plain.stages]
    for one in (late, reliable):
        assert [stage.message for stage in one.stages] == messages
        for mine, theirs in zip(one.stages, plain.stages, strict=True):
            assert set(theirs.requires) <= set(mine.requires), "the law asks for no less"
    assert len(reliable.days_that_go) < len(plain.days_that_go) <= len(late.days_that_go)
    reminders = zip(late.after_due[1:], plain.after_due[1:], reliable.after_due[1:], strict=True)
    assert all(early < usual < patient for early, usual, patient in reminders)


def test_every_rule_names_what_accounts_have() -> None:
    for rule in RULES:
        when = {fact: list(values) for fact, values in rule.when.items()}
        assert segments_from([{"when": when, "policy": "x"}])
