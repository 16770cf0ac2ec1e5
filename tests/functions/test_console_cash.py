"""The money to come in the console: what a manager sees, tries, and is told of past forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account
from saldo.cash.model import CashSnapshot
from saldo.cash.track import CashWeek, monday_of
from saldo.steps.model import DrawSheet
from saldo.steps.tally import NOTHING, WITHIN, Result, one
from saldo.store import Put
from saldo.worklist.desks import Desks
from tests.books import ACCOUNT, CREDITOR
from tests.cashed import CashedBooks
from tests.functions.clerk import Office, office_of


@pytest.fixture(scope="module")
def books() -> CashedBooks:
    books = CashedBooks()
    books.begin(books.invoice("RE-1", 100_000, due_on=date(2026, 12, 1)))
    books.open_account("10002", country="NL")
    books.push(
        books.invoice("RE-2", 50_000, account="10002", due_on=date(2026, 12, 15)),
        books.invoice("US-1", 7_000, account="10002", currency="USD"),
    )
    desks = Desks(books.store, books.clock, books.ids)
    desks.put(CREDITOR, ACCOUNT, "x", collector=None, sales=None, branch="Nord")
    desks.put(CREDITOR, "10002", "x", collector=None, sales=None, branch="Süd")
    books.night()
    return books


@pytest.fixture
def office(books: CashedBooks) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def test_a_manager_sees_what_comes_by_week_and_takes_it_along(office: Office) -> None:
    kim = office.clerk("manager").open("cash")
    assert kim.status == 200
    assert "€1,500.00" in kim.said and "$70.00" in kim.said
    assert "80 % band" in kim.said and kim.html.count('<svg class="chart bands broad"') == 2
    kim.open("cash", step="month")
    assert "Expected by month, EUR" in kim.said
    kim.open("cash/csv", step="day", branch="Nord")
    lines = kim.body.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("currency,first,last,expected,low")
    assert len(lines) == 92 and all(
        line.startswith("EUR,2026-") or "2027" in line for line in lines[1:]
    )


def test_german_and_dutch_speak_of_it_too(office: Office) -> None:
    assert "Bereich von 80 %" in office.clerk("auditor", language="de").open("cash").said
    nl = office.clerk("owner", language="nl", email="nl@musterwerk.example").open("cash/scenario")
    assert "Eén klant betaalt later" in nl.said


def test_who_sees_one_branch_sees_its_money_alone(office: Office) -> None:
    kim = office.clerk("manager", branches=("Nord",), email="nord@musterwerk.example").open("cash")
    assert "€1,000.00" in kim.said
    assert "$" not in kim.said and "1,500" not in kim.said
    kim.open("cash", branch="Süd")
    assert "Nothing is open." in kim.said
    kim.open("cash/scenario", change="customer-never", account="10002")
    assert kim.status == 404
    kim.open("cash/track")
    assert "you see some branches" in kim.said


def test_who_may_not_see_reports_does_not_see_this(office: Office) -> None:
    for role in ("sales", "support"):
        assert office.clerk(role).open("cash").status == 403


def test_a_manager_tries_what_a_late_customer_would_do(office: Office) -> None:
    kim = office.clerk("manager").open("cash/scenario")
    assert "Lowest point" not in kim.said
    kim.open(
        "cash/scenario", change="customer-late", account=ACCOUNT, days="30", percent="", share="100"
    )
    assert kim.status == 200
    assert "Lowest point" in kim.said and "Difference by week, EUR" in kim.said
    kim.open("cash/scenario", change="discount", days="10", percent="2,5", share="30")
    assert "Lost for good" in kim.said


def test_what_a_lot_told_of_reminders_stands_beside_the_assumption(
    books: CashedBooks, office: Office
) -> None:
    kim = office.clerk("manager").open("cash/scenario")
    assert "was not measured by lot here yet" in kim.said
    quick, slow = tally(5), tally(12)
    arms = {
        "de-business:1:friendly-notice|email|sent": quick,
        "de-business:1:friendly-notice|email|held-out": slow,
    }
    books.store.commit([Put(DrawSheet(CREDITOR, "C-1", arms))])
    kim.open("cash/scenario")
    assert "from 80 cases: de-business, stage 1 (E-mail) brings payment 7.0 days sooner" in kim.said


def tally(days: int) -> list[int]:
    """Return the numbers of forty cases that were paid about so many days on."""
    found = NOTHING
    for case in range(40):
        took = days + case % 3 - 1
        found += one(Result(10 * took, tuple(within for within in WITHIN if took <= within)))
    return found.numbers()


@pytest.mark.parametrize(
    "asked",
    [
        {"change": "customer-late", "days": "30"},
        {"change": "reminders", "days": "soon"},
        {"change": "discount", "days": "10", "percent": "1e999"},
        {"change": "volume", "percent": "nan"},
        {"change": "weather"},
    ],
)
def test_what_cannot_be_worked_out_is_refused_in_words(
    office: Office, asked: dict[str, str]
) -> None:
    kim = office.clerk("manager").open("cash/scenario", **asked)
    assert kim.status == 400
    assert "This cannot be worked out" in kim.said


def test_past_forecasts_are_shown_with_their_misses(books: CashedBooks, office: Office) -> None:
    kim = office.clerk("manager").open("cash/track")
    assert "No week is over yet" in kim.said
    this = monday_of(books.today)
    last = this - timedelta(days=7)
    flat = (1_000,) * 91
    weeks = (7_000,) * 13
    told = CashSnapshot(
        CREDITOR, last - timedelta(days=1), "EUR", flat, (0,) * 91,
        (6_000,) * 13, weeks, (8_000,) * 13, (9_000,) * 13, 100_000,
    )  # fmt: skip
    came = [CashWeek(CREDITOR, "EUR", last - timedelta(days=7 * n), 5_000) for n in range(6)]
    books.store.commit([Put(told, expect=None), *(Put(one, expect=None) for one in came)])
    kim.open("cash/track")
    assert "less than forecast" in kim.said
    assert "40%" in kim.said, "expected 70, came 50"
    assert "Due dates: 80%; the four weeks before: 0%" in kim.said


def test_nothing_is_shown_before_the_first_night() -> None:
    fresh = CashedBooks()
    fresh.begin()
    with office_of(fresh) as office:
        kim = office.clerk("manager")
        assert "There is no forecast yet" in kim.open("cash").said
        asked = {"change": "volume", "percent": "10"}
        assert "There is no forecast yet" in kim.open("cash/scenario", **asked).said
    assert fresh.store.get(Account, CREDITOR, ACCOUNT)
