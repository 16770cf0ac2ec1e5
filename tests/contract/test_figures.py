"""Figures over every kind of store: what the books say, by transactions as the table has them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from saldo.figures.answer import Reports
from saldo.figures.ask import asked
from saldo.figures.counting import FigureCounter, FiguresBusy
from saldo.figures.ends import DayEnds
from saldo.figures.verify import FigureCheck
from saldo.invoices.model import Invoice
from saldo.payments.payout_book import PayoutBook
from saldo.payments.payout_fees import fees_of, keep_fees, only_creditor
from saldo.payments.payout_model import Checked
from saldo.payments.provider_fee import ProviderFee
from saldo.payments.told import Payout, PayoutLine
from saldo.reminders.prices import assumed_prices
from saldo.store import Store
from saldo.worklist.desks import Desks
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)


@pytest.fixture
def books(store: Store) -> Books:
    books = Books(store)
    books.begin(*(books.invoice(f"RE-{n}", 1000 + n, due_on=DUE) for n in range(6)))
    books.pay("RE-3", 1003)
    return books


def counted(books: Books) -> FigureCheck:
    """Count everything as the stream would tell it, twice and in two orders."""
    records = [
        *books.store.list(Invoice, CREDITOR, ACCOUNT),
        *books.journal(),
        *books.events(),
    ]
    counter = FigureCounter(books.store)
    counter.count(records)
    counter.count(reversed(records))
    return FigureCheck(books.store, counter)


def test_figures_agree_with_the_books(books: Books) -> None:
    check = counted(books)
    checked = check.verify(CREDITOR, books.clock.now().date())
    assert checked.differences == ()
    assert checked.busy == 0
    assert checked.accounts == 1
    reports = Reports(books.store, books.clock, assumed_prices)
    aging = reports.make(CREDITOR, "Europe/Berlin", asked("aging", columns=["total", "items"]))
    (row,) = aging.rows
    assert row.values == (sum(1000 + n for n in range(6) if n != 3), 5)
    top = reports.make(CREDITOR, "Europe/Berlin", asked("debtors", columns=["total"]))
    assert [(one.groups, one.values) for one in top.rows] == [((ACCOUNT,), (row.values[0],))]


def test_fees_of_a_payout_agree_with_the_ledger(books: Books) -> None:
    payment = books.payments()[0]
    line = PayoutLine("payment", "l-1", payment.provider_id, None, 1003, 21, 982, "EUR")
    price = PayoutLine("fee", "l-2", None, None, 0, 9, -9, "EUR")
    payout = Payout("po-1", 973, "EUR", DUE, (line, price))
    fees = fees_of("sandbox", payout, DUE, [(line, payment), (price, None)], lambda: None)
    book = PayoutBook(books.store, books.clock, books.ids)
    keep_fees(books.store, fees[:1], DUE)  # a crash between left it so
    assert book.book("sandbox", payout, Checked(fees=fees))
    check = counted(books)
    told = [
        *books.store.list(ProviderFee, CREDITOR, ACCOUNT),
        *books.store.list(ProviderFee, CREDITOR, "~"),
    ]
    FigureCounter(books.store).count(told)
    assert check.verify(CREDITOR, DUE).differences == ()
    assert only_creditor(books.store) == CREDITOR


def test_whoever_was_left_alone_is_found_by_the_index(books: Books) -> None:
    counted(books)
    books.clock.advance(timedelta(days=60))
    reports = Reports(books.store, books.clock, assumed_prices)
    table = reports.make(CREDITOR, "Europe/Berlin", asked("unattended", columns=["idle_days"]))
    assert [row.groups for row in table.rows] == [(ACCOUNT,)]


def test_an_account_moves_with_all_that_is_open(books: Books) -> None:
    check = counted(books)
    desks = Desks(books.store, books.clock, books.ids)
    desks.put(CREDITOR, ACCOUNT, "x", collector=None, sales=None, branch="Nord")
    FigureCounter(books.store).count(books.events())
    reports = Reports(books.store, books.clock, assumed_prices)
    wanted = asked("aging", columns=["items"], groups=["branch"])
    table = reports.make(CREDITOR, "Europe/Berlin", wanted)
    assert [(row.groups, row.values) for row in table.rows] == [(("Nord",), (5,))]
    assert check.verify(CREDITOR, books.clock.now().date()).differences == ()


def test_three_who_count_at_once_count_once(books: Books, request: pytest.FixtureRequest) -> None:
    workers = 1 if "moto" in request.node.name else 3  # in moto, transactions never meet
    records = [
        *books.store.list(Invoice, CREDITOR, ACCOUNT),
        *books.journal(),
        *books.events(),
    ]

    def count(first: int) -> None:
        mine = records[first:] + records[:first]
        for start in range(0, len(mine), 4):
            while True:
                try:
                    FigureCounter(books.store).count(mine[start : start + 4])
                except FiguresBusy:
                    continue
                break

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(count, (0, 5, 9)))
    check = FigureCheck(books.store, FigureCounter(books.store))
    assert check.verify(CREDITOR, books.clock.now().date()).differences == ()


def test_the_end_of_a_day_is_kept_once(books: Books) -> None:
    counted(books)
    books.clock.move_to(books.clock.now().replace(hour=23, minute=5))
    ends = DayEnds(books.store, books.clock)
    creditor = books.accounts.creditor(CREDITOR)
    assert [ends.keep([creditor]), ends.keep([creditor])] == [1, 0]
