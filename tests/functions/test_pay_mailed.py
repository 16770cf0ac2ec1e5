"""A page promises a mail only where one goes: not in shadow, not to whom no address is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from saldo.accounts.model import Account, Contact
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2", 5000))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


def without_mail(books: Books) -> None:
    """Let the account's only address be one that mails come back from."""
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    lost = Contact("AP", "ap@beispiel.example", email_state="bounced")
    changed = replace(account, contacts=(lost,), version=account.version + 1)
    books.store.commit([Put(changed, expect=account.version)])


def promised(books: Books, browser: Browser) -> str:
    """Promise to pay, and return what the page says of it."""
    link = books.links.create(CREDITOR, "RE-1", "account")
    html = browser.get(f"{link}/answer/promise")[2].decode()
    (form_id,) = re.findall(r'name="id" value="(\w+)"', html)
    day = (books.clock.now().date() + timedelta(days=5)).isoformat()
    form = {"id": form_id, "invoice": "RE-1", "day": day, "lang": "en"}
    _, headers, _ = browser.post(f"{link}/answer/promise", **form)
    return words(browser.get(headers["location"])[2])


def test_what_is_mailed_is_announced(books: Books, browser: Browser) -> None:
    seen = promised(books, browser)
    assert "We will not remind you until then. We confirm it by e-mail." in seen
    assert len(books.tell("promise.given")) == 1, "and it goes"


def test_in_shadow_no_mail_is_announced_and_none_goes(books: Books, browser: Browser) -> None:
    books.accounts.change_creditor(CREDITOR, state="shadow")
    seen = promised(books, browser)
    assert "We will not remind you until then." in seen
    assert "e-mail" not in seen.partition("Your answers")[0]
    assert books.tell("promise.given") == []


def test_without_an_address_no_mail_is_announced(books: Books, browser: Browser) -> None:
    without_mail(books)
    seen = promised(books, browser)
    assert "We will not remind you until then." in seen
    assert "e-mail" not in seen.partition("Your answers")[0]
    assert books.tell("promise.given") == []


@pytest.mark.parametrize("state", ["live", "shadow"])
def test_a_question_says_where_its_answer_comes(books: Books, browser: Browser, state: str) -> None:
    books.accounts.change_creditor(CREDITOR, state=state)
    link = books.links.create(CREDITOR, "RE-1")
    seen = words(browser.get(f"{link}/answer/question?lang=en")[2])
    assert "The answer will stand here." in seen
    assert ("You get it by e-mail, too." in seen) is (state == "live")
    told = words(browser.get(f"{link}?told=question&lang=en")[2])
    assert ("We will answer you by e-mail, too." in told) is (state == "live")


def test_in_shadow_no_copy_is_offered(books: Books, browser: Browser) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    assert "/answer/not-received" in browser.get(link)[2].decode()
    books.accounts.change_creditor(CREDITOR, state="shadow")
    assert "/answer/not-received" not in browser.get(link)[2].decode()


def test_in_shadow_no_confirmation_follows_a_payment(books: Books, browser: Browser) -> None:
    paid = words(browser.pay(books.links.create(CREDITOR, "RE-1"))[2])
    assert "Bestätigung" in paid
    books.accounts.change_creditor(CREDITOR, state="shadow")
    paid = words(browser.pay(books.links.create(CREDITOR, "RE-2"))[2])
    assert "gebucht" in paid and "Bestätigung" not in paid


@pytest.mark.parametrize(
    ("state", "told"),
    [("live", "follow the link that we are sending there"), ("shadow", "once it is confirmed")],
)
def test_a_new_address_is_told_what_comes(
    books: Books, browser: Browser, state: str, told: str
) -> None:
    books.accounts.change_creditor(CREDITOR, state=state)
    link = books.links.create(CREDITOR, "RE-1")
    html = browser.get(f"{link}/answer/details?lang=en")[2].decode()
    (form_id,) = re.findall(r'name="id" value="(\w+)"', html)
    form = {"id": form_id, "email": "new@beispiel.example", "lang": "en"}
    _, headers, _ = browser.post(f"{link}/answer/details", **form)
    assert told in words(browser.get(headers["location"])[2])
    waiting = words(browser.get(f"{link}/answer/details?lang=en")[2])
    assert ("The link for it was sent there." in waiting) is (state == "live")
