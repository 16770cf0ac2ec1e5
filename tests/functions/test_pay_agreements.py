"""What payers agree to on their page: a later day, a transfer; and how they change their minds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import pytest

from saldo.accounts.payer_rules import PayerRules
from saldo.collection.model import Instalment
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.consents import AgreedCharge, ConsentTerms, consent_text
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing
from tests.functions.test_pay_account import words

TODAY = date(2026, 11, 21)
DAY = date(2026, 12, 3)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(
        books.invoice("RE-1", 11900, due_on=TODAY - timedelta(2), already_sent=True),
        books.invoice("RE-2", 5000, due_on=TODAY - timedelta(3), already_sent=True),
    )
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1", "account")


def hidden(page: bytes) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.decode()):
        found.setdefault(name, []).append(value)
    return dict(found)


def look_later(browser: Browser, link: str, **more: str | list[str]) -> bytes:
    """Choose a day and return the page on which it is agreed."""
    fields: dict[str, str | list[str]] = {"invoice": "RE-1", "day": DAY.isoformat(), **more}
    status, _, body = browser.post(
        f"{link}/pay", attempt=browser.attempt(link), press="later", lang="de", **fields
    )
    assert status == 200, words(body)
    return body


def agree(browser: Browser, link: str, outcome: str = "give", **more: str | list[str]) -> bytes:
    """Agree to a later day with a new account, and return the page come back to."""
    page = look_later(browser, link, **more)
    fields = {**hidden(page), "mandate": "new"}
    status, headers, _ = browser.post(f"{link}/schedule", **fields)
    assert status == 303
    hosted = headers["location"]
    status, headers, _ = browser.post(hosted, outcome=outcome, callback="none")
    assert status == 303
    return browser.get(headers["location"])[2]


def scheduled(books: Books) -> list[ScheduledPayment]:
    return list(books.store.list(ScheduledPayment, CREDITOR, ACCOUNT))


def test_the_words_agreed_to_are_shown_whole_and_kept_as_shown(
    browser: Browser, link: str, books: Books
) -> None:
    page = look_later(browser, link)
    charge = AgreedCharge(DAY, 11900)
    text = consent_text(
        ConsentTerms("once", "Musterwerk GmbH", "Sandbox Pay", "EUR", (charge,)), "de"
    )
    for paragraph in text.split("\n\n"):
        assert paragraph in unescape(page.decode())
    browser.post(f"{link}/schedule", **hidden(page))
    (mandate,) = books.store.list(Mandate, CREDITOR, ACCOUNT)
    assert mandate.consent.text == text
    assert mandate.consent.language == "de"


def test_a_later_day_is_agreed_and_told(browser: Browser, link: str, books: Books) -> None:
    back = words(agree(browser, link))
    assert "Vereinbart" in back and "3. Dezember 2026" in back and "119,00 €" in back
    assert [(s.state, s.charge_on, s.amount_minor) for s in scheduled(books)] == [
        ("planned", DAY, 11900)
    ]
    page = words(browser.get(link)[2])
    assert "Wird an einem vereinbarten Tag bezahlt" in page
    assert "119,00 € am 3. Dezember 2026 · RE-1" in page and "Absagen" in page
    assert "50,00 € bezahlen" in page  # the other invoice, and this one is left out
    assert books.day(TODAY + timedelta(1)) == ["reminder-1 RE-2 5000 EUR"]


def test_a_saved_account_is_chosen_the_next_time(browser: Browser, link: str, books: Books) -> None:
    agree(browser, link)
    page = look_later(browser, link, invoice="RE-2", day="10.12.2026")
    (saved,) = re.findall(r'name="mandate" value="(\w{26})" checked', page.decode())
    status, headers, _ = browser.post(f"{link}/schedule", **hidden(page), mandate=saved)
    assert status == 303 and headers["location"].startswith(f"{link}?told=scheduled")
    assert "Vereinbart" in words(browser.get(headers["location"])[2])
    assert {s.charge_on for s in scheduled(books)} == {DAY, date(2026, 12, 10)}


def test_the_payer_cancels_before_the_day(browser: Browser, link: str, books: Books) -> None:
    agree(browser, link)
    (one,) = scheduled(books)
    status, headers, _ = browser.post(f"{link}/change", press="cancel", id=one.id, lang="de")
    assert status == 303
    assert "Abgesagt" in words(browser.get(headers["location"])[2])
    assert [s.state for s in scheduled(books)] == ["cancelled"]
    assert "169,00 €" in words(browser.get(link)[2])


def test_the_payer_takes_the_permission_back(browser: Browser, link: str, books: Books) -> None:
    agree(browser, link)
    assert "gespeichertes Konto" in words(browser.get(link)[2])
    (mandate,) = books.store.list(Mandate, CREDITOR, ACCOUNT)
    browser.post(f"{link}/change", press="revoke", id=mandate.id)
    page = words(browser.get(link)[2])
    assert "gespeichertes Konto" not in page
    assert [s.state for s in scheduled(books)] == ["failed"]


def test_a_permission_not_given_agrees_nothing(browser: Browser, link: str, books: Books) -> None:
    back = words(agree(browser, link, "decline"))
    assert "Es wurde nichts vereinbart" in back
    assert [s.state for s in scheduled(books)] == ["failed"]


def test_who_left_the_providers_page_can_go_on_or_cancel(
    browser: Browser, link: str, books: Books
) -> None:
    browser.post(f"{link}/schedule", **hidden(look_later(browser, link)))
    (mandate,) = books.store.list(Mandate, CREDITOR, ACCOUNT)
    page = browser.get(link)[2].decode()
    assert mandate.hosted_url and mandate.hosted_url in page
    assert "Noch nicht bestätigt" in page
    (one,) = scheduled(books)
    browser.post(f"{link}/change", press="cancel", id=one.id)
    assert "169,00 €" in words(browser.get(link)[2])


@pytest.mark.parametrize("day", ["2026-11-21", "2026-12-22", "2020-01-01", "32.1.2027", "", "bald"])
def test_a_day_that_cannot_be_chosen_is_told_beside_the_field(
    browser: Browser, link: str, books: Books, day: str
) -> None:
    status, _, body = browser.post(
        f"{link}/pay",
        attempt=browser.attempt(link),
        press="later",
        day=day,
        invoice="RE-1",
        currency="EUR",
        lang="de",
    )
    assert status == 400 and 'id="EUR-day-error"' in body.decode()
    assert 'value="RE-1" checked' in body.decode()
    assert scheduled(books) == []


def test_what_changed_since_it_was_shown_is_shown_again(
    browser: Browser, link: str, books: Books
) -> None:
    page = hidden(look_later(browser, link))
    status, _, body = browser.post(f"{link}/schedule", **{**page, "consent": "other words"})
    assert status == 200 and "Dem stimmen Sie zu" in words(body)
    payment = books.start_payment("RE-1", 900)
    books.settlement.settle(books.told(payment, minor=900))
    status, _, body = browser.post(f"{link}/schedule", **page)
    assert status == 409 and "Inzwischen hat sich etwas geändert" in words(body)
    assert scheduled(books) == [] and list(books.store.list(Mandate, CREDITOR, ACCOUNT)) == []


def test_a_double_click_agrees_once(browser: Browser, link: str, books: Books) -> None:
    fields = hidden(look_later(browser, link))
    first = browser.post(f"{link}/schedule", **fields)
    again = browser.post(f"{link}/schedule", **fields)
    assert first[1]["location"] == again[1]["location"]
    assert len(scheduled(books)) == 1


def test_an_announced_transfer_rests_reminders_once(
    browser: Browser, link: str, books: Books
) -> None:
    status, headers, _ = browser.post(
        f"{link}/pay", attempt=browser.attempt(link), press="transfer", invoice="RE-1", lang="de"
    )
    assert status == 303
    page = words(browser.get(headers["location"])[2])
    assert "Danke für die Ankündigung" in page
    assert "Erinnerungen ruhen bis einschließlich 27. November 2026" in page
    assert books.day(TODAY + timedelta(1)) == ["reminder-1 RE-2 5000 EUR"]
    status, _, body = browser.post(
        f"{link}/pay", attempt=browser.attempt(link), press="transfer", invoice="RE-1", lang="de"
    )
    assert status == 409 and "schon einmal" in words(body)


def test_without_ticks_a_transfer_is_announced_for_all_that_are_left(
    browser: Browser, link: str, books: Books
) -> None:
    for invoice in ("RE-1", []):
        browser.post(
            f"{link}/pay", attempt=browser.attempt(link), press="transfer", invoice=invoice
        )
    page = browser.get(link)[2].decode()
    assert 'value="transfer"' not in page and "vereinbart oder angekündigt" in page


def test_a_creditor_who_offers_neither_shows_neither(
    browser: Browser, link: str, books: Books
) -> None:
    rules = PayerRules(schedule_days_max=0, transfer_business_days_max=0)
    books.accounts.change_creditor(CREDITOR, payer_rules=rules)
    page = browser.get(link)[2].decode()
    assert 'name="day"' not in page and 'value="transfer"' not in page
    for press in ("later", "transfer"):
        status, _, _ = browser.post(
            f"{link}/pay", attempt=browser.attempt(link), press=press, day=DAY.isoformat()
        )
        assert status == 409


def test_a_paper_link_neither_shows_nor_ends_what_others_agreed_to(
    browser: Browser, link: str, books: Books
) -> None:
    agree(browser, link)
    paper = books.links.create(CREDITOR, "RE-2")
    page = words(browser.get(paper)[2])
    assert "gespeichertes Konto" not in page and "3. Dezember" not in page
    (one,), (mandate,) = scheduled(books), books.store.list(Mandate, CREDITOR, ACCOUNT)
    for press, id_ in (("cancel", one.id), ("revoke", mandate.id)):
        assert browser.post(f"{paper}/change", press=press, id=id_)[0] == 404
    assert [s.state for s in scheduled(books)] == ["planned"]
    status, headers, _ = browser.get(f"{paper}/mandate-return?mandate={mandate.id}")
    assert (status, headers["location"]) == (303, paper)


def test_an_instalment_plan_shows_what_is_paid_and_what_is_next(
    browser: Browser, link: str, books: Books
) -> None:
    parts = [Instalment(TODAY + timedelta(10 + 30 * n), 4000) for n in range(2)]
    parts.append(Instalment(TODAY + timedelta(70), 3900))
    services().plans.agree(CREDITOR, ACCOUNT, ["RE-1"], parts, None, "a collector")
    payment = books.start_payment("RE-1", 4000)
    books.settlement.settle(books.told(payment, minor=4000))
    page = words(browser.get(link)[2])
    assert "Wird in Raten bezahlt" in page
    assert "1. Dezember 2026 Bezahlt 40,00 €" in page
    assert "31. Dezember 2026 Als Nächstes 40,00 €" in page
    assert "30. Januar 2027 Kommt noch 39,00 €" in page
    assert "Diese Rate bezahlen: 40,00 €" in page
    form = re.search(
        r"<form[^>]*>((?:(?!</form>).)*)Diese Rate", browser.get(link)[2].decode(), re.S
    )
    assert form is not None
    browser.post(f"{link}/pay", **hidden(form[1].encode()), press="part")
    assert [(p.invoices, p.amount_minor) for p in books.payments()][-1] == (("RE-1",), 4000)
