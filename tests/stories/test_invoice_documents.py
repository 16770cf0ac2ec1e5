"""Whose mails carry the invoice's own document: the policy says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from saldo.accounts.model import Account
from saldo.adapters.memory.files import MemoryFiles
from saldo.files.model import FilesBusy
from saldo.files.service import Files, shelf_name
from saldo.messages.model import MessageKind
from saldo.reminders.channels.documents import InvoiceDocuments
from saldo.reminders.channels.port import ChannelBusy, Parcel
from saldo.reminders.model import CoveredItem, Notice
from saldo.reminders.policy_book import PolicyBook
from tests.books import ACCOUNT, CREDITOR, Books
from tests.unit.files.hostile import PDF, UBL

STAGE = {"number": 1, "offset_days": 2, "message": "reminder-1"}
POLICY: dict[str, Any] = {"id": "own", "version": 1, "announces_invoice": True, "stages": [STAGE]}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2"))
    return books


def attached(
    books: Books, files: Files, message: MessageKind, wish: str | None, **facts: Any
) -> list[bytes]:
    """Return what a mail about both invoices carries."""
    now, policies = books.clock.now(), PolicyBook(books.store, books.clock)
    data = {**POLICY, **({"attach_invoice": wish} if wish else {})}
    if policies.named(CREDITOR, "plain-2-18-34", now.date()):
        policies.put(CREDITOR, data, "anna", now.date())
        books.accounts.change_creditor(CREDITOR, policy="own")
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    items = tuple(CoveredItem(number, 1, 11900, "EUR") for number in ("RE-1", "RE-2"))
    notice = Notice(CREDITOR, ACCOUNT, "N", "invoice", message, "email", items, now.date(), now)
    notice = replace(notice, facts=facts)
    creditor = books.accounts.creditor(CREDITOR)
    nothing: Any = None
    parcel = Parcel(notice, creditor, account, nothing, nothing, nothing, datetime.now(UTC))
    found = InvoiceDocuments(files, policies).attachments(parcel)
    assert all(not one.id for one in found), "a file, no picture of the text"
    return [one.content for one in found]


def shelf(books: Books) -> tuple[Files, MemoryFiles]:
    memory = MemoryFiles()
    files = Files(books.store, books.clock, books.ids, lambda: memory)
    files.keep(CREDITOR, ACCOUNT, "invoice", "a.pdf", "", PDF, "erp", "RE-1")
    files.keep(CREDITOR, ACCOUNT, "invoice", "a.xml", "", UBL, "erp", "RE-1")
    return files, memory


@pytest.mark.parametrize(
    ("message", "wish", "carried"),
    [
        ("invoice", "attach", True),
        ("invoice", "link", False),
        ("invoice", None, False),
        ("invoice", "no", False),
        ("invoice-copy", "attach", True),
        ("invoice-copy", None, True),
        ("invoice-copy", "no", False),
        ("reminder-1", "attach", False),
    ],
)
def test_the_newest_document_goes_where_the_policy_wants_it(
    books: Books, message: MessageKind, wish: str | None, carried: bool
) -> None:
    files, _ = shelf(books)
    assert attached(books, files, message, wish) == ([UBL] if carried else [])


@pytest.mark.parametrize("wanted", [True, False])
def test_what_a_person_writes_carries_documents_where_they_want_it(
    books: Books, wanted: bool
) -> None:
    files, _ = shelf(books)
    assert attached(books, files, "by-hand", "no", with_documents=wanted) == [UBL] * wanted


def test_a_document_whose_time_was_over_is_left_out(books: Books) -> None:
    files, memory = shelf(books)
    memory.delete(shelf_name(files.of(CREDITOR, ACCOUNT)[-1]))
    document = files.document(CREDITOR, ACCOUNT, "RE-1")
    assert document is not None
    memory.delete(shelf_name(document))
    assert attached(books, files, "invoice-copy", None) == []


def test_a_mail_waits_while_documents_cannot_be_read(books: Books) -> None:
    files, memory = shelf(books)

    def busy(name: str) -> bytes:
        raise FilesBusy(name)

    memory.get = busy  # type: ignore[method-assign]  # what lies in a bucket may be out of reach
    with pytest.raises(ChannelBusy):
        attached(books, files, "invoice-copy", None)
