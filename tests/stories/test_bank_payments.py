"""Transfers arrive on the bank account and find their invoices, or wait for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from saldo.invoices.discounts import DiscountTerm
from saldo.statements.model import Party
from tests.books import ACCOUNT, CREDITOR
from tests.statements_made import ANNA, PAYER, BankBooks, entry

STRANGER = Party("Irgendwer Holding", "DE75512108001245126199")


@pytest.fixture
def books() -> Iterator[BankBooks]:
    books = BankBooks()
    yield books
    books.verify()


def test_a_transfer_with_number_and_sum_is_booked_by_itself(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(11900, "Rechnung RE-1"))
    assert books.invoice_now().open_minor == 0
    one = books.only()
    assert (one.state, one.left_minor) == ("matched", 0)
    (payment,) = books.payments()
    assert (payment.provider, payment.method, payment.received_on) == (
        "bank", "bank-transfer", date(2026, 11, 20),
    )  # fmt: skip
    assert books.bank_balance("bank") == 11900
    assert {"payment.settled", "invoice.closed"} <= set(books.event_types())
    assert one.proposal is not None and one.proposal.evidence
    (told,) = books.tell("payment.settled")
    assert told.message == "payment-received"
    assert {"bank_statement.taken", "bank_entry.booked", "bank_entry.matched"} <= set(
        books.event_types("~")
    )


def test_underpaid_the_rest_stays_open(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(10000, "RE-1"))
    one = books.only()
    if one.state == "likely":
        books.entries.accept(CREDITOR, one.id, ANNA)
    assert books.invoice_now().open_minor == 1900
    assert books.credits() == []


def test_paid_in_parts_by_two_transfers(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(6900, "RE-1 Teil 1"), entry(5000, "RE-1 Teil 2"))
    for one in books.booked(state="likely"):
        books.entries.accept(CREDITOR, one.id, ANNA)
    assert books.invoice_now().open_minor == 0
    assert len(books.payments()) == 2


def test_overpaid_the_surplus_is_the_customers_credit(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(12900, "RE-1"))
    one = books.only()
    if one.state == "likely":
        books.entries.accept(CREDITOR, one.id, ANNA)
    assert books.invoice_now().open_minor == 0
    (credit,) = books.credits()
    assert credit.open_minor == 1000


def test_one_transfer_for_forty_invoices(books: BankBooks) -> None:
    numbers = [f"RE-{4700 + place}" for place in range(40)]
    books.begin(*(books.invoice(number, 1000 + place) for place, number in enumerate(numbers)))
    total = sum(1000 + place for place in range(40))
    books.comes(entry(total, "Sammelzahlung " + " ".join(numbers)))
    one = books.only()
    assert one.state == "matched", one.proposal
    assert all(books.invoice_now(number).open_minor == 0 for number in numbers)
    assert books.credits() == []


def test_a_wrong_number_with_the_right_sum_waits_for_a_person(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(11900, "Rechnung RE-7", party=Party("Beispiel AG")))
    one = books.only()
    assert one.state in ("likely", "open")
    assert books.invoice_now().open_minor == 11900
    books.entries.accept(CREDITOR, one.id, ANNA)
    assert books.invoice_now().open_minor == 0


def test_a_cash_discount_in_time_closes_the_invoice(books: BankBooks) -> None:
    term = DiscountTerm(date(2026, 11, 24), 300)
    books.begin(books.invoice(discounts=(term,)))
    books.comes(entry(11543, "RE-1", on=date(2026, 11, 24)))
    assert books.invoice_now().open_minor == 0
    assert books.balance("cash-discount") == 357


def test_a_cash_discount_a_day_late_leaves_it_open(books: BankBooks) -> None:
    term = DiscountTerm(date(2026, 11, 19), 300)
    books.begin(books.invoice(discounts=(term,)))
    books.comes(entry(11543, "RE-1", on=date(2026, 11, 20)))
    one = books.only()
    if one.state == "likely":
        books.entries.accept(CREDITOR, one.id, ANNA)
    assert books.invoice_now().open_minor == 357
    assert books.balance("cash-discount") == 0


def test_paid_twice_by_two_ways_the_second_never_closes_another_invoice(books: BankBooks) -> None:
    books.begin(books.invoice(), books.invoice("RE-2", 5000))
    books.pay()
    books.comes(entry(11900, "Rechnung RE-1"))
    one = books.only()
    assert one.state in ("likely", "open")
    assert books.invoice_now("RE-2").open_minor == 5000
    books.entries.accept(CREDITOR, one.id, ANNA)
    assert [credit.open_minor for credit in books.credits()] == [11900]


def test_somebody_else_paid_for_it(books: BankBooks) -> None:
    books.begin()
    books.open_account("10002", "other@beispiel.example")
    books.comes(entry(11900, "RE-1", party=STRANGER))
    one = books.only()
    if one.state != "matched":
        one = books.entries.accept(CREDITOR, one.id, ANNA)
    assert one.state == "matched"
    assert books.invoice_now().open_minor == 0
    assert books.payments()[0].account == ACCOUNT


def test_nobody_known_waits_on_suspense_until_somebody_says_whose_it_is(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(7777, "danke", party=STRANGER))
    one = books.only()
    assert (one.state, one.left_minor) == ("open", 7777)
    assert books.bank_balance("suspense") == -7777


def test_a_match_is_taken_back_with_who_when_and_why(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(11900, "Rechnung RE-1", party=PAYER))
    one = books.entries.reverse(CREDITOR, books.only().id, ANNA)
    assert (one.state, one.left_minor) == ("open", 11900)
    assert (one.portions[0].undone_by, one.portions[0].undone_reason) == (ANNA.by, ANNA.reason)
    assert books.invoice_now().open_minor == 11900
    assert books.credits() == []
    assert books.payments()[0].state == "cancelled"
    again = books.entries.accept(CREDITOR, one.id, ANNA, _all_to(ACCOUNT, "RE-1"))
    assert (again.state, books.invoice_now().open_minor) == ("matched", 0)


def _all_to(account: str, *invoices: str):
    from saldo.bank_entries.model import Part

    return (Part(account, 0, invoices),)
