"""A night reads what it knows of an account once for all keepers, and writes over nothing newer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from saldo.accounts.model import Account
from saldo.cash.model import AccountCash
from saldo.credit_data.sheet import RiskSheet
from saldo.forecast.kept import ItemForecast
from saldo.foresight.memory import LookMemory
from saldo.invoices.model import OpenItem
from saldo.risk.sheet import BehaviourSheet
from saldo.settings import Settings
from saldo.steps.model import Advice
from saldo.store import CommitConflict, Put, Store
from saldo.wiring import Services
from tests.collected import ACCOUNT, CREDITOR
from tests.foreseen import ForeseenBooks

_READS = ("get", "list", "newest", "first")


class Watched:
    """Books that note what is asked of them, and how many records their lists were read for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked: Counter[tuple[Any, ...]] = Counter()
        self.records = 0

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._store, name)
        if name not in _READS:
            return inner

        def read(kind: type[Any], *key: str, **how: Any) -> Any:
            self.asked[name, kind.__name__, key, *how.values()] += 1
            found = inner(kind, *key, **how)
            return self._counted(found) if name == "list" else found

        return read

    def _counted(self, found: Iterator[Any]) -> Iterator[Any]:
        for one in found:
            self.records += 1
            yield one


@pytest.fixture
def books() -> ForeseenBooks:
    books = ForeseenBooks()
    books.open_creditor()
    books.open_account()
    books.push(books.invoice("RE-1", due_on=books.today + timedelta(days=9)))
    return books


def parts_over(books: ForeseenBooks, store: Any) -> Services:
    settings = Settings(public_url="https://pay.musterwerk.example")
    return Services(settings, store=store, clock=books.clock, ids=books.ids)


def test_in_a_night_without_news_nothing_about_an_account_is_asked_twice(
    books: ForeseenBooks,
) -> None:
    for _ in range(2):
        books.night()
    books.clock.advance(timedelta(days=1))
    watched = Watched(books.store)
    swept = parts_over(books, watched).foresight_sweep.run()
    assert (swept.accounts, swept.changed, swept.failed) == (1, 0, 0)
    lists = {"OpenItem", "ItemForecast", "Hold", "Promise", "Plan", "Dispute", "Credit"}
    asked = {key: times for key, times in watched.asked.items() if ACCOUNT in key[2]}
    read = Counter(key[1] for key, times in asked.items() if key[0] == "list" for _ in range(times))
    assert read.keys() >= lists
    assert set(read.values()) == {1}
    assert {asked["get", name, (CREDITOR, ACCOUNT)] for name in ("AccountCash", "Advice")} == {1}


def test_a_payment_that_comes_while_the_night_looks_is_not_missed(books: ForeseenBooks) -> None:
    books.night()
    books.clock.advance(timedelta(days=8))

    class Meanwhile(Watched):
        def commit(self, writes: Any) -> None:
            written = {type(getattr(one, "record", None)) for one in writes}
            if ItemForecast in written and books.open_items():
                books.pay()
            self._store.commit(writes)

    swept = parts_over(books, Meanwhile(books.store)).foresight_sweep.run()
    assert swept.failed == 0
    kept = books.store.get(AccountCash, CREDITOR, ACCOUNT)
    assert books.open_items() == []
    assert books.foreseen() == {}
    assert kept is None or kept.items == ""


def test_every_record_that_a_keeper_keeps_by_account_is_read_before_the_facts(
    books: ForeseenBooks,
) -> None:
    """Whoever adds a keeper names what it keeps, or it may write over something newer."""
    kept: set[type[Any]] = set()

    class Noting(Watched):
        def commit(self, writes: Any) -> None:
            records = [one.record for one in writes if isinstance(one, Put)]
            kept.update(type(one) for one in records if one.key == (CREDITOR, ACCOUNT))
            self._store.commit(writes)

    parts = parts_over(books, Noting(books.store))
    parts.foresight_sweep.run()
    # Who keeps behaviour reads the books by itself; an account is a fact that has a version.
    alone = {BehaviourSheet, Account}
    assert {AccountCash, RiskSheet, Advice} <= kept <= {*parts.look_memory.kept, *alone}


def test_a_fact_is_looked_at_as_the_books_are_then(books: ForeseenBooks) -> None:
    """Nothing of the look before is believed, however soon it is: the account was begun anew."""
    hearing = books.parts.foresight_hearing
    hearing.hear("invoice.issued", CREDITOR, ACCOUNT)
    books.push(books.invoice("RE-2", due_on=books.today + timedelta(days=9)))
    assert hearing.hear("invoice.issued", CREDITOR, ACCOUNT)
    assert set(books.foreseen()) == {"RE-1", "RE-2"}
    assert not hearing.hear("invoice.issued", CREDITOR, ACCOUNT)


def test_what_somebody_kept_by_newer_facts_is_not_written_over(books: ForeseenBooks) -> None:
    """Who keeps something reads it before the facts, so that a newer version stops them."""
    old = AccountCash(CREDITOR, ACCOUNT, "~", "old", version=1)
    books.store.commit([Put(old)])
    memory = LookMemory(books.store, (AccountCash,))
    memory.begin(CREDITOR, ACCOUNT)
    assert len(list(memory.list(OpenItem, CREDITOR, ACCOUNT))) == 1  # a fact, by one keeper
    newer = replace(old, items="newer", version=2)
    books.store.commit([Put(newer, expect=1)])  # somebody heard of another fact
    assert memory.get(AccountCash, CREDITOR, ACCOUNT) == old  # the next keeper
    with pytest.raises(CommitConflict):
        memory.commit([Put(replace(old, items="stale", version=2), expect=1)])
    assert memory.get(AccountCash, CREDITOR, ACCOUNT) == newer, "all is read anew"


def test_who_looks_at_the_first_few_of_many_does_not_have_all_read(books: ForeseenBooks) -> None:
    due_on = date(2027, 1, 8)
    books.push(*(books.invoice(f"M-{place:02}", due_on=due_on) for place in range(20)))
    watched = Watched(books.store)
    memory = LookMemory(cast("Store", watched), ())
    memory.begin(CREDITOR, ACCOUNT)
    first = memory.list(OpenItem, CREDITOR, ACCOUNT)
    some = [next(first) for _ in range(3)]
    assert watched.records == 3
    again = memory.list(OpenItem, CREDITOR, ACCOUNT)
    assert [next(again) for _ in range(3)] == some
    assert watched.records == 3
    assert len([*some, *first]) == len(list(memory.list(OpenItem, CREDITOR, ACCOUNT))) == 21
    assert watched.records == 21
    assert memory.first(OpenItem, CREDITOR, ACCOUNT, limit=2) == tuple(some[:2])
    assert watched.asked["first", "OpenItem", (CREDITOR, ACCOUNT), 2, None] == 0
    memory.begin(CREDITOR, "10002")
    assert list(memory.list(OpenItem, CREDITOR, "10002")) == []
