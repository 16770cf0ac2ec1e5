"""A payer clicks "pay" once more under the same attempt: they come back to the page that exists."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.payments.checkout import AttemptNotValid
from saldo.payments.designation import AmountNotPayable, NothingOpen, Wish
from saldo.payments.ports import HostedPayment, HostedPaymentRequest, ProviderUnavailable
from tests.books import ACCOUNT, CREDITOR, Books


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice())
    return books


def clicked(books: Books, wish: Wish) -> tuple[str, str, str]:
    """Click once; return the link's token, the attempt and the address of the page."""
    token, attempt = books.token(), books.checkout.new_attempt()
    books.clock.advance(timedelta(milliseconds=1))
    return token, attempt, books.checkout.start(token, attempt, "de", wish=wish)


WHOLE = Wish(("RE-1",), amount_minor=11900)
MOST = Wish(("RE-1",), amount_minor=10000)


@pytest.mark.parametrize(
    "wish", [WHOLE, MOST, Wish(("RE-1",), seen_minor=11900), Wish(currency="EUR"), Wish(("RE-1",))]
)
def test_the_money_of_the_first_click_is_on_its_way(books: Books, wish: Wish) -> None:
    token, attempt, page = clicked(books, wish)
    books.settlement.settle(books.told(attempt, "processing"))
    assert books.checkout.start(token, attempt, "de", wish=wish) == page
    assert len(books.provider.asked) == 1


@pytest.mark.parametrize(
    "wish", [WHOLE, Wish(("RE-1",), seen_minor=11900), Wish(currency="EUR", seen_minor=11900)]
)
def test_somebody_else_paid_a_part_meanwhile(books: Books, wish: Wish) -> None:
    token, attempt, page = clicked(books, wish)
    other = books.start_payment(amount_minor=5000)
    books.settlement.settle(books.told(other, minor=5000))
    assert books.checkout.start(token, attempt, "de", wish=wish) == page


def test_somebody_else_paid_it_all_meanwhile(books: Books) -> None:
    token, attempt, _ = clicked(books, WHOLE)
    books.pay()
    with pytest.raises(NothingOpen):
        books.checkout.start(token, attempt, "de", wish=WHOLE)


@pytest.mark.parametrize("wish", [MOST, Wish(("RE-1",)), Wish(("RE-1",), seen_minor=11900)])
def test_another_sum_is_another_attempt(books: Books, wish: Wish) -> None:
    part = Wish(("RE-1",), amount_minor=4000)
    token, attempt, _ = clicked(books, part)
    with pytest.raises(AttemptNotValid):
        books.checkout.start(token, attempt, "de", wish=wish)


def test_an_attempt_whose_page_was_never_made_asks_for_no_more_than_is_owed_by_then(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(request: HostedPaymentRequest) -> HostedPayment:
        raise ProviderUnavailable("No answer.")

    token, attempt = books.token(), books.checkout.new_attempt()
    with monkeypatch.context() as outage:
        outage.setattr(books.provider, "create_payment", silent)
        with pytest.raises(ProviderUnavailable):
            books.checkout.start(token, attempt, "de", wish=WHOLE)
    books.clock.advance(timedelta(seconds=1))
    other = books.start_payment(amount_minor=5000)
    books.settlement.settle(books.told(other, minor=5000))
    with pytest.raises(AmountNotPayable):
        books.checkout.start(token, attempt, "de", wish=WHOLE)
    with pytest.raises(AttemptNotValid):
        books.checkout.start(token, attempt, "de", wish=Wish(("RE-1",)))
    assert [one.amount_minor for one in books.provider.asked] == [5000]


def test_an_attempt_whose_page_was_never_made_goes_on_when_all_is_as_it_was(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(request: HostedPaymentRequest) -> HostedPayment:
        raise ProviderUnavailable("No answer.")

    token, attempt = books.token(), books.checkout.new_attempt()
    with monkeypatch.context() as outage:
        outage.setattr(books.provider, "create_payment", silent)
        with pytest.raises(ProviderUnavailable):
            books.checkout.start(token, attempt, "de", wish=WHOLE)
    assert books.checkout.start(token, attempt, "de", wish=WHOLE)
    (payment,) = books.payments()
    assert (payment.id, payment.state) == (attempt, "open")
    assert payment.key == (CREDITOR, ACCOUNT, attempt)
