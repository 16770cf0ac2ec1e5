"""Exact Online calls when something changed: its word is checked, and it is read at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from functions.connect import called
from infra.local.erps import exact
from infra.local.erps.fake import Refused
from saldo.adapters.aws.secrets import ProviderSecrets
from saldo.adapters.erp.exact.connector import TOPICS
from saldo.connectors.model import Connection
from saldo.connectors.runs import Runs
from saldo.connectors.schedule import WAKE_GAP
from saldo.erp_calls import ErpCalls
from saldo.settings import Settings
from saldo.wiring import Services, install
from tests.books import CREDITOR
from tests.connected import NAME, exact_connected
from tests.functions.apigw import answer_of, api_event

CUSTOMER = "10001"
ISSUED, DUE = date(2026, 10, 20), date(2026, 11, 3)
ROUTE = "/callbacks/connections/{system}/{creditor}/{connection}"
ADDRESS = f"https://pay.example/callbacks/connections/exact/{CREDITOR}/{NAME}"


class World:
    """A company on Exact Online that calls, and is read whenever it has one started."""

    def __init__(self) -> None:
        self.connected, self.erp = exact_connected(call_address=ADDRESS)
        self.books = self.connected.books
        self.erp.post = lambda url, body: self.call(body) if url == ADDRESS else 404
        self.erp.customer(CUSTOMER, "Voorbeeld B.V.", "administratie@voorbeeld.example")
        self.secret: dict[str, Any] = {"webhook_secret": exact.WEBHOOK_SECRET}
        self.started: list[tuple[str, str]] = []
        self.is_broken = False
        services = Services(
            Settings(), store=self.books.store, clock=self.books.clock, ids=self.books.ids
        )
        secrets = ProviderSecrets(
            lambda: json.dumps({f"{CREDITOR}/{NAME}": self.secret}), self.books.clock
        )
        services.__dict__["erp_calls"] = ErpCalls(self.connected.connections, secrets, self.start)
        install(services)

    def start(self, creditor: str, name: str) -> None:
        if self.is_broken:
            raise ConnectionError("Lambda does not answer.")
        self.started.append((creditor, name))

    def call(
        self, body: bytes, system: str = "exact", creditor: str = CREDITOR, name: str = NAME
    ) -> int:
        place = {"system": system, "creditor": creditor, "connection": name}
        headers = {"Content-Type": "application/json; charset=utf-8"} if body else {}
        answer = called.handler(
            api_event("POST", ROUTE, place, headers=headers, body=body or None), None
        )
        said = answer_of(answer)
        self.told = said.json
        return said.status

    def connection(self) -> Connection:
        return self.connected.connections.get(CREDITOR, NAME)

    def minutes(self, minutes: int) -> None:
        self.books.clock.advance(timedelta(minutes=minutes))


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    install(None)


def test_the_first_reading_has_exact_call_and_the_next_ones_do_not_ask_again(world: World) -> None:
    assert world.connected.run().unread == []
    assert world.told == {"outcome": "checked"}
    assert [(one["Topic"], one["CallbackURL"]) for one in world.erp.subscriptions] == [
        (topic, ADDRESS) for topic in TOPICS
    ]
    world.connected.run()
    assert len(world.erp.subscriptions) == len(TOPICS)
    assert world.started == []


def test_an_address_that_exact_cannot_reach_is_told_once_and_reading_goes_on(world: World) -> None:
    world.erp.post = lambda _url, _body: 503
    report = world.connected.run()
    assert report.ended is not None and report.ended.state == "ok"
    assert [one.ref for one in report.unread] == list(TOPICS)
    assert world.connected.run().unread == []


def test_an_app_that_may_not_subscribe_goes_on_reading(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = exact.ExactErp._list

    def denied(self: exact.ExactErp, asked: Any, endpoint: str) -> Any:
        if endpoint == "webhooks/WebhookSubscriptions":
            raise Refused(403, {"error": {"message": {"value": "Forbidden"}}})
        return inner(self, asked, endpoint)

    monkeypatch.setattr(exact.ExactErp, "_list", denied)
    report = world.connected.run()
    assert report.ended is not None and report.ended.state == "ok"
    assert [one.ref for one in report.unread] == ["webhooks"]
    assert world.connected.run().unread == []


def test_an_invoice_is_here_as_soon_as_exact_says_so(world: World) -> None:
    world.connected.run()
    world.minutes(6)
    world.erp.invoice(1001, CUSTOMER, "119.00", ISSUED, DUE)
    assert world.call(world.erp.call("FinancialTransactions", "1001")) == 200
    assert (world.told, world.started) == ({"outcome": "started"}, [(CREDITOR, NAME)])
    assert [one.name for one in world.connected.runs.due()] == [NAME], "should the start get lost"
    world.connected.runs.run(*world.started[0])
    assert world.books.invoice_now("1001", CUSTOMER).open_minor == 11900


def test_where_nothing_can_be_started_the_clock_reads_within_minutes(world: World) -> None:
    world.connected.run()
    world.minutes(6)
    world.is_broken = True
    assert world.call(world.erp.call("Accounts", CUSTOMER)) == 500
    assert [one.name for one in world.connected.runs.due()] == [NAME]


def test_a_flood_of_calls_reads_once_in_five_minutes_and_writes_once(world: World) -> None:
    world.connected.run()
    world.minutes(6)
    for _ in range(50):
        assert world.call(world.erp.call("Accounts", CUSTOMER)) == 200
    assert len(world.started) == 1
    world.connected.runs.run(CREDITOR, NAME)
    world.minutes(1)
    version = world.connection().version
    for _ in range(50):
        world.call(world.erp.call("Accounts", CUSTOMER))
    assert world.connection().version == version + 1
    assert (world.told, len(world.started)) == ({"outcome": "known"}, 1)
    assert world.connected.runs.due() == []
    world.minutes(5)
    assert len(world.connected.runs.due()) == 1


def test_a_call_during_a_reading_loses_nothing_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.connected.run()
    world.minutes(20)
    world.erp.customer("10002", "Tweede B.V.")
    work = Runs._work

    def called_meanwhile(self: Runs, run: Any) -> None:
        work(self, run)
        world.call(world.erp.call("Accounts", "10002"))

    monkeypatch.setattr(Runs, "_work", called_meanwhile)
    report = world.connected.runs.run(CREDITOR, NAME)
    assert report.ended is not None and report.ended.state == "ok"
    assert not report.done["lease-lost"]
    now = world.connection()
    assert (now.lease_until, now.cursor["accounts"]) == (None, str(world.erp.stamp))
    assert world.told == {"outcome": "known"}
    assert now.next_at == world.books.clock.now() + WAKE_GAP, "it is read once more"


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"<html></html>",
        b'{"Content":{"Division":123456},"HashCode":"' + b"A" * 64 + b'"}',
    ],
)
def test_who_does_not_know_the_secret_wakes_nobody(world: World, body: bytes) -> None:
    world.connected.run()
    version = world.connection().version
    assert world.call(body) == 401
    assert (world.told["code"], world.started) == ("erp-hash-code-wrong", [])
    assert world.connection().version == version


def test_a_new_secret_is_known_within_a_minute(world: World) -> None:
    world.connected.run()
    assert world.call(world.erp.call("Accounts", CUSTOMER)) == 200
    world.secret["webhook_secret"] = "the one before"
    world.minutes(10)
    world.call(b"{}")  # somebody's nonsense has the secret read
    assert world.call(world.erp.call("Accounts", CUSTOMER)) == 401
    world.secret["webhook_secret"] = exact.WEBHOOK_SECRET
    world.minutes(2)
    assert world.call(world.erp.call("Accounts", CUSTOMER)) == 200


def test_nobody_is_called_who_has_no_secret_or_is_no_such_connection(world: World) -> None:
    body = world.erp.call("Accounts", CUSTOMER)
    assert world.call(body, name="other") == 404
    assert world.call(body, creditor="other") == 404
    assert world.call(body, system="snelstart") == 404
    world.secret["webhook_secret"] = ""
    world.minutes(60)
    assert world.call(body) == 404
    assert world.call(b"") == 404


def test_a_call_about_another_administration_wakes_nobody(world: World) -> None:
    world.connected.run()
    world.minutes(6)
    world.connected.connections.set(CREDITOR, NAME, settings={"division": "654321"})
    assert world.call(world.erp.call("Accounts", CUSTOMER)) == 200
    assert (world.told, world.started) == ({"outcome": "elsewhere"}, [])


def test_a_call_of_megabytes_is_not_read(world: World) -> None:
    assert world.call(b" " * 100_001) == 413
