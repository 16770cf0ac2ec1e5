"""From an invoice, a mail or a call straight to what is to be noted about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from saldo.accounts.model import Hold
from saldo.collection.facts import Dispute, Promise
from saldo.invoices.model import OpenItem
from saldo.reminders.tasks import Task
from saldo.store import Put
from tests.functions.clerk import Clerk, Office, office_of
from tests.posted import ACCOUNT, CREDITOR, PostedBooks


@pytest.fixture
def books() -> PostedBooks:
    books = PostedBooks()
    books.begin(books.invoice("RE-1", 60000), books.invoice("RE-2", 11900))
    return books


@pytest.fixture
def office(books: PostedBooks) -> Iterator[Office]:
    with office_of(books, file_store=books.shelf) as office:
        yield office


def follow(clerk: Clerk, words: str, within: str = "") -> Clerk:
    """Click the link of these words."""
    part = clerk.html.partition(within)[2] if within else clerk.html
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>{words}</a>', part)
    assert found is not None, f"no link {words!r}"
    address = found[1].replace("&amp;", "&")
    return clerk.open(f"https://pay.musterwerk.example{address}")


def is_open(clerk: Clerk, action: str) -> bool:
    drawers = re.findall(r'<details class="drawer"( open)?.*?</details>', clerk.html, re.DOTALL)
    forms = re.findall(r'<details class="drawer"(?: open)?.*?</details>', clerk.html, re.DOTALL)
    return next(bool(one) for one, whole in zip(drawers, forms, strict=True) if action in whole)


def test_what_a_customer_wrote_becomes_a_dispute_in_their_words(
    books: PostedBooks, office: Office
) -> None:
    books.comes(books.written("Zu RE-2:\nZwei Kartons fehlen."))
    clerk = office.clerk("collector").open("inbox/conversation", number=ACCOUNT)
    follow(clerk, "Dispute")
    assert is_open(clerk, "account/dispute") and not is_open(clerk, "account/promise")
    clerk.press("account/dispute", reason="quantity", amount="19.00")
    (dispute,) = books.store.list(Dispute, CREDITOR, ACCOUNT)
    assert (dispute.invoice, dispute.text) == ("RE-2", "Zu RE-2: Zwei Kartons fehlen.")


def test_what_was_promised_in_a_call_is_noted_at_once(books: PostedBooks, office: Office) -> None:
    clerk = office.clerk("collector").open("account", number=ACCOUNT)
    clerk.press("account/call", outcome="promise", text="By Friday")
    assert is_open(clerk, "account/promise") and "Now note the promise" in clerk.said
    clerk.press("account/promise", invoices="RE-1", amount="nothing")
    assert clerk.status == 400 and is_open(clerk, "account/promise"), "what is mended stays open"
    clerk.press("account/promise", amount="")
    (promise,) = books.store.list(Promise, CREDITOR, ACCOUNT)
    assert promise.invoices == ("RE-1",)


def test_one_invoice_is_paused_from_its_page(books: PostedBooks, office: Office) -> None:
    clerk = office.clerk("collector").open("invoice", number="RE-2")
    follow(clerk, "Pause")
    clerk.press("account/hold", reason="The goods come back")
    (hold,) = books.store.list(Hold, CREDITOR, ACCOUNT)
    assert (hold.invoice, hold.kind) == ("RE-2", "pause")
    assert "Paused" in clerk.open("invoice", number="RE-2").said.partition("Open")[0]
    assert "Paused" not in clerk.open("invoice", number="RE-1").said.partition("Open")[0]
    follow(clerk.open("invoice", number="RE-2"), "Promise")
    form, _ = clerk._form("account/promise")
    assert form["invoices"] == ["RE-2"]


def test_the_newest_of_five_thousand_invoices_can_be_promised(
    books: PostedBooks, office: Office
) -> None:
    (item, _) = books.store.list(OpenItem, CREDITOR, ACCOUNT)
    for number in range(210):
        books.store.commit([Put(replace(item, number=f"A-{number}"))])
    books.push(replace(books.invoice("ZZ-9", 5000), due_on=replace(item).due_on.replace(year=2028)))
    clerk = office.clerk("collector").open("invoice", number="ZZ-9")
    follow(clerk, "Promise").press("account/promise", amount="10.00")
    (promise,) = books.store.list(Promise, CREDITOR, ACCOUNT)
    assert (promise.invoices, promise.amount_minor) == (("ZZ-9",), 1000)


def test_nobody_reads_others_words_by_their_number(books: PostedBooks, office: Office) -> None:
    books.open_account("10002", "other@beispiel.example")
    mail = books.comes(books.written("Zu RE-2: ein Geheimnis"))
    clerk = office.clerk("collector")
    clerk.open("account", number="10002", do="dispute", said=mail.id, invoice="RE-2")
    assert clerk.status == 200 and "Geheimnis" not in clerk.said.partition("What happened")[0]
    assert "RE-2" not in clerk.said
    assert not office.clerk("auditor").open("invoice", number="RE-2").html.count("do=promise")


def test_a_dispute_is_not_settled_for_nothing_by_an_empty_field(
    books: PostedBooks, office: Office
) -> None:
    clerk = office.clerk("collector").open("account", number=ACCOUNT)
    clerk.press("account/dispute", invoice="RE-2", reason="quantity", text="Two", amount="19.00")
    (dispute,) = books.store.list(Dispute, CREDITOR, ACCOUNT)
    clerk.open("disputes/one", account=ACCOUNT, id=dispute.id)
    clerk.press("disputes/settle", agreed="")
    assert clerk.status == 400
    assert books.store.get(Dispute, *dispute.key) == dispute


def test_a_promise_that_was_kept_meanwhile_is_not_said_to_be_taken_back(
    books: PostedBooks, office: Office
) -> None:
    clerk = office.clerk("collector").open("account", number=ACCOUNT)
    clerk.press("account/promise", invoices="RE-2", on="2026-12-01")
    (promise,) = books.store.list(Promise, CREDITOR, ACCOUNT)
    clerk.open("promises")
    books.store.commit([Put(replace(promise, state="kept", next_at=None, version=2), expect=1)])
    clerk.press("promises/withdraw")
    assert "was over already" in clerk.said and "taken back" not in clerk.said


def test_the_call_that_was_clicked_is_the_call_that_is_done(
    books: PostedBooks, office: Office
) -> None:
    now = books.clock.now()
    for id_ in ("T-1", "T-2"):
        task = Task(CREDITOR, ACCOUNT, id_, "call", f"Call about {id_}", now, now, version=1)
        books.store.commit([Put(task)])
    office.services.work_keeper.derive(CREDITOR, ACCOUNT)
    clerk = office.clerk("owner").open("today", whose="all")
    links = re.findall(r'href="([^"]*do=call[^"]*)"', clerk.html)
    assert {one.rpartition("task=")[2] for one in links} == {"T-1", "T-2"}
    for id_ in ("T-1", "T-2"):
        clerk.open("account", number=ACCOUNT, do="call", task=id_)
        assert is_open(clerk, "account/call") and f"Call about {id_}" in clerk.said
        clerk.press("account/call", outcome="reached")
        done = books.store.get(Task, CREDITOR, ACCOUNT, id_)
        assert done is not None and done.state == "done"
