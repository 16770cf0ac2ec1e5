"""What guards the pages: the same on every route, so that a new one is guarded, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.pay import app as pay
from saldo.adapters.dynamo.rows import attributes_of
from saldo.edge.form_key import FIELD
from saldo.ids import fingerprint
from saldo.portal.model import Tally
from saldo.watchers.service import WatchOrder
from saldo.wiring import services
from tests.books import CREDITOR, Books
from tests.functions.payer import FORM, HERE, Browser, browsing

TOKEN = re.compile(r"/p/([\w-]+)")
PARTS = {
    "group": "nobody",
    "link": "A" * 44,
    "place": "0" * 20,
    "name": "promise",
    "file": "0" * 26,
    "provider": "sandbox",
}
GUARDS = {
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


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
    return books.links.create(CREDITOR, "RE-1", "account")


def routes(method: str, *, without: str = "") -> list[str]:
    """Return every route of the pages that takes `method`."""
    found = [path for path, methods in pay.app.routes.items() if method in methods]
    return [
        path for path in found if not path.startswith(("/assets", "/callbacks", without or "?"))
    ]


def at(path: str, link: str) -> str:
    token = link.rpartition("/")[2]
    return HERE + path.format(token=token, **PARTS)


def kept(books: Books) -> list[Any]:
    """Return what is in the books but for counts of requests."""
    return [one for one in books.store.everything() if not isinstance(one, Tally)]


@pytest.mark.parametrize("path", routes("GET"))
def test_every_page_is_guarded_by_its_headers(browser: Browser, link: str, path: str) -> None:
    _, headers, body = browser.get(at(path, link))
    assert headers["cache-control"].startswith(("no-store", "private"))
    if not headers.get("content-type", "").startswith("text/html") or not body:
        return
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    policy = {one.strip() for one in headers["content-security-policy"].split(";")}
    assert policy >= GUARDS
    assert "unsafe" not in headers["content-security-policy"]
    (form_action,) = (one for one in policy if one.startswith("form-action"))
    assert "*" not in form_action and "http:" not in form_action


@pytest.mark.parametrize("path", routes("POST"))
@pytest.mark.parametrize("key", ["", "AAAAAAAAAAAAAAAAAAAA"])
def test_a_form_without_its_key_does_nothing(
    books: Books, browser: Browser, link: str, path: str, key: str
) -> None:
    before = kept(books)
    sent = f"{FIELD}={key}&press=all&attempt={'0' * 26}&email=a@b.example&invoice=RE-1"
    status, headers, _ = browser.http.request("POST", at(path, link), FORM, sent.encode())
    led_back = status == 303 and headers["location"] == link
    assert status in (403, 404) or (led_back and "/answer/" in path)
    assert kept(books) == before
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", routes("POST", without="/portal"))
def test_a_form_without_its_key_is_refused_where_the_link_opens(
    books: Books, browser: Browser, link: str, path: str
) -> None:
    url, _ = services().staff_links.create(CREDITOR, "Desk", 7)
    address = url if path.startswith("/staff") else at(path, link)
    if path.startswith("/watch"):
        order = WatchOrder("10001", "account", "", "kanzlei@recht.example", "lawyer")
        watcher = services().watchers.add(CREDITOR, order, "olga")
        address = f"{url.partition('/staff')[0]}/watch/{watcher.token}"
    if path.endswith("/confirm"):
        return  # a link that opens an account confirms nothing: see test_pay_details.py
    if path.endswith("/stop"):
        books.plan()
        books.deliver()
        address = f"{books.postbox.mails[0].text.strip()}/stop"
    sent = f"press=all&attempt={'0' * 26}&id={'0' * 26}&number=RE-1&invoice=RE-1".encode()
    status, headers, _ = browser.http.request("POST", address, FORM, sent)
    led_back = status == 303 and headers["location"] == link
    assert status == 403 or (led_back and "/answer/" in path)


def test_a_link_is_nowhere_in_the_table_but_as_its_hash(
    books: Books, browser: Browser, link: str
) -> None:
    books.plan()
    books.deliver()
    browser.pay(link)
    mailed = TOKEN.findall(books.postbox.mails[0].text)
    tokens = {link.rpartition("/")[2], *mailed}
    assert len(tokens) == 2
    rows = [repr(attributes_of(one)) for one in books.store.everything()]
    for token in tokens:
        assert any(fingerprint(token) in row for row in rows)
        assert [row for row in rows if token in row] == []


def test_a_link_is_nowhere_in_the_logs(
    books: Books,
    browser: Browser,
    link: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("DEBUG")
    token = link.rpartition("/")[2]

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a bug")

    for path in routes("GET"):
        browser.get(at(path, link))
    for path in routes("POST"):
        browser.post(at(path, link), press="all", attempt="x")
    browser.pay(link, "refuse")
    monkeypatch.setattr("functions.pay.payer.views.frame", broken)
    assert browser.get(link)[0] == 500
    written = capsys.readouterr()
    told = written.out + written.err + caplog.text
    assert "a bug" in told, "what is logged is looked at"
    assert token not in told


def test_revoked_expired_and_guessed_look_the_same_on_every_route(
    books: Books, browser: Browser, link: str
) -> None:
    expired, revoked = link, books.links.create(CREDITOR, "RE-1")
    books.links.revoke(revoked.rpartition("/")[2])
    books.clock.advance(timedelta(days=181))
    guessed = f"{HERE}/p/{'A' * 22}"
    for path in routes("GET"):
        if not path.startswith("/p/") or path.endswith("/seen"):
            continue
        books.clock.advance(timedelta(minutes=11))  # guessing is slowed down
        answers = [browser.get(at(path, one)) for one in (expired, revoked, guessed)]
        assert len({(status, body) for status, _, body in answers}) == 1, path
        assert answers[0][0] == 404 and b"Musterwerk" not in answers[0][2], path
    for path in routes("POST"):
        if path.startswith("/p/"):
            books.clock.advance(timedelta(minutes=11))
            posts = [
                browser.post(at(path, one), press="all") for one in (expired, revoked, guessed)
            ]
            assert len({(status, body) for status, _, body in posts}) == 1, path
            assert posts[0][0] == 404, path
