"""Whatever comes: lawful stages never wait, the share holds, a replay draws the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.accounts.model import Account, Creditor, HoldOut
from saldo.invoices.model import OpenItem
from saldo.reminders.hold_out import is_friendly, months_after
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import Decision
from saldo.reminders.plan import plan
from saldo.reminders.policy import policy_from, policy_named
from saldo.reminders.policy_model import Policy

DUE = date(2026, 12, 1)
MESSAGES = ["friendly-notice", "reminder-1", "reminder-2", "final-notice", "nl-14-day-letter"]
switches = st.fixed_dictionaries(
    {},
    optional={
        "interest": st.just(True),
        "fee": st.just({"kind": "flat-sum"}),
        "requires": st.just(["default"]),
        "announces_collection": st.just(True),
        "takes_along": st.just(True),
        "term_days": st.just(14),
        "service": st.just("block-orders"),
    },
)
policies = st.lists(st.tuples(st.sampled_from(MESSAGES), switches), min_size=1, max_size=4).map(
    lambda found: policy_from(
        {
            "id": "own",
            "version": 1,
            "announces_invoice": False,
            "stages": [
                {"number": n, "offset_days": 6 * n, "message": message, **more}
                for n, (message, more) in enumerate(found, 1)
            ],
        }
    )
)
hold_outs = st.builds(
    HoldOut,
    id=st.text("0123456789ABCDEF", min_size=4, max_size=26),
    share_percent=st.integers(1, 20),
    delay_days=st.integers(1, 14),
    rest_months=st.integers(1, 24),
    since=st.just(DUE),
)


def facts(
    number: str, rules: HoldOut | None, due: list[int], stage: int = 0, **more: Any
) -> AccountFacts:
    creditor = Creditor(
        "muster", "Muster", "FR", "fr", "Europe/Paris", "own", state="live", hold_out=rules
    )
    account = Account("muster", number, "Exemple SA", "business", "FR", "fr", "Europe/Paris")
    account = replace(account, contacts=(_contact(),), **more)
    items = tuple(
        OpenItem(
            "muster",
            number,
            f"R{n}",
            DUE - timedelta(days=14),
            DUE + timedelta(days=days),
            "EUR",
            10_000,
            10_000,
            announced_on=DUE - timedelta(days=14),
            stage=stage,
            stage_on=DUE if stage else None,
        )
        for n, days in enumerate(due)
    )
    return AccountFacts(creditor, account, items)


def _contact() -> Any:
    from saldo.accounts.model import Contact

    return Contact("Compta", "compta@exemple.example")


def held(decisions: tuple[Decision, ...]) -> list[Decision]:
    return [one for one in decisions if one.reason == "held-out"]


@given(policies, hold_outs, st.lists(st.integers(-3, 20), min_size=1, max_size=3), st.integers())
@settings(max_examples=50, deadline=None)
def test_lawful_stages_are_never_delayed(
    policy: Policy, rules: HoldOut, due: list[int], seed: int
) -> None:
    """Day by day for 60 days; only what is friendly waits, and never longer than was set."""
    for kind in ("business", "consumer"):
        for day in range(60):
            today = DUE + timedelta(days=day)
            known = facts(f"K{seed}", rules, due, kind=kind)
            without = plan(facts(f"K{seed}", None, due, kind=kind), policy, today, "run")
            decided = plan(known, policy, today, "run")
            for decision in held(decided):
                stage = policy.stage(decision.stage)
                assert stage is not None
                assert is_friendly(stage, policy, known.account)
                first = date.fromisoformat(decision.facts["stage_due_on"])
                assert today < first + timedelta(days=rules.delay_days)
                assert decision.wake_on is not None
                assert today < decision.wake_on <= first + timedelta(days=14)
            if not held(decided):
                assert [(d.outcome, d.reason) for d in decided] == [
                    (d.outcome, d.reason) for d in without
                ]
            else:
                assert all(d.outcome != "send" for d in decided), "all wait, or none"


@given(hold_outs)
@settings(max_examples=20, deadline=None)
def test_the_share_holds_within_chance(rules: HoldOut) -> None:
    """Of 400 accounts: within three and five standard deviations, which chance hardly misses."""
    policy = policy_named("plain-2-18-34")
    policy = replace(policy, stages=(replace(policy.stages[0], message="reminder-1"),))
    today, count = DUE + timedelta(days=2), 400
    waiting = sum(
        bool(held(plan(facts(f"K{n}", rules, [0]), policy, today, "run"))) for n in range(count)
    )
    share = rules.share_percent / 100
    assert abs(waiting - count * share) <= 3 + 5 * (count * share * (1 - share)) ** 0.5


@given(
    policies, hold_outs, st.lists(st.integers(-3, 9), min_size=1, max_size=3), st.integers(0, 40)
)
@settings(max_examples=60, deadline=None)
def test_a_replay_draws_the_same_and_switched_off_the_plan_is_as_ever(
    policy: Policy, rules: HoldOut, due: list[int], day: int
) -> None:
    today = DUE + timedelta(days=day)
    first, again = (plan(facts("K1", rules, due), policy, today, "run") for _ in range(2))
    assert first == again
    off = plan(facts("K1", None, due), policy, today, "run")
    assert not held(off)
    sent = {d.invoice for d in off if d.outcome == "send"}
    assert sent >= {d.invoice for d in held(first)}, "only what would have gone waits"
    assert sent == {d.invoice for d in first if d.outcome == "send"} | {
        d.invoice for d in held(first)
    }


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 24))
def test_months_later_lies_that_many_months_later(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, 28)
