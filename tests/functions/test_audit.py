"""The audit log's functions with events as AWS sends them."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from functions.audit import app
from saldo.accounts.model import Account
from saldo.adapters.memory.anchors import MemoryAnchors
from saldo.adapters.memory.files import MemoryFiles
from saldo.audit.model import AuditEntry
from saldo.privacy.ports import PrivacyJob
from saldo.settings import Settings
from saldo.wiring import Services, install
from tests.audited import Audited
from tests.books import ACCOUNT, CREDITOR, ListQueue
from tests.functions.sqs import bus_event, sqs_event


@dataclass
class Kept:
    letters: list[tuple[str, str]] = field(default_factory=list)

    def put(self, body: str, reason: str) -> None:
        self.letters.append((body, reason))


class Installed(Services):
    kept: Kept
    queue: ListQueue

    def dead_letters(self, url: str) -> Any:
        return self.kept


@dataclass
class Context:
    seconds: float

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@pytest.fixture
def books() -> Audited:
    books = Audited()
    books.begin()
    books.pay()
    return books


@pytest.fixture
def services(books: Audited) -> Installed:
    made = Installed(
        Settings(),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        anchors=MemoryAnchors(),
        file_store=MemoryFiles(),
        privacy_queue=ListQueue(),
    )
    made.kept = Kept()
    made.queue = made.privacy_queue  # type: ignore[assignment]
    install(made)
    return made


def test_what_the_bus_tells_stands_in_the_chain_as_the_table_has_it(
    books: Audited, services: Installed
) -> None:
    told = [bus_event(one) for one in books.all_events()]
    assert app.take(sqs_event(*told), None) == {"batchItemFailures": []}
    assert app.take(sqs_event(*told[:3]), None) == {"batchItemFailures": []}
    assert books.verdict().is_sound
    assert books.chain.head(CREDITOR).number == len(told)


def test_a_message_that_is_no_event_is_put_aside_and_its_neighbours_go_on(
    books: Audited, services: Installed
) -> None:
    good = [bus_event(one) for one in books.all_events()]
    bad = {**good[0], "detail": {"id": "1"}}
    assert app.take(sqs_event("no json", bad, *good), None) == {"batchItemFailures": []}
    assert len(services.kept.letters) == 2
    assert books.verdict().is_sound


def test_when_the_chain_cannot_be_written_the_messages_come_again_and_are_kept_at_last(
    books: Audited, services: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [bus_event(one) for one in books.all_events()[:2]]

    def broken(events: Any) -> int:
        raise RuntimeError("the table is out of reach")

    monkeypatch.setattr(services.audit_chain, "append", broken)
    answered = app.take(sqs_event(*told), None)["batchItemFailures"]
    assert [one["itemIdentifier"] for one in answered] == ["message-0", "message-1"]
    assert app.take(sqs_event(*told, receives=5), None) == {"batchItemFailures": []}
    assert len(services.kept.letters) == 2


def test_one_event_that_cannot_be_kept_does_not_take_its_neighbours_along(
    books: Audited, services: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = books.all_events()
    inner = services.audit_chain.append

    def picky(events: Any) -> int:
        if any(one.id == told[1].id for one in events):
            raise RuntimeError("this one never")
        return inner(events)

    monkeypatch.setattr(services.audit_chain, "append", picky)
    answered = app.take(sqs_event(*(bus_event(one) for one in told)), None)
    assert answered == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    kept = {one.event for one in books.store.list(AuditEntry, CREDITOR)}
    assert kept == {one.id for one in told} - {told[1].id}


def test_at_night_heads_are_anchored_and_orders_that_are_due_are_queued(
    books: Audited, services: Installed
) -> None:
    creditor = services.accounts.creditor(CREDITOR)
    services.erasures.ask(creditor, ACCOUNT, "X1", "asked", "kim@musterwerk.example")
    books.clock.advance(timedelta(hours=3))
    done = app.tend({}, None)
    told = len(books.all_events())
    assert done == {"chains": 1, "late": told, "findings": 0, "queued": 1}
    assert services.queue.take() == [PrivacyJob("erase", CREDITOR, ACCOUNT)]
    (anchor,) = services.anchors.of(CREDITOR)
    assert anchor.number == len(books.all_events())


def test_a_file_that_was_not_made_is_queued_again_by_night(
    books: Audited, services: Installed
) -> None:
    creditor = services.accounts.creditor(CREDITOR)
    services.privacy_exports.ask(creditor, ACCOUNT, "E1", "kim@musterwerk.example")
    assert app.tend({}, None)["queued"] == 0, "it may still be on its way"
    books.clock.advance(timedelta(hours=2))
    assert app.tend({}, None)["queued"] == 1
    assert services.queue.take() == [PrivacyJob("export", CREDITOR, ACCOUNT, "E1")]
    services.privacy_exports.make(creditor, ACCOUNT, "E1")
    assert app.tend({}, None)["queued"] == 0


def test_by_night_a_change_of_the_day_is_told(books: Audited, services: Installed) -> None:
    books.arrive()
    books.clock.advance(timedelta(hours=3))
    assert app.tend({}, None)["findings"] == 0
    books.push(books.invoice("RE-2"))
    books.arrive()
    event = next(one for one in books.all_events() if one.data.get("invoice") == "RE-2")
    books.forge(replace(event, data={**event.data, "amount": "1.00"}))
    books.clock.advance(timedelta(days=1))
    assert app.tend({}, None)["findings"] == 1
    assert app.tend({}, None)["findings"] == 0, "each night walks what is new; `verify` walks all"


def test_an_order_to_erase_is_carried_out_when_the_bus_tells_of_it(
    books: Audited, services: Installed
) -> None:
    creditor = services.accounts.creditor(CREDITOR)
    services.erasures.ask(creditor, ACCOUNT, "X1", "asked", "kim@musterwerk.example")
    told = next(one for one in books.all_events() if one.type == "privacy.erasure_asked")
    assert app.privacy(sqs_event(bus_event(told)), Context(300)) == {"batchItemFailures": []}
    order = services.erasures.of(CREDITOR, ACCOUNT)
    assert order.state == "restricted" and order.removed + order.scrubbed > 0
    assert services.queue.take() == []


def test_a_look_that_takes_too_long_goes_on_with_another_message(
    books: Audited, services: Installed
) -> None:
    creditor = services.accounts.creditor(CREDITOR)
    services.erasures.ask(creditor, ACCOUNT, "X1", "asked", "kim@musterwerk.example")
    job = PrivacyJob("erase", CREDITOR, ACCOUNT)
    calls = 0
    services.queue.put([job])
    while services.queue.take():
        calls += 1
        app.privacy(
            sqs_event({"kind": "erase", "creditor": CREDITOR, "account": ACCOUNT}), Context(0)
        )
        assert calls < 50
    assert calls > 1
    account = services.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None and account.contacts == ()


def test_an_export_is_made_and_can_be_fetched(books: Audited, services: Installed) -> None:
    creditor = services.accounts.creditor(CREDITOR)
    services.privacy_exports.ask(creditor, ACCOUNT, "E1", "kim@musterwerk.example")
    told = next(one for one in books.all_events() if one.type == "privacy.export_asked")
    assert app.privacy(sqs_event(bus_event(told)), Context(300)) == {"batchItemFailures": []}
    content = services.privacy_exports.content(CREDITOR, ACCOUNT, "E1")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        (account,) = json.loads(file.read("data/account.json"))
    assert account["name"] == "Beispiel AG"


def test_an_order_about_nothing_is_put_aside(books: Audited, services: Installed) -> None:
    assert app.privacy(sqs_event({"kind": "erase"}), Context(300)) == {"batchItemFailures": []}
    assert app.privacy(sqs_event({"detail-type": "x", "detail": {}}), None) == {
        "batchItemFailures": []
    }
    assert len(services.kept.letters) == 2
