"""Programs that guess links or press without end meet a page in human words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.pay.payer import often
from saldo.portal.model import Tally
from tests.books import CREDITOR, Books
from tests.functions.payer import HERE, Browser, browsing, words

ENGLISH = {"accept-language": "en"}


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


def press(browser: Browser, link: str) -> tuple[int, Any, bytes]:
    return browser.post(f"{link}/change", press="cancel", id="none", lang="en")


def test_a_button_pressed_without_end_is_answered_with_a_pause(
    books: Books, browser: Browser, link: str
) -> None:
    for _ in range(often.ACTS.most):
        assert press(browser, link)[0] == 404
    status, headers, page = press(browser, link)
    assert status == 429
    assert 0 < int(headers["retry-after"]) <= often.ACTS.per.total_seconds()
    assert "<form" not in page.decode()
    # Looking is never refused, and another link is nobody's fault.
    assert browser.get(link)[0] == 200
    assert press(browser, books.links.create(CREDITOR, "RE-1"))[0] == 404
    books.clock.advance(timedelta(seconds=int(headers["retry-after"])))
    assert press(browser, link)[0] == 404


def test_whoever_guesses_links_is_slowed_down_and_links_that_open_still_open(
    books: Books, browser: Browser, link: str
) -> None:
    for n in range(often.UNKNOWN.most):
        assert browser.get(f"{HERE}/p/guess-{n}")[0] == 404
    status, headers, page = browser.get(f"{HERE}/p/guess-more", **ENGLISH)
    assert status == 429 and int(headers["retry-after"]) > 0
    assert "That was very often in a row" in words(page)
    assert browser.get(link)[0] == 200


def test_the_address_of_the_network_is_not_kept(books: Books, browser: Browser) -> None:
    browser.get(f"{HERE}/p/guess")
    kept = [record for record in books.store.everything() if isinstance(record, Tally)]
    assert len(kept) == 1
    assert "127.0.0.1" not in repr(kept)
    books.clock.advance(timedelta(days=1))
    browser.get(f"{HERE}/p/guess")
    subjects = {one.subject for one in books.store.everything() if isinstance(one, Tally)}
    assert len(subjects) == 2, "tomorrow the same address is somebody else"
