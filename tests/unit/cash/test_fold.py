"""What changes during the day is taken into the sums, once, and nothing is counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from saldo.cash.fold import EVERY, fold, is_time_to_fold
from saldo.cash.keep import CashBusy
from saldo.cash.model import AccountCash, CashHead
from saldo.cash.view import CashCurrency
from saldo.store import Put
from tests.books import CREDITOR
from tests.cashed import CashedBooks


@pytest.fixture
def books() -> CashedBooks:
    """Three accounts in two countries; by day one pays, one gets an invoice, one moves."""
    made = CashedBooks()
    made.begin(made.invoice("RE-1", 100_000, due_on=date(2026, 12, 1)))
    for number, country in (("10002", "NL"), ("10003", "DE")):
        made.open_account(number, country=country)
    made.push(
        made.invoice("RE-2", 50_000, account="10002", due_on=date(2026, 12, 8)),
        made.invoice("RE-3", 30_000, account="10003", due_on=date(2026, 12, 15)),
    )
    made.night()
    made.pay("RE-1", 100_000)
    made.push(
        made.invoice("RE-4", 70_000, account="10002", due_on=date(2026, 12, 20)),
        made.invoice("US-1", 9_000, account="10003", currency="USD"),
    )
    for number in ("10001", "10002", "10003"):
        made.look(number)
    return made


def alike(one: CashCurrency, other: CashCurrency) -> None:
    assert (one.open_minor, one.count) == (other.open_minor, other.count)
    for before, after in zip(one.rows, other.rows, strict=True):
        assert before.open.expected == pytest.approx(after.open.expected, abs=4)
        assert before.open.high == pytest.approx(after.open.high, abs=20)


def test_a_look_says_the_same_before_and_after_folding_and_after_the_night(
    books: CashedBooks,
) -> None:
    before, dutch = books.euros(), books.euros(country=["NL"])
    assert books.shown().changed == 3
    assert (before.open_minor, dutch.open_minor) == (150_000, 120_000)
    assert fold(books.store, CREDITOR, books.clock.now(), books.today) == 3
    assert books.shown().changed == 0
    alike(before, books.euros())
    alike(dutch, books.euros(country=["NL"]))
    assert {one.currency for one in books.shown().currencies} == {"EUR", "USD"}
    assert books.cash.currencies(CREDITOR) == ("EUR", "USD")
    assert books.row("10001") is None, "nothing is open and nothing counted: it goes"
    assert fold(books.store, CREDITOR, books.clock.now(), books.today) == 0
    books.cash_keeper.refresh_creditor(books.creditor, books.today)
    alike(before, books.euros())


def test_nothing_is_folded_while_the_sheets_are_made_anew(books: CashedBooks) -> None:
    head = books.store.get(CashHead, CREDITOR)
    assert head is not None and not head.building
    books.store.commit([Put(replace(head, building=True), expect=head.version)])
    assert fold(books.store, CREDITOR, books.clock.now(), books.today) == 0
    assert books.shown().changed == 3
    books.cash_keeper.refresh_creditor(books.creditor, books.today)
    made = books.store.get(CashHead, CREDITOR)
    assert made is not None and not made.building, "the next night ends what a crash left"


def test_nothing_is_folded_into_yesterdays_sheets_before_the_night_comes(
    books: CashedBooks,
) -> None:
    books.days_on(1)
    assert fold(books.store, CREDITOR, books.clock.now(), books.today) == 0
    assert books.shown().changed == 3


def test_who_is_slower_than_another_build_says_so(books: CashedBooks) -> None:
    head = books.store.get(CashHead, CREDITOR)
    assert head is not None
    with pytest.raises(CashBusy):
        books.cash_keeper._put_head(replace(head, version=head.version))


def test_a_fact_in_some_thirty_folds_what_waits(books: CashedBooks) -> None:
    row = books.row("10002")
    assert row is not None
    folds = [
        version
        for version in range(1, 20 * EVERY)
        if is_time_to_fold(AccountCash(CREDITOR, "10002", "", "", version=version))
    ]
    assert 8 <= len(folds) <= 40
    books.store.commit([Put(replace(row, version=folds[0] - 1), expect=row.version)])
    books.push(books.invoice("RE-5", 1_000, account="10002", due_on=date(2026, 12, 30)))
    assert books.look("10002")
    assert books.shown().changed == 0
    assert books.euros().open_minor == 151_000


def test_a_lost_race_leaves_the_changes_where_they_are(books: CashedBooks) -> None:
    class Late:
        """The books, in which another fold comes between reading and writing."""

        def __getattr__(self, name: str) -> object:
            return getattr(books.store, name)

        def commit(self, writes: object) -> None:
            head = books.store.get(CashHead, CREDITOR)
            assert head is not None
            books.store.commit([Put(replace(head, version=head.version + 1), head.version)])
            books.store.commit(writes)  # type: ignore[arg-type]  # handed on as it came

    before = books.euros()
    assert fold(Late(), CREDITOR, books.clock.now(), books.today) == 0  # type: ignore[arg-type]  # the same
    assert books.shown().changed == 3
    assert books.euros() == before
