"""The creditor's side of questions: over the API, at the command line, and for the reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact, PostalAddress
from saldo.adapters.memory.files import MemoryFiles
from saldo.clock import FixedClock
from saldo.contacts.orders import DetailsOrder
from saldo.files.service import Files
from saldo.portal.limits import Limits
from saldo.reminders.policy_book import PolicyBook
from saldo.store import Put
from saldo.threads.service import Threads, Words
from tests.books import ACCOUNT as DEBTOR
from tests.books import CREDITOR, Books
from tests.functions import test_money_commands as money
from tests.functions.erp import Erp, World, refusal
from tests.unit.files.hostile import PNG

books = money.books
run, said = money.run, money.said
REPLY: dict[str, Any] = {"account": "D-1", "id": "R-1", "text": "Die breiten.\n\nGruß"}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def ask(world: World, text: str = "Welche?", id_: str = "Q-1", about: str | None = None) -> None:
    creditor = next(iter(world.services.accounts.creditors()))
    words = Words(id_, text, "payer", about)
    world.services.threads.ask(creditor, "D-1", words, "link")
    world.clock.advance(timedelta(minutes=1))


def test_an_erp_lists_answers_and_closes_questions(erp: Erp, world: World) -> None:
    assert erp.get("/v1/threads").json == {"items": []}
    assert erp.get("/v1/threads", account="D-1").json == {"items": []}
    ask(world, about="2026/0815")
    (waiting,) = erp.get("/v1/threads").json["items"]
    assert (waiting["account"], waiting["state"]) == ("D-1", "open")
    (asked,) = waiting["entries"]
    assert (asked["side"], asked["by"], asked["read_at"]) == ("payer", "payer", None)
    first = erp.call("POST", "/v1/threads/reply", REPLY)
    again = erp.call("POST", "/v1/threads/reply", REPLY)
    assert (first.status, again.status) == (201, 200)
    assert first.json == again.json
    assert (first.json["by"], first.json["invoice"]) == ("ERP", "2026/0815")
    assert erp.get("/v1/threads").json == {"items": []}
    (thread,) = erp.get("/v1/threads", account="D-1").json["items"]
    assert thread["state"] == "answered"
    assert [one["read_at"] is not None for one in thread["entries"]] == [True, False]
    for _ in range(2):
        closed = erp.call("POST", "/v1/threads/close", {"account": "D-1"})
        assert (closed.status, closed.json["state"]) == (200, "closed")
    ask(world, "Und noch etwas", "Q-2")
    assert erp.get("/v1/threads").json["items"][0]["state"] == "open"


def test_what_cannot_be_answered_is_refused(erp: Erp, world: World) -> None:
    answer = erp.call("POST", "/v1/threads/close", {"account": "D-1"})
    assert refusal(answer)[:2] == (404, "thread-unknown")
    nobody = erp.call("POST", "/v1/threads/reply", {**REPLY, "account": "D-9"})
    assert refusal(nobody)[:2] == (404, "account-unknown")
    assert erp.call("POST", "/v1/threads/reply", REPLY).status == 201, "it may write first"
    other = erp.call("POST", "/v1/threads/reply", {**REPLY, "text": "Anders"})
    assert refusal(other) == (409, "entry-differs", "/id")
    blank = erp.call("POST", "/v1/threads/reply", {**REPLY, "id": "R-2", "text": " "})
    assert refusal(blank)[0] == 400
    strange = {**REPLY, "id": "R-3", "invoice": "no such"}
    assert refusal(erp.call("POST", "/v1/threads/reply", strange))[:2] == (404, "invoice-unknown")
    assert refusal(erp.get("/v1/threads", account="D-9"))[:2] == (404, "account-unknown")
    stranger = world.erp("andere")
    assert refusal(stranger.get("/v1/threads", account="D-1"))[:2] == (404, "account-unknown")
    assert stranger.get("/v1/threads").json == {"items": []}


def test_an_erp_sees_what_payers_corrected(erp: Erp, world: World) -> None:
    order = DetailsOrder("DC-1", "payer", language="fr", channel="email")
    key = next(iter(world.services.accounts.creditors())).id
    world.services.details_changes.change(key, "D-1", order)
    found = erp.get("/v1/accounts", number="D-1").json
    assert (found["language"], found["preferred_channel"]) == ("fr", "email")
    assert found["corrected"] == ["language"]


def test_a_collector_answers_at_the_command_line(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "thread", "list") == (0, [])
    assert "Nobody waits" in said(capsys, "thread", "list")[1]
    creditor = books.accounts.creditor(CREDITOR)
    policies, limits = PolicyBook(books.store, books.clock), Limits(books.store, books.clock)
    threads = Threads(books.store, books.clock, books.ids, policies, limits)
    threads.ask(creditor, DEBTOR, Words("Q-1", "Which?\x1b[2J [b]x[/b]", "payer", "RE-1"), "link")
    text = said(capsys, "thread", "list", "--open")[1]
    assert DEBTOR in text and "Which?" in text and "\x1b[2J" not in text
    code, shown = run(capsys, "thread", "show", DEBTOR)
    assert (code, shown["entries"][0]["text"]) == (0, "Which?[2J [b]x[/b]")
    assert "[b]x[/b]" in said(capsys, "thread", "show", DEBTOR)[1]
    drawer = MemoryFiles()
    shelf = Files(books.store, books.clock, books.ids, lambda: drawer)
    file = shelf.keep(CREDITOR, DEBTOR, "thread", "wide.png", "", PNG, "payer", "RE-1", "Q-2")
    threads.ask(creditor, DEBTOR, Words("Q-2", "These?", "payer", "RE-1", (file.id,)), "link")
    assert f"file {file.id}: wide.png" in said(capsys, "thread", "show", DEBTOR)[1]
    order = ("thread", "reply", DEBTOR, "--text", "The wide ones", "--id", "A-1", "--by", "anna")
    assert run(capsys, *order)[1]["by"] == "anna"
    assert run(capsys, *order)[1]["invoice"] == "RE-1"
    assert run(capsys, "thread", "list") == (0, [])
    assert run(capsys, "thread", "close", DEBTOR, "--by", "anna")[1]["state"] == "closed"
    assert said(capsys, "thread", "show", "none")[0] == 1


@pytest.fixture
def reminding() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1", already_sent=True))
    return books


def test_a_policy_may_let_reminders_wait_for_an_answer(reminding: Books) -> None:
    books = reminding
    policies, limits = PolicyBook(books.store, books.clock), Limits(books.store, books.clock)
    threads = Threads(books.store, books.clock, books.ids, policies, limits)
    own = {
        "id": "patient",
        "version": 1,
        "announces_invoice": False,
        "answers": ["question"],
        "stages": [{"number": 1, "message": "reminder-1", "offset_days": 3}],
    }
    policies.put(CREDITOR, own, "anna", books.clock.now().date())
    creditor = books.accounts.change_creditor(CREDITOR, policy="patient")
    threads.ask(creditor, DEBTOR, Words("Q-1", "Why?", "payer"), "link")
    due = books.invoice_now().due_on + timedelta(days=5)
    books.day(due)
    assert [n.message for n in books.notices()] == []
    threads.answer(creditor, DEBTOR, Words("A-1", "Because.", "anna"))
    books.day(due + timedelta(days=1))
    assert [n.message for n in books.notices()] == ["reminder-1"]


def test_the_preferred_channel_goes_first_where_the_stage_has_it(reminding: Books) -> None:
    books = reminding
    policies = PolicyBook(books.store, books.clock)
    stage = {
        "number": 1,
        "message": "reminder-1",
        "offset_days": 3,
        "channels": ["email", "letter"],
    }
    own = {"id": "both", "version": 1, "announces_invoice": False, "stages": [stage]}
    policies.put(CREDITOR, own, "anna", books.clock.now().date())
    books.accounts.change_creditor(CREDITOR, policy="both")
    found = books.store.get(Account, CREDITOR, DEBTOR)
    assert found is not None
    wish = replace(
        found,
        preferred_channel="letter",
        contacts=(Contact("AP", "ap@beispiel.example"),),
        address=PostalAddress(("Beispielweg 7",), "80331", "München", "DE"),
        version=found.version + 1,
    )
    books.store.commit([Put(wish, expect=found.version)])
    books.day(books.invoice_now().due_on + timedelta(days=5))
    (notice,) = books.notices()
    assert (notice.channel, notice.fallbacks) == ("letter", ("email",))
