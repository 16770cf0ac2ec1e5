"""When invoices will be paid, over the API and through the function that keeps forecasts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.foresight import app as foresight
from saldo.adapters.aws.bus import detail_of
from saldo.clock import FixedClock
from saldo.edge.v1.operations import OPERATIONS
from saldo.events import Event
from saldo.store import EVER, fed
from saldo_cli.memory_queues import DeadLetterBox
from tests.functions.erp import Erp, World
from tests.functions.erp import refusal as pointed
from tests.functions.sqs import sqs_event
from tests.functions.test_ingest_openapi import pointer, schema_validator


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def told(world: World) -> None:
    """Hand every event so far to the function, as the bus and its queue do."""
    store = world.services.store
    events = [one for page in fed(store, Event, "musterwerk", *EVER, limit=100) for one in page]
    bodies = [json.dumps({"detail-type": one.type, "detail": detail_of(one)}) for one in events]
    assert foresight.hear(sqs_event(*bodies), None) == {"batchItemFailures": []}


def checked(erp: Erp, name: str, **query: str) -> Any:
    """Call an operation and hold the answer against its schema."""
    operation = next(one for one in OPERATIONS if one.id == name)
    answer = erp.call(operation.method, operation.path, None, query)
    assert answer.status == 200, answer.text
    place = ("responses", "200", "content", "application/json", "schema")
    schema_validator(pointer("paths", operation.path, operation.method.lower(), *place)).validate(
        answer.json
    )
    return answer.json


def test_an_invoice_is_forecast_once_the_bus_told_of_it(erp: Erp, world: World) -> None:
    assert checked(erp, "listForecasts", account="D-1") == {"items": []}
    unknown = erp.get("/v1/forecasts", number="2026/0815")
    assert pointed(unknown)[:2] == (404, "forecast-unknown")
    told(world)
    (item,) = checked(erp, "listForecasts", account="D-1")["items"]
    assert (item["invoice"], item["open"], item["by"]) == ("2026/0815", "119.00", None)
    # Five days late already on the 21st: none of the past days is told any more.
    assert "2026-11-21" < item["early_on"] < item["expected_on"] < item["late_on"]
    assert item["late"] == 1.0 and 0 < item["very_late"] < 0.5
    (one,) = checked(erp, "listForecasts", number="2026/0815", by="2026-12-31")["items"]
    assert one["by"]["day"] == "2026-12-31" and 0.5 < one["by"]["chance"] <= 1
    assert {**one, "by": None} == item


def test_a_month_later_only_later_days_are_left(erp: Erp, world: World) -> None:
    told(world)
    world.clock.advance(timedelta(days=30))
    (one,) = checked(erp, "listForecasts", number="2026/0815", by="2026-12-20")["items"]
    assert one["by"]["chance"] == 0
    assert one["early_on"] > "2026-12-21"


def test_what_is_not_known_is_refused(erp: Erp) -> None:
    assert pointed(erp.get("/v1/forecasts", account="404"))[:2] == (404, "account-unknown")
    assert pointed(erp.get("/v1/forecasts", number="404"))[:2] == (404, "invoice-unknown")
    for both in ({}, {"account": "D-1", "number": "2026/0815"}):
        assert pointed(erp.get("/v1/forecasts", **both))[:2] == (400, "which-forecasts")


def test_a_creditor_without_a_past_has_no_model(erp: Erp, world: World) -> None:
    assert foresight.sweep({}, None)["accounts"] == 1
    assert checked(erp, "getForecastModel") == {"models": [], "months": []}
    assert foresight.sweep({}, None) == {"creditors": 0, "accounts": 0, "changed": 0, "failed": 0}


class NoTimeLeft:
    """Lambda's context of a call that is nearly over."""

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def test_a_call_without_time_leaves_the_night_to_the_next(erp: Erp, world: World) -> None:
    assert foresight.sweep({}, NoTimeLeft())["accounts"] == 0
    assert foresight.sweep({}, None)["accounts"] == 1


def test_what_is_no_fact_is_put_aside_with_the_reason(world: World) -> None:
    letters = DeadLetterBox()
    world.services.__dict__["dead_letters"] = lambda url: letters
    answer = foresight.hear(sqs_event("{}", json.dumps({"detail": {"type": "x"}})), None)
    assert answer == {"batchItemFailures": []}
    assert len(letters.messages) == 2
