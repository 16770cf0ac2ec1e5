"""Money that the bank takes back, and payouts of providers that arrive with chargebacks in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from saldo.payments.chargebacks import Chargebacks
from saldo.payments.payout_book import PayoutBook
from saldo.payments.told import ChargebackTold, Payout, PayoutLine
from saldo.statements.model import Party
from tests.books import CREDITOR
from tests.statements_made import ANNA, PAYER, BankBooks, entry

DAY = date(2026, 11, 20)


@pytest.fixture
def books() -> Iterator[BankBooks]:
    books = BankBooks()
    yield books
    books.verify()


def paid(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(11900, "Rechnung RE-1", end_to_end_id="E2E-4711"))
    assert books.invoice_now().open_minor == 0


def test_a_recalled_transfer_opens_the_invoice_again_and_the_payer_is_told(
    books: BankBooks,
) -> None:
    paid(books)
    books.comes(
        entry(-11900, "Rueckruf", end_to_end_id="E2E-4711", return_reason="MD06", party=PAYER)
    )
    (returned,) = books.booked(state="returned")
    assert returned.returns == books.payments()[0].id
    assert books.invoice_now().open_minor == 11900
    assert books.payments()[0].is_returned
    assert "payment.charged_back" in books.event_types()
    assert books.bank_balance("bank") == 0
    assert books.tell("payment.charged_back") != []


def test_what_the_bank_took_besides_is_a_bank_charge(books: BankBooks) -> None:
    paid(books)
    books.comes(
        entry(-12250, "Ruecklast", end_to_end_id="E2E-4711", return_reason="AC04", party=PAYER)
    )
    assert len(books.booked(state="returned")) == 1
    assert books.bank_balance("bank-charges") == 350
    assert books.invoice_now().open_minor == 11900


def test_a_return_of_nothing_known_waits_for_a_person(books: BankBooks) -> None:
    paid(books)
    books.comes(entry(-5000, "Rueckgabe", return_reason="AC04", party=Party("Wer auch immer")))
    (waits,) = books.booked(state="open")
    assert waits.left_minor == -5000
    assert books.bank_balance("suspense") == 5000


def test_a_person_says_what_was_returned(books: BankBooks) -> None:
    paid(books)
    books.comes(entry(-11900, "Lastschrift", party=Party("Beispiel AG")))
    passed_over = next(one for one in books.booked() if one.entry.amount_minor < 0)
    assert (passed_over.state, passed_over.left_minor) == ("ignored", 0)
    (payment,) = books.payments()
    books.entries.returned(CREDITOR, passed_over.id, payment.id, ANNA)
    assert books.invoice_now().open_minor == 11900


def test_what_we_pay_ourselves_is_no_business_of_these_books(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(-80000, "Miete November", party=Party("Vermieter KG")))
    one = books.only()
    assert (one.state, one.reason) == ("ignored", "money-out")
    assert books.bank_balance("bank") == 0


def test_a_payout_with_a_chargeback_in_it_arrives(books: BankBooks) -> None:
    books.begin(books.invoice(), books.invoice("RE-2", 20000))
    first, second = books.pay(), books.pay("RE-2", 20000)
    told = ChargebackTold(
        "sandbox", "evt-cb", "cb-1", f"pp-{first}", None, "dispute", "taken", 11900, "EUR",
        books.clock.now(), "fraudulent",
    )  # fmt: skip
    Chargebacks(books.store, books.clock, books.ids).told(told)
    lines = (
        PayoutLine("payment", "l1", f"pp-{first}", first, 11900, 200, 11700, "EUR"),
        PayoutLine("payment", "l2", f"pp-{second}", second, 20000, 300, 19700, "EUR"),
        PayoutLine("chargeback", "l3", f"pp-{first}", first, -11900, 0, -11900, "EUR"),
    )
    payout = Payout("po-4711", 19500, "EUR", DAY, lines)
    PayoutBook(books.store, books.clock, books.ids).book("sandbox", payout)
    assert [one.payout_id for one in books.entries.payouts()] == ["po-4711"]
    books.comes(entry(19500, "PAYOUT po-4711", party=Party("Sandbox Payments Ltd")))
    one = books.only()
    assert (one.state, one.payout, one.left_minor) == ("matched", "sandbox/po-4711", 0)
    assert books.entries.payouts() == []
    # What the bank booked is what the payout had booked as money at the bank.
    assert books.bank_balance("bank") == 0
    again = books.entries.reverse(CREDITOR, one.id, ANNA)
    assert (again.state, again.left_minor) == ("open", 19500)


def test_money_of_a_payout_by_a_provider_without_a_name_waits(books: BankBooks) -> None:
    books.begin()
    payout = Payout(
        "po-1", 500, "EUR", DAY, (PayoutLine("adjustment", "l", None, None, 500, 0, 500, "EUR"),)
    )
    PayoutBook(books.store, books.clock, books.ids).book("sandbox", payout)
    books.comes(entry(500, "Gutschrift", party=Party("Irgendwer")))
    assert books.only().state == "open"
