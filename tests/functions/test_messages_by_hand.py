"""Messages by hand over the API and at the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact
from saldo.clock import FixedClock
from saldo.store import Put
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


def test_somebody_writes_at_the_command_line(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    old = books.store.get(Account, "musterwerk", DEBTOR)
    assert old is not None
    contacts = (*old.contacts, Contact("Handy", None, "+4915112345678"))
    new = replace(old, contacts=contacts, version=old.version + 1)
    books.store.commit([Put(new, expect=old.version)])
    written = ("--channel", "sms", "--text", "Danke.", "--id", "M-1")
    _, look = run(capsys, "message", "preview", DEBTOR, *written)
    assert (look["parts"], look["to"]) == (1, "+4915112345678")
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
