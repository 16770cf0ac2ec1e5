"""The console's frame: who is let in, what a role sees, what a form must carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from functions.console.words import TEXTS, languages
from saldo.adapters.memory.files import MemoryFiles
from saldo.edge.words import texts_of
from tests.books import CREDITOR, Books
from tests.functions.clerk import CONSOLE, Office, office_of
from tests.unit.files.hostile import JPEG, PDF


@pytest.fixture
def books() -> Books:
    made = Books()
    made.open_creditor()
    made.open_account()
    return made


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(office: Office) -> None:
    clerk = office.clerk()
    clerk.cookies.clear()
    status, headers, _ = clerk.http.request(
        "GET", f"{CONSOLE}/at/{CREDITOR}/account?number=10001", {}, None
    )
    assert status == 303
    assert headers["location"].endswith(
        "/console/sign-in?to=at%2Fmusterwerk%2Faccount%3Fnumber%3D10001"
    )


def test_an_account_shows_what_is_owed_and_what_comes_next(books: Books, office: Office) -> None:
    books.push(books.invoice("RE-1", due_on=date(2026, 11, 2)), books.invoice("RE-2"))
    clerk = office.clerk("collector").open("account", number="10001")
    assert clerk.status == 200, clerk.html
    assert "RE-1" in clerk.said and "RE-2" in clerk.said
    assert "€119.00" in clerk.said


def test_a_customer_is_found_by_a_word_of_the_name_whatever_its_spelling(office: Office) -> None:
    clerk = office.clerk().open("accounts", q="beispiel")
    assert clerk.url.endswith("account?number=10001"), clerk.url
    assert "Nothing found" in clerk.open("accounts", q="nobody").said


def test_a_promise_is_taken_from_the_account_and_holds_reminders(
    books: Books, office: Office
) -> None:
    books.push(books.invoice("RE-1"))
    clerk = office.clerk("collector").open("account", number="10001")
    clerk.press("account/promise", invoices="RE-1", on="2026-12-01")
    assert clerk.status == 200, clerk.said
    assert "The promise is noted." in clerk.said
    assert "promise.given" in books.event_types()
    (promise,) = clerk_promises(books)
    assert (promise.by, promise.amount_minor) == (clerk.user.email, 11900)


def test_what_is_refused_is_told_on_the_page_with_what_was_typed(
    books: Books, office: Office
) -> None:
    books.push(books.invoice("RE-1"))
    clerk = office.clerk("collector").open("account", number="10001")
    clerk.press("account/promise", invoices="RE-1", on="2020-01-01", note="He was friendly")
    assert clerk.status in (400, 409)
    assert "He was friendly" in clerk.html and "RE-1" in clerk.said
    assert clerk_promises(books) == []


def test_a_form_of_another_session_is_refused(books: Books, office: Office) -> None:
    books.push(books.invoice("RE-1"))
    clerk = office.clerk("collector").open("account", number="10001")
    clerk.send("account/promise", number="10001", form="of somebody else", invoices="RE-1")
    assert clerk.status == 403
    assert clerk_promises(books) == []


def test_who_may_only_read_is_offered_no_buttons_and_refused_without_them(
    books: Books, office: Office
) -> None:
    books.push(books.invoice("RE-1"))
    auditor = office.clerk("auditor").open("account", number="10001")
    assert auditor.status == 200
    assert not auditor.has_form("account/promise")
    collector = office.clerk("collector").open("account", number="10001")
    form, address = collector._form("account/promise")
    collector.cookies = auditor.cookies
    collector.send("account/promise", **form)
    assert collector.status == 403, address
    assert clerk_promises(books) == []


def test_a_creditor_where_one_has_no_role_is_not_shown(office: Office) -> None:
    assert office.clerk().open(f"{CONSOLE}/at/somebody-else/account").status == 403


def test_every_page_forbids_what_comes_from_elsewhere(office: Office) -> None:
    clerk = office.clerk().open("account", number="10001")
    policy = clerk.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert " style=" not in clerk.html and "onclick" not in clerk.html
    assert clerk.headers["cache-control"] == "no-store"


def clerk_promises(books: Books) -> list:  # type: ignore[type-arg]
    from saldo.collection.facts import Promise

    return list(books.store.list(Promise, CREDITOR, "10001"))


def test_the_stylesheet_and_the_scripts_are_served_for_ever_under_their_fingerprint(
    office: Office,
) -> None:
    clerk = office.clerk().open("account", number="10001")
    names = re.findall(r'(?:href|src)="(/console/assets/[^"]+)"', clerk.html)
    assert len(names) == 4
    for name in names:
        clerk.open(f"https://pay.musterwerk.example{name}")
        assert (clerk.status, len(clerk.body) > 100) == (200, True), name
        assert "immutable" in clerk.headers["cache-control"]


def test_a_note_and_a_call_stand_on_the_account_and_in_its_history(
    books: Books, office: Office
) -> None:
    clerk = office.clerk("collector").open("account", number="10001")
    clerk.press("account/note", text="Pays after the 15th, always.", pinned="yes")
    assert "Pays after the 15th, always." in clerk.said
    clerk.press("account/call", outcome="no-answer", whom="the switchboard")
    assert "The call is written down." in clerk.said
    assert {"note.added", "call.logged"} <= set(books.event_types())
    clerk.open("account/history", number="10001", group="notes")
    assert "Pays after the 15th" in clerk.said


def test_every_language_says_everything(office: Office) -> None:
    texts = {language: texts_of(TEXTS, language) for language in languages()}
    assert set(texts) == {"de", "en", "nl"}
    known = {language: set(said) for language, said in texts.items()}
    assert known["de"] ^ known["en"] == set()
    assert known["nl"] ^ known["en"] == set()
    for language in ("de", "nl"):
        clerk = office.clerk("collector", language=language, email=f"{language}@example.com")
        clerk.open("account", number="10001")
        assert clerk.status == 200
        assert f'<html lang="{language}">' in clerk.html


def test_an_old_invoice_shows_its_document_however_many_came_since(books: Books) -> None:
    with office_of(books, file_store=MemoryFiles()) as office:
        books.push(books.invoice("RE-1"))
        files = office.services.files
        files.keep(CREDITOR, "10001", "invoice", "RE-1.pdf", "", PDF, "ERP", "RE-1")
        for number in range(120):
            books.clock.advance(timedelta(seconds=1))
            about = f"D-{number}"
            files.keep(CREDITOR, "10001", "dispute", "a.jpg", "", JPEG, "payer", "RE-2", about)
        clerk = office.clerk("collector").open("invoice", number="RE-1")
        assert "RE-1.pdf" in clerk.said, clerk.said
