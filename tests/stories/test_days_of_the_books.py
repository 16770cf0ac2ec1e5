"""Books are kept by the days of the creditor's place: an evening in Chicago is tomorrow in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.invoices.withdrawals import Cancellation, Withdrawals
from saldo.ledger.verify import verify
from saldo.payments.allocate import Grounds
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.told import ChargebackTold
from tests.books import ACCOUNT, CREDITOR, Books

EVENING = datetime(2027, 1, 1, 2, tzinfo=UTC)
"""New Year's Eve, eight in the evening in Chicago."""

LAST_DAY = date(2026, 12, 31)
KIM = Grounds("kim", "by phone")


@pytest.fixture
def books() -> Books:
    books = Books()
    books.open_creditor(country="US", language="en", time_zone="America/Chicago")
    books.open_account()
    books.push(books.invoice(due_on=LAST_DAY), books.invoice("RE-2", 5000, due_on=LAST_DAY))
    books.clock.move_to(EVENING)
    return books


def booked(books: Books) -> dict[str, date]:
    return {entry.cause_kind: entry.booked_on for entry in books.journal()}


def test_whoever_pays_on_the_evening_of_the_due_date_is_on_time(books: Books) -> None:
    books.pay()
    invoice = books.invoice_now()
    assert (invoice.closed_on, invoice.days_beyond_terms) == (LAST_DAY, 0)
    assert booked(books)["payment"] == booked(books)["allocation"] == LAST_DAY
    (payment,) = books.payments()
    assert payment.received_on == LAST_DAY


def test_a_day_that_the_provider_tells_itself_is_kept(books: Books) -> None:
    books.pay(on=date(2026, 12, 29))
    assert books.invoice_now().closed_on == date(2026, 12, 29)


def test_what_is_taken_back_corrected_and_cancelled_that_evening_is_of_that_year(
    books: Books,
) -> None:
    payment = books.pay()
    books.settlement.allocator.take_back(CREDITOR, ACCOUNT, f"payment#{payment}", "RE-1", KIM)
    books.push(books.invoice("RE-1", 12000, due_on=LAST_DAY))
    Withdrawals(books.store, books.clock, books.ids).cancel_many(
        [Cancellation(CREDITOR, "RE-2")], "ERP"
    )
    found = booked(books)
    for cause in ("de-allocation", "invoice-correction", "invoice-withdrawn"):
        assert found[cause] == LAST_DAY, cause
    assert books.invoice_now("RE-2").closed_on == LAST_DAY
    assert verify(books.store, books.clock.now().date()) == []


def test_a_chargeback_of_that_evening_is_won_back_in_the_new_year(books: Books) -> None:
    """What was lost is found in the year in which it was booked, which began later than UTC's."""
    payment = books.pay()
    chargebacks = Chargebacks(books.store, books.clock, books.ids)
    for place, state in enumerate(("taken", "reversed")):
        chargebacks.told(
            ChargebackTold("sandbox", f"cb-{place}", "cb", f"pp-{payment}", payment, "dispute",
                           state, 11900, "EUR", books.clock.now())  # type: ignore[arg-type]
        )  # fmt: skip
        books.clock.advance(timedelta(days=30 * (1 - place)))
    assert books.invoice_now().open_minor == 0
    assert booked(books)["chargeback"] == LAST_DAY
    assert verify(books.store, books.clock.now().date()) == []
