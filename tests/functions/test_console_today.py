"""Today at a browser: a collector's list, what they say about it, the team and its holidays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest

from functions.console.words import TEXTS
from saldo.collection.model import Instalment
from saldo.reminders.tasks import Task
from saldo.store import Put
from saldo.worklist.derive_tasks import TASKS
from saldo.worklist.model import KINDS
from tests.functions.clerk import Clerk, Office, office_of
from tests.worked import ACCOUNT, ANNA, BEN, CREDITOR, OLGA, WorkBooks


@pytest.fixture
def books() -> WorkBooks:
    books = WorkBooks()
    books.begin()
    return books


@pytest.fixture
def office(books: WorkBooks) -> Iterator[Office]:
    with office_of(books, feedback=books.feedback) as office:
        yield office


@pytest.fixture
def anna(office: Office) -> Clerk:
    return office.clerk("collector", name="Anna Sample", email=ANNA)


def call(books: WorkBooks, id_: str = "T-1") -> None:
    now = books.clock.now()
    task = Task(CREDITOR, ACCOUNT, id_, "call", "Beispiel AG", now, now, invoice="RE-1", version=1)
    books.store.commit([Put(task)])
    books.parts.work_keeper.derive(CREDITOR, ACCOUNT)


def looks_after(books: WorkBooks, who: str = ANNA) -> None:
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=who, sales=None, branch="North")
    books.hear()


def test_the_console_begins_with_the_list(anna: Clerk, books: WorkBooks) -> None:
    anna.open("https://pay.musterwerk.example/console")
    assert anna.status == 200
    assert "Nothing needs a person." in anna.said
    call(books)
    anna.open("today")
    assert "1 thing is nobody’s yet" in anna.said
    looks_after(books)
    anna.open("today")
    assert "Beispiel AG" in anna.said and "A call is due." in anna.said
    assert "1 thing to do" in anna.said and "€119.00" in anna.said
    assert 'href="/console/at/musterwerk/account?number=10001"' in anna.html


def test_an_item_is_closed_with_what_came_of_it(anna: Clerk, books: WorkBooks) -> None:
    call(books)
    looks_after(books)
    anna.open("today").press("today/done", outcome="no-answer", text="Engaged.")
    assert "Closed." in anna.said and "A call is due." not in anna.said
    task = books.store.get(Task, CREDITOR, ACCOUNT, "T-1")
    assert task is not None
    assert (task.state, task.outcome, task.closed_by) == ("done", "no-answer: Engaged.", ANNA)
    books.hear()
    anna.open("today")
    assert "1 closed today" in anna.said


def test_an_item_is_put_off_and_fetched_back(anna: Clerk, books: WorkBooks) -> None:
    call(books)
    looks_after(books)
    day = books.clock.now().date() + timedelta(days=3)
    anna.open("today").press("today/snooze", until=day.isoformat(), reason="Holiday")
    assert "Put off." in anna.said and "Put off 1" in anna.said
    anna.open("today", later="1")
    assert "Beispiel AG" in anna.said and "back on" in anna.said
    anna.press("today/snooze")
    assert "It is back on the list." in anna.said
    anna.open("today").press("today/snooze", until="2030-01-01")
    assert "Put it off until a day after today" in anna.said, "too far"
    anna.open("today").press("today/snooze")
    assert "Choose a day." in anna.said


def test_what_is_nobodys_is_taken_and_given(anna: Clerk, office: Office, books: WorkBooks) -> None:
    office.clerk("collector", name="Ben Sample", email=BEN)
    call(books)
    anna.open("today", whose="open")
    item = books.item("call").id
    anna.send("today/assign", form=anna.csrf, account=ACCOUNT, item=item, take="1")
    assert "It is on your list now." in anna.said
    anna.open("today").press("today/assign", to=BEN)
    assert "Given." in anna.said and "A call is due." not in anna.said
    anna.send("today/assign", form=anna.csrf, account=ACCOUNT, item=item, to=ANNA)
    assert anna.status == 403, "a colleague's work is not hers to take"
    assert books.kinds(BEN) == ["call"]


def test_kinds_filter_the_list(anna: Clerk, books: WorkBooks) -> None:
    books.ask()
    call(books)
    looks_after(books)
    anna.open("today", kind="question")
    assert "waits for an answer" in anna.said and "A call is due." not in anna.said
    assert "Everything 2" in anna.said and "Calls 1" in anna.said


def test_a_long_list_comes_a_page_at_a_time(anna: Clerk, books: WorkBooks) -> None:
    for n in range(60):
        call(books, f"T-{n:02}")
    looks_after(books)
    anna.open("today")
    assert anna.html.count("data-row") == 50
    more = next(
        part.split('"')[0] for part in anna.html.split('hx-get="')[1:] if "today/more" in part
    ).replace("&amp;", "&")
    anna.open(f"https://pay.musterwerk.example{more}")
    assert anna.html.count("data-row") == 10 and "<h1>" in anna.html
    headers = {"hx-request": "true", **anna._sent()}
    address = f"https://pay.musterwerk.example{more}"
    status, _, body = anna.http.request("GET", address, headers, None)
    assert (status, body.count(b"data-row"), b"<html" in body) == (200, 10, False)
    assert anna.open("today", cursor="nonsense").status == 400


def test_a_holiday_is_handed_over_and_comes_back_by_itself(
    anna: Clerk, office: Office, books: WorkBooks
) -> None:
    ben = office.clerk("collector", name="Ben Sample", email=BEN)
    call(books)
    looks_after(books)
    today = books.clock.now().date()
    last = today + timedelta(days=2)
    anna.open("today").press("today/hand-over", cover=BEN, last=last.isoformat())
    assert "The list is handed over." in anna.said and "Ben Sample covers you" in anna.said
    ben.open("today")
    assert "A call is due." in ben.said and "you cover Anna Sample" in ben.said
    books.clock.advance(timedelta(days=3))
    ben = office.clerk("collector", name="Ben Sample", email=BEN)
    assert "A call is due." not in ben.open("today").said


def test_a_manager_sees_the_team_and_hands_lists_over(office: Office, books: WorkBooks) -> None:
    office.clerk("collector", name="Anna Sample", email=ANNA)
    office.clerk("collector", name="Ben Sample", email=BEN)
    olga = office.clerk("manager", name="Olga Sample", email=OLGA)
    call(books)
    looks_after(books)
    olga.open("today", whose="all")
    assert "A call is due." in olga.said and "Anna Sample" in olga.said
    olga.open("today/team")
    assert "Anna Sample 1 0" in olga.said
    olga.press("today/hand-over", collector=ANNA, cover=BEN)
    assert "Ben Sample covers from" in olga.said
    olga.press("today/give-back")
    assert "The list is given back." in olga.said
    olga.press("today/target", person=ANNA, calls_day="12", promised_week="5000.00")
    assert "0 of 12" in olga.said and "of €5,000.00" in olga.said
    olga.press("today/target", person=ANNA, calls_day="many")
    assert "Write a whole number." in olga.said


def test_a_collector_does_not_hand_a_colleagues_list_over(anna: Clerk, books: WorkBooks) -> None:
    anna.open("today")
    anna.send("today/hand-over", form=anna.csrf, collector=BEN, cover=ANNA, first="2026-11-21")
    assert anna.status == 403
    assert anna.open("today/team").status == 403


def test_whoever_works_for_a_branch_sees_its_items_alone(office: Office, books: WorkBooks) -> None:
    call(books)
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=None, sales=None, branch="North")
    books.hear()
    item = books.item("call").id
    north = office.clerk("collector", email="n@musterwerk.example", branches=("North",))
    south = office.clerk("collector", email="s@musterwerk.example", branches=("South",))
    assert "A call is due." in north.open("today", whose="open").said
    south.open("today", whose="open")
    assert "A call is due." not in south.said
    south.send("today/done", form=south.csrf, account=ACCOUNT, item=item, outcome="done")
    assert south.status == 404
    assert books.kinds() == ["call"]


def test_work_is_given_to_people_who_work_here_alone(office: Office, books: WorkBooks) -> None:
    call(books)
    office.clerk("collector", name="Ben Sample", email=BEN)
    olga = office.clerk("manager", name="Olga Sample", email=OLGA).open("today", whose="open")
    form, _ = olga._form("today/assign")
    olga.send("today/assign", **{**form, "to": "typo@musterwerk.example"})
    assert olga.status in (400, 422)
    assert "Nobody of that address works here." in olga.said
    assert books.item("call").assigned_to is None
    olga.send("today/assign", **{**form, "to": BEN})
    assert books.item("call").assigned_to == BEN
    olga.open("today/team").press("today/hand-over", collector=BEN, cover="typo@musterwerk.example")
    assert "Nobody of that address works here." in olga.said


def test_work_is_offered_to_nobody_who_would_not_see_it(
    office: Office, books: WorkBooks, anna: Clerk
) -> None:
    looks_after(books)
    call(books)
    for name, branch in (("nora", "North"), ("sven", "South")):
        office.clerk("collector", name=name, email=f"{name}@s.example", branches=(branch,))
    page = anna.open("today").html
    (given,) = re.findall(r'<select name="to">(.*?)</select>', page, re.DOTALL)
    assert "nora@s.example" in given and "sven@s.example" not in given
    (cover,) = re.findall(r'<select name="cover"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert "nora@s.example" in cover and "sven@s.example" not in cover
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=ANNA, sales=None, branch=None)
    books.hear()
    page = anna.open("today").html
    (cover,) = re.findall(r'<select name="cover"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert "nora@s.example" not in cover, "the customer belongs to no branch"


def test_the_counts_of_a_branch_are_of_its_accounts_alone(office: Office, books: WorkBooks) -> None:
    call(books)
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=ANNA, sales=None, branch="North")
    books.hear()
    north = office.clerk("manager", email="n@musterwerk.example", branches=("North",))
    south = office.clerk("manager", email="s@musterwerk.example", branches=("South",))
    tallies = books.parts.work_list.tallies
    assert tallies(CREDITOR, ("North",))[ANNA].now == {"call": 1}
    assert tallies(CREDITOR, ("South",)) == {}
    assert f"{ANNA} 1 0" in north.open("today/team").said
    assert f"{ANNA} 1 0" not in south.open("today/team").said
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=ANNA, sales=None, branch="South")
    books.hear()
    assert f"{ANNA} 1 0" in south.open("today/team").said, "it moves with the account"
    assert tallies(CREDITOR, ("North",)) == {}
    until = books.clock.now().date() + timedelta(days=3)
    books.parts.work_list.snooze(
        books.accounts.creditor(CREDITOR), ACCOUNT, books.item("call").id, ANNA, until
    )
    (counted,) = tallies(CREDITOR, ("South", "South")).values()
    assert (counted.now, counted.later) == ({}, 1)


def test_sales_have_no_list(office: Office) -> None:
    assert office.clerk("sales").open("today").status == 403


@pytest.mark.parametrize("language", ["de", "en", "nl"])
def test_every_kind_of_work_has_its_words(language: str) -> None:
    words = json.loads((TEXTS / language / "today.json").read_text("utf-8"))
    assert all(f"job.kind.{kind}" in words and f"job.kinds.{kind}" in words for kind in KINDS)
    assert all(f"job.why.task-{kind}" in words for kind in TASKS)
    assert all(f"job.next.{step}" in words for _, step in TASKS.values())


def test_every_next_step_leads_to_a_page_that_is_there(
    anna: Clerk, office: Office, books: WorkBooks
) -> None:
    today = books.clock.now().date()
    books.push(books.invoice("RE-2"))
    books.dispute(amount_minor=4000)
    parts = (Instalment(today + timedelta(20), 6000), Instalment(today + timedelta(50), 5900))
    books.proposals.propose(CREDITOR, ACCOUNT, "PL-1", ["RE-2"], parts, None, "payer")
    books.ask()
    call(books)
    looks_after(books)
    anna.open("today")
    there = [unescape(one) for one in re.findall(r'href="([^"]+)" data-open', anna.html)]
    assert len(there) == 4
    for address in there:
        anna.open(f"https://pay.musterwerk.example{address}")
        assert anna.status == 200, address


def test_what_the_law_misses_is_told_in_the_collectors_language(
    office: Office, books: WorkBooks
) -> None:
    now = books.clock.now()
    task = Task(
        CREDITOR,
        ACCOUNT,
        "T-1",
        "evidence",
        "RE-1, stage 2",
        now,
        now,
        invoice="RE-1",
        step="2",
        reason="It is not proven that the debtor answers for the return (§280 (1) BGB).",
        version=1,
        missing="return-cause",
    )
    books.store.commit([Put(task)])
    books.parts.work_keeper.derive(CREDITOR, ACCOUNT)
    looks_after(books)
    said = office.clerk("collector", email=ANNA, language="de").open("today").said
    assert "Stufe 2 kann nicht hinaus: dass der Kunde für die Rückgabe einsteht" in said
    assert "§ 280 Abs. 1 BGB" in said
