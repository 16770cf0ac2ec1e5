"""What is contested, or paid in instalments, is not asked for; paying it all stays possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from saldo.accounts.model import BankDetails
from saldo.accounts.payer_rules import PayerRules
from saldo.collection.model import Instalment
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

BANK = BankDetails("DE02120300000000202051", "Musterwerk GmbH", "BYLADEM1001")
LATE = date(2026, 11, 3)
ENGLISH = {"accept-language": "en"}
BUTTON = re.compile(r'<button class="(first|second)"[^>]*>([^<]*)</button>')


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1", due_on=LATE))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1", "account")


def contest(browser: Browser, link: str, invoice: str = "RE-1", amount: str = "") -> None:
    page = browser.get(f"{link}/answer/dispute?lang=en")[2].decode()
    (form_id,) = re.findall(r'name="id" value="(\w+)"', page)
    part = {"part": "amount", "amount": amount} if amount else {}
    sent = {"id": form_id, "invoice": invoice, "lang": "en", "reason": "price", **part}
    assert browser.upload(f"{link}/answer/dispute", **sent)[0] == 303


def buttons(html: str) -> list[tuple[str, str]]:
    return BUTTON.findall(html)


def test_the_first_button_asks_for_what_is_not_contested(
    books: Books, browser: Browser, link: str
) -> None:
    contest(browser, link, amount="19.00")
    html = browser.get(link, **ENGLISH)[2].decode()
    assert buttons(html)[0] == ("first", "Pay €100.00")
    assert ("second", "Pay €119.00") in buttons(html)
    seen = words(html.encode())
    assert "Amount due €100.00" in seen
    assert "You object to €19.00 of this." in seen
    browser.start(link, press="chosen", invoice="RE-1", seen="10000", lang="en")
    assert [p.amount_minor for p in books.payments()] == [10000]


def test_no_rule_about_parts_stands_in_the_way_of_what_is_not_contested(
    books: Books, browser: Browser, link: str
) -> None:
    books.accounts.change_creditor(CREDITOR, payer_rules=PayerRules(part_min_minor=None))
    contest(browser, link, amount="19.00")
    assert browser.start(link, press="chosen", invoice="RE-1", seen="10000", lang="en")


def test_who_pays_the_contested_part_too_pays_it_all(
    books: Books, browser: Browser, link: str
) -> None:
    contest(browser, link, amount="19.00")
    browser.start(link, press="part", invoice="RE-1", amount="119.00", lang="en")
    assert [p.amount_minor for p in books.payments()] == [11900]


def test_a_page_from_before_the_objection_asks_again(
    books: Books, browser: Browser, link: str
) -> None:
    attempt = browser.attempt(link)
    contest(browser, link, amount="19.00")
    status, _, page = browser.post(
        f"{link}/pay", attempt=attempt, press="chosen", invoice="RE-1", seen="11900", lang="en"
    )
    assert status == 409
    assert "€119.00 were open; now it is €100.00" in words(page)
    assert books.payments() == []


def test_what_is_contested_whole_is_not_called_late_and_asks_for_nothing(
    books: Books, browser: Browser, link: str
) -> None:
    contest(browser, link)
    html = browser.get(link, **ENGLISH)[2].decode()
    seen = words(html.encode())
    assert "Being looked into" in seen
    assert "Nothing is asked for until it is settled" in seen
    assert "Overdue" not in seen and "days ago" not in seen
    assert [kind for kind, _ in buttons(html)] == ["second"]
    assert html.index("Pay now all the same") < html.index('class="second"')
    browser.start(link, press="chosen", invoice="RE-1", seen="11900", lang="en")
    assert [p.amount_minor for p in books.payments()] == [11900]


def test_everything_is_what_nobody_contests(books: Books, browser: Browser, link: str) -> None:
    books.push(books.invoice("RE-2", 5000), books.invoice("RE-3", 7000))
    contest(browser, link, "RE-1", "19.00")
    contest(browser, link, "RE-2")
    seen = words(browser.get(link, **ENGLISH)[2])
    assert "Pay €170.00" in seen
    assert "1 invoice is left out" in seen
    assert "You object to €19.00 of it" in seen
    browser.start(link, press="all", currency="EUR", seen="17000", lang="en")
    (payment,) = books.payments()
    assert payment.amount_minor == 17000
    assert payment.invoices == ("RE-3", "RE-1"), "what is paid in part is paid last"


def test_a_transfer_is_of_what_is_not_contested(books: Books, browser: Browser, link: str) -> None:
    books.accounts.change_creditor(CREDITOR, bank=BANK)
    contest(browser, link, amount="19.00")
    seen = words(browser.get(f"{link}/transfer?invoice=RE-1&lang=en")[2])
    assert "Transfer €100.00 to Musterwerk GmbH." in seen
    assert "You object to €19.00 of this" in seen


def test_a_payment_on_a_day_to_come_is_of_what_is_not_contested(
    books: Books, browser: Browser, link: str
) -> None:
    contest(browser, link, amount="19.00")
    page = browser.post(
        f"{link}/pay",
        attempt=browser.attempt(link),
        press="later",
        invoice="RE-1",
        day="2026-12-04",
        lang="en",
    )[2]
    assert "€100.00" in words(page) and "€119.00" not in words(page)


def instalments(books: Books, *invoices: str) -> None:
    parts = (Instalment(date(2026, 12, 8), 5000), Instalment(date(2027, 1, 8), 6900))
    services().plans.agree(CREDITOR, ACCOUNT, list(invoices), parts, None, "a collector")


def test_whoever_keeps_a_plan_sees_the_next_instalment_and_nothing_red(
    books: Books, browser: Browser, link: str
) -> None:
    instalments(books, "RE-1")
    html = browser.get(link, **ENGLISH)[2].decode()
    seen = words(html.encode())
    assert "In instalments Next instalment €50.00 Due on 8 December 2026" in seen
    assert "Overdue" not in seen and "days ago" not in seen and "card pay overdue" not in html
    assert buttons(html)[0] == ("first", "Pay this instalment: €50.00")
    browser.start(link, press="part", invoice="RE-1", amount="50.00", lang="en")
    assert [p.amount_minor for p in books.payments()] == [5000]


def test_among_several_invoices_the_instalment_is_asked_for_and_the_rest_with_it(
    books: Books, browser: Browser, link: str
) -> None:
    books.push(books.invoice("RE-2", 5000, due_on=LATE))
    instalments(books, "RE-1")
    html = browser.get(link, **ENGLISH)[2].decode()
    assert [said for _, said in buttons(html)][:2] == [
        "Pay €50.00",
        "Pay this instalment: €50.00",
    ]
    assert "of it overdue: €50.00" in words(html.encode()), "what is in instalments is not late"
