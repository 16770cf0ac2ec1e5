"""Messages by hand over the API and at the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact, PostalAddress
from saldo.adapters.files.outbox import FolderOutbox
from saldo.clock import FixedClock
from saldo.reminders.fact import Fact
from saldo.reminders.ports import SendJob
from saldo.store import Put, Store
from tests.books import ACCOUNT as DEBTOR
from tests.books import Books
from tests.functions import test_money_commands as money
from tests.functions.erp import Erp, World, refusal

books = money.books
run, said = money.run, money.said
ORDER: dict[str, Any] = {
    "account": "D-1",
    "id": "M-1",
    "channel": "email",
    "subject": "Ihre Gutschrift",
    "text": "die Gutschrift folgt morgen.",
    "invoices": ["2026/0815"],
}


STREET = PostalAddress(("Beispielweg 1",), "12345", "Beispielstadt", "DE")


def change(store: Store, creditor: str, account: str, *, address: Any, more: Any = None) -> None:
    old = store.get(Account, creditor, account)
    assert old is not None
    contacts = (*old.contacts, *([more] if more else []))
    new = replace(old, address=address, contacts=contacts, version=old.version + 1)
    store.commit([Put(new, expect=old.version)])


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def test_a_system_sees_writes_and_lists_a_message(erp: Erp) -> None:
    known = erp.get("/v1/accounts/messages", account="D-1").json
    assert {one["channel"] for one in known["recipients"]} >= {"email"}
    assert "missed-call" in {one["id"] for one in known["starters"]}
    look = erp.call("POST", "/v1/accounts/messages/preview", ORDER)
    assert (look.status, look.json["subject"]) == (200, "Ihre Gutschrift")
    assert "die Gutschrift folgt morgen." in look.json["html"]
    assert erp.get("/v1/accounts/messages", account="D-1").json["items"] == []
    first = erp.call("POST", "/v1/accounts/messages", ORDER)
    again = erp.call("POST", "/v1/accounts/messages", ORDER)
    assert (first.status, again.status) == (201, 200)
    assert (first.json["state"], first.json["invoices"]) == ("waiting", ["2026/0815"])
    (listed,) = erp.get("/v1/accounts/messages", account="D-1").json["items"]
    assert listed == first.json


def test_what_cannot_go_is_refused_by_name(erp: Erp) -> None:
    erp.call("POST", "/v1/accounts/messages", ORDER)
    for changes, code in (
        ({"text": "anders."}, "message-differs"),
        ({"id": "M-2", "to": "x@else.example"}, "recipient-unknown"),
        ({"id": "M-2", "subject": ""}, "message-subject-missing"),
        ({"id": "M-2", "invoices": ["none"]}, "invoice-unknown"),
        ({"id": "M-2", "account": "none"}, "account-unknown"),
    ):
        answer = erp.call("POST", "/v1/accounts/messages", {**ORDER, **changes})
        assert refusal(answer)[1] == code


def test_a_system_fetches_a_letter_before_and_after_it_is_printed(
    world: World, erp: Erp, tmp_path: Path
) -> None:
    parts = world.services
    change(parts.store, "musterwerk", "D-1", address=STREET)
    parts.__dict__["outbox"] = FolderOutbox(tmp_path)
    letter = {**ORDER, "channel": "letter"}
    proof = erp.call("POST", "/v1/accounts/messages/letter", letter)
    assert (proof.status, proof.body[:5]) == (200, b"%PDF-")
    wrong = erp.call("POST", "/v1/accounts/messages/letter", ORDER)
    assert refusal(wrong)[1] == "message-not-printed"
    assert erp.get("/v1/accounts/messages", account="D-1").json["items"] == []
    erp.call("POST", "/v1/accounts/messages", letter)
    asked = {"account": "D-1", "id": "M-1"}
    early = erp.get("/v1/accounts/messages/letter", **asked)
    assert refusal(early)[1] == "letter-unknown", "it is not printed yet"
    (told,) = (one for one in world.commits if getattr(one, "type", "") == "message.written")
    fact = Fact(told.type, told.creditor, told.account, told.id, told.data, told.at)
    (notice,) = parts.payer_messages.tell(fact)
    sent = parts.letter_sender.send(SendJob(notice.creditor, notice.account, notice.id))
    assert sent is not None and sent.state == "sent"
    for id_ in ("M-1", notice.id):
        printed = erp.get("/v1/accounts/messages/letter", **{**asked, "id": id_})
        assert (printed.status, printed.body[:5]) == (200, b"%PDF-")
    world.erp("other").begin()
    other = world.erp("other").get("/v1/accounts/messages/letter", **asked)
    assert refusal(other)[1] == "letter-unknown"


def test_somebody_writes_at_the_command_line(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    contact = Contact("Handy", None, "+4915112345678")
    change(books.store, "musterwerk", DEBTOR, address=STREET, more=contact)
    written = ("--channel", "sms", "--text", "Danke.", "--id", "M-1")
    _, look = run(capsys, "message", "preview", DEBTOR, *written)
    assert (look["parts"], look["to"]) == (1, "+4915112345678")
    file = tmp_path / "letter.pdf"
    letter = ("--channel", "letter", "--subject", "Anruf", "--text", "Danke.", "--out", str(file))
    code, _ = run(capsys, "message", "preview", DEBTOR, *letter)
    assert (code, file.read_bytes()[:5]) == (0, b"%PDF-")
    nowhere = tmp_path / "none.pdf"
    code, _ = said(capsys, "letters", "fetch", DEBTOR, "none", "--out", str(nowhere))
    assert (code != 0, nowhere.exists()) == (True, False)
    mail = ("--channel", "email", "--subject", "Anruf", "--with-text", "call-summary")
    code, sent = run(capsys, "message", "send", DEBTOR, *mail)
    assert (code, sent["state"]) == (0, "waiting")
    books.tell("message.written")
    books.deliver()
    _, listed = run(capsys, "message", "list", DEBTOR)
    assert [one["state"] for one in listed["items"]] == ["sent"]
    code, shown = said(capsys, "message", "list", DEBTOR)
    assert code == 0
    assert "email to ap@beispiel.example, sent: Anruf" in " ".join(shown.split())
