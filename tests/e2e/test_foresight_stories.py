"""Foresight and credit on the deployed template: heard from the bus, swept at night, told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from tests.e2e.conftest import WAIT_SECONDS, Erp

pytestmark = pytest.mark.e2e


def asked(erp: Erp, path: str, is_so: Callable[[Any], bool]) -> Any:
    """Ask until the answer is as wanted."""
    end = time.monotonic() + WAIT_SECONDS
    while not is_so(answer := erp.call("GET", path)):
        assert time.monotonic() < end, answer
        time.sleep(0.3)
    return answer


def test_orders_wait_while_a_limit_is_exceeded_and_go_on_when_it_is_paid(erp: Erp) -> None:
    rules = erp.call("PUT", "/v1/credit/rules", {"block": {"over_limit": True}})
    assert rules["block"]["over_limit"], rules
    limit = {"account": erp.account, "amount": "150.00", "currency": "EUR", "reason": "First year"}
    erp.call("PUT", "/v1/credit/limits", limit)
    erp.push_invoice("RE-C-1")
    erp.push_invoice("RE-C-2", "81.00")
    asked(erp, "/v1/credit/blocks", lambda found: [b["account"] for b in found["items"]])
    (exceeded,) = erp.webhooks("limit.exceeded", WAIT_SECONDS)
    data = json.loads(exceeded.body)["data"]
    assert (data["amount"], data["limit"], data["headroom"]) == ("200.00", "150.00", "-50.00")
    erp.webhooks("order_block.set", WAIT_SECONDS)

    note = {"number": "GS-C-1", "invoice": "RE-C-2", "amount": "81.00",
            "currency": "EUR", "issued_on": datetime.now(UTC).date().isoformat()}  # fmt: skip
    assert erp.call("POST", "/v1/credit-notes", {"records": [note]})["counts"]["accepted"] == 1
    asked(erp, "/v1/credit/blocks", lambda found: found["items"] == [])
    assert len(erp.webhooks("limit.restored", WAIT_SECONDS)) == 1
    assert len(erp.webhooks("order_block.released", WAIT_SECONDS)) == 1
    assert len(erp.webhooks("limit.exceeded")) == 1


def test_an_invoice_is_forecast_when_it_is_issued_and_at_night_with_the_cash(erp: Erp) -> None:
    erp.services.accounts.change_creditor(erp.creditor, time_zone=_zone_after_three())
    due = erp.push_invoice("RE-F-1")
    path = f"/v1/forecasts?account={erp.account}"
    found = asked(erp, path, lambda answer: answer["items"])["items"][0]
    assert (found["invoice"], found["due_on"], found["open"]) == (
        "RE-F-1", due.isoformat(), "119.00",
    )  # fmt: skip
    assert found["early_on"] <= found["expected_on"] <= found["late_on"]

    erp.push_invoice("RE-F-2", "81.00")
    paid = {"id": "K-1", "invoices": ["RE-F-2"], "amount": "81.00", "currency": "EUR",
            "received_on": datetime.now(UTC).date().isoformat(), "method": "cash"}  # fmt: skip
    assert erp.call("POST", "/v1/payments", paid)["allocated"], paid
    asked(erp, path, lambda answer: [one["invoice"] for one in answer["items"]] == ["RE-F-1"])

    swept = boto3.client("lambda").invoke(
        FunctionName=erp.cloud.outputs["ForesightSweepFunctionName"], Payload=b"{}"
    )
    told = swept["Payload"].read()
    assert "FunctionError" not in swept, told
    assert json.loads(told)["failed"] == 0, told
    assert found["model"] == 0, "nothing was paid then: it was told by what is assumed"
    (model,) = erp.call("GET", "/v1/forecasts/model")["models"]
    assert (model["invoices"], model["used"]) == (1, True)
    (euro,) = erp.call("GET", "/v1/cash")["currencies"]
    assert (euro["open"], euro["items"]) == ("119.00", 1)


def _zone_after_three() -> str:
    """Return a time zone in which the night's work is due by now, on the same day as in UTC."""
    return "UTC" if datetime.now(UTC).hour >= 3 else "Asia/Dubai"
