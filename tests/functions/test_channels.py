"""Channels at the edge: the page that ends reminders, answers and mails that come in, letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from functions.documents import app as documents
from functions.remind import app as remind
from saldo.codec import encode
from saldo.reminders.channels.dispatch import Dispatcher
from saldo.reminders.letters import Letters
from saldo.reminders.optouts import OptOuts
from saldo.reminders.send import NoticeSender
from saldo.settings import Settings
from saldo.wiring import Services, install
from tests.books import CREDITOR, Books, ListQueue, PlainRenderer
from tests.carriers import Shelf
from tests.functions.payer import Browser, browsing, words
from tests.functions.sqs import sqs_event

OURS = "+4915112345678"
THEIRS = "+4915187654321"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.open_creditor(sms_from=OURS)
    books.open_account()
    books.push(books.invoice(due_on=date(2026, 12, 1)))
    books.plan(phase="fact")
    books.deliver()
    return books


class Installed(Services):
    shelf: Shelf

    def inbound_bucket(self, bucket: str) -> Any:
        return self.shelf


@pytest.fixture
def parts(books: Books) -> Iterator[Installed]:
    parts = Installed(
        Settings(is_local=True),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        feedback=books.feedback,
        shelf=books.carried.shelf,
    )
    install(parts)
    yield parts
    install(None)


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


def link_of(books: Books) -> str:
    return books.postbox.mails[0].text.strip()


def kept(books: Books) -> list[tuple[str, str]]:
    book = OptOuts(books.store, books.clock, books.ids)
    return [(o.channel, o.purpose) for o in book.of_creditor(CREDITOR) if o.ended_at is None]


def test_looking_at_the_page_stops_nothing_and_its_button_does(
    browser: Browser, books: Books
) -> None:
    link = link_of(books)
    status, _, body = browser.get(f"{link}/stop")
    assert status == 200
    assert "Erinnerungen beenden" in words(body)
    assert kept(books) == []
    status, _, body = browser.post(f"{link}/stop")
    assert (status, kept(books)) == (200, [("email", "reminders")])
    assert "Keine Erinnerungen mehr" in words(body)


def test_the_mail_programs_own_button_posts_once_and_again(browser: Browser, books: Books) -> None:
    link = link_of(books)
    for _ in range(2):
        assert browser.post(f"{link}/stop", **{"List-Unsubscribe": "One-Click"})[0] == 200
    assert kept(books) == [("email", "reminders")]


def test_the_mail_programs_own_button_may_send_a_form_with_parts(
    browser: Browser, books: Books
) -> None:
    link = link_of(books)
    edge = "----FormBoundary"
    body = f'--{edge}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
    sent = {"content-type": f"multipart/form-data; boundary={edge}"}
    whole = f"{body}One-Click\r\n--{edge}--\r\n".encode()
    assert browser.http.request("POST", f"{link}/stop", sent, whole)[0] == 200
    assert kept(books) == [("email", "reminders")]


def test_nobody_else_stops_reminders_without_the_pages_key(browser: Browser, books: Books) -> None:
    link = link_of(books)
    sent = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.http.request("POST", f"{link}/stop", sent, b"List-Unsubscribe=x")[0] == 403
    assert kept(books) == []


def test_a_link_that_went_to_nobody_stops_nothing(browser: Browser, books: Books) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    assert browser.post(f"{link}/stop")[0] == 303
    assert kept(books) == []


def answer(text: str) -> dict[str, Any]:
    told = {
        "originationNumber": THEIRS,
        "destinationNumber": OURS,
        "messageKeyword": "KEYWORD",
        "messageBody": text,
        "inboundMessageId": "cae173d2-66b9-564c-8309-21f858e9fb84",
    }
    return sqs_event(told, {"Type": "Notification", "Message": json.dumps(told)})


def test_a_stop_by_text_message_and_a_change_of_mind(parts: Installed, books: Books) -> None:
    assert remind.inbound(answer("Stop"), None) == {"batchItemFailures": []}
    assert kept(books) == [("sms", "all")]
    remind.inbound(answer("Was wollen Sie?"), None)
    assert kept(books) == [("sms", "all")]
    remind.inbound(answer("START"), None)
    assert kept(books) == []


def test_a_bounce_that_ses_put_into_the_bucket(parts: Installed, books: Books) -> None:
    (notice,) = books.notices()
    books.carried.shelf.files["mail/1"] = (
        f"From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n"
        f"<ap@beispiel.example>: no such user\n\nX-Saldo-Notice: {notice.id}\n"
    ).encode()
    action = {"type": "S3", "bucketName": "inbound", "objectKey": "mail/1"}
    told = {"notificationType": "Received", "receipt": {"action": action}}
    assert remind.inbound(sqs_event(told, told), None) == {"batchItemFailures": []}
    assert books.notices()[0].state == "bounced"


def test_a_letter_goes_to_the_function_that_typesets_and_is_handed_over(
    parts: Installed, books: Books
) -> None:
    from tests.stories.test_channels import HOME, claimed, move_out

    move_out(books, address=HOME)
    letters, mails = ListQueue(), books.carried.carriers(books.postbox)
    paper = {"letter": mails.pop("letter")}

    def sender(carriers: Any, elsewhere: Any) -> NoticeSender:
        return NoticeSender(
            books.store,
            books.clock,
            books.ids,
            books.accounts,
            books.links,
            PlainRenderer(),
            Dispatcher(carriers, elsewhere),
            books.sends,
        )

    notice = claimed(books, "letter")
    sender(mails, letters).send(books.sends.take()[0])
    (job,) = letters.take()
    assert books.store.get(type(notice), *notice.key) == notice, "still claimed"
    parts.__dict__["letter_sender"] = sender(paper, None)
    parts.__dict__["letters"] = Letters(
        books.store, books.clock, books.ids, books.carried.shelf, books.feedback
    )
    event = sqs_event(encode(job), encode(job))
    assert documents.letters(event, None) == {"batchItemFailures": []}
    assert documents.hand_over({}, None) == {"batches": 1, "letters": 1}
    assert documents.hand_over({}, None) == {"batches": 0, "letters": 0}
