"""An ERP asks whether its books and ours are the same, and takes what settled into its own."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from saldo.clock import FixedClock
from saldo.edge.v1.drift import SnapshotClosed
from saldo.edge.v1.settlements import SettlementDay
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World, refusal

NUMBER = "2026/0815"


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def item(open_: str = "119.00", **more: Any) -> dict[str, Any]:
    return {"invoice": NUMBER, "account": "D-1", "currency": "EUR", "open": open_, **more}


def take_cash(erp: Erp, amount: str = "119.00") -> None:
    order = {
        "id": "K-1",
        "invoices": [NUMBER],
        "amount": amount,
        "currency": "EUR",
        "received_on": "2026-11-21",
        "method": "cash",
    }
    assert erp.call("POST", "/v1/payments", order).status == 201


def test_corrections_tell_the_key_that_made_them(erp: Erp) -> None:
    erp.put("/v1/invoices", {**INVOICE, "amount": "129.00", "erp_version": 2})
    told = erp.get("/v1/invoices/corrections", number=NUMBER).json
    (one,) = told["items"]
    assert (one["by"], one["version"], one["erp_version"]) == ("ERP", 2, 2)
    assert one["changes"] == [{"field": "amount", "before": "119.00", "after": "129.00"}]
    late = erp.put("/v1/invoices", {**INVOICE, "amount": "1.00", "erp_version": 1})
    assert refusal(late) == (409, "older-version", "/erp_version")
    assert refusal(erp.get("/v1/invoices/corrections", number="x"))[:2] == (404, "invoice-unknown")


def test_cancelled_invoices_are_listed_for_ninety_days(erp: Erp, world: World) -> None:
    pushed = erp.push(
        "/v1/invoices/deleted", {"number": NUMBER, "reason": "Twice"}, {"number": "x"}, {"numbr": 1}
    )
    ends = [(r["status"], r.get("problem", {}).get("code")) for r in pushed["results"]]
    assert ends == [
        ("accepted", None),
        ("refused", "invoice-unknown"),
        ("refused", "field-unknown"),
    ]
    invoice = erp.get("/v1/invoices", number=NUMBER).json
    assert (invoice["state"], invoice["open"]) == ("cancelled", "0.00")
    assert invoice["withdrawn"]["taken_off"] == "119.00"
    world.clock.advance(timedelta(minutes=1))
    (one,) = erp.get("/v1/invoices/deleted").json["items"]
    assert (one["number"], one["amount"], one["reason"]) == (NUMBER, "119.00", "Twice")
    assert world.erp("fremdwerk").get("/v1/invoices/deleted").json["items"] == []
    world.clock.advance(timedelta(days=91))
    assert erp.get("/v1/invoices/deleted").json["items"] == []


def test_drift_is_told_with_its_reason(erp: Erp) -> None:
    assert erp.call("POST", "/v1/drift", {"items": [item()]}).json["agreed"] is True
    take_cash(erp, "19.00")
    answer = erp.call("POST", "/v1/drift", {"items": [item(), item("5.00", invoice="X")]})
    told = answer.json
    assert told["counts"] == {"agreed": 0, "in-flight": 1, "unknown-here": 1}
    assert told["agreed"] is False
    (total,) = told["totals"]
    assert (total["there"], total["here"], total["difference"]) == ("124.00", "100.00", "24.00")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"items": [{**item(), "open": 119}]}, (400, "amount-not-text", "/items/0/open")),
        ({"items": [item("1.005")]}, (400, "amount-too-precise", "/items/0/open")),
        ({"items": [item(), item(currency="CHF")]}, (400, "drift-item-twice", "/items/1")),
        (
            {"items": [item()], "accounts": ["D-2"]},
            (409, "drift-account-not-named", "/items/0/account"),
        ),
        ({}, (400, "field-missing", "/items")),
    ],
)
def test_lists_that_cannot_be_compared(erp: Erp, body: Any, expected: Any) -> None:
    assert refusal(erp.call("POST", "/v1/drift", body)) == expected


def test_a_snapshot_closes_what_vanished_when_it_is_confirmed(erp: Erp) -> None:
    erp.put("/v1/invoices", {**INVOICE, "number": "2026/0816"})
    shown = erp.call("POST", "/v1/snapshots", {"items": [item()]})
    assert shown.status == 201
    assert [one["invoice"] for one in shown.json["vanished"]] == ["2026/0816"]
    assert erp.get("/v1/invoices", number="2026/0816").json["state"] == "open"
    confirmed = erp.call("POST", "/v1/snapshots/confirm", {"id": shown.json["id"]}).json
    TypeAdapter(SnapshotClosed).validate_python(confirmed)
    assert [one["outcome"] for one in confirmed["results"]] == ["closed"]
    assert erp.get("/v1/invoices", number="2026/0816").json["state"] == "settled"
    unknown = erp.call("POST", "/v1/snapshots/confirm", {"id": "x"})
    assert refusal(unknown)[:2] == (404, "snapshot-unknown")


def test_events_are_told_to_whoever_asks_page_by_page(erp: Erp, world: World) -> None:
    world.clock.advance(timedelta(minutes=1))
    told: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = erp.get("/v1/events", limit="1", **cursor).json
        assert len(page["items"]) == 1
        told += page["items"]
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}
    assert len({one["id"] for one in told}) == len(told)
    of_account = {one["type"] for one in told if one["account"] != "~"}
    assert of_account == {"account.changed", "invoice.issued"}
    assert erp.get("/v1/events", updated_after=told[-1]["timestamp"]).json["items"] == []
    assert world.erp("fremdwerk").get("/v1/events").json["items"] == []
    assert refusal(erp.get("/v1/events", cursor="x")) == (400, "cursor-not-valid", None)


def test_a_days_settlements_in_every_form(erp: Erp, world: World) -> None:
    take_cash(erp)
    assert refusal(erp.get("/v1/settlements", day="2026-11-21")) == (409, "day-not-over", "/day")
    world.clock.advance(timedelta(days=1))
    day = erp.get("/v1/settlements", day="2026-11-21").json
    TypeAdapter(SettlementDay).validate_python(day)
    (row,) = day["rows"]
    assert (row["invoice"], row["amount"], row["credit"]) == (NUMBER, "119.00", "receivable")
    assert {one["ledger_account"]: one["amount"] for one in day["totals"]} == {
        "provider-clearing": "119.00",
        "receivable": "-119.00",
    }
    file = erp.get("/v1/settlements/csv", day="2026-11-21")
    assert file.headers["content-disposition"].startswith('attachment; filename="2026-11-21.csv"')
    (line,) = csv.DictReader(io.StringIO(file.body.decode("utf-8-sig")))
    assert (line["invoice"], line["amount"]) == (NUMBER, "119.00")
    camt = erp.get("/v1/settlements/camt054", day="2026-11-21")
    assert f"<Nb>{NUMBER}</Nb>".encode() in camt.body
    books = {"day": "2026-11-21", "consultant": "1001", "client": "7"}
    refused = erp.get("/v1/settlements/datev", **books)
    assert refusal(refused)[:2] == (400, "debtor-not-numeric")
    assert erp.get("/v1/settlements/datev", **(books | {"day": "2026-11-20"})).status == 200
    bad = erp.get("/v1/settlements/datev", day="2026-11-21", consultant="x", client="7")
    assert refusal(bad) == (400, "parameter-not-valid", None)


def test_parents_children_and_what_was_agreed(erp: Erp) -> None:
    child = {
        **ACCOUNT,
        "number": "D-2",
        "parent": "D-1",
        "payment_terms": {"net_days": 30, "text": "30 days net"},
        "credit_limit": {"amount": "5000.00", "currency": "EUR"},
        "custom": {"area": "South"},
    }
    made = erp.put("/v1/accounts", child)
    assert made.status == 201
    assert {name: made.json[name] for name in child if name != "contacts"} == {
        name: value for name, value in child.items() if name != "contacts"
    }
    assert erp.put("/v1/accounts", child).json["version"] == made.json["version"]
    (below,) = erp.get("/v1/accounts/children", account="D-1").json["items"]
    assert below["number"] == "D-2"
    circle = erp.put("/v1/accounts", {**ACCOUNT, "parent": "D-2"})
    assert refusal(circle) == (409, "parent-not-valid", "/parent")
    nobody = erp.put("/v1/accounts", {**child, "parent": "D-9"})
    assert refusal(nobody) == (404, "account-unknown", "/parent")
    erp.put("/v1/accounts", {**child, "parent": None})
    assert erp.get("/v1/accounts/children", account="D-1").json["items"] == []
