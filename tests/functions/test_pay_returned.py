"""Money that was taken back after it had come: the page says so, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import Payment
from saldo.payments.told import ChargebackTold
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2", 5000))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


def comes_back(books: Books, payment: str, **more: Any) -> None:
    books.clock.advance(timedelta(days=2))
    told = ChargebackTold(
        "sandbox", f"cb-{payment}", f"cb-{payment}", f"pp-{payment}", payment, "returned-debit",
        "taken", 11900, "EUR", books.clock.now(), "The account did not hold enough money.",
        date(2026, 11, 28),
    )  # fmt: skip
    taken = replace(told, **more)
    Chargebacks(books.store, books.clock, books.ids).told(taken)


@pytest.mark.parametrize("scope", ["invoice", "account"])
def test_a_debit_comes_back_after_it_was_settled(
    browser: Browser, books: Books, scope: Any
) -> None:
    link = books.links.create(CREDITOR, "RE-1", scope)
    comes_back(books, books.pay())
    page = words(browser.get(link)[2])
    assert "Ihre Zahlung über 119,00 € kam am 23. November 2026 zurück" in page
    assert "nicht genug Geld" in page and "einen anderen Weg" in page
    assert "ab dem 28. November 2026 wieder möglich" in page


def test_the_hint_of_a_day_is_gone_with_the_day(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    comes_back(books, books.pay())
    books.clock.advance(timedelta(days=5))
    page = words(browser.get(link)[2])
    assert "kam am 23. November 2026 zurück" in page and "wieder möglich" not in page


def test_a_card_payment_is_disputed(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    comes_back(books, books.pay(), kind="dispute", reason="fraudulent", retry_after=None)
    page = words(browser.get(link)[2])
    assert "über Ihre Bank zurückgeholt" in page and "fraudulent" not in page


def test_paying_again_ends_the_matter(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1", "account")
    comes_back(books, books.pay())
    books.clock.advance(timedelta(minutes=1))
    books.pay()
    assert "zurück" not in words(browser.get(link)[2])


def test_the_dispute_is_won(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    payment = books.pay()
    comes_back(books, payment)
    comes_back(books, payment, event_id="won", state="reversed")
    assert "kam am" not in words(browser.get(link)[2])
    (paid,) = books.payments()
    assert not paid.is_returned and books.invoice_now().open_minor == 0


def test_won_and_taken_are_told_in_the_wrong_order(books: Books) -> None:
    payment = books.pay()
    comes_back(books, payment, event_id="won", state="reversed")
    comes_back(books, payment)
    found = books.store.get(Payment, CREDITOR, ACCOUNT, payment)
    assert found is not None
    assert found.taken_minor == 0 and not found.is_returned


def test_a_failure_long_ago_is_not_brought_up_again(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    comes_back(books, books.pay())
    books.clock.advance(timedelta(days=31))
    assert "kam am" not in words(browser.get(link)[2])


def test_the_erp_is_told_of_the_day_and_the_invoices(books: Books) -> None:
    comes_back(books, books.pay())
    (told,) = [e.data for e in books.events() if e.type == "payment.charged_back"]
    assert (told["retry_after"], told["invoices"]) == ("2026-11-28", ["RE-1"])
