"""What is open over all accounts, over the API."""

from __future__ import annotations

from typing import Any

import pytest

from saldo.clock import FixedClock
from tests.functions.erp import Erp, World
from tests.functions.test_ingest_collection import CASE, DISPUTE, PLAN, PROMISE
from tests.functions.test_ingest_openapi import pointer, schema_validator


@pytest.fixture
def erp(clock: FixedClock) -> Erp:
    erp = World(clock).erp()
    erp.begin()
    return erp


def told(erp: Erp, path: str, method: str = "get", body: Any = None) -> Any:
    """Ask, and hold the answer against the API's own description."""
    answer = erp.call(method.upper(), path, body)
    assert answer.status == 200, answer.text
    place = ("paths", path, method, "responses", "200", "content", "application/json", "schema")
    schema_validator(pointer(*place)).validate(answer.json)
    return answer.json


def test_disputes_of_all_accounts_are_listed_with_their_reasons_and_handed_on(erp: Erp) -> None:
    assert told(erp, "/v1/disputes/open") == {"items": [], "reasons": [], "more": False}
    assert erp.call("POST", "/v1/disputes", DISPUTE).status == 201
    found = told(erp, "/v1/disputes/open")
    assert [one["id"] for one in found["items"]] == ["D-1"]
    assert found["reasons"] == [
        {
            "reason": "quantity",
            "currency": "EUR",
            "count": 1,
            "amount": "19.00",
            "overdue": "0.00",
        }
    ]
    order = {"account": "D-1", "id": "D-1", "owner": "ben", "deadline": "2026-12-24"}
    handed = told(erp, "/v1/disputes/assign", "post", order)
    assert (handed["owner"], handed["deadline"]) == ("ben", "2026-12-24")
    late = erp.call("POST", "/v1/disputes/assign", {**order, "deadline": "2026-01-01"})
    assert (late.status, late.json["code"]) == (400, "dispute-day-not-valid")
    lost = erp.call("POST", "/v1/disputes/assign", {**order, "id": "D-9"})
    assert (lost.status, lost.json["code"]) == (404, "dispute-unknown")


@pytest.mark.parametrize(
    ("path", "order", "where"),
    [
        ("/v1/promises", PROMISE, "items"),
        ("/v1/plans", PLAN, "active"),
        ("/v1/plans", {**PLAN, "state": "proposed"}, "proposed"),
        ("/v1/cases", CASE, "items"),
    ],
)
def test_what_else_is_open_is_listed_over_all_accounts(
    erp: Erp, path: str, order: dict[str, Any], where: str
) -> None:
    assert told(erp, f"{path}/open")[where] == []
    assert erp.call("POST", path, order).status == 201
    assert [one["id"] for one in told(erp, f"{path}/open")[where]] == [order["id"]]
