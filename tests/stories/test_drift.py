"""Dear ERP, are we still agreed? Each kind of difference is planted; all of them are found, and
nothing else.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.drift.book import DriftReports
from saldo.drift.compare import compare
from saldo.drift.model import (
    Drift,
    DriftAccountNotNamed,
    DriftItemTwice,
    DriftTooWide,
    OurItem,
    TheirItem,
)
from saldo.ledger.charges import Charges, Fact
from tests.books import ACCOUNT, CREDITOR, Books

OTHER = "10002"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.open_creditor()
    books.open_account()
    books.open_account(OTHER, "other@beispiel.example")
    return books


def theirs(
    number: str, minor: int = 11900, account: str = ACCOUNT, currency: str = "EUR"
) -> TheirItem:
    return TheirItem(number, account, currency, minor)


def kinds(drift: Drift) -> dict[str, str]:
    return {one.number: one.kind for one in drift.differences}


def check_explained(drift: Drift) -> None:
    """What the differences say adds up to what the totals are off by."""
    said: Counter[tuple[str, str]] = Counter()
    for one in drift.differences:
        if one.theirs:
            said[one.theirs.account, one.theirs.currency] += one.theirs.open_minor
        if one.ours:
            said[one.ours.account, one.ours.currency] -= one.ours.open_minor
    # An item on another account is told with its amount on both sides, and again on ours.
    off = {(t.account, t.currency): t.off_by_minor for t in drift.totals if t.off_by_minor}
    assert {place: minor for place, minor in said.items() if minor} == off


def test_the_same_items_agree(books: Books) -> None:
    books.push(books.invoice("RE-1"), books.invoice("RE-2", 5000, account=OTHER))
    drift = DriftReports(books.store, books.clock).report(
        CREDITOR, [theirs("RE-1"), theirs("RE-2", 5000, OTHER)]
    )
    assert (drift.differences, drift.agreed, drift.is_agreed) == ((), 2, True)
    assert [(t.theirs_minor, t.ours_minor) for t in drift.totals] == [(11900, 11900), (5000, 5000)]


def test_each_kind_of_difference_is_found_and_nothing_else(books: Books) -> None:
    same, moved = [f"SAME-{n}" for n in range(5)], "ACCOUNT"
    numbers = [
        "FLIGHT",
        "COMING",
        "AMOUNT",
        "CLOSED-HERE",
        "CLOSED-THERE",
        "CURRENCY",
        moved,
        *same,
    ]
    books.push(*(books.invoice(number) for number in numbers))
    books.pay("CLOSED-HERE")
    books.clock.advance(timedelta(days=10))
    books.pay("FLIGHT", 5000)
    coming = books.start_payment("COMING")
    books.settlement.settle(books.told(coming, "processing"))
    there = [
        *(theirs(number) for number in same),
        theirs("FLIGHT"),
        theirs("COMING", 0),
        theirs("AMOUNT", 11800),
        theirs("CLOSED-HERE"),
        theirs("CURRENCY", 11900, currency="CHF"),
        theirs(moved, account=OTHER),
        theirs("NEVER-CAME"),
    ]
    reports = DriftReports(books.store, books.clock)
    drift = reports.report(CREDITOR, there)
    assert kinds(drift) == {
        "FLIGHT": "in-flight",
        "COMING": "in-flight",
        "AMOUNT": "amount",
        "CLOSED-HERE": "closed-here",
        "CLOSED-THERE": "closed-there",
        "CURRENCY": "currency",
        moved: "account",
        "NEVER-CAME": "unknown-here",
    }
    assert drift.agreed == len(same)
    assert not drift.is_agreed
    check_explained(drift)
    flight = next(one for one in drift.differences if one.number == "COMING")
    assert flight.flights == (coming,)
    # A list that names what is closed, too, leaves out only what the ERP does not know.
    every = reports.report(CREDITOR, there, lists="all")
    assert kinds(every) == kinds(drift) | {"CLOSED-THERE": "unknown-there"}
    named = reports.report(CREDITOR, [*there, theirs("CLOSED-THERE", 0)], lists="all")
    assert kinds(named) == kinds(drift)


def test_what_the_erp_had_days_to_book_is_no_longer_in_flight(books: Books) -> None:
    books.push(books.invoice("RE-1"), books.invoice("RE-2"))
    books.pay("RE-1")
    books.pay("RE-2", 5000)
    reports = DriftReports(books.store, books.clock)
    there = [theirs("RE-1"), theirs("RE-2")]
    assert kinds(reports.report(CREDITOR, there)) == {"RE-1": "in-flight", "RE-2": "in-flight"}
    made_at = books.clock.now()
    books.clock.advance(timedelta(days=4))
    assert kinds(reports.report(CREDITOR, there)) == {"RE-1": "closed-here", "RE-2": "amount"}
    assert reports.report(CREDITOR, there, as_of=made_at).is_agreed


def test_the_erp_booked_the_first_part_and_not_yet_the_second(books: Books) -> None:
    books.push(books.invoice())
    books.pay(minor=3000)
    books.clock.advance(timedelta(hours=1))
    second = books.pay(minor=2000)
    drift = DriftReports(books.store, books.clock).report(CREDITOR, [theirs("RE-1", 8900)])
    (one,) = drift.differences
    assert (one.kind, one.flights) == ("in-flight", (second,))


def test_fees_that_the_erp_does_not_know_are_no_difference(books: Books) -> None:
    books.push(books.invoice())
    fee = Fact("F-1", CREDITOR, "RE-1", 500, date(2026, 11, 21), "test", "reminder", "reminder-fee")
    Charges(books.store, books.clock, books.ids).add_fee(fee)
    reports = DriftReports(books.store, books.clock)
    assert reports.report(CREDITOR, [theirs("RE-1", 11900)]).is_agreed
    assert reports.report(CREDITOR, [theirs("RE-1", 12400)]).is_agreed
    assert not reports.report(CREDITOR, [theirs("RE-1", 12300)]).is_agreed


def test_credits_are_compared_where_the_erp_names_any(books: Books) -> None:
    books.push(books.invoice("RE-1"))
    paid = books.pay(minor=12900)
    reports = DriftReports(books.store, books.clock)
    assert reports.report(CREDITOR, []).is_agreed
    assert reports.report(CREDITOR, [theirs(paid, -1000)]).is_agreed
    drift = reports.report(CREDITOR, [theirs(paid, -900), theirs("CN-9", -100)])
    assert kinds(drift) == {paid: "amount", "CN-9": "unknown-here"}
    check_explained(drift)


def test_a_list_about_some_accounts(books: Books) -> None:
    books.push(books.invoice("RE-1"), books.invoice("RE-2", account=OTHER))
    reports = DriftReports(books.store, books.clock)
    assert reports.report(CREDITOR, [theirs("RE-1")], accounts=[ACCOUNT]).is_agreed
    with pytest.raises(DriftAccountNotNamed):
        reports.report(CREDITOR, [theirs("RE-2", account=OTHER)], accounts=[ACCOUNT])
    with pytest.raises(DriftTooWide):
        reports.report(CREDITOR, [], accounts_max=1)


def test_an_item_in_parts_is_their_sum_and_a_contradiction_is_refused(books: Books) -> None:
    books.push(books.invoice())
    reports = DriftReports(books.store, books.clock)
    assert reports.report(CREDITOR, [theirs("RE-1", 11000), theirs("RE-1", 900)]).is_agreed
    with pytest.raises(DriftItemTwice):
        reports.report(CREDITOR, [theirs("RE-1", 11000), theirs("RE-1", 900, OTHER)])


_ITEM = st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["EUR", "CHF"]), st.integers(0, 3))


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from("123456"), _ITEM),
    st.dictionaries(st.sampled_from("123456"), _ITEM),
)
def test_every_total_is_explained(
    there: dict[str, tuple[str, str, int]], here: dict[str, tuple[str, str, int]]
) -> None:
    drift = compare(
        [TheirItem(number, *fields) for number, fields in there.items()],
        [OurItem(number, *fields, fields[2]) for number, fields in here.items()],
    )
    check_explained(drift)
    same = {n for n in there if there[n] == here.get(n)}
    assert not same & kinds(drift).keys()
