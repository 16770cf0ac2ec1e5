"""Connections to ERPs over the API: how they stand."""

from __future__ import annotations

from typing import Any

import pytest

from saldo.adapters.memory.bay import MemoryBay
from saldo.clock import FixedClock
from saldo.connectors.model import ErpOrder
from tests.functions.apigw import Answer
from tests.functions.erp import Erp, World
from tests.functions.test_ingest_openapi import pointer, schema_validator


@pytest.fixture
def world(clock: FixedClock) -> World:
    world = World(clock)
    world.services.__dict__["bay"] = MemoryBay()
    return world


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    world.services.connections.set("musterwerk", "tills", system="werbas", settings={})
    return erp


def checked(answer: Answer, path: str) -> Any:
    """Hold an answer against the API's own description."""
    assert answer.status == 200, answer.text
    place = ("paths", path, "get", "responses", "200", "content", "application/json", "schema")
    schema_validator(pointer(*place)).validate(answer.json)
    return answer.json


def show(erp: Erp, name: str) -> Answer:
    return erp.call("GET", "/v1/connections/{name}", path={"name": name})


def test_a_connection_tells_how_it_stands(erp: Erp, world: World) -> None:
    (one,) = checked(erp.get("/v1/connections"), "/v1/connections")["items"]
    assert (one["name"], one["system"], one["state"]) == ("tills", "werbas", "new")
    assert one["good_at"] is None
    world.services.connector_runs.run("musterwerk", "tills")
    one = checked(show(erp, "tills"), "/v1/connections/{name}")
    assert (one["state"], one["orders_waiting"], one["orders_refused"]) == ("ok", 0, [])
    assert one["good_at"] is not None
    assert "settings" not in one


def test_what_the_erp_would_not_take_is_told_with_its_reason(erp: Erp, world: World) -> None:
    # Only DATEV minds: its debtors are numbers.
    settings = {"consultant": "1001", "client": "7"}
    world.services.connections.set("musterwerk", "kanzlei", system="datev", settings=settings)
    paid = {"id": "K-1", "invoices": ["2026/0815"], "amount": "119.00", "currency": "EUR"}
    order = {**paid, "received_on": "2026-11-20", "method": "cash"}
    taken = erp.call("POST", "/v1/payments", order)
    assert taken.status in (200, 201), taken.text
    (settled,) = [one for one in world.commits if getattr(one, "type", "") == "payment.settled"]
    services = world.services
    services.erp_orders.hear(settled.type, settled.creditor, settled.account, settled.data)
    services.connector_runs.run("musterwerk", "kanzlei")
    (refused,) = checked(show(erp, "kanzlei"), "/v1/connections/{name}")["orders_refused"]
    (told,) = services.store.list(ErpOrder, "musterwerk", "kanzlei")
    assert (refused["id"], refused["invoice"], refused["amount"]) == (
        told.id,
        "2026/0815",
        "119.00",
    )
    assert "D-1" in refused["why"]


def test_an_unknown_connection_and_another_creditors_are_not_there(erp: Erp, world: World) -> None:
    assert show(erp, "none").json["code"] == "connection-unknown"
    other = world.erp("anders")
    assert other.get("/v1/connections").json == {"items": []}
    assert show(other, "tills").status == 404
