"""The inbox under robots, forged files, and two people who answer at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.adapters.memory.files import MemoryFiles
from saldo.errors import Refusal
from saldo.files.model import StoredFile
from saldo.inbox.model import AttachmentUnknown
from saldo.inbox.service import Inbox
from saldo.threads.service import ThreadMovedOn, Words
from tests.posted import ACCOUNT, CREDITOR, PROVEN, STRANGER, PostedBooks

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def books() -> PostedBooks:
    books = PostedBooks()
    books.begin(books.invoice())
    return books


def asked(books: PostedBooks, times: int) -> None:
    """A robot of the payer's writes so often, over several days, and nobody looks."""
    for number in range(times):
        books.clock.advance(timedelta(hours=1))
        books.comes(books.written(f"Zu RE-1: Vorgang {number} wurde angelegt."))


def test_a_conversation_that_a_robot_filled_is_answered_all_the_same(books: PostedBooks) -> None:
    asked(books, 105)
    creditor = books.accounts.creditor(CREDITOR)
    books.threads.answer(creditor, ACCOUNT, Words("A-1", "Bitte nur eine Nachricht.", "anna"))
    assert books.threads.get(CREDITOR, ACCOUNT).state == "answered"
    assert not [one for one in books.threads.of(CREDITOR, ACCOUNT) if unread(one)]


def unread(entry: object) -> bool:
    return getattr(entry, "side", "") == "payer" and getattr(entry, "read_at", None) is None


def test_a_conversation_that_a_robot_filled_is_closed(books: PostedBooks) -> None:
    asked(books, 105)
    assert books.threads.close(CREDITOR, ACCOUNT, "anna").state == "closed"
    assert not [one for one in books.threads.of(CREDITOR, ACCOUNT) if unread(one)]


def test_a_virus_that_was_reopened_is_still_handed_to_nobody(books: PostedBooks) -> None:
    mail = books.written("Hallo", sender=STRANGER, subject="Beleg")
    mail.add_attachment(PDF, "application", "pdf", filename="Beleg.pdf")
    taken = books.comes(mail, verdicts={**PROVEN, "virus": "FAIL"})
    books.inbox.reopen(CREDITOR, taken.id, "anna")
    with pytest.raises(AttachmentUnknown):
        books.inbox.attachment(CREDITOR, taken.id, 1)
    creditor = books.accounts.creditor(CREDITOR)
    books.inbox.file(creditor, taken.id, ACCOUNT, "anna")
    assert list(books.store.list(StoredFile, CREDITOR, ACCOUNT)) == []


def test_a_question_that_came_while_the_answer_was_typed_is_not_lost(books: PostedBooks) -> None:
    first = books.comes(books.written("Zu RE-1: wo bleibt die Ware?"))
    seen = books.threads.get(CREDITOR, ACCOUNT).entries
    books.comes(books.written("Zu RE-1: und wann kommt die Gutschrift?"))
    with pytest.raises(ThreadMovedOn):
        books.answer(first, "Sie ist unterwegs.", seen=seen)
    assert books.threads.get(CREDITOR, ACCOUNT).state == "open"
    with pytest.raises(ThreadMovedOn):
        books.threads.close(CREDITOR, ACCOUNT, "anna", seen=seen)
    assert books.threads.get(CREDITOR, ACCOUNT).state == "open"
    books.answer(first, "Sie ist unterwegs.", seen=seen + 1)
    assert books.threads.get(CREDITOR, ACCOUNT).state == "answered"


def test_two_people_answer_at_once_and_the_customer_reads_one(books: PostedBooks) -> None:
    mail = books.comes(books.written("Zu RE-1: wo bleibt die Ware?"))
    seen = books.threads.get(CREDITOR, ACCOUNT).entries
    books.answer(mail, "Sie kommt am Freitag.", id="A-1", seen=seen)
    with pytest.raises(ThreadMovedOn):
        books.answer(mail, "Sie kommt nie.", id="A-2", seen=seen)
    books.answer(mail, "Sie kommt am Freitag.", id="A-1", seen=seen)
    said = [one.text for one in books.threads.of(CREDITOR, ACCOUNT) if one.side == "creditor"]
    assert said == ["Sie kommt am Freitag."]


def test_two_people_put_a_mail_to_two_customers_and_one_customer_gets_its_files(
    books: PostedBooks,
) -> None:
    books.open_account("10002", "other@beispiel.example")
    mail = books.written("Hallo", sender=STRANGER, subject="Beleg")
    mail.add_attachment(PDF, "application", "pdf", filename="Beleg.pdf")
    taken = books.comes(mail)
    creditor = books.accounts.creditor(CREDITOR)
    inner = Inbox(
        books.store, books.clock, books.ids, books.threads, books.files, lambda: books.shelf
    )

    def meanwhile() -> MemoryFiles:
        """Somebody else is faster: between the look at the mail and what is kept of it."""
        if not books.threads.of(CREDITOR, "10002"):
            inner.file(creditor, taken.id, "10002", "ben")
        return books.shelf

    slow = Inbox(books.store, books.clock, books.ids, books.threads, books.files, meanwhile)
    with pytest.raises(Refusal):
        slow.file(creditor, taken.id, ACCOUNT, "anna")
    assert list(books.store.list(StoredFile, CREDITOR, ACCOUNT)) == []
    assert len(list(books.store.list(StoredFile, CREDITOR, "10002"))) == 1
    assert books.threads.of(CREDITOR, ACCOUNT) == []


