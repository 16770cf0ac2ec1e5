"""Stories of money: what a payment does to the books."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.invoices.model import CreditNote
from saldo.payments.checkout import AttemptNotValid
from saldo.payments.designation import AmountNotPayable, NothingOpen
from saldo.payments.model import Payment
from tests.books import ACCOUNT, CREDITOR, Books


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice())
    return books


def test_an_invoice_is_issued_and_owed(books: Books) -> None:
    assert books.balance("receivable", detail="RE-1") == 11900
    assert books.balance("billing-clearing") == -11900
    assert [item.open_minor for item in books.open_items()] == [11900]
    assert "invoice.issued" in books.event_types()


def test_the_same_push_again_changes_nothing(books: Books) -> None:
    before = books.invoice_now()
    assert books.push()[0].status == "unchanged"
    assert books.invoice_now() == before
    assert len(books.journal()) == 1


def test_customer_pays_all(books: Books) -> None:
    books.pay(on=date(2026, 11, 25))
    assert books.open_items() == []
    assert books.invoice_now().closed_on == date(2026, 11, 25)
    assert books.balance("receivable") == 0
    assert books.balance("customer-credit") == 0
    assert books.balance("provider-clearing", detail="sandbox") == 11900
    assert {"payment.settled", "invoice.closed"} <= set(books.event_types())


def test_customer_pays_a_part(books: Books) -> None:
    payment = books.start_payment(amount_minor=1900)
    books.settlement.settle(books.told(payment, minor=1900))
    assert [item.open_minor for item in books.open_items()] == [10000]
    assert books.balance("receivable") == 10000
    assert "invoice.closed" not in books.event_types()


def test_customer_pays_too_much(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    assert books.open_items() == []
    (credit,) = books.credits()
    assert credit.open_minor == 100
    assert books.balance("customer-credit") == -100


def test_customer_pays_a_paid_invoice(books: Books) -> None:
    first, second = books.start_payment(), books.start_payment()
    books.settlement.settle(books.told(first))
    books.settlement.settle(books.told(second))
    assert books.balance("provider-clearing") == 23800
    assert sum(credit.open_minor for credit in books.credits()) == 11900
    assert books.invoice_now().open_minor == 0


def test_the_same_callback_twice_books_once(books: Books) -> None:
    payment = books.start_payment()
    told = books.told(payment)
    assert books.settlement.settle(told) == "settled"
    assert books.settlement.settle(told) == "nothing-new"
    assert books.balance("provider-clearing") == 11900


def test_callback_and_redirect_with_different_event_ids_book_once(books: Books) -> None:
    payment = books.start_payment()
    assert books.settlement.settle(books.told(payment, event_id="callback-1")) == "settled"
    assert books.settlement.settle(books.told(payment, event_id="fetched")) == "nothing-new"
    assert len([p for p in books.payments() if p.state == "settled"]) == 1


def test_callback_arrives_before_the_provider_answered_our_call(books: Books) -> None:
    token, attempt = books.token(), books.checkout.new_attempt()
    create = books.provider.create_payment

    def settles_first(request):  # type: ignore[no-untyped-def]
        hosted = create(request)
        books.settlement.settle(books.told(request.idempotency_key))
        return hosted

    books.provider.create_payment = settles_first  # type: ignore[method-assign]
    books.checkout.start(token, attempt, "de")
    paid = books.store.get(Payment, CREDITOR, ACCOUNT, attempt)
    assert paid is not None and paid.state == "settled"
    assert books.open_items() == []


def test_double_click_is_one_payment(books: Books) -> None:
    token, attempt = books.token(), books.checkout.new_attempt()
    assert books.checkout.start(token, attempt, "de") == books.checkout.start(token, attempt, "de")
    assert len(books.payments()) == 1
    assert len(books.provider.asked) == 1


def test_an_attempt_of_another_link_is_refused(books: Books) -> None:
    attempt = books.checkout.new_attempt()
    books.checkout.start(books.token(), attempt, "de")
    with pytest.raises(AttemptNotValid):
        books.checkout.start(books.token(), attempt, "de")


@pytest.mark.parametrize("minor", [0, -500, 11901])
def test_an_amount_that_cannot_be_paid(books: Books, minor: int) -> None:
    with pytest.raises(AmountNotPayable):
        books.checkout.start(books.token(), books.checkout.new_attempt(), "de", minor)
    assert books.payments() == []


def test_nothing_is_left_to_pay(books: Books) -> None:
    books.pay()
    with pytest.raises(NothingOpen):
        books.start_payment()


def test_refused_then_paid(books: Books) -> None:
    first = books.start_payment()
    assert books.settlement.settle(books.told(first, "failed")) == "failed"
    assert books.balance("provider-clearing") == 0
    books.pay()
    assert books.open_items() == []


def test_money_arrives_after_the_payment_was_given_up(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, "cancelled"))
    assert books.settlement.settle(books.told(payment)) == "settled"
    assert books.open_items() == []


def test_a_late_processing_event_does_not_undo_a_settlement(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment))
    assert books.settlement.settle(books.told(payment, "processing")) == "nothing-new"
    assert books.settlement.settle(books.told(payment, "failed")) == "nothing-new"


def test_money_in_another_currency_is_credit_in_that_currency(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, currency="USD", minor=5000))
    assert [item.open_minor for item in books.open_items()] == [11900]
    (credit,) = books.credits()
    assert (credit.currency, credit.open_minor) == ("USD", 5000)


def test_money_for_an_unknown_reference_stands_on_suspense(books: Books) -> None:
    told = books.told("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert books.settlement.settle(told) == "suspense"
    assert books.settlement.settle(told) == "nothing-new"
    suspense = [
        entry for shard in range(8) for entry in books.journal(f"~suspense~{shard}", creditor="*")
    ]
    assert [p.amount_minor for entry in suspense for p in entry.postings] == [11900, -11900]


def test_a_credit_note_reduces_its_invoice_and_the_rest_is_credit(books: Books) -> None:
    note = CreditNote(CREDITOR, "", "GS-1", "RE-1", date(2026, 11, 20), "EUR", 12000, 0)
    assert books.intake.put_credit_notes([note])[0].status == "accepted"
    assert books.open_items() == []
    assert [credit.open_minor for credit in books.credits()] == [100]
    assert books.intake.put_credit_notes([note])[0].status == "unchanged"
    assert books.balance("receivable") == 0


def test_a_corrected_amount_books_the_difference(books: Books) -> None:
    assert books.push(books.invoice(amount_minor=10000))[0].status == "accepted"
    assert books.balance("receivable") == 10000
    assert [item.open_minor for item in books.open_items()] == [10000]


def test_a_correction_below_what_was_paid_is_refused(books: Books) -> None:
    payment = books.start_payment(amount_minor=10000)
    books.settlement.settle(books.told(payment, minor=10000))
    (result,) = books.push(books.invoice(amount_minor=5000))
    assert result.status == "refused" and result.refusal is not None
    assert result.refusal.code == "below-what-was-paid"
    assert books.balance("receivable") == 1900


def test_five_hundred_invoices_of_one_account_in_one_push() -> None:
    books = Books()
    books.open_creditor()
    books.open_account()
    results = books.push(*(books.invoice(f"RE-{n}") for n in range(500)))
    assert {r.status for r in results} == {"accepted"}
    assert len(books.open_items()) == 500


def test_a_number_twice_in_one_push_is_one_invoice() -> None:
    books = Books()
    books.open_creditor()
    books.open_account()
    results = books.push(books.invoice(), books.invoice(), books.invoice(amount_minor=500))
    assert [r.status for r in results] == ["accepted", "unchanged", "accepted"]
    assert books.balance("receivable") == 500


def test_a_number_of_another_account_is_refused(books: Books) -> None:
    books.open_account("10002")
    (result,) = books.push(books.invoice(account="10002"))
    assert result.refusal is not None and result.refusal.code == "number-belongs-elsewhere"
