"""A collector writes to a customer from the console: mail, text message, letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact, Hold, PostalAddress
from saldo.clock import FixedClock
from saldo.reminders.by_hand.model import WrittenMessage
from saldo.store import Put
from saldo.threads.model import ThreadEntry
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of

STREET = PostalAddress(("Beispielweg 1",), "12345", "Beispielstadt", "DE")


@pytest.fixture
def books() -> Books:
    made = Books()
    made.open_creditor()
    made.open_account()
    old = made.store.get(Account, CREDITOR, ACCOUNT)
    assert old is not None
    contacts = (
        *old.contacts,
        Contact("Alt", "alt@beispiel.example", "+4915112345678", email_state="bounced"),
    )
    new = replace(old, contacts=contacts, address=STREET, version=old.version + 1)
    made.store.commit([Put(new, expect=old.version)])
    made.push(made.invoice("RE-1"), made.invoice("RE-2"))
    return made


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def begin(office: Office, channel: str = "email", **query: str) -> Clerk:
    return office.clerk("collector").open(
        "account/compose", number=ACCOUNT, channel=channel, **query
    )


def looked_at(office: Office, channel: str = "email", **fields: Any) -> Clerk:
    typed = {"subject": "Ihr Anruf", "text": "die Gutschrift folgt.", **fields}
    if channel == "sms":
        typed.pop("subject")
    return begin(office, channel).press("account/compose", **typed)


def written(books: Books) -> list[WrittenMessage]:
    return list(books.store.list(WrittenMessage, CREDITOR, ACCOUNT))


def test_a_mail_is_looked_at_sent_once_and_stands_on_the_timeline(
    books: Books, office: Office
) -> None:
    clerk = looked_at(office, invoices=["RE-1"])
    assert "Nothing has been sent yet" in clerk.said
    assert "die Gutschrift folgt." in clerk.said
    assert written(books) == []
    form, _ = clerk._form("account/send")
    for _ in range(2):
        clerk.send("account/send", **form)
        assert "on its way" in clerk.said
    (one,) = written(books)
    assert (one.invoices, one.by) == (("RE-1",), "collector@musterwerk.example")
    books.tell("message.written")
    books.deliver()
    (mail,) = books.postbox.mails
    assert mail.to_address == "ap@beispiel.example"
    assert "Written (e-mail): die Gutschrift folgt." in clerk.open("account", number=ACCOUNT).said
    (notice,) = books.notices()
    clerk.open("account/message", number=ACCOUNT, id=notice.id)
    assert clerk.status == 200


def test_a_mail_and_a_letter_are_seen_as_they_will_look(office: Office) -> None:
    clerk = looked_at(office)
    mail, _ = clerk._form("account/compose-mail")
    clerk.send("account/compose-mail", **mail)
    assert clerk.html.startswith("<!doctype html>")
    assert "die Gutschrift folgt." in clerk.html
    assert "sandbox" in clerk.headers["content-security-policy"]
    assert "script-src" not in clerk.headers["content-security-policy"]
    clerk = looked_at(office, "letter")
    letter, _ = clerk._form("account/compose-letter")
    clerk.send("account/compose-letter", **letter)
    assert clerk.body.startswith(b"%PDF"), clerk.said


def test_a_text_message_shows_its_parts_and_what_it_costs(office: Office) -> None:
    clerk = looked_at(office, "sms", text="x" * 120)
    assert "2 text messages" in clerk.said
    assert "€0.20" in clerk.said


def test_a_text_begins_it_with_what_is_open(books: Books, office: Office) -> None:
    assert isinstance(books.clock, FixedClock)
    books.clock.move_to(books.clock.now().replace(year=2027))
    clerk = begin(office, starter="open-amount")
    form, _ = clerk._form("account/compose")
    assert form["text"].startswith("bei uns sind noch 238,00") and "{" not in form["text"]
    assert form["subject"] == "Offener Betrag auf Ihrem Konto", "in the customer's language"
    copy, _ = begin(office, starter="invoice-copy", invoice="RE-1")._form("account/compose")
    assert "die Rechnung RE-1 noch einmal" in copy["text"]
    assert (copy["invoices"], copy["with_documents"]) == (["RE-1"], ["yes"])


def test_what_was_refused_or_is_changed_stays_as_it_was_typed(office: Office) -> None:
    clerk = looked_at(office, subject=" ", text="Lang und breit", invoices=["RE-2"])
    assert clerk.status == 400
    form, _ = clerk._form("account/compose")
    assert (form["text"], form["invoices"]) == ("Lang und breit", ["RE-2"])
    back = looked_at(office, text="Noch einmal")
    form, _ = back._form("account/compose")
    assert form["change"] == "yes"
    back.press("account/compose")
    form, _ = back._form("account/compose")
    assert (form["text"], form["subject"]) == ("Noch einmal", "Ihr Anruf")


def test_a_bounced_address_cannot_be_chosen(books: Books, office: Office) -> None:
    clerk = begin(office)
    assert '<option value="alt@beispiel.example" disabled' in clerk.html
    clerk = looked_at(office)
    form, _ = clerk._form("account/send")
    clerk.send("account/send", **{**form, "to": "alt@beispiel.example"})
    assert clerk.status == 409
    assert written(books) == []


def test_a_dispute_warns_before_it_is_sent(books: Books, office: Office) -> None:
    held = Hold(CREDITOR, ACCOUNT, "h", "dispute", "RE-1", "", "x", books.clock.now(), version=1)
    books.store.commit([Put(held)])
    assert "Mind: RE-1 is held" in looked_at(office, invoices=["RE-1"]).said
    assert "Mind" not in looked_at(office, invoices=["RE-2"]).said


def test_the_conversation_is_written_to_from_here_too(books: Books, office: Office) -> None:
    clerk = begin(office, "page").press("account/write", text="Bitte rufen Sie uns an.")
    assert clerk.status == 200
    (entry,) = books.store.list(ThreadEntry, CREDITOR, ACCOUNT)
    assert entry.side == "creditor"


def test_an_auditor_writes_to_nobody(office: Office) -> None:
    clerk = office.clerk("auditor").open("account/compose", number=ACCOUNT)
    assert clerk.status == 403
