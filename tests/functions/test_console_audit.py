"""The audit log in the console: who did what is shown to whoever may, looks included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.audited import Audited
from tests.books import ACCOUNT
from tests.functions.clerk import Office, office_of


@pytest.fixture
def books() -> Audited:
    made = Audited()
    made.begin()
    made.pay()
    return made


@pytest.fixture
def office(books: Audited) -> Iterator[Office]:
    with office_of(books, anchors=books.anchors) as made:
        yield made


def test_an_auditor_sees_who_did_what_the_last_first(books: Audited, office: Office) -> None:
    books.arrive()
    auditor = office.clerk("auditor").open("audit")
    assert auditor.status == 200, auditor.html
    assert "payment.settled" in auditor.said and "Not checked yet" in auditor.said
    books.clock.advance(timedelta(hours=3))
    books.tender.tend("musterwerk")
    assert "Sound" in office.clerk("auditor").open("audit").said


def test_one_entry_is_recomputed_and_shows_what_was_told(books: Audited, office: Office) -> None:
    books.arrive()
    event = next(one for one in books.all_events() if one.type == "payment.settled")
    entry = next(one for one in books.chain.newest("musterwerk", 50) if one.event == event.id)
    auditor = office.clerk("auditor").open("audit/entry", number=str(entry.number))
    assert "As it was written" in auditor.said and "In its place" in auditor.said
    assert "119.00" in auditor.said and 'role="status"' not in auditor.html
    books.forge(replace(event, data={**event.data, "amount": "1.00"}))
    auditor.open("audit/entry", number=str(entry.number))
    assert "Says something else" in auditor.said
    books.remove(event)
    assert "is gone" in auditor.open("audit/entry", number=str(entry.number)).said
    books.forge(replace(entry, by="somebody"))
    assert "Not in its place" in auditor.open("audit/entry", number=str(entry.number)).said


def test_a_look_at_an_account_is_told_once_a_day(books: Audited, office: Office) -> None:
    collector = office.clerk("collector")
    for _ in range(3):
        collector.open("account", number=ACCOUNT)
    books.arrive()
    looks = [one for one in books.all_events() if one.type == "access.viewed"]
    assert [(one.account, one.data["by"]) for one in looks] == [
        (ACCOUNT, "collector@musterwerk.example")
    ]
    auditor = office.clerk("auditor").open("audit", account=ACCOUNT)
    assert "access.viewed" in auditor.said and "collector@musterwerk.example" in auditor.said
    looks = auditor.open("audit", account=ACCOUNT, what="access.")
    assert "access.viewed" in looks.said and "payment.settled" not in looks.said
    assert "access.viewed" not in office.clerk("collector").open("account", number=ACCOUNT).said


def test_what_is_taken_away_as_a_file_is_told_each_time(books: Audited, office: Office) -> None:
    collector = office.clerk("collector")
    for _ in range(2):
        assert collector.open("account/history.csv", number=ACCOUNT).status == 200
    looks = [one.data["how"] for one in books.all_events() if one.type == "access.viewed"]
    assert sorted(looks) == ["export", "export", "page"]


def test_a_long_log_is_read_page_by_page(books: Audited, office: Office) -> None:
    books.push(*(books.invoice(f"RE-{n}") for n in range(2, 60)))
    books.arrive()
    auditor = office.clerk("auditor").open("audit")
    last = books.chain.head("musterwerk").number
    assert f"before={last - 49}" in auditor.html
    older = auditor.open("audit", before=str(last - 49))
    assert older.status == 200 and "Earlier" not in older.said


def test_one_kind_of_event_is_looked_for_among_everything(books: Audited, office: Office) -> None:
    books.push(*(books.invoice(f"RE-{n}") for n in range(2, 250)))
    books.arrive()
    auditor = office.clerk("auditor").open("audit", what="payment.")
    assert "invoice.issued" not in auditor.said and "what=payment." in auditor.html
    settled = next(one for one in books.all_events() if one.type == "payment.settled")
    entry = next(one for one in books.chain.newest("musterwerk", 500) if one.event == settled.id)
    page = auditor.open("audit", what="payment.", before=str(entry.number + 1))
    assert "payment.settled" in page.said and "invoice.issued" not in page.said


def test_the_address_of_no_place_is_refused(books: Audited, office: Office) -> None:
    auditor = office.clerk("auditor")
    assert auditor.open("audit", before="soon").status == 400
    assert auditor.open("audit/entry", number="99").status == 404
    assert auditor.open("audit", account=ACCOUNT, month="2026-13").status == 200


def test_who_collects_does_not_see_the_log(office: Office) -> None:
    assert office.clerk("collector").open("audit").status == 403
