"""Stories of one payment for many invoices: booked whole, allocated once, whatever happens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.invoices.model import Credit
from saldo.ledger.verify import verify_account
from saldo.payments.checkout import AttemptNotValid
from saldo.payments.designation import ChoiceChanged, NothingOpen, Wish
from saldo.payments.model import Payment
from saldo.payments.standing import Standings
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books

MANY = 1000
TODAY = date(2026, 11, 21)


def books_with(count: int) -> tuple[Books, list[str]]:
    books = Books()
    books.open_creditor()
    books.open_account()
    numbers = [f"N-{n:04}" for n in range(count)]
    for start in range(0, count, 100):
        some = numbers[start : start + 100]
        books.push(
            *[books.invoice(n, 100 + int(n[2:]), due_on=TODAY, already_sent=True) for n in some]
        )
    return books, numbers


def set_out(books: Books, wish: Wish, token: str | None = None) -> Payment:
    """Begin to pay by a link to the account."""
    token = token or account_token(books)
    attempt = books.checkout.new_attempt()
    books.clock.advance(timedelta(milliseconds=1))
    books.checkout.start(token, attempt, "de", wish=wish)
    found = books.store.get(Payment, CREDITOR, ACCOUNT, attempt)
    assert found is not None
    return found


def account_token(books: Books) -> str:
    return books.links.create(CREDITOR, books.open_items()[0].number, "account").rpartition("/")[2]


def test_a_thousand_invoices_are_paid_at_once() -> None:
    books, numbers = books_with(MANY)
    payment = set_out(books, Wish())
    assert list(payment.invoices) == numbers
    assert books.provider.asked[-1].amount_minor == books.balance("receivable")
    assert books.provider.asked[-1].reference == "N-0000, N-0001, N-0002 und 997 weitere"
    books.settlement.settle(books.told(payment.id, minor=payment.amount_minor))
    assert books.open_items() == [] and books.credits() == []
    assert books.balance("receivable") == 0
    assert books.balance("customer-credit") == 0


@pytest.mark.parametrize("left_open", [1, 7, 13])
def test_invoices_that_others_paid_meanwhile_are_passed_over(left_open: int) -> None:
    books, numbers = books_with(30)
    payment = set_out(books, Wish())
    others = 30 - left_open
    for number in numbers[:others]:
        books.pay(number, books.invoice_now(number).open_minor)
    books.settlement.settle(books.told(payment.id, minor=payment.amount_minor))
    assert books.open_items() == []
    (credit,) = books.credits()
    assert credit.open_minor == sum(100 + n for n in range(others))
    assert -books.balance("customer-credit") == credit.open_minor


def test_two_payments_for_the_same_invoices_never_pay_twice() -> None:
    books, _ = books_with(40)
    first, second = set_out(books, Wish()), set_out(books, Wish())
    for payment in (first, second):
        books.settlement.settle(books.told(payment.id, minor=payment.amount_minor))
    assert books.balance("receivable") == 0
    assert sum(credit.open_minor for credit in books.credits()) == second.amount_minor


def test_a_payment_interrupted_between_chunks_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    books, _ = books_with(40)
    payment = set_out(books, Wish())

    class Killed(Exception):
        pass

    commit, done = books.store.commit, [0]

    def dies_in_the_third(writes):  # type: ignore[no-untyped-def]
        done[0] += 1
        if done[0] == 3:
            raise Killed
        commit(writes)

    monkeypatch.setattr(books.store, "commit", dies_in_the_third)
    told = books.told(payment.id, minor=payment.amount_minor)
    with pytest.raises(Killed):
        books.settlement.settle(told)
    monkeypatch.undo()
    (credit,) = books.credits()
    assert credit.pending and 0 < len(books.open_items()) < 40
    assert books.settlement.settle(told) == "nothing-new"  # the callback comes again
    assert books.open_items() == [] and books.credits() == []
    assert books.balance("provider-clearing") == payment.amount_minor


def test_while_credit_is_being_allocated_nobody_is_told_of_a_credit() -> None:
    books, numbers = books_with(3)
    pending = Credit(
        CREDITOR, ACCOUNT, "payment#x", "EUR", 500, TODAY, tuple(numbers), books.clock.now()
    )
    assert pending.pending
    books.store.commit([Put(pending)])
    opened = books.links.open(account_token(books))
    assert Standings(books.store, books.clock).of(opened).credits == {}


def test_an_attempt_belongs_to_its_invoices_and_amount() -> None:
    books, numbers = books_with(3)
    token = account_token(books)
    attempt = books.checkout.new_attempt()
    first = books.checkout.start(token, attempt, "de", wish=Wish((numbers[0], numbers[1])))
    # The same invoices in another order are the same wish: they are paid by due date.
    again = books.checkout.start(token, attempt, "de", wish=Wish((numbers[1], numbers[0])))
    assert first == again and len(books.provider.asked) == 1
    for other in (Wish((numbers[0],)), Wish((numbers[0], numbers[1]), amount_minor=150), Wish()):
        with pytest.raises(AttemptNotValid):
            books.checkout.start(token, attempt, "de", wish=other)


def test_a_choice_that_was_settled_meanwhile_is_refused_before_any_charge() -> None:
    books, numbers = books_with(3)
    token = account_token(books)
    books.pay(numbers[0], 100)
    with pytest.raises(ChoiceChanged):
        set_out(books, Wish((numbers[0], numbers[1])), token)
    with pytest.raises(NothingOpen):
        set_out(books, Wish((numbers[0],)), token)
    assert len(books.payments()) == 1


def test_reminders_rest_for_every_invoice_of_a_payment_on_its_way() -> None:
    books, _ = books_with(14)
    payment = set_out(books, Wish())
    books.settlement.settle(books.told(payment.id, "processing", payment.amount_minor))
    assert books.day(TODAY + timedelta(2)) == []
    books.settlement.settle(books.told(payment.id, "failed", payment.amount_minor))
    assert books.day(TODAY + timedelta(2)) != []


def test_the_books_of_a_payment_for_many_verify() -> None:
    books, _ = books_with(40)
    payment = set_out(books, Wish(amount_minor=2345))
    books.settlement.settle(books.told(payment.id, minor=2345))
    assert verify_account(books.store, CREDITOR, ACCOUNT, TODAY) == []
    assert books.balance("provider-clearing") == 2345
