"""What makes a plan, and whether it is kept, as pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saldo.banking_days import after_banking_days
from saldo.collection.model import Instalment, Plan
from saldo.collection.rules import PlanNotValid, check_plan, judge
from saldo.invoices.model import Invoice

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def invoice(number: str = "RE-1", open_minor: int = 9000, currency: str = "EUR") -> Invoice:
    return Invoice(
        "c", "a", number, TODAY, TODAY, currency, 9000, open_minor,
    )  # fmt: skip


def parts(*amounts: int, first: date = TODAY + timedelta(days=1)) -> list[Instalment]:
    return [Instalment(first + timedelta(days=30 * n), minor) for n, minor in enumerate(amounts)]


@pytest.mark.parametrize(
    ("invoices", "instalments", "wrong"),
    [
        ([], parts(9000), "1 to 90 invoices"),
        ([invoice()], [], "1 to 60 instalments"),
        ([invoice()], parts(*[100] * 61), "1 to 60 instalments"),
        ([invoice(), invoice("RE-2", currency="USD")], parts(18000), "one currency"),
        ([invoice(), invoice("RE-2", 0)], parts(9000), "Nothing stands open on invoice RE-2"),
        ([invoice()], parts(9001, -1), "above zero"),
        ([invoice()], parts(9000, 0), "above zero"),
        ([invoice()], [*parts(4000), *parts(5000)], "after the one before"),
        ([invoice()], parts(9000, first=TODAY), "2026-11-22 or later"),
        ([invoice()], parts(8999), "stands open"),
    ],
)
def test_what_makes_no_plan(
    invoices: list[Invoice], instalments: list[Instalment], wrong: str
) -> None:
    with pytest.raises(PlanNotValid, match=wrong):
        check_plan(invoices, instalments, TODAY, charged=True)


def test_who_pays_by_hand_may_pay_today() -> None:
    assert check_plan([invoice()], parts(9000, first=TODAY), TODAY, charged=False) == "EUR"


@given(
    paid=st.integers(0, 9000),
    coming=st.integers(0, 9000),
    days=st.integers(0, 120),
    mandate=st.sampled_from([None, "MD-1"]),
)
def test_a_plan_is_kept_missed_or_finished_and_nothing_between(
    paid: int, coming: int, days: int, mandate: str | None
) -> None:
    three = tuple(parts(3000, 3000, 3000))
    plan = Plan("c", "a", "p", ("RE-1",), "EUR", three, "active", "x", NOW, mandate)
    today = TODAY + timedelta(days=days)
    kept = judge(plan, [invoice(open_minor=9000 - paid)], coming, today)
    takes = 0 if mandate else 1  # a transfer of the last day comes on the next banking day
    due = sum(p.amount_minor for p in three if after_banking_days(p.due_on, takes) < today)
    assert (kept.paid_minor, kept.due_minor) == (paid, due)
    expected = {
        "finished": paid == 9000,
        "kept": due <= paid < 9000,
        "waiting": paid < due <= paid + coming,
        "missed": paid + coming < due,
    }
    assert [name for name, is_so in expected.items() if is_so] == [kept.state]
    if kept.state in ("kept", "waiting"):
        assert kept.look_on is not None
        assert kept.look_on > today
    if kept.state == "missed":
        assert kept.due_on is not None
        assert plan.due_by(kept.due_on) > paid >= plan.due_by(kept.due_on - timedelta(days=1))


def test_a_charge_added_later_and_money_that_came_back() -> None:
    plan = Plan("c", "a", "p", ("RE-1",), "EUR", tuple(parts(9000)), "active", "x", NOW)
    charged = Invoice("c", "a", "RE-1", TODAY, TODAY, "EUR", 9000, 1000, charged_minor=1000)
    assert judge(plan, [charged], 0, TODAY).state == "finished"
    reopened = Invoice("c", "a", "RE-1", TODAY, TODAY, "EUR", 9000, 9000)
    assert judge(plan, [reopened], 0, TODAY + timedelta(days=2)).state == "kept"
    assert judge(plan, [reopened], 0, TODAY + timedelta(days=3)).state == "missed", "since Tuesday"
