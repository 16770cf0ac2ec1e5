"""Who else is told, at a browser: named and ended on the account's and the dispute's page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from functions.pay import app as pay
from saldo_cli.lambda_http import FunctionHttp, HttpFunction
from tests.functions.clerk import FORM, HERE, Office, office_of
from tests.watched import ACCOUNT, ANNA, BEN, CREDITOR, LAWYER, OLGA, WatchBooks


@pytest.fixture
def books() -> WatchBooks:
    made = WatchBooks()
    made.begin(made.invoice("RE-1", 119000))
    made.contested()
    return made


@pytest.fixture
def office(books: WatchBooks) -> Iterator[Office]:
    with office_of(books, watch_queue=books.queue, feedback=books.feedback) as made:
        yield made


def test_a_manager_names_a_lawyer_for_a_dispute_and_ends_it(
    books: WatchBooks, office: Office
) -> None:
    olga = office.clerk("manager", email=OLGA).open("disputes/one", account=ACCOUNT, id="D-1")
    assert olga.status == 200, olga.html
    olga.press("account/watch", email=LAWYER, why="lawyer", language="de")
    assert "They are told from now on." in olga.said, olga.said
    assert LAWYER in olga.said and "Dispute" in olga.said
    (watcher,) = books.parts.watchers.of(CREDITOR, ACCOUNT)
    assert (watcher.kind, watcher.subject, watcher.by) == ("dispute", "D-1", OLGA)
    olga.open("account", number=ACCOUNT)
    assert "dispute D-1" in olga.said, "the account's page tells of its cases, too"
    olga.press("account/watch-end")
    assert "They are told no more." in olga.said
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == []


def test_a_collector_names_a_colleague_and_nobody_outside(
    books: WatchBooks, office: Office
) -> None:
    office.clerk("collector", email=BEN)
    anna = office.clerk("collector", email=ANNA).open("account", number=ACCOUNT)
    anna.press("account/watch", email=BEN, why="colleague", families=["payments"])
    (watcher,) = books.parts.watchers.of(CREDITOR, ACCOUNT)
    assert watcher.families == ("payments",)
    anna.press("account/watch", email=LAWYER, why="lawyer")
    assert anna.status == 403
    assert len(books.parts.watchers.of(CREDITOR, ACCOUNT)) == 1


def test_who_reads_alone_sees_them_and_names_nobody(office: Office) -> None:
    office.clerk("collector", email=BEN)
    support = office.clerk("support").open("account", number=ACCOUNT)
    assert "Who else is told" in support.said
    assert not support.has_form("account/watch")
    support.send("account/watch", form=support.csrf, number=ACCOUNT, email=BEN, why="x")
    assert support.status == 403


def test_a_collector_of_another_branch_ends_nothing_here(books: WatchBooks, office: Office) -> None:
    watcher = books.watch()
    other = office.clerk("collector", branches=("Kiel",), email="kiel@musterwerk.example")
    other.open("today")
    other.send("account/watch-end", form=other.csrf, number=ACCOUNT, watcher=watcher.id)
    assert other.status == 404
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == [watcher]


def test_the_morning_s_list_is_ordered_and_ended_on_today(
    books: WatchBooks, office: Office
) -> None:
    anna = office.clerk("collector", email=ANNA).open("today")
    anna.press("today/morning")
    assert "Your list comes by mail" in anna.said
    assert books.parts.mornings.wants(CREDITOR, ANNA)
    anna.press("today/morning")
    assert not books.parts.mornings.wants(CREDITOR, ANNA)


@pytest.fixture
def browser(office: Office) -> FunctionHttp:
    del office
    return FunctionHttp({HERE: [HttpFunction(pay.app, pay.handler)]})


def stop_url(books: WatchBooks) -> str:
    return f"{HERE}/watch/{books.watch(language='nl').token}"


def test_the_page_of_the_link_asks_first_and_tells_nothing(
    books: WatchBooks, browser: FunctionHttp
) -> None:
    url = stop_url(books)
    status, _, body = browser.request("GET", url, {"accept-language": "nl"}, None)
    html = body.decode()
    assert status == 200 and "Deze mails stoppen?" in html
    assert "Beispiel AG" not in html and ACCOUNT not in html and "RE-1" not in html
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) != [], "looking ends nothing"
    found = re.search(r'name="form" value="([^"]+)"', html)
    assert found is not None
    status, _, body = browser.request("POST", url, FORM, f"form={found[1]}".encode())
    assert status == 200 and "gestopt" in body.decode()
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == []


def test_a_mail_program_s_own_button_stops_them(books: WatchBooks, browser: FunctionHttp) -> None:
    url = stop_url(books)
    status, _, _ = browser.request("POST", url, FORM, b"List-Unsubscribe=One-Click")
    assert status == 200
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == []


def test_a_forged_press_and_a_guessed_link_stop_nothing(
    books: WatchBooks, browser: FunctionHttp
) -> None:
    url = stop_url(books)
    books.clock.advance(timedelta(minutes=1))
    status, _, _ = browser.request("POST", url, FORM, b"form=guessed")
    assert status >= 400
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) != []
    status, _, body = browser.request("GET", f"{HERE}/watch/guessed", {}, None)
    assert status == 404 and "This link stops nothing" in body.decode()
