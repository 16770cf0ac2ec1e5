"""What was agreed about open items, and when it makes their money come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Hold
from saldo.cash.entering import AccountFacts, entering
from saldo.cash.model import CashItem
from saldo.cash.spread import within
from saldo.collection.facts import Dispute, PaidClaim, Promise
from saldo.collection.model import Instalment, Plan
from saldo.forecast.model import Bill
from saldo.forecast.predict import forecast
from saldo.forecast.train import trained
from saldo.invoices.model import Credit, OpenItem
from saldo.payments.agreements import ScheduledPayment

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
ISSUED = date(2026, 10, 1)
DUE = date(2026, 10, 31)
WHO = ("c", "1")


def item(number: str = "RE-1", minor: int = 10_000) -> OpenItem:
    return OpenItem(*WHO, number, ISSUED, DUE, "EUR", minor, minor)


def made(*items: OpenItem, **facts: Any) -> list[CashItem]:
    """Return what is entered for items that nothing but an assumption is known of."""
    of = items or (item(),)
    forecasts = {
        one.number: forecast(
            trained((), TODAY),
            Bill("1", one.number, one.issued_on, one.due_on, one.currency, one.amount_minor),
            (),
            TODAY,
        )
        for one in of
    }
    return entering(AccountFacts(TODAY, of, forecasts, **facts))


def by(one: CashItem, day: date) -> float:
    """Return the chance that it comes by a day."""
    return within(one.edges, (day - one.issued_on).days * 10 + 5)


def promised(on: date, state: Any = "open", minor: int = 10_000, id_: str = "P") -> Promise:
    return Promise(
        *WHO, id_, ("RE-1", "RE-2"), "EUR", minor, on, on + timedelta(days=1), state, "Kim", AT
    )


def debit(on: date, **more: Any) -> ScheduledPayment:
    fields: dict[str, Any] = {"state": "planned", "plan": None} | more
    return ScheduledPayment(
        *WHO, "S", "M", ("RE-1",), "EUR", 10_000, on, AT, fields["state"], AT, fields["plan"]
    )


def test_a_direct_debit_comes_two_banking_days_after_its_day_but_for_a_few() -> None:
    friday = date(2026, 11, 27)
    (one,) = made(debits=[debit(friday)])
    assert one.kind == "debit"
    assert by(one, date(2026, 11, 30)) == 0
    assert by(one, date(2026, 12, 1)) == pytest.approx(0.97, abs=0.03)


@pytest.mark.parametrize("state", ["waiting", "done", "failed", "cancelled"])
def test_a_debit_that_is_not_ordered_counts_for_nothing(state: str) -> None:
    (one,) = made(debits=[debit(date(2026, 11, 27), state=state)])
    assert one.kind == "open"


def test_instalments_come_on_their_days_and_what_was_paid_is_not_expected_again() -> None:
    parts = tuple(Instalment(date(2026, 10 + n, 15), 2_500) for n in (0, 1, 2))
    parts = (*parts, Instalment(date(2027, 1, 15), 2_500))
    plan = Plan(*WHO, "PL", ("RE-1",), "EUR", parts, "active", "Kim", AT)
    found = made(item(minor=5_000), plans=[plan], kept=1000)
    assert [(one.kind, one.minor) for one in found] == [("plan", 2_500)] * 2
    first, second = sorted(found, key=lambda one: one.edges)
    assert by(first, date(2026, 12, 17)) > 0.9
    assert by(second, date(2027, 1, 14)) == 0
    assert by(second, date(2027, 1, 19)) > 0.9


def test_a_missed_plan_counts_for_nothing() -> None:
    parts = (Instalment(date(2026, 12, 15), 10_000),)
    plan = Plan(*WHO, "PL", ("RE-1",), "EUR", parts, "missed", "Kim", AT)
    assert [one.kind for one in made(plans=[plan])] == ["open"]


def test_a_transfer_that_was_announced_comes_within_its_days_if_it_comes() -> None:
    until = date(2026, 11, 28)
    hold = Hold(*WHO, "T", "transfer-announced", "RE-1", "", "payer", AT, until)
    (one,) = made(holds=[hold], kept=600)
    assert one.kind == "transfer"
    assert by(one, until) == pytest.approx(0.6, abs=0.06)
    (ended,) = made(holds=[replace(hold, ended_at=AT)], kept=600)
    assert ended.kind == "open"


def test_who_says_to_have_paid_is_believed_as_much_as_their_promises() -> None:
    claim = PaidClaim(
        *WHO, "C", ("RE-1",), "EUR", 4_000, TODAY, "transfer", "open", "payer", AT,
        date(2026, 11, 27),
    )  # fmt: skip
    found = {one.kind: one for one in made(claims=[claim], kept=900)}
    assert (found["claim"].minor, found["open"].minor) == (4_000, 6_000)
    assert by(found["claim"], date(2026, 11, 27)) == pytest.approx(0.9, abs=0.06)


def test_a_promise_over_two_invoices_is_split_and_counts_after_what_is_surer() -> None:
    on = date(2026, 12, 4)
    found = made(
        item("RE-1"), item("RE-2", 6_000),
        promises=[promised(on, minor=12_000)], debits=[debit(date(2026, 11, 27))],
    )  # fmt: skip
    kinds = sorted((one.kind, one.minor) for one in found)
    assert kinds == [("debit", 10_000), ("promise", 6_000)]


def test_who_kept_every_promise_is_believed_more_than_who_broke_them() -> None:
    on = date(2026, 12, 4)
    past = date(2026, 9, 1)

    def chance(state: str) -> float:
        before = [promised(past, state, id_=f"P{n}") for n in range(6)]
        (one,) = made(promises=[*before, promised(on)])
        return by(one, on + timedelta(days=4)) - by(one, on - timedelta(days=1))

    assert chance("kept") > 0.75
    assert chance("broken") < 0.4


def test_what_is_agreed_to_be_credited_never_comes() -> None:
    dispute = Dispute(
        *WHO, "D", "RE-1", "EUR", 3_000, "price", "", "Kim", "settled", "ERP", AT,
        date(2026, 12, 1), agreed_minor=3_000, credit_expected=True,
    )  # fmt: skip
    found = {one.kind: one for one in made(disputes=[dispute])}
    assert (found["disputed"].minor, found["disputed"].never) == (3_000, 1000)
    assert found["open"].minor == 7_000


def test_money_that_is_there_pays_for_the_oldest_first_and_in_its_currency() -> None:
    there = [Credit(*WHO, "payment#1", "EUR", 12_000, TODAY)]
    there.append(Credit(*WHO, "payment#2", "USD", 50_000, TODAY))
    found = made(item("RE-1"), item("RE-2", 6_000), credits=there)
    assert [(one.minor, one.kind) for one in found] == [(4_000, "open")]


def test_nothing_open_enters_nothing() -> None:
    assert entering(AccountFacts(TODAY, (), {}, promises=[promised(TODAY)])) == []


def test_an_insolvency_gives_up_most_of_what_is_open_for_as_long_as_it_lasts() -> None:
    lasts = Hold(*WHO, "I", "insolvency", None, "", "anna", AT)
    ended = replace(lasts, until=TODAY)
    assert [one.never for one in made(item(), holds=(lasts,))] == [900]
    assert [one.never for one in made(item(), holds=(ended,))] == [0]
