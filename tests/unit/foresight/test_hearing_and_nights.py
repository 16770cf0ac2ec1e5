"""Keepers hear of facts, and look at every account every night, whatever one of them fails at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from saldo.accounts.model import Creditor
from saldo.events import OPEN_ITEM_EVENTS, EventType
from saldo.foresight.hearing import HEARD, ForesightHearing, Looked
from saldo.foresight.keepers import AccountKeeper
from saldo.foresight.sweep import ForesightSweep, NightProgress, Swept
from saldo.store import Put
from tests.books import CREDITOR, Books
from tests.foreseen import ForeseenBooks


@dataclass
class Noting:
    """A keeper that notes what it was asked; it fails at the accounts in `fails`."""

    heard: frozenset[str] = frozenset({"invoice.issued", "payment.settled"})
    looked: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    fails: frozenset[str] = frozenset()

    def refresh(self, creditor: str, account: str) -> bool:
        self.looked.append(account)
        if account in self.fails:
            raise RuntimeError("broken")
        return True

    def refresh_creditor(self, creditor: Creditor, today: date) -> None:
        self.days.append(today)
        if creditor.id in self.fails:
            raise RuntimeError("broken")


def keeps(keeper: AccountKeeper) -> AccountKeeper:
    return keeper


def test_a_keeper_looks_at_the_account_that_a_fact_is_about() -> None:
    noting = Noting()
    hearing = ForesightHearing((keeps(noting),))
    assert hearing.hear("invoice.issued", CREDITOR, "10001") == 1
    assert hearing.hear("dispute.opened", CREDITOR, "10001") == 0
    assert hearing.hear("payment.settled", CREDITOR, "~suspense~3") == 0
    assert hearing.hear("payment.settled", CREDITOR, "~") == 0
    assert noting.looked == ["10001"]


def test_several_facts_at_once_are_one_look_for_each_keeper() -> None:
    one, other = Noting(), Noting(frozenset({"dispute.opened"}))
    hearing = ForesightHearing((one, other))
    looked: Looked = set()
    for type_ in ("invoice.issued", "payment.settled", "dispute.opened"):
        hearing.hear(type_, CREDITOR, "10001", looked)
    assert (one.looked, other.looked) == (["10001"], ["10001"])


def test_a_keeper_that_fails_keeps_no_other_from_looking_and_is_asked_again() -> None:
    broken, well = Noting(fails=frozenset({"10001"})), Noting()
    hearing = ForesightHearing((broken, well))
    looked: Looked = set()
    with pytest.raises(RuntimeError):
        hearing.hear("invoice.issued", CREDITOR, "10001", looked)
    with pytest.raises(RuntimeError):
        hearing.hear("payment.settled", CREDITOR, "10001", looked)
    assert (broken.looked, well.looked) == (["10001", "10001"], ["10001"])


def test_every_keeper_hears_of_facts_that_the_bus_sends() -> None:
    parts = ForeseenBooks().parts
    assert parts.account_keepers
    for keeper in parts.account_keepers:
        assert keeper.heard <= HEARD <= set(get_args(EventType)), type(keeper).__name__


def test_whoever_keeps_what_is_open_hears_of_all_that_changes_it() -> None:
    parts = ForeseenBooks().parts
    for keeper in (
        parts.forecast_keeper,
        parts.credit_keeper,
        parts.cash_keeper,
        parts.risk_keeper,
    ):
        assert keeper.heard >= OPEN_ITEM_EVENTS, type(keeper).__name__


# Nights.


def office(accounts: int = 3) -> Books:
    books = Books()
    books.open_creditor()
    for place in range(accounts):
        books.open_account(f"A-{place:03}", f"a{place}@kunde.example")
    return books


def night(books: Books, learner: Noting, keeper: Noting, after: Noting) -> ForesightSweep:
    parts = (books.store, books.clock, books.accounts)
    return ForesightSweep(*parts, (learner,), (keeper,), (after,))


def progress(books: Books) -> NightProgress:
    found = books.store.get(NightProgress, CREDITOR)
    assert found is not None
    return found


def test_a_night_learns_looks_at_every_account_and_then_at_the_creditor() -> None:
    books, learner, keeper, after = office(), Noting(), Noting(), Noting()
    sweep = night(books, learner, keeper, after)
    assert sweep.run() == Swept(1, 3, 3, 0)
    assert keeper.looked == ["A-000", "A-001", "A-002"]
    today = date(2026, 11, 21)
    assert (learner.days, after.days) == ([today], [today])
    assert sweep.run() == Swept()
    assert progress(books).done


def test_a_night_begins_at_three_by_the_creditors_own_clock() -> None:
    books, noting = office(), Noting()
    sweep = night(books, noting, noting, noting)
    sweep.run()
    books.clock.move_to(datetime(2026, 11, 22, 1, 59, tzinfo=UTC))  # 02:59 in Berlin
    assert sweep.run() == Swept()
    books.clock.move_to(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
    assert sweep.run().accounts == 3


def test_a_night_without_end_is_gone_on_with_by_the_next_call() -> None:
    books, learner, keeper, after = office(250), Noting(), Noting(), Noting()
    sweep = night(books, learner, keeper, after)
    left = [3]

    def has_time() -> bool:
        left[0] -= 1
        return left[0] > 0

    first = sweep.run(has_time)
    assert 0 < first.accounts < 250 and first.creditors == 0
    assert not progress(books).done and not after.days
    books.clock.advance(timedelta(hours=1))
    second = sweep.run()
    assert first.accounts + second.accounts == 250
    assert len(keeper.looked) == len(set(keeper.looked)) == 250
    assert len(learner.days) == len(after.days) == 1


def test_time_that_runs_out_within_a_page_costs_no_account_and_looks_at_none_twice() -> None:
    """Each account takes so long that a call gets through seven of them."""
    books, learner, keeper, after = office(30), Noting(), Noting(), Noting()
    sweep = night(books, learner, keeper, after)
    calls = 0
    while calls == 0 or not progress(books).done:
        calls += 1
        ends_at = 7 * calls
        sweep.run(lambda ends_at=ends_at: len(keeper.looked) < ends_at)  # type: ignore[misc]
    assert (calls, sorted(keeper.looked)) == (5, [f"A-{place:03}" for place in range(30)])
    assert progress(books).accounts == 30
    assert len(learner.days) == len(after.days) == 1


def test_what_is_summed_at_the_end_is_left_for_a_call_that_has_time() -> None:
    books, keeper, after = office(3), Noting(), Noting()
    sweep = night(books, Noting(), keeper, after)
    assert sweep.run(lambda: len(keeper.looked) < 3).creditors == 0
    assert not after.days
    assert sweep.run() == Swept(1, 0, 0, 0)
    assert len(after.days) == 1 and len(keeper.looked) == 3


def test_an_account_that_breaks_a_keeper_holds_up_nobody() -> None:
    books, learner, after = office(), Noting(fails=frozenset({CREDITOR})), Noting()
    keeper = Noting(fails=frozenset({"A-001"}))
    swept = night(books, learner, keeper, after).run()
    assert swept == Swept(1, 3, 2, 2)
    assert keeper.looked == ["A-000", "A-001", "A-002"] and after.days


def test_two_calls_at_once_lose_nothing() -> None:
    books, keeper = office(), Noting()
    other = NightProgress(CREDITOR, date(2026, 11, 21), learnt=True, version=7)

    class Meanwhile(Noting):
        def refresh_creditor(self, creditor: Creditor, today: date) -> None:
            books.store.commit([Put(other, expect=None)])

    swept = night(books, Meanwhile(), keeper, Noting()).run()
    assert swept.accounts == 3
    assert progress(books).done and progress(books).version > 7
