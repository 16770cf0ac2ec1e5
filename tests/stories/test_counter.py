"""Stories of the counter: money taken and given back on site, beside what happens online."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.ledger.charges import Charges, Fact, FactDiffers
from saldo.ledger.verify import verify
from saldo.payments.allocate import Grounds
from saldo.payments.desk import RefundDiffers
from saldo.payments.look import find_payment, payments_on
from saldo.payments.model import Payment, Refund
from saldo.payments.refunds import NothingToRefund, RefundOrder
from saldo.payments.treasury import CounterPayment
from saldo.settings import Settings
from saldo.wiring import Services
from tests.books import ACCOUNT, CREDITOR, Books

ANNA = Grounds("anna", "given back at the till")


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice(), books.invoice("RE-2", 5000))
    return books


@pytest.fixture
def services(books: Books) -> Services:
    """The services as they are wired, over the story's books."""
    return Services(
        Settings(),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        providers={"sandbox": books.provider},
    )


@pytest.fixture(autouse=True)
def _books_agree(books: Books):  # type: ignore[no-untyped-def]
    """Whatever a story does, postings and projections agree at its end."""
    yield
    assert verify(books.store, books.clock.now().date()) == []


def take(services: Services, amount_minor: int = 11900, id_: str = "K-1") -> Payment:
    today = services.clock.now().date()
    taken = CounterPayment(id_, CREDITOR, ("RE-1",), amount_minor, "EUR", today, "cash")
    return services.treasury.take_at_counter(taken)


def test_customer_pays_at_the_counter_while_the_pay_page_is_open(
    books: Books, services: Services
) -> None:
    online = books.start_payment()
    take(services)
    assert not books.invoice_now().is_open
    # The page is still open elsewhere, and the payer goes through with it.
    assert books.settlement.settle(books.told(online)) == "settled"
    assert [credit.open_minor for credit in books.credits()] == [11900]
    sent = books.day(books.invoice_now().due_on + timedelta(days=2))
    assert [subject for subject in sent if "RE-1" in subject] == []
    second, first = payments_on(books.store, CREDITOR, ACCOUNT)
    views = {second.payment.id: second, first.payment.id: first}
    assert views[online].credit_minor == 11900
    assert views[online].allocations == ()


def test_online_money_comes_first_and_the_counter_takes_it_again(
    books: Books, services: Services
) -> None:
    books.pay()
    paid = take(services)
    assert find_payment(books.store, CREDITOR, "K-1").credit_minor == 11900
    given = services.desk.refund(CREDITOR, "R-1", paid.id, None, ANNA)
    assert (given.state, given.amount_minor) == ("done", 11900)
    assert books.credits() == []
    assert books.balance("provider-clearing", detail="counter") == 0


def test_a_refund_at_the_till_that_a_crash_interrupted_is_finished(
    books: Books, services: Services
) -> None:
    paid = take(services, 13000)
    order = RefundOrder("R-1.x", CREDITOR, paid.account, paid.id, 1100, ANNA)
    promised = services.refunds._promise(order)  # and there the process dies
    assert promised.state == "promised"
    books.clock.advance(timedelta(hours=1))
    assert services.tending.tend()["refunds done"] == 1
    ended = books.store.get(Refund, *promised.key)
    assert ended is not None and ended.state == "done"


def test_no_more_is_given_back_than_is_free(books: Books, services: Services) -> None:
    paid = take(services, 13000)
    with pytest.raises(NothingToRefund):
        services.desk.refund(CREDITOR, "R-1", paid.id, 1101, ANNA)
    services.desk.refund(CREDITOR, "R-1", paid.id, 1100, ANNA)
    with pytest.raises(RefundDiffers):
        services.desk.refund(CREDITOR, "R-1", paid.id, 1000, ANNA)
    # "All that is free", sent again, is the refund that was made.
    assert services.desk.refund(CREDITOR, "R-1", paid.id, None, ANNA).amount_minor == 1100


def test_the_same_fee_from_two_processes_is_booked_once(books: Books, services: Services) -> None:
    fact = Fact("F-1", CREDITOR, "RE-1", 500, books.clock.now().date(), "anna", "2nd reminder")
    slow, read = services.charges, services.charges._invoice

    def overtaken(fact: Fact):  # type: ignore[no-untyped-def]
        slow._invoice = read  # type: ignore[method-assign]
        found = read(fact)
        Charges(books.store, books.clock, books.ids).add_fee(fact)
        return found

    slow._invoice = overtaken  # type: ignore[method-assign]
    assert slow.add_fee(fact).costs_open_minor == 500
    assert books.invoice_now().costs_open_minor == 500


def test_a_fee_of_last_year_is_not_booked_again_in_this_one(
    books: Books, services: Services
) -> None:
    fact = Fact("F-1", CREDITOR, "RE-1", 500, date(2025, 12, 31), "anna", "2nd reminder")
    services.charges.add_fee(fact)
    with pytest.raises(FactDiffers):
        services.charges.add_fee(replace(fact, on=date(2026, 1, 1)))
    assert books.invoice_now().costs_open_minor == 500