def test_a_mail_with_more_files_than_are_listed_says_so(books: PostedBooks) -> None:
    mail = books.written("Zu RE-1: die Belege")
    for number in range(40):
        mail.add_attachment(PDF, "application", "pdf", filename=f"Beleg {number}.pdf")
    taken = books.comes(mail)
    assert (len(taken.files), taken.is_cut) == (30, True)


def test_words_about_one_invoice_do_not_answer_a_question_about_another(
    books: PostedBooks,
) -> None:
    books.push(books.invoice("RE-2", 5000))
    creditor = books.accounts.creditor(CREDITOR)
    books.comes(books.written("Zu RE-2: zwei Kartons fehlen."))
    write = books.threads.answer
    write(creditor, ACCOUNT, Words("A-1", "RE-1 wird morgen fällig.", "anna", "RE-1"))
    assert books.threads.get(CREDITOR, ACCOUNT).state == "open", "nobody said a word about RE-2"
    write(creditor, ACCOUNT, Words("A-2", "Die Kartons kommen nach.", "anna", "RE-2"))
    assert books.threads.get(CREDITOR, ACCOUNT).state == "answered"


def test_whoever_saw_everything_answers_everything(books: PostedBooks) -> None:
    books.push(books.invoice("RE-2", 5000))
    creditor = books.accounts.creditor(CREDITOR)
    books.comes(books.written("Zu RE-2: zwei Kartons fehlen."))
    books.comes(books.written("Zu RE-1: die ist bezahlt."))
    seen = books.threads.get(CREDITOR, ACCOUNT).entries
    words = Words("A-1", "Beides stimmt.", "anna", "RE-1", seen=seen)
    books.threads.answer(creditor, ACCOUNT, words)
    assert books.threads.get(CREDITOR, ACCOUNT).state == "answered"


def forbidden(name: str) -> None:
    """Whoever may move a mail may not delete what lies on the shelf."""
    raise AssertionError(name)


def test_a_mail_at_the_wrong_customer_is_moved_with_everything_that_it_brought(
    books: PostedBooks,
) -> None:
    books.open_account("10002", "other@beispiel.example")
    mail = books.written("Zu RE-1: hier unser Vertrag", sender=STRANGER)
    mail.add_attachment(PDF, "application", "pdf", filename="Vertrag.pdf")
    taken = books.comes(mail)
    assert taken.account == ACCOUNT
    creditor = books.accounts.creditor(CREDITOR)
    books.shelf.delete = forbidden  # type: ignore[method-assign]
    for _ in range(2):
        books.inbox.file(creditor, taken.id, "10002", "anna", moves=True)
    assert books.threads.of(CREDITOR, ACCOUNT) == []
    assert books.threads.get(CREDITOR, ACCOUNT).state == "closed"
    assert list(books.store.list(StoredFile, CREDITOR, ACCOUNT)) == []
    (entry,) = books.threads.of(CREDITOR, "10002")
    (kept,) = books.store.list(StoredFile, CREDITOR, "10002")
    assert entry.files == (kept.id,) and books.files.read(kept) == PDF
    assert books.inbox.get(CREDITOR, taken.id).state == "open"


def test_what_else_a_customer_waits_for_stays_open_when_a_mail_is_taken_out(
    books: PostedBooks,
) -> None:
    wrong = books.comes(books.written("Zu RE-1: das ist nicht für Sie", sender=STRANGER))
    right = books.comes(books.written("Zu RE-1: wo bleibt die Ware?"))
    books.inbox.take_out(CREDITOR, wrong.id, "anna")
    thread = books.threads.get(CREDITOR, ACCOUNT)
    (entry,) = books.threads.of(CREDITOR, ACCOUNT)
    assert (thread.state, thread.asked_at, entry.id) == ("open", entry.at, right.id)
    assert books.inbox.get(CREDITOR, wrong.id).state == "triage"


def test_what_was_learnt_from_a_mail_at_the_wrong_customer_is_forgotten(books: PostedBooks) -> None:
    books.open_account("10002", "other@beispiel.example")
    creditor = books.accounts.creditor(CREDITOR)
    first = books.comes(books.written("Hallo", sender=STRANGER, subject="Hallo"))
    books.inbox.file(creditor, first.id, ACCOUNT, "anna", learn=True)
    books.inbox.file(creditor, first.id, "10002", "anna", moves=True, learn=True)
    assert books.comes(books.written("Noch da?", sender=STRANGER)).account == "10002"
