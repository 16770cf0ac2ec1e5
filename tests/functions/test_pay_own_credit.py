"""A payer with credit opens the page, uses it, and sees what is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.books import CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

OFFER = "Mein Guthaben von 81,00 € für diese Rechnungen verwenden"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-0"), books.invoice("RE-1", 5000), books.invoice("RE-2", 6000))
    books.pay("RE-0", 20000)
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


def test_credit_pays_chosen_invoices_at_once(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1", "account")
    page = words(browser.get(link)[2])
    assert OFFER in page and "Sie können hier damit bezahlen" in page
    form = {"press": "credit", "credit": "8100", "currency": "EUR", "invoice": ["RE-2"]}
    status, headers, _ = browser.post(f"{link}/pay", **form)
    assert (status, headers["location"]) == (303, f"{link}?told=credit-used&lang=de")
    page = words(browser.get(headers["location"])[2])
    assert "Ihr Guthaben ist verrechnet" in page
    assert "Mein Guthaben von 21,00 €" in page  # the page of the one invoice that is left
    assert books.invoice_now("RE-2").open_minor == 0
    status, headers, _ = browser.post(f"{link}/pay", **form)
    assert (status, headers["location"]) == (303, f"{link}?told=settled-meanwhile&lang=de")


def test_the_last_invoice_is_paid_with_credit(browser: Browser, books: Books) -> None:
    books.pay("RE-2", 6000)
    link = books.links.create(CREDITOR, "RE-1", "account")
    page = browser.get(link)[2]
    assert OFFER in words(page) and b'name="credit" value="8100"' in page
    form = {"press": "credit", "credit": "8100", "currency": "EUR", "invoice": "RE-1"}
    _, headers, _ = browser.post(f"{link}/pay", **form)
    page = browser.get(headers["location"])[2]
    assert "Guthaben von 31,00 €" in words(page)
    assert b'value="credit"' not in page
    assert books.open_items() == []


def test_a_credit_that_changed_is_shown_before_it_is_used(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1", "account")
    status, _, body = browser.post(f"{link}/pay", press="credit", credit="9000", currency="EUR")
    assert status == 409
    assert "geändert" in words(body) and OFFER in words(body)
    assert len(books.open_items()) == 2


def test_a_link_to_one_invoice_knows_nothing_of_the_credit(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    assert "Guthaben" not in words(browser.get(link)[2])
    status, _, body = browser.post(f"{link}/pay", press="credit", currency="EUR")
    assert status == 409 and "kein Guthaben" in words(body)
    assert books.invoice_now("RE-1").open_minor == 5000
