"""Stories of chargebacks that are told early, or twice under different ids."""

from __future__ import annotations

from dataclasses import replace

import pytest

from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import Payment
from saldo.payments.reversals import ReversalBusy
from saldo.payments.told import ChargebackTold
from saldo.store import Put
from tests.books import Books


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1", 5000), books.invoice("RE-2", 5000))
    return books


def chargebacks(books: Books) -> Chargebacks:
    return Chargebacks(books.store, books.clock, books.ids)


def told(books: Books, payment: str, event: str, minor: int = 5000) -> ChargebackTold:
    return ChargebackTold(
        "sandbox",
        event,
        "cb-1",
        f"pp-{payment}",
        payment,
        "dispute",
        "taken",
        minor,
        "EUR",
        books.clock.now(),
    )


def pay_both(books: Books) -> str:
    """Pay both invoices in one payment."""
    payment = books.start_payment("RE-1", 5000)
    intent: Payment = books.payments()[0]
    books.store.commit([Put(replace(intent, more_invoices=("RE-2",)), expect=None)])
    books.settlement.settle(books.told(payment, minor=10000))
    return payment


def test_a_chargeback_told_under_two_ids_is_booked_once(books: Books) -> None:
    payment = pay_both(books)
    assert chargebacks(books).told(told(books, payment, "dispute-created")) == ("chargeback-taken")
    assert chargebacks(books).told(told(books, payment, "funds-withdrawn")) == ("nothing-new")
    assert [item.number for item in books.open_items()] == ["RE-2"]
    assert books.credits() == []
    assert books.balance("provider-clearing") == 5000


def test_a_chargeback_overtakes_its_payment(books: Books) -> None:
    payment = books.start_payment("RE-1", 5000)
    with pytest.raises(ReversalBusy):
        chargebacks(books).told(told(books, payment, "early"))
    books.settlement.settle(books.told(payment, minor=5000))
    assert chargebacks(books).told(told(books, payment, "early")) == "chargeback-taken"
    assert books.balance("provider-clearing") == 0
    assert books.invoice_now("RE-1").open_minor == 5000


def test_a_part_is_taken_back_and_the_rest_still_pays(books: Books) -> None:
    payment = books.start_payment("RE-1", 5000)
    books.settlement.settle(books.told(payment, minor=5000))
    chargebacks(books).told(told(books, payment, "part", minor=2000))
    assert books.invoice_now("RE-1").open_minor == 2000
    assert books.credits() == []


def test_an_event_that_is_named_by_its_fact_is_booked(books: Books) -> None:
    """Some providers' event ids are already made from the dispute and its state."""
    payment = books.pay(minor=5000)
    named = told(books, payment, "unused")
    named = replace(named, event_id=f"{named.chargeback_id}:{named.state}")
    assert chargebacks(books).told(named) == "chargeback-taken"
    assert chargebacks(books).told(named) == "nothing-new"
