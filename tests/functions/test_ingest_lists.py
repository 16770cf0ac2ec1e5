"""An ERP follows what changed, in memory and in a table: a cursor must come back to either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.adapters.dynamo.store import DynamoStore
from saldo.clock import FixedClock
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World

REGION = "eu-central-1"


@pytest.fixture(params=["memory", "table"])
def world(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[World]:
    if request.param == "memory":
        yield World(clock)
        return
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        yield World(clock, store=DynamoStore("saldo", REGION))


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.put("/v1/accounts", ACCOUNT)
    return erp


def pages(erp: Erp, resource: str, **query: str) -> list[list[dict[str, Any]]]:
    """Follow the cursor to the end."""
    found = []
    cursor: dict[str, str] = {}
    while True:
        answer = erp.get(resource, **query, **cursor)
        assert answer.status == 200, answer.text
        found.append(answer.json["items"])
        if answer.json["cursor"] is None:
            return found
        cursor = {"cursor": answer.json["cursor"]}


def test_changes_come_oldest_first_each_once(erp: Erp, world: World) -> None:
    numbers = [f"R/{n}" for n in range(7)]
    for number in numbers:
        world.clock.advance(timedelta(seconds=1))
        erp.put("/v1/invoices", {**INVOICE, "number": number})
    world.clock.advance(timedelta(minutes=1))
    found = pages(erp, "/v1/invoices", limit="3")
    assert [len(page) for page in found] == [3, 3, 1]
    assert [item["number"] for page in found for item in page] == numbers
    assert found[0][0] == erp.get("/v1/invoices", number="R/0").json


def test_invoices_of_one_push_share_an_instant_and_none_is_lost(erp: Erp, world: World) -> None:
    erp.push("/v1/invoices", *({**INVOICE, "number": f"R/{n}"} for n in range(12)))
    world.clock.advance(timedelta(minutes=1))
    found = pages(erp, "/v1/invoices", limit="5")
    assert [len(page) for page in found] == [5, 5, 2]
    assert {item["number"] for page in found for item in page} == {f"R/{n}" for n in range(12)}


def test_page_is_of_fifty_unless_asked_otherwise(clock: FixedClock) -> None:
    erp = World(clock).erp()
    erp.push("/v1/accounts", *({**ACCOUNT, "number": f"D/{n}"} for n in range(120)))
    clock.advance(timedelta(minutes=1))
    assert [len(page) for page in pages(erp, "/v1/accounts")] == [50, 50, 20]
    assert [len(page) for page in pages(erp, "/v1/accounts", limit="100")] == [100, 20]


def test_updated_after_leaves_out_what_is_known(erp: Erp, world: World) -> None:
    erp.push("/v1/invoices", INVOICE, {**INVOICE, "number": "2"})
    world.clock.advance(timedelta(hours=1))
    ((_, last),) = pages(erp, "/v1/invoices")
    known = {"updated_after": last["updated_at"]}
    assert pages(erp, "/v1/invoices", **known) == [[]]
    erp.put("/v1/invoices", {**INVOICE, "amount": "120.00"})
    world.clock.advance(timedelta(minutes=1))
    ((changed,),) = pages(erp, "/v1/invoices", **known)
    assert (changed["number"], changed["amount"]) == ("2026/0815", "120.00")
    offset = changed["updated_at"].replace("Z", "+00:00")
    assert pages(erp, "/v1/invoices", updated_after=offset) == [[]]


def test_list_stops_ten_seconds_before_now(erp: Erp, world: World) -> None:
    erp.put("/v1/invoices", INVOICE)
    world.clock.advance(timedelta(seconds=10))
    assert pages(erp, "/v1/invoices") == [[]]
    world.clock.advance(timedelta(seconds=1))
    assert len(pages(erp, "/v1/invoices")[0]) == 1


def test_asking_for_the_future_is_an_empty_page(erp: Erp) -> None:
    answer = erp.get("/v1/invoices", updated_after="2030-01-01T00:00:00Z")
    assert (answer.status, answer.json) == (200, {"items": [], "cursor": None})


def test_accounts_are_listed_by_their_own_changes(erp: Erp, world: World) -> None:
    erp.push("/v1/accounts", *({**ACCOUNT, "number": f"D/{n}"} for n in range(3)))
    world.clock.advance(timedelta(minutes=1))
    ((first, *others),) = pages(erp, "/v1/accounts")
    assert {item["number"] for item in others} | {first["number"]} == {"D-1", "D/0", "D/1", "D/2"}
    assert pages(world.erp("fremdwerk"), "/v1/accounts") == [[]]


def test_only_the_fields_that_were_asked_for_come(erp: Erp, world: World) -> None:
    erp.put("/v1/invoices", INVOICE)
    world.clock.advance(timedelta(minutes=1))
    (found,) = erp.get("/v1/invoices", fields="number, open").json["items"]
    assert found == {"number": "2026/0815", "open": "119.00"}
    (account,) = erp.get("/v1/accounts", fields="name").json["items"]
    assert account == {"name": "Beispiel Bäckerei GmbH"}
    refused = erp.get("/v1/invoices", fields="number,colour")
    assert (refused.status, refused.json["code"]) == (400, "parameter-not-valid")
