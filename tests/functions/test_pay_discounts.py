"""Payers see what they may keep back and until when, and pay just that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.accounts.model import BankDetails
from saldo.invoices.discounts import DiscountTerm
from tests.books import CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

LAST = date(2026, 12, 3)
DUE = date(2026, 12, 17)
BANK = BankDetails("DE02120300000000202051", "Musterwerk GmbH", "BYLADEM1001")


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1", 119000, due_on=DUE, discounts=(DiscountTerm(LAST, 300),)))
    books.accounts.change_creditor(CREDITOR, bank=BANK, discount_tolerance_days=5)
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1")


def on(books: Books, day: date, hour: int = 9) -> None:
    now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    books.clock.advance(now - books.clock.now())


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (
            date(2026, 11, 30),
            "Zahlen Sie bis 3. Dezember 2026 nur 1.154,30 €: 3 % Skonto, noch 3 Tage.",
        ),
        (
            date(2026, 12, 2),
            "Zahlen Sie bis 3. Dezember 2026 nur 1.154,30 €: 3 % Skonto, noch 1 Tag.",
        ),
        (LAST, "Zahlen Sie heute nur 1.154,30 €: 3 % Skonto, letzter Tag."),
    ],
)
def test_the_page_counts_down(
    browser: Browser, books: Books, link: str, day: date, told: str
) -> None:
    on(books, day)
    page = browser.get(link)[2]
    assert told in words(page)
    assert "1.154,30 € bezahlen" in words(page) and "1.190,00 € bezahlen" not in words(page)
    assert b'name="seen" value="115430"' in page


def test_after_the_last_day_all_of_it_is_asked_for(
    browser: Browser, books: Books, link: str
) -> None:
    on(books, LAST + timedelta(days=1))
    page = words(browser.get(link)[2])
    assert "Skonto" not in page and "1.190,00 € bezahlen" in page


def test_in_every_language(browser: Browser, link: str) -> None:
    told = {
        "en": "Pay €1,154.30 until 3 December 2026: 3% cash discount, 12 days left.",
        "nl": "Betaal € 1.154,30 tot en met 3 december 2026: 3% betalingskorting, nog 12 dagen.",
        "fr": "Payez 1 154,30 € jusqu’au 3 décembre 2026 : 3 % d’escompte, encore 12 jours.",
    }
    for language, sentence in told.items():
        page = words(browser.get(f"{link}?lang={language}")[2])
        for blank in ("\u00a0", "\u202f"):
            page = page.replace(blank, " ")
        assert sentence in page


def test_opened_before_midnight_and_pressed_after_it(
    browser: Browser, books: Books, link: str
) -> None:
    on(books, LAST)
    attempt = books.checkout.new_attempt()
    on(books, LAST + timedelta(days=1))
    status, _, page = browser.post(
        f"{link}/pay",
        press="chosen",
        invoice="RE-1",
        currency="EUR",
        seen="115430",
        attempt=attempt,
    )
    assert status == 409
    assert "1.154,30 €" in words(page) and "1.190,00 €" in words(page)
    assert books.payments() == []


def test_everything_together_each_with_its_own(browser: Browser, books: Books) -> None:
    books.push(
        books.invoice("RE-2", 50000, due_on=DUE, discounts=(DiscountTerm(DUE, fixed_minor=1000),)),
        books.invoice("RE-3", 7000, due_on=DUE),
    )
    link = books.links.create(CREDITOR, "RE-1", "account")
    page = browser.get(link)[2]
    told = words(page)
    assert "Zahlen Sie bis 3. Dezember 2026, sind 45,70 € Skonto abgezogen." in told
    assert "Alles bezahlen: 1.714,30 €" in told
    assert "1.154,30 € bis 03.12.2026, mit Skonto" in told
    assert b'name="seen" value="171430"' in page


def test_the_transfer_and_its_code_are_of_the_discounted_sum(
    browser: Browser, books: Books, link: str
) -> None:
    page = browser.get(f"{link}/transfer?invoice=RE-1")[2]
    assert "35,70 € Skonto sind schon abgezogen" in words(page)
    assert 'data-copy="1.154,30"' in page.decode()
    on(books, LAST + timedelta(days=1))
    page = browser.get(f"{link}/transfer?invoice=RE-1")[2]
    assert "Skonto" not in words(page) and 'data-copy="1.190,00"' in page.decode()


def test_paying_later_is_agreed_without_the_discount(
    browser: Browser, books: Books, link: str
) -> None:
    form = {"press": "later", "invoice": "RE-1", "currency": "EUR", "day": "2026-11-30"}
    status, _, page = browser.post(f"{link}/pay", **form)
    assert status == 200
    assert "1.190,00 €" in words(page) and "1.154,30" not in words(page)


def test_the_page_afterwards_says_what_was_kept_back(
    browser: Browser, books: Books, link: str
) -> None:
    books.pay(minor=115430)
    page = words(browser.get(link)[2])
    assert "Bereits bezahlt −1.154,30 €" in page and "Skonto −35,70 €" in page
    assert "Gutgeschrieben" not in page
