"""Whether somebody looked, as browsers, scanners and people's buttons tell it over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from saldo.reminders.opening import LinkOpening
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import FORM, HERE, Browser, browsing

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
SCANNER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) BarracudaCentral/1.0"


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
    """The link in the mail that brought the invoice an hour ago."""
    books.plan(), books.deliver()
    books.clock.advance(timedelta(hours=1))
    secret = books.postbox.mails[0].text.rpartition("/")[2]
    return f"{HERE}/p/{secret}"


def told(books: Books) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = [e.data for e in books.events() if e.type == "link.opened"]
    return [(data["opened_by"], data["how"]) for data in found]


def picture(browser: Browser, link: str) -> str:
    """Fetch the page and return the address of its picture, as a browser would."""
    status, _, body = browser.get(link, **{"user-agent": PHONE})
    (path,) = re.findall(r'<img class="seen" src="([^"]+)"', body.decode())
    assert status == 200 and link.endswith(path.removesuffix("/seen"))
    return f"{HERE}{path}"


def test_a_browser_draws_the_page_and_fetches_the_picture(
    browser: Browser, link: str, books: Books
) -> None:
    address = picture(browser, link)
    assert told(books) == [], "asking for the page proves nothing"
    status, headers, body = browser.get(address, **{"user-agent": PHONE})
    assert (status, headers["content-type"]) == (200, "image/svg+xml")
    assert body.startswith(b"<svg ") and "set-cookie" not in headers
    assert told(books) == [("person", "shown")]


def test_a_link_that_is_checked_was_not_looked_at(
    browser: Browser, link: str, books: Books
) -> None:
    for _ in range(3):
        assert browser.http.request("HEAD", link, {"user-agent": PHONE}, None)[0] == 200
    assert told(books) == []
    assert list(books.store.list(LinkOpening, CREDITOR, ACCOUNT)) == []


def test_the_browser_need_not_ask_again_before_the_next_day(
    browser: Browser, link: str, books: Books
) -> None:
    books.clock.move_to(datetime(2026, 11, 21, 23, 59, 30, tzinfo=UTC))
    _, headers, _ = browser.get(f"{link}/seen", **{"user-agent": PHONE})
    assert headers["cache-control"] == "private, max-age=30"


def test_what_is_not_counted_is_asked_again(browser: Browser, link: str, books: Books) -> None:
    for extra in ({"sec-purpose": "prefetch"}, {"x-moz": "prefetch"}, {"purpose": "prefetch"}):
        _, headers, _ = browser.get(f"{link}/seen", **{"user-agent": PHONE, **extra})
        assert headers["cache-control"] == "no-store"
    assert told(books) == []


def test_a_scanner_that_fetches_the_page_is_a_machine(
    browser: Browser, link: str, books: Books
) -> None:
    for _ in range(2):
        browser.get(link, **{"user-agent": SCANNER})
        browser.get(f"{link}/seen", **{"user-agent": SCANNER})
        browser.get(f"{link}/seen")  # without a name it is nobody's browser
    assert told(books) == [("machine", "known-machine")]


def test_paying_counts_even_if_the_picture_never_came(
    browser: Browser, link: str, books: Books
) -> None:
    browser.start(link)
    assert told(books) == [("person", "acted")]


def test_the_button_of_a_mail_program_is_nobody_at_the_page(
    browser: Browser, link: str, books: Books
) -> None:
    """RFC 8058: the mail program posts by itself, and shows nothing."""
    body = b"List-Unsubscribe=One-Click"
    assert browser.http.request("POST", f"{link}/stop", FORM, body)[0] == 200
    assert told(books) == []


def test_a_link_that_opens_nothing_has_no_picture(browser: Browser, books: Books) -> None:
    assert browser.get(f"{HERE}/p/nothing/seen", **{"user-agent": PHONE})[0] == 404
    page = browser.get(f"{HERE}/p/nothing", **{"user-agent": PHONE})[2].decode()
    assert "/seen" not in page


def test_pages_load_nothing_from_others_and_set_no_cookie(browser: Browser, link: str) -> None:
    _, headers, body = browser.get(link, **{"user-agent": PHONE})
    assert "set-cookie" not in headers
    sources = re.findall(r'(?:src|href)="([^"]+)"', body.decode())
    assert not [s for s in sources if "://" in s and not s.startswith(HERE)]


class Reads:
    """A store that counts what is read and written."""

    def __init__(self, store: Any) -> None:
        self._store, self.calls = store, list[str]()

    def __getattr__(self, name: str) -> Any:
        if name in ("get", "get_many", "list", "commit"):
            self.calls.append(name)
        return getattr(self._store, name)


def test_a_persons_page_costs_not_one_read_more_for_being_seen(
    browser: Browser, link: str, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    from saldo.wiring import services

    counted = Reads(books.store)
    monkeypatch.setattr(services().openings, "_store", counted)
    browser.get(link, **{"user-agent": PHONE})
    assert counted.calls == []
    monkeypatch.setattr(services().links, "_store", counted)
    browser.get(f"{link}/seen", **{"user-agent": PHONE})
    assert counted.calls == ["get", "get", "get", "commit"], "link, opening, notice"
    counted.calls.clear()
    browser.get(f"{link}/seen", **{"user-agent": PHONE})
    assert counted.calls == ["get", "get"], "the second of a day is not written"
