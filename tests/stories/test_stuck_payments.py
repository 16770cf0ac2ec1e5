"""Stories of payments whose end nobody told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.payments.model import Payment
from saldo.payments.ports import (
    HostedPayment,
    HostedPaymentRequest,
    PaymentRefused,
    ProviderEvent,
    ProviderUnavailable,
)
from saldo.payments.stuck import NEVER_STARTED, StuckPayments
from tests.books import ACCOUNT, CREDITOR, Books


class Stuck:
    """Books with one invoice, a payment that was begun, and the job that looks after it."""

    def __init__(self) -> None:
        self.books = Books()
        self.books.begin(self.books.invoice())
        self.job = StuckPayments(
            self.books.store,
            self.books.clock,
            self.books.ids,
            self.books.accounts,
            self.books.settlement,
        )

    def payment(self) -> Payment:
        (found,) = self.books.payments()
        return found

    def after(self, **time: int) -> dict[str, int]:
        self.books.clock.advance(timedelta(**time))
        return dict(self.job.look())

    def provider_has(self, told: ProviderEvent) -> None:
        self.books.provider.states[told.provider_id] = told


@pytest.fixture
def stuck() -> Stuck:
    return Stuck()


def provider_never_answers(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    def create(request: HostedPaymentRequest) -> HostedPayment:
        raise ProviderUnavailable("no answer")

    monkeypatch.setattr(books.provider, "create_payment", create)


def test_the_callback_is_lost_and_the_payer_never_comes_back(stuck: Stuck) -> None:
    payment = stuck.books.start_payment()
    stuck.provider_has(stuck.books.told(payment))
    assert stuck.after(minutes=10) == {}
    assert stuck.after(minutes=6) == {"settled": 1}
    assert stuck.payment().state == "settled"
    assert stuck.books.invoice_now().open_minor == 0
    assert stuck.books.balance("provider-clearing") == 11900
    assert stuck.after(minutes=15) == {}


def test_the_callback_comes_after_the_look(stuck: Stuck) -> None:
    payment = stuck.books.start_payment()
    stuck.provider_has(stuck.books.told(payment, event_id="fetched"))
    stuck.after(minutes=16)
    assert stuck.books.settlement.settle(stuck.books.told(payment)) == "nothing-new"
    assert stuck.books.balance("provider-clearing") == 11900


def test_the_payer_is_still_choosing(stuck: Stuck) -> None:
    payment = stuck.books.start_payment()
    stuck.provider_has(stuck.books.told(payment, "open"))
    assert stuck.after(minutes=20) == {"nothing-new": 1}
    assert stuck.payment().state == "open"


def test_the_payer_left_and_the_page_expired(stuck: Stuck) -> None:
    payment = stuck.books.start_payment()
    stuck.provider_has(stuck.books.told(payment, "cancelled"))
    assert stuck.after(hours=2) == {"cancelled": 1}
    assert stuck.after(minutes=50) == {}


def test_the_bank_returns_money_on_its_way_and_nobody_tells(stuck: Stuck) -> None:
    payment = stuck.books.start_payment()
    stuck.books.settlement.settle(stuck.books.told(payment, "processing"))
    stuck.provider_has(stuck.books.told(payment, "failed"))
    assert stuck.after(days=2) == {"failed": 1}
    assert stuck.payment().failure == "The card was declined."


def test_the_provider_does_not_answer_and_is_asked_again(
    stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = stuck.books.start_payment()
    stuck.provider_has(stuck.books.told(payment))

    def fetch(provider_id: str) -> ProviderEvent:
        raise ProviderUnavailable("no answer")

    with monkeypatch.context() as for_now:
        for_now.setattr(stuck.books.provider, "fetch", fetch)
        assert stuck.after(minutes=16) == {"no-answer": 1}
    assert stuck.after(minutes=15) == {"settled": 1}


def test_a_payment_that_never_came_to_a_page_is_given_up_after_a_day(
    stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider_never_answers(stuck.books, monkeypatch)
    with pytest.raises(ProviderUnavailable):
        stuck.books.start_payment()
    assert stuck.after(hours=23) == {}
    assert stuck.payment().state == "intended"
    assert stuck.after(hours=2) == {"given-up": 1}
    assert (stuck.payment().state, stuck.payment().failure) == ("cancelled", NEVER_STARTED)
    assert "payment.failed" in stuck.books.event_types()


def test_money_arrives_for_a_payment_that_was_given_up(
    stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider_never_answers(stuck.books, monkeypatch)
    with pytest.raises(ProviderUnavailable):
        stuck.books.start_payment()
    stuck.after(hours=25)
    assert stuck.books.settlement.settle(stuck.books.told(stuck.payment().id)) == "settled"
    assert stuck.books.invoice_now().open_minor == 0


def test_a_settled_payment_is_left_alone(stuck: Stuck) -> None:
    stuck.books.pay()
    assert stuck.after(days=3) == {}
    assert stuck.books.store.get(Payment, CREDITOR, ACCOUNT, stuck.payment().id) == stuck.payment()


def test_money_for_a_payment_that_failed_comes_after_all_and_nobody_tells(stuck: Stuck) -> None:
    payment = stuck.books.start_payment()
    stuck.books.settlement.settle(stuck.books.told(payment, "failed"))
    stuck.provider_has(stuck.books.told(payment, "failed"))
    assert stuck.after(minutes=59) == {}
    assert stuck.after(minutes=2) == {"looked-again": 1}
    assert stuck.after(hours=1) == {}
    stuck.provider_has(stuck.books.told(payment, event_id="fetched"))
    assert stuck.after(hours=23) == {"settled": 1}
    assert stuck.books.invoice_now().open_minor == 0
    assert stuck.after(days=5) == {}


def test_a_payment_that_failed_is_looked_up_three_times_and_let_go(stuck: Stuck) -> None:
    payment = stuck.books.start_payment()
    stuck.books.settlement.settle(stuck.books.told(payment, "cancelled"))
    stuck.provider_has(stuck.books.told(payment, "cancelled"))
    looks = [stuck.after(hours=12).get("looked-again", 0) for _ in range(12)]
    assert sum(looks) == 3
    assert stuck.after(days=30) == {}


def test_a_provider_that_never_tells_about_an_ended_payment_is_not_asked_for_ever(
    stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = stuck.books.start_payment()
    stuck.books.settlement.settle(stuck.books.told(payment, "failed"))

    def fetch(provider_id: str) -> ProviderEvent:
        raise ProviderUnavailable("it tells by notification only")

    monkeypatch.setattr(stuck.books.provider, "fetch", fetch)
    assert stuck.after(hours=2) == {"no-answer": 1}
    assert stuck.after(hours=100) == {"looked-again": 1}
    assert stuck.after(hours=1) == {}


def close_pages_of(books: Books, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the provider close pages; return which it closed."""
    closed: list[str] = []

    def cancel(provider_id: str) -> None:
        closed.append(provider_id)
        held = books.provider.states.get(provider_id)
        if held is None or held.state == "open":
            told = books.told(provider_id.removeprefix("pp-"), "cancelled")
            books.provider.states[provider_id] = told

    monkeypatch.setattr(books.provider, "cancel_payment", cancel, raising=False)
    return closed


