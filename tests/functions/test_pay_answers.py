"""What payers answer instead of paying, over the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from saldo.collection.facts import Promise
from saldo.edge.form_key import FIELD
from tests.books import CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

ACCOUNT = "10001"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2", 5000))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1", "account")


def today(books: Books) -> date:
    return books.clock.now().date()


def promises(books: Books) -> list[Promise]:
    return list(books.store.list(Promise, CREDITOR, ACCOUNT))


def form_id(browser: Browser, link: str, name: str) -> str:
    """Open an answer's page and return the id that its form carries."""
    status, _, page = browser.get(f"{link}/answer/{name}")
    assert status == 200
    (found,) = re.findall(r'name="id" value="(\w+)"', page.decode())
    return found


def test_somebody_who_promises_is_left_in_peace_until_that_day(
    books: Books, browser: Browser, link: str
) -> None:
    assert "/answer/promise" in browser.get(link)[2].decode()
    day = today(books) + timedelta(days=5)
    status, headers, _ = browser.post(
        f"{link}/answer/promise",
        id=form_id(browser, link, "promise"),
        invoice=["RE-1", "RE-2"],
        day=day.isoformat(),
        lang="en",
    )
    assert status == 303
    seen = words(browser.get(headers["location"])[2])
    assert "We will not remind you until then" in seen
    assert "You will pay €169.00 by" in seen
    (promise,) = promises(books)
    assert (promise.state, promise.on, promise.by) == ("open", day, "payer")


def test_the_same_form_sent_twice_is_one_promise(books: Books, browser: Browser, link: str) -> None:
    form = {"id": form_id(browser, link, "promise"), "invoice": "RE-1"}
    form["day"] = (today(books) + timedelta(days=5)).isoformat()
    for _ in range(2):
        assert browser.post(f"{link}/answer/promise", **form)[0] == 303
    assert len(promises(books)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": "soon"}, "We cannot read this day"),
        ({"day": "2020-01-01"}, "Please choose a day from"),
        ({"day": "2027-12-01"}, "Please choose a day from"),
        ({"invoice": []}, "Please choose at least one invoice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    books: Books,
    browser: Browser,
    link: str,
    fields: dict[str, str | list[str]],
    said: str,
) -> None:
    form: dict[str, str | list[str]] = {"invoice": ["RE-2"], "day": today(books).isoformat()}
    form |= {"id": form_id(browser, link, "promise"), "lang": "en", **fields}
    status, _, page = browser.post(f"{link}/answer/promise", **form)
    assert status == 400
    assert words(page).count(said) == 2, "at the top and at the field"
    if "day" in fields:
        assert f'value="{fields["day"]}"' in page.decode()
        assert re.search(r'value="RE-2" checked', page.decode())
        assert not re.search(r'value="RE-1" checked', page.decode())
    assert promises(books) == []


def test_a_promise_can_be_taken_back(books: Books, browser: Browser, link: str) -> None:
    form = {"id": form_id(browser, link, "promise"), "invoice": "RE-1"}
    form["day"] = (today(books) + timedelta(days=5)).isoformat()
    browser.post(f"{link}/answer/promise", **form)
    (promise,) = promises(books)
    back = {"press": "take-back", "kind": "promise", "id": promise.id, "lang": "en"}
    status, headers, _ = browser.post(f"{link}/change", **back)
    assert status == 303
    assert "Your promise is taken back" in words(browser.get(headers["location"])[2])
    assert promises(books)[0].state == "withdrawn"
    # Once more, from an old page: nothing is there to be taken back.
    assert browser.post(f"{link}/change", **back)[0] == 404


def test_nobody_takes_back_what_the_link_does_not_show(
    books: Books, browser: Browser, link: str
) -> None:
    form = {"id": form_id(browser, link, "promise"), "invoice": "RE-2"}
    form["day"] = (today(books) + timedelta(days=5)).isoformat()
    browser.post(f"{link}/answer/promise", **form)
    other = books.links.create(CREDITOR, "RE-1")
    back = {"press": "take-back", "kind": "promise", "id": promises(books)[0].id}
    assert browser.post(f"{other}/change", **back)[0] == 404
    assert promises(books)[0].state == "open"


def test_a_link_for_paying_alone_takes_no_answers(books: Books, browser: Browser) -> None:
    paper = books.links.create(CREDITOR, "RE-1", rights=("pay",))
    assert "/answer/" not in browser.get(paper)[2].decode()
    assert browser.get(f"{paper}/answer/promise")[0] == 303
    form = {"id": "0" * 26, "day": today(books).isoformat()}
    assert browser.post(f"{paper}/answer/promise", **form)[0] == 303
    assert promises(books) == []


def test_another_sites_form_is_refused(books: Books, browser: Browser, link: str) -> None:
    form = {"id": form_id(browser, link, "promise"), "invoice": "RE-1"}
    form["day"] = (today(books) + timedelta(days=5)).isoformat()
    for key in ("", "guessed"):
        browser.post(f"{link}/answer/promise", **{**form, FIELD: key})
        assert browser.post(f"{link}/pay", **{FIELD: key, "attempt": form["id"]})[0] == 403
    assert promises(books) == []


def test_an_answer_that_does_not_exist_leads_back(browser: Browser, link: str) -> None:
    assert browser.get(f"{link}/answer/nothing")[0] == 303
