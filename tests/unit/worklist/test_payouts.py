"""A provider's payout that differs from the books is somebody's work, until they looked into it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.events import Event
from saldo.money import Money
from saldo.payments.payout_book import PayoutBook
from saldo.payments.payout_model import Checked, Finding
from saldo.payments.told import Payout, PayoutLine
from saldo.store import EVER, fed
from saldo.worklist.model import WorkItem
from tests.worked import CREDITOR, WorkBooks

FINDING = Finding("amount", "l-1", "pp-1", "P-1", 11900, 11800)
LINE = PayoutLine("payment", "l-1", "pp-1", "P-1", 11900, 0, 11900, "EUR")


@pytest.fixture
def books() -> WorkBooks:
    made = WorkBooks()
    made.begin(made.invoice("RE-1", already_sent=True))
    made.open_creditor(id="other", name="Other", provider="mollie")
    return made


def pays_out(books: WorkBooks, *findings: Finding) -> None:
    payout = Payout("po-1", 11900, "EUR", date(2026, 11, 23), (LINE,))
    book = PayoutBook(books.store, books.clock, books.ids)
    assert book.book("sandbox", payout, Checked(findings))
    hear_payouts(books)


def hear_payouts(books: WorkBooks) -> None:
    pages = fed(books.store, Event, "*", *EVER, limit=100)
    for one in (one for page in pages for one in page if one.type == "payout.differs"):
        books.hear_one(one)


def items(books: WorkBooks, creditor: str = CREDITOR) -> list[WorkItem]:
    found = books.parts.work_list.of(creditor, WHOLE_CREDITOR)
    return [one for one in found if one.id.startswith("payout-") and one.state == "open"]


def test_a_payout_that_differs_is_one_item_of_the_creditors_it_pays(books: WorkBooks) -> None:
    pays_out(books, FINDING)
    (item,) = items(books)
    assert (item.kind, item.cause.why, item.cause.next) == (
        "differs",
        "payout-differs",
        "compare-payout",
    )
    assert item.cause.facts["count"] == 1
    assert item.cause.stake == (Money(11900, "EUR"),)
    assert items(books, "other") == [], "mollie pays the other one"
    hear_payouts(books)
    assert len(items(books)) == 1, "told twice it is one"


def test_a_payout_that_agrees_is_nobodys_work(books: WorkBooks) -> None:
    pays_out(books)
    assert items(books) == []


def test_whoever_looked_into_it_is_not_asked_again(books: WorkBooks) -> None:
    pays_out(books, FINDING)
    (item,) = items(books)
    creditor = books.accounts.creditor(CREDITOR)
    books.parts.work_list.done(creditor, WHOLE_CREDITOR, item.id, "anna@musterwerk.example")
    books.hear()
    assert items(books) == []
    books.clock.advance(timedelta(days=60))
    books.parts.work_keeper.derive(CREDITOR, WHOLE_CREDITOR)
    assert items(books) == []


def test_one_whose_lines_do_not_add_up_says_so(books: WorkBooks) -> None:
    wrong = Payout("po-2", 5, "EUR", date(2026, 11, 23), (LINE,))
    assert PayoutBook(books.store, books.clock, books.ids).mark_wrong("sandbox", wrong, None)
    hear_payouts(books)
    (item,) = items(books)
    assert item.cause.why == "payout-wrong"
