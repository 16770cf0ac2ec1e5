"""What a link may not is not offered by its pages, and not done by whoever sends a form anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from saldo.collection.facts import Promise
from saldo.payments.model import LinkRight
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

ENGLISH = {"accept-language": "en"}
LOOKS: tuple[LinkRight, ...] = ("read",)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2", 5000))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.mark.parametrize("scope", ["invoice", "account"])
def test_a_link_that_only_looks_offers_nothing_to_press(
    books: Books, browser: Browser, scope: str
) -> None:
    link = books.links.create(CREDITOR, "RE-1", scope, LOOKS)  # type: ignore[arg-type]  # either
    status, _, body = browser.get(link, **ENGLISH)
    page, html = words(body), body.decode()
    assert status == 200
    assert "This page shows what is open. You cannot pay with it." in page
    assert "€119.00" in page
    assert "<form" not in html and "<button" not in html
    assert "Pay another amount" not in page
    assert f"{link}/documents" in html, "what it may, it offers"


def test_a_link_that_only_looks_pays_nothing(books: Books, browser: Browser) -> None:
    link = books.links.create(CREDITOR, "RE-1", "account", LOOKS)
    attempt = books.checkout.new_attempt()
    for press in ("all", "chosen", "later", "bank", "transfer", "credit", "part", "take-back"):
        form = {"attempt": attempt, "press": press, "invoice": "RE-1", "day": "2026-12-01"}
        assert browser.post(f"{link}/pay", **form)[0] == 403, press
    assert browser.post(f"{link}/schedule", attempt=attempt, press="later")[0] == 403
    for press in ("cancel", "revoke", "take-back"):
        assert browser.post(f"{link}/change", press=press, id="x", kind="promise")[0] == 403, press
    status, headers, _ = browser.get(f"{link}/transfer?invoice=RE-1")
    assert (status, headers["location"]) == (303, link)
    assert books.payments() == []


def test_who_may_answer_and_not_pay_takes_an_answer_back(books: Books, browser: Browser) -> None:
    link = books.links.create(CREDITOR, "RE-1", rights=("read", "answer"))
    html = browser.get(f"{link}/answer/promise")[2].decode()
    (form_id,) = re.findall(r'name="id" value="(\w+)"', html)
    day = (books.clock.now().date() + timedelta(days=5)).isoformat()
    assert browser.post(f"{link}/answer/promise", id=form_id, invoice="RE-1", day=day)[0] == 303
    assert "take-back" in browser.get(link)[2].decode()
    back = {"press": "take-back", "kind": "promise", "id": form_id}
    assert browser.post(f"{link}/change", **back)[0] == 303
    (promise,) = books.store.list(Promise, CREDITOR, ACCOUNT)
    assert promise.state == "withdrawn"


@pytest.mark.parametrize("below", ["/answer/promise", "/answer/question", "/documents", "/stop"])
def test_another_language_is_a_link_away_on_the_same_page(
    books: Books, browser: Browser, below: str
) -> None:
    link = books.links.create(CREDITOR, "RE-1", "account")
    if below == "/stop":
        books.plan()
        books.deliver()
        link = books.postbox.mails[0].text.strip()
    status, headers, body = browser.get(f"{link}{below}", **ENGLISH)
    assert status == 200
    assert f'href="{link}{below}?lang=nl"' in body.decode()
    assert headers["cache-control"] == "no-store"
    status, _, other = browser.get(f"{link}{below}?lang=nl")
    assert (status, re.findall(r'<html lang="(\w+)"', other.decode())) == (200, ["nl"])


def test_another_language_keeps_what_the_page_is_about(books: Books, browser: Browser) -> None:
    link = books.links.create(CREDITOR, "RE-1", "account")
    asked = f"{link}/documents?lang=en&from=2026-12-01&to=2026-11-01&problem=period-not-valid"
    html = browser.get(asked)[2].decode()
    kept = "from=2026-12-01&amp;to=2026-11-01&amp;problem=period-not-valid"
    assert f'href="{link}/documents?{kept}&amp;lang=de"' in html
    told = browser.get(f"{link}?told=promise&lang=en")[2].decode()
    assert f'href="{link}?lang=de"' in told, "what was just done is said once"


def test_a_refused_answer_leads_to_its_page_in_another_language(
    books: Books, browser: Browser
) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    status, _, body = browser.post(f"{link}/answer/promise", id="0" * 26, day="soon", lang="en")
    assert status == 400
    assert f'href="{link}/answer/promise?lang=de"' in body.decode()
    status, _, body = browser.post(f"{link}/pay", attempt="x", press="part", amount="soon")
    assert f'href="{link}?lang=' in body.decode(), "a form's own address opens nothing"


def test_a_mail_program_checks_a_link(books: Books, browser: Browser) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    status, headers, body = browser.http.request("HEAD", link, {}, None)
    assert (status, body) == (200, b"")
    assert headers["content-type"].startswith("text/html")
    status, _, body = browser.http.request("HEAD", f"{link}x", {}, None)
    assert (status, body) == (404, b"")
