"""One link, everything that the account owes: chosen, paid together, told invoice by invoice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.accounts.payer_rules import PayerRules
from saldo.payments.designation import INVOICES_MAX
from saldo.payments.model import PayLink
from saldo.store import Put
from tests.books import CREDITOR, Books
from tests.functions.payer import FORM, HERE, Browser, browsing, words

TODAY = date(2026, 11, 21)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(
        books.invoice("RE-1", 11900, due_on=TODAY + timedelta(10)),
        books.invoice("RE-2", 5000, due_on=TODAY - timedelta(20)),
        books.invoice("RE/3 a", 7000, due_on=TODAY - timedelta(1)),
    )
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1", "account")


def paid(browser: Browser, link: str, **fields: str | list[str]) -> str:
    """Press a button of the page, pay at the provider, and return the page come back to."""
    hosted = browser.start(link, lang="de", currency="EUR", **fields)
    _, headers, _ = browser.post(hosted, outcome="pay")
    return words(browser.get(headers["location"])[2])


def test_everything_open_is_shown_with_the_links_invoice_in_front(
    browser: Browser, link: str
) -> None:
    page = browser.get(link)[2].decode()
    assert re.findall(r'name="invoice" value="([^"]+)"', page) == ["RE-1", "RE-2", "RE/3 a"]
    seen = words(page.encode())
    assert "Insgesamt offen 239,00 €" in seen
    assert "Alles bezahlen: 239,00 €" in seen
    assert "davon überfällig: 120,00 €" in seen


def test_a_paper_link_opens_its_own_invoice_only(browser: Browser, books: Books) -> None:
    paper = books.links.create(CREDITOR, "RE-1")
    page = words(browser.get(paper)[2])
    assert "RE-2" not in page and "119,00 € bezahlen" in page
    browser.post(
        f"{paper}/pay", attempt=browser.attempt(paper), invoice=["RE-1", "RE-2"], press="chosen"
    )
    assert books.payments() == []


def test_all_is_paid_in_one_payment(browser: Browser, link: str, books: Books) -> None:
    back = paid(browser, link, press="all", seen="23900")
    assert books.open_items() == []
    (payment,) = books.payments()
    assert payment.invoices == ("RE-2", "RE/3 a", "RE-1")  # by due date
    assert payment.amount_minor == 23900
    for line in ("RE-2 erledigt 50,00 €", "RE/3 a erledigt 70,00 €", "RE-1 erledigt 119,00 €"):
        assert line in back


def test_chosen_ones_are_paid_and_the_others_stay(
    browser: Browser, link: str, books: Books
) -> None:
    paid(browser, link, press="chosen", invoice=["RE-1", "RE/3 a"])
    assert [item.number for item in books.open_items()] == ["RE-2"]


def test_the_last_open_invoice_is_shown_alone(browser: Browser, link: str, books: Books) -> None:
    paid(browser, link, press="chosen", invoice=["RE-1", "RE/3 a"])
    page = words(browser.get(link)[2])
    assert "Rechnung RE-2" in page and "50,00 € bezahlen" in page
    paid(browser, link, press="chosen", invoice="RE-2", seen="5000")
    assert "Diese Rechnung ist bezahlt" in words(browser.get(link)[2])


def test_a_part_pays_the_oldest_of_the_chosen_first(
    browser: Browser, link: str, books: Books
) -> None:
    back = paid(browser, link, press="part", amount="80,00", invoice=["RE-1", "RE/3 a"])
    assert {i.number: i.open_minor for i in books.open_items()} == {"RE-2": 5000, "RE-1": 10900}
    assert "RE-1 noch offen: 109,00 € 10,00 €" in back


def test_the_key_enter_does_what_the_fields_say(browser: Browser, link: str, books: Books) -> None:
    page = browser.get(link)[2].decode()
    buttons = re.findall(r'<form class="choice".*?<button[^>]*value="(\w+)"', page, re.DOTALL)
    assert buttons == ["enter"]  # browsers press the first button of a form
    browser.start(link, press="enter", currency="EUR", lang="de", amount="60")
    browser.start(link, press="enter", currency="EUR", lang="de", invoice="RE-2")
    assert [p.amount_minor for p in books.payments()] == [6000, 5000]


def test_part_payments_have_the_creditors_minimum(
    browser: Browser, link: str, books: Books
) -> None:
    rules = PayerRules(part_min_minor=2000, part_min_percent=50)
    books.accounts.change_creditor(CREDITOR, payer_rules=rules)
    for typed, invoice, status in (("19,99", "RE-2", 400), ("24,99", "RE-2", 400)):
        answer = browser.post(
            f"{link}/pay",
            attempt=browser.attempt(link),
            press="part",
            amount=typed,
            invoice=invoice,
            currency="EUR",
            lang="de",
        )
        assert answer[0] == status
        assert 'id="EUR-amount-error"' in answer[2].decode()
        assert f'value="{invoice}" checked' in answer[2].decode()
    assert browser.start(link, press="part", amount="25", invoice="RE-2", currency="EUR", lang="de")


def test_a_creditor_who_takes_no_part_payments_shows_no_field(
    browser: Browser, link: str, books: Books
) -> None:
    rules = PayerRules(part_min_minor=None)
    books.accounts.change_creditor(CREDITOR, payer_rules=rules)
    assert 'name="amount"' not in browser.get(link)[2].decode()
    status, _, body = browser.post(
        f"{link}/pay", attempt=browser.attempt(link), press="part", amount="1", currency="EUR"
    )
    assert status == 400 and "nur die ganze Summe" in words(body)


def test_nothing_chosen_is_told_above_the_list(browser: Browser, link: str, books: Books) -> None:
    status, _, body = browser.post(
        f"{link}/pay", attempt=browser.attempt(link), press="chosen", lang="de", currency="EUR"
    )
    assert status == 400
    assert '<a href="#EUR-1">' in body.decode()
    assert books.payments() == []


def test_what_was_paid_meanwhile_is_told_before_anything_is_charged(
    browser: Browser, link: str, books: Books
) -> None:
    attempt = browser.attempt(link)
    books.pay("RE-2", 5000)
    for fields in ({"press": "all", "seen": "23900"}, {"press": "chosen", "invoice": "RE-2"}):
        asked = {"attempt": attempt, "currency": "EUR", "lang": "de", **fields}
        status, _, body = browser.post(f"{link}/pay", **asked)
        assert status in (303, 409)
        assert status == 303 or "waren 239,00 € offen, jetzt sind es 189,00 €" in words(body)
    assert [p.state for p in books.payments()] == ["settled"]


def test_money_on_its_way_is_not_asked_for_again(browser: Browser, link: str, books: Books) -> None:
    hosted = browser.start(link, press="chosen", invoice="RE-2", currency="EUR")
    browser.post(hosted, outcome="later")
    page = words(browser.get(link)[2])
    assert "Zahlung ist unterwegs" in page
    assert "189,00 € bezahlen" in page and "1 Rechnung ist nicht dabei" in page
    paid(browser, link, press="all", seen="18900")
    browser.post(hosted, outcome="arrive")
    assert books.open_items() == [] and books.credits() == []


def test_a_part_on_its_way_leaves_the_rest_to_pay(
    browser: Browser, link: str, books: Books
) -> None:
    hosted = browser.start(
        link, press="part", amount="20", invoice="RE-2", currency="EUR", lang="de"
    )
    browser.post(hosted, outcome="later")
    assert "20,00 € sind schon unterwegs" in words(browser.get(link)[2])
    paid(browser, link, press="all", seen="21900")
    # The other payment's 20,00 still fit: this one paid the invoice last, and only its rest.
    assert [(i.number, i.open_minor) for i in books.open_items()] == [("RE-2", 2000)]
    browser.post(hosted, outcome="arrive")
    assert books.open_items() == [] and books.credits() == []


def test_currencies_are_paid_one_by_one(browser: Browser, link: str, books: Books) -> None:
    assert books.push(books.invoice("CH-1", 900, currency="CHF"))[0].status == "accepted"
    page = words(browser.get(link)[2])
    assert "Alles bezahlen: 239,00 €" in page and "Alles bezahlen: 9,00 CHF" in page
    status, _, body = browser.post(
        f"{link}/pay", attempt=browser.attempt(link), press="chosen", invoice=["RE-1", "CH-1"]
    )
    assert status == 400 and "jede Währung für sich" in words(body)
    browser.start(link, press="all", currency="CHF")
    assert [(p.currency, p.invoices) for p in books.payments()] == [("CHF", ("CH-1",))]


def test_an_old_page_of_another_choice_starts_nothing_else(
    browser: Browser, link: str, books: Books
) -> None:
    attempt = browser.attempt(link)
    first = browser.post(f"{link}/pay", attempt=attempt, press="chosen", invoice="RE-1")
    again = browser.post(f"{link}/pay", attempt=attempt, press="chosen", invoice="RE-1")
    other = browser.post(f"{link}/pay", attempt=attempt, press="chosen", invoice="RE-2")
    assert first[1]["location"] == again[1]["location"] != other[1]["location"] == link
    assert [p.invoices for p in books.payments()] == [("RE-1",)]


def test_credit_and_past_payments_are_shown(browser: Browser, link: str, books: Books) -> None:
    payment = books.start_payment("RE-2", 5000)
    books.settlement.settle(books.told(payment, minor=6000))
    page = words(browser.get(link)[2])
    assert "Guthaben von 10,00 €" in page
    assert "Zahlungen" in page and "60,00 €" in page


def test_a_failed_payment_says_why_and_what_to_do(
    browser: Browser, link: str, books: Books
) -> None:
    payment = books.start_payment("RE-2", 5000)
    failed = books.told(payment, "failed", 5000)
    books.settlement.settle(replace(failed, failure="The account did not hold enough money."))
    page = words(browser.get(link)[2])
    assert "nicht genug Geld" in page and "einen anderen Weg" in page
    books.pay("RE-1", 11900)
    assert "nicht genug Geld" not in words(browser.get(link)[2])


def test_a_link_to_the_account_alone(browser: Browser, books: Books) -> None:
    address, record = books.links.prepare(CREDITOR, "10001", "", scope="account")
    books.store.commit([Put(record)])
    assert isinstance(record, PayLink) and record.scope == "account"
    assert "Alles bezahlen: 239,00 €" in words(browser.get(address)[2])
    paid(browser, address, press="all")
    assert "Alles bezahlt" in words(browser.get(address)[2])


def test_a_thousand_invoices_fit_one_page_and_one_form(browser: Browser, books: Books) -> None:
    numbers = [f"N/{n:04}" for n in range(INVOICES_MAX)]
    for start in range(0, len(numbers), 100):
        books.push(*[books.invoice(n, 100, due_on=TODAY) for n in numbers[start : start + 100]])
    link = books.links.create(CREDITOR, numbers[-1], "account")
    status, _, body = browser.get(link)
    page = body.decode()
    assert status == 200 and len(body) < 600_000
    assert page.count('name="invoice"') == INVOICES_MAX
    assert page.index(f'value="{numbers[-1]}"') < page.index(f'value="{numbers[0]}"')
    hosted = browser.start(link, press="chosen", invoice=numbers, currency="EUR")
    (payment,) = books.payments()
    assert len(payment.invoices) == INVOICES_MAX and payment.amount_minor == 100_000
    assert "und 997 weitere" in words(browser.get(hosted)[2])
    status, _, _ = browser.post(
        f"{link}/pay", attempt=browser.attempt(link), press="chosen", invoice=[*numbers, *"abc"]
    )
    assert status == 400


def test_a_form_of_too_many_fields_is_refused_as_a_page(browser: Browser, link: str) -> None:
    body = "&".join(f"invoice={n}" for n in range(5000)).encode()
    status, headers, answered = browser.http.request("POST", f"{link}/pay", FORM, body)
    assert status == 400 and b"<html" in answered
    assert headers["content-type"].startswith("text/html")


def test_nobody_pays_another_accounts_invoice(browser: Browser, link: str, books: Books) -> None:
    books.open_account("10002")
    books.push(books.invoice("FREMD-1", 100, account="10002"))
    status, _, body = browser.post(
        f"{link}/pay", attempt=browser.attempt(link), press="chosen", invoice=["RE-1", "FREMD-1"]
    )
    assert status == 409 and "FREMD-1" not in words(body)
    assert books.payments() == [] and f"{HERE}/p/" in link
