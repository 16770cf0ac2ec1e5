"""The pay link over HTTP events, with the sandbox provider behind it in the same process."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from saldo.adapters.sandbox.provider import SandboxProvider
from saldo.edge.form_key import form_key
from saldo.payments.ports import ProviderUnavailable
from tests.books import Books
from tests.functions.payer import FORM, HERE, PROVIDER, Browser, browsing


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice())
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return f"{HERE}/p/{books.token()}"


def test_the_page_shows_the_invoice(browser: Browser, link: str) -> None:
    status, headers, body = browser.get(link)
    page = body.decode()
    assert status == 200
    assert "RE-1" in page and "119,00" in page and "1. Dezember 2026" in page
    assert 'lang="de"' in page
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert f"form-action 'self' {PROVIDER}" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_speaks_the_browsers_language(browser: Browser, link: str) -> None:
    page = browser.get(link, **{"accept-language": "en-GB,en;q=0.9"})[2].decode()
    assert 'lang="en' in page


def test_pays_and_comes_back_to_a_page_that_says_so(
    browser: Browser, link: str, books: Books
) -> None:
    status, _, body = browser.pay(link)
    assert status == 200 and "119,00" in body.decode()
    assert books.open_items() == []
    assert len(books.payments()) == 1 and len(browser.callbacks) == 1
    again = browser.get(link)[2].decode()
    assert 'name="attempt"' not in again


def test_redirect_without_callback_still_books(browser: Browser, link: str, books: Books) -> None:
    browser.pay(link, callback="none")
    assert browser.callbacks == []
    assert books.open_items() == []


def test_callback_repeated_and_after_the_redirect(
    browser: Browser, link: str, books: Books
) -> None:
    browser.pay(link, callback="twice")
    url, headers, body = browser.callbacks[0]
    assert browser.call_back(url, headers, body) == 200
    assert books.balance("provider-clearing") == 11900


def test_refused_then_paid(browser: Browser, link: str, books: Books) -> None:
    browser.pay(link, "refuse")
    assert books.open_items() != []
    browser.pay(link)
    assert books.open_items() == []
    assert sorted(p.state for p in books.payments()) == ["failed", "settled"]


def test_cancelled_leads_back_to_an_open_invoice(browser: Browser, link: str, books: Books) -> None:
    assert browser.pay(link, "cancel")[0] == 200
    assert [p.state for p in books.payments()] == ["cancelled"]
    assert 'name="attempt"' in browser.get(link)[2].decode()


def test_pay_later_holds_and_then_settles(browser: Browser, link: str, books: Books) -> None:
    hosted = browser.start(link)
    browser.post(hosted, outcome="later")
    assert [p.state for p in books.payments()] == ["processing"]
    browser.post(hosted, outcome="arrive")
    assert books.open_items() == []


def test_a_part_typed_as_a_german_would(browser: Browser, link: str, books: Books) -> None:
    hosted = browser.start(link, amount="19,00", lang="de")
    browser.post(hosted, outcome="pay")
    assert [i.open_minor for i in books.open_items()] == [10000]


@pytest.mark.parametrize("typed", ["0", "-1", "119,01", "abc", "1e3", "", "10,001"])
def test_an_amount_that_cannot_be_paid_is_told_beside_the_field(
    browser: Browser, link: str, books: Books, typed: str
) -> None:
    page = browser.get(link)[2].decode()
    (attempt,) = set(re.findall(r'name="attempt" value="(\w+)"', page))
    status, _, body = browser.http.request(
        "POST",
        f"{link}/pay",
        FORM,
        f"form={form_key(link.rpartition('/')[2])}&attempt={attempt}&amount={typed}&lang=de".encode(),
    )
    if typed == "":
        assert status in (303, 400)
        return
    assert status == 400 and 'id="EUR-amount-error"' in body.decode()
    assert books.payments() == []


def test_a_form_without_its_attempt_leads_to_a_fresh_page(
    browser: Browser, link: str, books: Books
) -> None:
    status, headers, _ = browser.post(f"{link}/pay", attempt="x")
    assert (status, headers["location"]) == (303, link)
    assert books.payments() == []


def test_a_cached_page_does_not_lead_to_a_payment_of_another_amount(
    browser: Browser, link: str, books: Books
) -> None:
    (attempt,) = set(re.findall(r'name="attempt" value="(\w+)"', browser.get(link)[2].decode()))
    browser.post(f"{link}/pay", attempt=attempt)
    _, headers, _ = browser.post(f"{link}/pay", attempt=attempt, amount="50,00", lang="de")
    assert headers["location"] == link
    assert [p.amount_minor for p in books.payments()] == [11900]


def test_a_guessed_and_an_expired_link_look_the_same(
    browser: Browser, link: str, books: Books
) -> None:
    guessed = browser.get(f"{HERE}/p/AAAAAAAAAAAAAAAAAAAAAA")
    books.clock.advance(timedelta(days=181))
    expired = browser.get(link)
    assert guessed[0] == expired[0] == 404
    assert guessed[2] == expired[2]
    assert b"RE-1" not in expired[2]


def test_the_provider_is_down(
    browser: Browser, link: str, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> Any:
        raise ProviderUnavailable("The sandbox did not answer.")

    monkeypatch.setattr(SandboxProvider, "create_payment", down)
    page = browser.get(link)[2].decode()
    (attempt,) = set(re.findall(r'name="attempt" value="(\w+)"', page))
    status, _, body = browser.post(f"{link}/pay", attempt=attempt)
    assert status == 503 and b"Traceback" not in body
    assert books.balance("provider-clearing") == 0


def test_a_forged_callback_is_refused_and_writes_nothing(
    browser: Browser, link: str, books: Books
) -> None:
    browser.pay(link, "refuse")
    url, headers, body = browser.callbacks[0]
    forged = body.replace(b"failed", b"settled")
    status, _, answer = browser.http.request("POST", url, headers, forged)
    assert status == 400
    assert json.loads(answer)["code"] == "callback-refused"
    assert "signature" not in answer.decode()
    assert books.open_items() != []


def test_an_old_callback_is_refused(browser: Browser, link: str, books: Books) -> None:
    browser.pay(link, "refuse")
    books.clock.advance(timedelta(minutes=6))
    assert browser.call_back(*browser.callbacks[0]) == 400


def test_a_callback_for_another_provider_is_not_found(browser: Browser) -> None:
    status, headers, _ = browser.http.request(
        "POST", f"{HERE}/callbacks/nobody", {"content-type": "application/json"}, b"{}"
    )
    assert status == 404 and headers["content-type"] == "application/problem+json"


def test_a_callback_of_two_megabytes_is_refused(browser: Browser) -> None:
    status, _, _ = browser.http.request(
        "POST", f"{HERE}/callbacks/sandbox", {"content-type": "application/json"}, b" " * 2_000_000
    )
    assert status == 413


def test_assets_and_what_is_none(browser: Browser) -> None:
    assert browser.get(f"{HERE}/assets/pay.css")[0] == 200
    assert b"--brand" in browser.get(f"{HERE}/assets/brand.css?c=1f5f5b")[2]
    assert browser.get(f"{HERE}/assets/app.py")[0] == 404
