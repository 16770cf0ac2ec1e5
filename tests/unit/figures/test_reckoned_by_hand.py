"""Figures of small books, reckoned by hand from the textbook's definitions.

Credit Research Foundation: DSO = receivables ÷ sales on credit × days; best possible DSO = what is
not due ÷ sales × days; average days delinquent = the one less the other; collection effectiveness =
(beginning + sales − ending) ÷ (beginning + sales − ending that is not due) × 100.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from saldo.figures.answer import Reports
from saldo.figures.ask import asked
from saldo.figures.ends import DayEnds
from saldo.invoices.model import CreditNote
from saldo.invoices.withdrawals import Withdrawals
from saldo.ledger.charges import Charges, Fact
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.told import ChargebackTold
from saldo.reminders.prices import assumed_prices
from tests.books import CREDITOR
from tests.figured import FiguredBooks

OCTOBER_5, NOVEMBER_2 = date(2026, 10, 5), date(2026, 11, 2)


@pytest.fixture
def books() -> FiguredBooks:
    return FiguredBooks()


def months(books: FiguredBooks, report: str, *columns: str) -> dict[str, dict[str, Any]]:
    """Return the figures of each month in EUR."""
    books.count()
    reports = Reports(books.store, books.clock, assumed_prices)
    table = reports.make(
        CREDITOR, "Europe/Berlin", asked(report, columns=columns, groups=["month"])
    )
    return {
        row.groups[0]: dict(zip(columns, row.values, strict=True))
        for row in table.rows
        if row.currency == "EUR"
    }


def at(books: FiguredBooks, day: date, hour: int = 9) -> None:
    books.clock.move_to(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def month_ends(books: FiguredBooks, last: date) -> None:
    """Let the day after `last` begin: what was open is kept."""
    books.count()
    books.clock.move_to(datetime(last.year, last.month, last.day, 23, 3, tzinfo=UTC))
    assert DayEnds(books.store, books.clock).keep([books.accounts.creditor(CREDITOR)])


def test_two_months_of_sales_part_payments_credit_notes_and_losses(books: FiguredBooks) -> None:
    at(books, OCTOBER_5)
    books.begin(
        books.invoice("A", 100_000, issued_on=OCTOBER_5, due_on=date(2026, 10, 19)),
        books.invoice("B", 50_000, issued_on=date(2026, 10, 12), due_on=date(2026, 11, 11)),
    )
    at(books, date(2026, 10, 20))
    first = books.start_payment("A", 40_000)
    books.settlement.settle(books.told(first, minor=40_000))  # a part: 600 stay open
    month_ends(books, date(2026, 10, 31))

    at(books, NOVEMBER_2)
    books.push(books.invoice("C", 80_000, issued_on=NOVEMBER_2, due_on=date(2026, 12, 2)),
               books.invoice("U", 99_900, issued_on=NOVEMBER_2, currency="USD"))  # fmt: skip
    note = CreditNote(CREDITOR, "", "G", "B", NOVEMBER_2, "EUR", 10_000, 0)
    books.intake.put_credit_notes([note])  # B: 400
    fact = Fact("F", CREDITOR, "A", 20_000, NOVEMBER_2, "Kim", "lost", None)
    Charges(books.store, books.clock, books.ids).write_off(fact)  # A: 400
    second = books.start_payment("B", 40_000)
    books.settlement.settle(books.told(second, minor=45_000))  # B is paid, 50 too much
    Chargebacks(books.store, books.clock, books.ids).told(
        ChargebackTold("sandbox", "cb", "cb", f"pp-{first}", first, "dispute", "taken", 40_000,
                       "EUR", books.clock.now())  # A: 800
    )  # fmt: skip
    at(books, date(2026, 11, 20))
    found = months(
        books, "collecting", "sales", "open_at_end", "not_due_at_end", "dso", "best_dso",
        "delinquent", "effectiveness", "dso_count_back",
    )  # fmt: skip
    # October: 1,000 + 500 sold since the 5th; 600 + 500 open, of it B's 500 not due on the 31st.
    assert found["2026-10"] == {
        "sales": 150_000,
        "open_at_end": 110_000,
        "not_due_at_end": 50_000,
        "dso": round(1100 / 1500 * 31, 2),  # the month of the first sale counts whole
        "best_dso": round(500 / 1500 * 31, 2),
        "delinquent": round(600 / 1500 * 31, 2),
        "effectiveness": round((0 + 1500 - 1100) / (0 + 1500 - 500) * 100, 2),
        "dso_count_back": round(1100 / 1500 * 31, 2),
    }
    # November to the 20th: 800 sold less 100 credited; A 800 and C 800 open, C is not due.
    assert found["2026-11"] == {
        "sales": 70_000,
        "open_at_end": 160_000,
        "not_due_at_end": 80_000,
        "dso": round(1600 / 2200 * 51, 2),
        "best_dso": round(800 / 2200 * 51, 2),
        "delinquent": 18.54,  # 37.09 less 18.55
        "effectiveness": round((1100 + 700 - 1600) / (1100 + 700 - 800) * 100, 2),
        "dso_count_back": round(20 + (1600 - 700) / 1500 * 31, 2),
    }
    cash = months(books, "cash", "billed", "credited", "written_off", "settled", "collected")
    assert cash["2026-10"] == {
        "billed": 150_000, "credited": 0, "written_off": 0, "settled": 40_000, "collected": 40_000,
    }  # fmt: skip
    # 450 came, of which 400 paid B; 400 went back, and no longer pay A.
    assert cash["2026-11"] == {
        "billed": 80_000, "credited": 10_000, "written_off": 20_000, "settled": 0,
        "collected": 5_000,
    }  # fmt: skip
    assert not books.checked().differences


def test_what_the_erp_tells_is_paid_there_is_still_sold(books: FiguredBooks) -> None:
    """Where the bank is read by the ERP, a list of open items tells what was paid: no credit."""
    at(books, OCTOBER_5)
    books.begin(
        books.invoice("A", 100_000, issued_on=OCTOBER_5, due_on=date(2026, 10, 19)),
        books.invoice("B", 50_000, issued_on=OCTOBER_5, due_on=date(2026, 10, 19)),
    )
    at(books, date(2026, 10, 25))
    withdrawals = Withdrawals(books.store, books.clock, books.ids)
    withdrawals.close_there(CREDITOR, "A", 100_000, "ERP", "", books.invoice_now("A").version)
    found = months(books, "collecting", "sales", "open_at_end", "dso")
    assert found["2026-10"] == {
        "sales": 150_000, "open_at_end": 50_000, "dso": round(500 / 1500 * 25, 2),
    }  # fmt: skip
    cash = months(books, "cash", "credited", "closed_there", "settled", "collected")
    assert cash["2026-10"] == {
        "credited": 0, "closed_there": 100_000, "settled": 0, "collected": 0,
    }  # fmt: skip
    back = books.invoice_now("A").version
    withdrawals.reopen(CREDITOR, "A", 30_000, "ERP", "", back)
    assert months(books, "cash", "closed_there")["2026-10"] == {"closed_there": 70_000}
    assert not books.checked().differences


def test_a_month_that_is_to_come_has_no_figures_and_an_evening_is_of_its_own_day(
    books: FiguredBooks,
) -> None:
    books.begin(books.invoice("A", 100_000, issued_on=NOVEMBER_2, due_on=date(2026, 11, 16)))
    at(books, date(2026, 11, 29), hour=23)  # past midnight in Berlin
    books.pay("A", 40_000)
    books.count()
    reports = Reports(books.store, books.clock, assumed_prices)
    ahead = asked("collecting", first=date(2027, 1, 1), last=date(2027, 1, 31))
    assert reports.make(CREDITOR, "Europe/Berlin", ahead).rows == ()
    top = asked("debtors", columns=["acted_at", "total"])
    (row,) = reports.make(CREDITOR, "Europe/Berlin", top).rows
    assert row.values == ("2026-11-30", 60_000)
