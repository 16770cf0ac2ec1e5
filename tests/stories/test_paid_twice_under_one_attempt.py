"""A provider may make two payments of one attempt; the money of both is booked, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from saldo.errors import Unavailable
from saldo.invoices.model import Credit
from saldo.ledger.verify import verify
from saldo.payments.allocate import Grounds
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import Payment
from saldo.payments.ports import ProviderEvent
from saldo.payments.refunds import Refunding, RefundOrder
from saldo.payments.told import ChargebackTold, RefundRequest, RefundTold
from saldo.store import CommitConflict
from tests.books import ACCOUNT, CREDITOR, Books, FakeProvider


class RefundingProvider(FakeProvider):
    def refund(self, request: RefundRequest) -> RefundTold:
        self.refunded = request
        return RefundTold(
            "sandbox", f"re-{request.idempotency_key}", f"re-{request.idempotency_key}",
            request.provider_id, None, "done", request.amount_minor, request.currency, NOW,
        )  # fmt: skip


NOW = Books().clock.now()


@pytest.fixture
def books() -> Iterator[Books]:
    books = Books()
    books.begin()
    yield books
    assert verify(books.store, books.clock.now().date()) == []


def once_more(books: Books, payment: str, **more: Any) -> ProviderEvent:
    """The same attempt, paid on another page of the provider."""
    return replace(
        books.told(payment), event_id=f"evt-again-{payment}", provider_id=f"again-{payment}", **more
    )


def moneys(books: Books) -> list[tuple[str | None, int, int]]:
    return sorted(
        (one.provider_id, one.amount_minor, one.allocated_minor) for one in books.payments()
    )


def test_a_customer_pays_on_two_pages_of_one_attempt(books: Books) -> None:
    payment = books.pay()
    assert books.settlement.settle(once_more(books, payment)) == "settled"
    assert books.invoice_now().open_minor == 0
    assert [credit.open_minor for credit in books.credits()] == [11900]
    assert moneys(books) == [(f"again-{payment}", 11900, 0), (f"pp-{payment}", 11900, 11900)]
    assert books.balance("provider-clearing") == 23800
    (first, second) = [e.data for e in books.events() if e.type == "payment.settled"]
    assert "second_of" not in first
    assert (second["second_of"], second["credit"]) == (payment, "119.00")


def test_the_second_money_is_told_again_and_again(books: Books) -> None:
    payment = books.pay()
    told = once_more(books, payment)
    assert books.settlement.settle(told) == "settled"
    for again in (told, replace(told, event_id="another-event-of-it"), books.told(payment)):
        assert books.settlement.settle(again) == "nothing-new"
    failed = replace(told, event_id="late", state="failed")
    assert books.settlement.settle(failed) == "nothing-new"
    assert books.balance("provider-clearing") == 23800


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_any_order_both_are_booked_once(order: tuple[int, ...]) -> None:
    books = Books()
    books.begin()
    payment = books.start_payment()
    told = [
        books.told(payment),
        books.told(payment, event_id="first-again"),
        once_more(books, payment),
        replace(once_more(books, payment), event_id="second-again"),
    ]
    for number in order:
        books.settlement.settle(told[number])
    assert sum(one.amount_minor for one in books.payments()) == 23800
    assert sum(credit.open_minor for credit in books.credits()) == 11900
    assert books.invoice_now().open_minor == 0
    assert verify(books.store, books.clock.now().date()) == []


def test_two_callbacks_of_the_second_money_race(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = books.pay()
    commit, other = books.store.commit, replace(once_more(books, payment), event_id="faster")

    def outrun(writes: Any) -> None:
        monkeypatch.setattr(books.store, "commit", commit)
        assert books.settlement.settle(other) == "settled"
        commit(writes)

    monkeypatch.setattr(books.store, "commit", outrun)
    assert books.settlement.settle(once_more(books, payment)) == "nothing-new"
    assert books.balance("provider-clearing") == 23800


def test_half_was_paid_first_so_the_second_money_pays_the_rest(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=5000))
    books.settlement.settle(once_more(books, payment, amount_minor=8000))
    assert books.invoice_now().open_minor == 0
    assert [credit.open_minor for credit in books.credits()] == [1100]


def test_a_page_that_failed_and_another_that_was_paid_is_one_payment(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, "failed"))
    books.settlement.settle(once_more(books, payment))
    assert moneys(books) == [(f"again-{payment}", 11900, 11900)]


def test_many_invoices_are_paid_twice_and_the_process_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books()
    numbers = [f"RE-{n:02}" for n in range(30)]
    books.begin(*(books.invoice(number, 1000) for number in numbers))
    attempt = books.checkout.new_attempt()
    link = books.links.create(CREDITOR, numbers[0], "account").rpartition("/")[2]
    books.checkout.start(link, attempt, "de")
    books.settlement.settle(books.told(attempt, minor=10000))
    second = once_more(books, attempt, amount_minor=25000)
    commit, calls = books.store.commit, [0]

    def dying(writes: Any) -> None:
        calls[0] += 1
        if calls[0] == 2:
            raise Unavailable("the process died")
        commit(writes)

    monkeypatch.setattr(books.store, "commit", dying)
    with pytest.raises(Unavailable):
        books.settlement.settle(second)
    monkeypatch.setattr(books.store, "commit", commit)
    assert books.settlement.settle(second) == "nothing-new"
    assert books.open_items() == []
    assert [credit.open_minor for credit in books.credits()] == [5000]
    assert verify(books.store, books.clock.now().date()) == []


def test_a_chargeback_of_the_second_money_leaves_the_invoice_paid(books: Books) -> None:
    payment = books.pay()
    books.settlement.settle(once_more(books, payment))
    told = ChargebackTold(
        "sandbox", "cb-1", "cb-1", f"again-{payment}", payment, "dispute", "taken", 11900, "EUR",
        books.clock.now(), "paid twice",
    )  # fmt: skip
    chargebacks = Chargebacks(books.store, books.clock, books.ids)
    assert chargebacks.told(told) == "chargeback-taken"
    assert books.invoice_now().open_minor == 0
    assert books.credits() == []
    assert {one.provider_id: one.is_returned for one in books.payments()} == {
        f"pp-{payment}": False,
        f"again-{payment}": True,
    }


def test_the_second_money_is_given_back_to_its_payer(books: Books) -> None:
    payment = books.pay()
    books.settlement.settle(once_more(books, payment))
    provider = RefundingProvider()
    refunding = Refunding(books.store, books.clock, books.ids, {"sandbox": provider})
    grounds = Grounds("eva", "The customer paid twice.")
    order = RefundOrder("re-1", CREDITOR, ACCOUNT, f"sandbox:again-{payment}", 11900, grounds)
    assert refunding.refund(order).state == "done"
    assert provider.refunded.provider_id == f"again-{payment}"
    assert books.balance("provider-clearing") == 11900
    assert books.credits() == []


def test_the_customer_is_told_of_the_second_money(books: Books) -> None:
    payment = books.pay()
    books.settlement.settle(once_more(books, payment))
    assert len(books.tell("payment.settled")) == 2


def test_money_on_suspense_is_not_booked_again_when_it_is_told_with_a_reference(
    books: Books,
) -> None:
    payment = books.pay()
    stray = replace(once_more(books, payment), reference="of-nobody")
    assert books.settlement.settle(stray) == "suspense"
    told = replace(once_more(books, payment), event_id="with-a-reference")
    assert books.settlement.settle(told) == "nothing-new"


def test_the_store_refuses_a_copy_whatever_the_settlement_believes(books: Books) -> None:
    payment = books.pay()
    books.settlement.settle(once_more(books, payment))
    second = books.store.get(Payment, CREDITOR, ACCOUNT, f"sandbox:again-{payment}")
    credit = books.store.get(Credit, CREDITOR, ACCOUNT, f"payment#sandbox:again-{payment}")
    assert second is not None
    assert credit is not None
    writes = books.settlement._second(
        replace(second, id=payment, state="settled"), once_more(books, payment)
    )
    with pytest.raises(CommitConflict):
        books.store.commit(writes)


def test_a_day_of_arrival_is_kept(books: Books) -> None:
    payment = books.pay()
    books.settlement.settle(once_more(books, payment, received_on=date(2026, 11, 24)))
    assert {c.since for c in books.credits()} == {date(2026, 11, 24)}
