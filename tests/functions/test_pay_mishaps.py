"""What happens to people: the provider is down, somebody else paid, two tabs, the back button."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from saldo.adapters.sandbox.provider import SandboxProvider
from saldo.invoices.model import CreditNote
from saldo.payments.ports import ProviderUnavailable
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import HERE, Browser, browsing, words

FIRST_VIEW_BYTES_MAX = 60_000


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1")


def shown_after(browser: Browser, answer: Any) -> str:
    status, headers, page = answer
    if status == 303:
        status, _, page = browser.get(headers["location"])
    assert status < 500
    return words(page)


def test_the_provider_is_down_and_the_way_back_is_a_button(
    browser: Browser, link: str, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> Any:
        raise ProviderUnavailable("The sandbox did not answer.")

    attempt = browser.attempt(link)
    monkeypatch.setattr(SandboxProvider, "create_payment", down)
    status, _, page = browser.post(f"{link}/pay", attempt=attempt, lang="en")
    assert status == 503
    assert f'href="{link}"' in page.decode()
    monkeypatch.undo()
    assert browser.post(f"{link}/pay", attempt=attempt, lang="en")[0] == 303
    assert [p.state for p in books.payments()] == ["open"], "the same attempt goes on"


def test_a_fault_of_ours_is_not_blamed_on_the_provider(
    browser: Browser, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr("functions.pay.payer.views.invoice_page", broken)
    status, _, page = browser.get(link, **{"accept-language": "en"})
    assert status == 500
    assert "Something went wrong on our side" in words(page)
    assert "a bug" not in page.decode()


def test_what_was_paid_in_one_tab_is_not_paid_again_in_the_other(
    browser: Browser, link: str, books: Books
) -> None:
    other_tab = browser.attempt(link)
    browser.pay(link)
    answer = browser.post(f"{link}/pay", attempt=other_tab, seen="11900", lang="en")
    page = shown_after(browser, answer)
    assert "That has been paid or settled in the meantime" in page
    assert [p.state for p in books.payments()] == ["settled"]


def test_the_back_button_after_paying_charges_nothing(
    browser: Browser, link: str, books: Books
) -> None:
    attempt = browser.attempt(link)
    hosted = browser.post(f"{link}/pay", attempt=attempt, seen="11900", lang="en")[1]["location"]
    browser.post(hosted, outcome="pay")
    page = shown_after(browser, browser.post(f"{link}/pay", attempt=attempt, seen="11900"))
    assert 'name="attempt"' not in page
    assert [p.state for p in books.payments()] == ["settled"]
    assert books.credits() == []


def test_a_sum_that_changed_is_shown_old_and_new_before_anything_is_charged(
    browser: Browser, link: str, books: Books
) -> None:
    attempt = browser.attempt(link)
    note = CreditNote(CREDITOR, ACCOUNT, "GS-1", "RE-1", date(2026, 11, 20), "EUR", 1900, 0)
    assert books.intake.put_credit_notes([note])[0].status == "accepted"
    status, _, page = browser.post(
        f"{link}/pay", attempt=attempt, press="chosen", invoice="RE-1", seen="11900", lang="en"
    )
    assert status == 409
    assert "When you opened the page, €119.00 were open; now it is €100.00" in words(page)
    assert books.payments() == []
    assert browser.start(link, press="chosen", invoice="RE-1", seen="10000")


@pytest.mark.parametrize("count", [1, 40])
def test_the_first_view_is_small(books: Books, browser: Browser, count: int) -> None:
    """The page and all that it makes a browser fetch, as API Gateway packs it for the way."""
    books.push(*(books.invoice(f"N-{n}") for n in range(1, count)))
    link = books.links.create(CREDITOR, "RE-1", "account")
    page = browser.get(link)[2]
    bodies = [page]
    for path in re.findall(rb'(?:href|src)="(/(?:assets|p)/[^"]+)"', page):
        address = path.decode().replace("&amp;", "&")
        if "/answer/" not in address and "lang=" not in address:
            bodies.append(browser.get(f"{HERE}{address}")[2])
    assert len(bodies) >= 4, "stylesheets and icon are counted"
    plain = sum(len(body) for body in bodies)
    packed = sum(len(gzip.compress(body)) for body in bodies)
    assert packed < FIRST_VIEW_BYTES_MAX / 2
    assert plain < FIRST_VIEW_BYTES_MAX, "even unpacked"