def test_a_page_is_closed_when_its_invoice_was_paid_by_another(
    stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = close_pages_of(stuck.books, monkeypatch)
    first = stuck.books.start_payment()
    assert stuck.after(minutes=1) == {}
    stuck.books.pay()
    assert stuck.after(minutes=1) == {"page-closed": 1}
    assert closed == [f"pp-{first}"]
    states = {payment.id: payment.state for payment in stuck.books.payments()}
    assert states[first] == "cancelled"
    assert stuck.after(minutes=20) == {}


def test_a_page_that_was_paid_on_while_it_was_closed_settles(
    stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_pages_of(stuck.books, monkeypatch)
    first = stuck.books.start_payment()
    stuck.books.pay()
    stuck.provider_has(stuck.books.told(first))
    assert stuck.after(minutes=1) == {"settled": 1}
    assert [credit.open_minor for credit in stuck.books.credits()] == [11900]


def test_pages_are_left_alone_where_the_provider_cannot_close_them(stuck: Stuck) -> None:
    stuck.books.start_payment()
    stuck.books.pay()
    assert stuck.after(minutes=1) == {"nothing-new": 1}


def test_a_provider_refuses_a_payment_and_the_payer_may_try_another_amount(
    stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: HostedPaymentRequest) -> HostedPayment:
        raise PaymentRefused("amount-too-small", "amount_too_small (400)")

    with monkeypatch.context() as for_now:
        for_now.setattr(stuck.books.provider, "create_payment", refuse)
        with pytest.raises(PaymentRefused):
            stuck.books.start_payment(amount_minor=10)
    refused = stuck.payment()
    assert (refused.state, refused.failure) == (
        "failed",
        "The amount is too small to be paid this way.",
    )
    assert "payment.failed" in stuck.books.event_types()
    assert stuck.after(days=2) == {}
    assert stuck.books.start_payment() != refused.id
