"""Colleagues and a customer talk about an invoice: each sees what is for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from saldo.threads.model import ThreadEntry
from saldo.worklist.notes import Note
from tests.books import ACCOUNT, CREDITOR
from tests.functions.clerk import Office, office_of
from tests.posted import PostedBooks


@pytest.fixture
def office() -> Iterator[Office]:
    books = PostedBooks()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2"))
    with office_of(books, file_store=books.shelf) as office:
        books.comes(books.written("Zu RE-1: wo bleibt die Ware?"))
        yield office


def test_a_colleague_reads_the_question_answers_it_and_leaves_a_remark(office: Office) -> None:
    anna = office.clerk("collector").open("invoice", number="RE-1")
    assert "wo bleibt die Ware?" in anna.said
    anna.press("invoice/note", text="The lorry left on Monday.")
    assert "The note is kept." in anna.said
    manager = office.clerk("manager").open("invoice", number="RE-1")
    assert "The lorry left on Monday." in manager.said
    manager.press("invoice/answer", text="Sie ist unterwegs.")
    assert "Your message is on its way." in manager.said
    store = office.services.store
    said = [(one.side, one.text) for one in store.list(ThreadEntry, CREDITOR, ACCOUNT)]
    assert len(said) == 2, "the remark is for colleagues alone"
    assert ("creditor", "Sie ist unterwegs.") in said
    assert [one.invoice for one in store.list(Note, CREDITOR, ACCOUNT)] == ["RE-1"]
    assert "Sie ist unterwegs." not in manager.open("invoice", number="RE-2").said
    assert "Nobody has said anything about it yet." in manager.said


def test_an_auditor_reads_what_was_said_and_writes_nothing(office: Office) -> None:
    auditor = office.clerk("auditor").open("invoice", number="RE-1")
    assert "wo bleibt die Ware?" in auditor.said
    assert "Write to colleagues" not in auditor.said
