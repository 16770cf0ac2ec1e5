"""The risk of all accounts side by side: kept after facts, read a page at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.accounts.agreed import CreditLimit
from saldo.accounts.service import Target
from saldo.credit_data import keep
from saldo.credit_data.book import CursorNotValid, RiskListUnknown
from saldo.credit_data.sheet import RiskPlace
from saldo.foresight import hearing
from saldo.money import Money
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR
from tests.credited import CreditedBooks, insolvent, rated


@pytest.fixture
def books() -> CreditedBooks:
    """Four accounts: one punctual, one overdue, one that an agency warns of, one insolvent."""
    books = CreditedBooks()
    books.open_creditor()
    for number in ("10001", "10002", "10003", "10004"):
        books.open_account(number, None)
    books.push(
        books.invoice("RE-1", 100_00, account="10001"),
        books.invoice("RE-2", 200_00, account="10002", due_on=date(2026, 9, 1)),
        books.invoice("RE-3", 300_00, account="10002", due_on=date(2026, 9, 1), currency="USD"),
        books.invoice("RE-4", 5_000_00, account="10003", due_on=date(2026, 11, 20)),
    )
    for number in ("10001", "10002"):
        books.look(number)
    books.hears(rated("D"), account="10003")
    books.hears(insolvent(), "register", account="10004")
    return books


def numbers(books: CreditedBooks, section: str, limit: int = 10) -> list[str]:
    page = books.parts.credit_data.page(CREDITOR, section, limit)
    return [one.account for one in page.sheets]


def test_the_riskiest_come_first_and_each_class_is_a_list(books: CreditedBooks) -> None:
    everybody = numbers(books, "all")
    assert everybody[0] == "10004", "insolvent"
    assert everybody[1] == "10003", "an agency warns"
    assert everybody[2] == "10002", "eleven weeks overdue"
    assert set(everybody) == {"10001", "10002", "10003", "10004"}
    assert numbers(books, "class-D") == ["10003"], "an agency warns: its word is worse than ours"
    assert numbers(books, "insolvent") == ["10004"]
    assert numbers(books, "class-E") == ["10004"]
    assert numbers(books, "number") == ["10001", "10002", "10003", "10004"]


def test_currencies_have_lists_of_their_own_and_are_never_added(books: CreditedBooks) -> None:
    assert numbers(books, "overdue-EUR") == ["10003", "10002"], "the most money first"
    assert numbers(books, "overdue-USD") == ["10002"]
    assert books.sheet("10002").overdue == (Money(200_00, "EUR"), Money(300_00, "USD"))


@pytest.mark.parametrize("section", ["all", "number"])
def test_a_list_is_read_page_by_page_without_a_gap(books: CreditedBooks, section: str) -> None:
    found, cursor = [], None
    for _ in range(5):
        page = books.parts.credit_data.page(CREDITOR, section, 1, cursor)
        found += [one.account for one in page.sheets]
        cursor = page.cursor
        if cursor is None:
            break
    assert found == numbers(books, section)


def test_an_account_that_pays_leaves_the_lists_it_stood_in(books: CreditedBooks) -> None:
    books.pay("RE-4", 5_000_00)
    books.look("10003")
    assert numbers(books, "overdue-EUR") == ["10002"]
    assert books.sheet("10003").open == ()
    places = [one for one in books.store.everything() if isinstance(one, RiskPlace)]
    assert len({(one.section, one.account) for one in places}) == len(places)


def test_a_look_that_finds_nothing_new_writes_nothing(books: CreditedBooks) -> None:
    assert not any(books.look(number) for number in ("10001", "10002", "10003", "10004"))


def test_an_account_that_is_to_be_erased_stands_in_no_list(books: CreditedBooks) -> None:
    old = books.account("10002")
    restricted = replace(old, restricted_at=books.clock.now(), version=old.version + 1)
    books.store.commit([Put(restricted, expect=old.version)])
    assert books.look("10002")
    assert "10002" not in numbers(books, "all") + numbers(books, "overdue-USD")
    assert not books.look("10002")


def test_time_alone_makes_an_account_riskier_and_the_trend_says_so(books: CreditedBooks) -> None:
    before = books.sheet("10001").points
    books.clock.advance(timedelta(days=45))
    books.look("10001")
    now = books.sheet("10001")
    assert now.overdue_days == 35
    assert now.points < before
    assert now.trend == now.points - before
    assert numbers(books, "falling") == ["10001"]
    assert [one.month for one in now.history] == ["2026-11", "2027-01"]


def test_a_class_that_changed_is_told_once(books: CreditedBooks) -> None:
    books.push(books.invoice("RE-9", 900_00, account="10001", due_on=date(2026, 10, 1)))
    books.look("10001")
    books.look("10001")
    (told,) = [e for e in books.events("10001") if e.type == "risk.class_changed"]
    assert told.data["before"] < told.data["risk_class"]
    assert told.data["decided"] == "own"


def test_the_night_counts_classes_and_learns_how_everybody_pays(books: CreditedBooks) -> None:
    creditor = books.accounts.creditor(CREDITOR)
    books.parts.risk_summer.refresh_creditor(creditor, date(2026, 11, 21))
    sums = books.parts.credit_data.sums(CREDITOR)
    assert sums is not None
    assert sum(sums.counts.values()) == 4
    assert (sums.insolvent, sums.with_outside) == (1, 1)
    assert sums.currencies[0] == "EUR"
    assert sum(minor for name, minor in sums.overdue.items() if name.endswith("USD")) == 300_00
    books.parts.risk_summer.refresh_creditor(creditor, date(2026, 11, 21))
    assert books.parts.credit_data.sums(CREDITOR) == sums, "the same again writes nothing"


def test_the_agreed_limit_stands_beside_what_is_open(books: CreditedBooks) -> None:
    old = books.account()
    new = replace(old, credit_limit=CreditLimit(50_00, "EUR"), version=old.version + 1)
    books.store.commit([Put(new, expect=old.version)])
    books.look()
    assert books.sheet(ACCOUNT).limit == Money(50_00, "EUR")


def test_lists_that_are_none_are_refused(books: CreditedBooks) -> None:
    for name in ("worst", "overdue-ZZZ", "class-F"):
        with pytest.raises(RiskListUnknown):
            books.parts.credit_data.page(CREDITOR, name, 10)
    with pytest.raises(CursorNotValid):
        books.parts.credit_data.page(CREDITOR, "all", 10, "somewhere")


def test_an_insolvency_that_a_person_noted_counts_until_they_take_it_back(
    books: CreditedBooks,
) -> None:
    target = Target(CREDITOR, "10001")
    books.accounts.place(target, "insolvency", "Letter of the administrator", "anna")
    books.look("10001")
    assert books.sheet("10001").decided == "insolvency"
    books.accounts.resume(target, "anna", "insolvency")
    books.look("10001")
    assert (books.sheet("10001").insolvency, numbers(books, "insolvent")) == (None, ["10004"])


def test_every_fact_that_is_heard_is_one_that_the_bus_sends() -> None:
    assert keep.HEARD <= hearing.HEARD
