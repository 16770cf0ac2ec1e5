"""What a collector types is kept whole, refused whole, and shown again whole; never cut unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from saldo.accounts.model import Hold
from saldo.collection.facts import Dispute
from saldo.worklist.notes import Note
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of

LINES = "Two boxes were missing.\nThe driver signed for it."


@pytest.fixture
def books() -> Books:
    made = Books()
    made.begin(made.invoice("RE-1", 60000), made.invoice("RE-2", 11900))
    return made


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books, providers={}) as made:
        yield made


def at(office: Office, page: str = "account", **query: str) -> Clerk:
    return office.clerk("owner").open(page, **(query or {"number": ACCOUNT}))


def test_what_was_typed_is_shown_again_whole(office: Office) -> None:
    told = "Spoke to Ms Beispiel. " * 60
    clerk = at(office).press("account/call", outcome="nonsense", text=told)
    assert clerk.status == 400
    form, _ = clerk._form("account/call")
    assert form["text"] == told.strip()


def test_words_of_two_lines_are_words(books: Books, office: Office) -> None:
    clerk = at(office)
    clerk.press("account/dispute", invoice="RE-2", reason="quantity", text=LINES)
    assert clerk.status == 200, clerk.said
    (dispute,) = books.store.list(Dispute, CREDITOR, ACCOUNT)
    assert dispute.text == LINES.replace("\n", " ")
    clerk.press("account/hold", kind="pause", reason=LINES)
    assert "missing. The driver" in [h.reason for h in books.store.list(Hold, CREDITOR, ACCOUNT)][1]
    clerk.open("disputes/one", account=ACCOUNT, id=dispute.id)
    clerk.press("disputes/settle", agreed="19.00", text=LINES, credit_note="")
    assert clerk.status == 200, clerk.said
    (settled,) = books.store.list(Dispute, CREDITOR, ACCOUNT)
    assert settled.outcome == LINES.replace("\n", " ")


@pytest.mark.parametrize(
    ("action", "name", "fields"),
    [
        ("account/promise", "note", {"invoices": "RE-2", "on": "2026-12-01"}),
        ("account/dispute", "text", {"invoice": "RE-2", "reason": "quantity"}),
        ("account/hold", "reason", {"kind": "pause"}),
        ("account/note", "text", {}),
        ("account/call", "text", {"outcome": "reached"}),
        ("account/steer", "reason", {"policy": ""}),
        ("invoice/note", "text", {}),
        ("invoice/answer", "text", {}),
    ],
)
def test_too_many_words_are_refused_and_not_cut(
    books: Books, office: Office, action: str, name: str, fields: dict[str, Any]
) -> None:
    page = action.partition("/")[0]
    clerk = at(office, page, number=ACCOUNT if page == "account" else "RE-2")
    told = "Spoke to Ms Beispiel. " * 250
    clerk.press(action, **{name: told, **fields})
    assert clerk.status == 400, clerk.said
    form, _ = clerk._form(action)
    assert form[name] == told.strip()
    assert not [*books.store.list(Note, CREDITOR, ACCOUNT), *books.store.list(Hold, CREDITOR)]
