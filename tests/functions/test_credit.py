"""Limits, orders, blocks and rules over the API and on the command line."""

from __future__ import annotations

from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.edge.v1.operations import OPERATIONS
from tests.functions.erp import ACCOUNT, Erp, World
from tests.functions.erp import refusal as pointed
from tests.functions.test_ingest_openapi import pointer, schema_validator

DEBTOR = ACCOUNT["number"]


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def checked(erp: Erp, name: str, body: Any = None, **query: str) -> Any:
    """Call an operation and hold the answer against its schema."""
    operation = next(one for one in OPERATIONS if one.id == name)
    answer = erp.call(operation.method, operation.path, body, query=query)
    place = ("paths", operation.path, operation.method.lower(), "responses", str(answer.status))
    media = "application/json" if answer.status < 300 else "application/problem+json"
    schema_validator(pointer(*place, "content", media, "schema")).validate(answer.json)
    return answer


def test_an_erp_tells_orders_and_hears_that_the_customers_limit_is_passed(
    erp: Erp, world: World
) -> None:
    why = {"account": DEBTOR, "reason": "Agreed with sales."}
    now = checked(erp, "setCreditLimit", {**why, "currency": "EUR", "amount": "500.00"}).json
    assert now["lines"][0]["own_limit"] == "500.00"
    open_there = now["lines"][0]["open"]
    told = {
        "account": DEBTOR,
        "orders": [{"id": "SO-1", "amount": "480.00", "currency": "EUR"}],
    }
    assert checked(erp, "tellOpenOrders", told).status == 200
    assert checked(erp, "tellOpenOrders", told).json["orders"][0]["amount"] == "480.00"
    assert world.events.count("limit.exceeded") == 1
    (line,) = checked(erp, "getCredit", account=DEBTOR).json["lines"]
    assert (line["exceeded"], line["orders"], line["open"]) == (True, "480.00", open_there)
    cover = {
        **why,
        "kind": "insured",
        "currency": "EUR",
        "amount": "5000.00",
        "insurer": "Beispiel Versicherung",
    }
    (line,) = checked(erp, "setCreditLimit", {**cover, "valid_until": "2027-01-31"}).json["lines"]
    assert (line["limit"], line["insured"], line["exceeded"]) == ("500.00", "5000.00", True)
    sums = {"limit_is": "sum"}
    assert checked(erp, "putCreditRules", sums).json["limit_is"] == "sum"
    (line,) = checked(erp, "getCredit", account=DEBTOR).json["lines"]
    assert (line["limit"], line["exceeded"]) == ("5500.00", False)
    assert checked(
        erp, "setCreditLimit", {**why, "kind": "insured", "currency": "EUR", "amount": None}
    ).json["lines"][0]["exceeded"]
    done = {"account": DEBTOR, "orders": [], "all": True}
    assert checked(erp, "tellOpenOrders", done).json["orders"] == []
    assert checked(erp, "listOpenOrders", account=DEBTOR).json["orders"] == []


def test_orders_wait_on_a_persons_word_and_the_erp_asks_whose(erp: Erp, world: World) -> None:
    block = {"account": DEBTOR, "blocked": True, "reason": "Signs of fraud."}
    assert checked(erp, "setOrderBlock", block).json["blocked"] is True
    (item,) = checked(erp, "listOrderBlocks").json["items"]
    assert item["account"] == DEBTOR
    assert item["block"]["reasons"] == [{"kind": "manual", "facts": {}}]
    assert item["block"]["reason"] == "Signs of fraud."
    first = checked(erp, "listOrderBlocks", limit="1").json
    assert first["after"] == DEBTOR
    assert checked(erp, "listOrderBlocks", after=DEBTOR).json == {"items": [], "after": None}
    release = {"account": DEBTOR, "blocked": False, "reason": "It was a mistake."}
    assert checked(erp, "setOrderBlock", release).json["blocked"] is False
    assert pointed(checked(erp, "setOrderBlock", release))[:2] == (409, "not-blocked")
    wrong = {**block, "until": "2020-01-01"}
    assert pointed(checked(erp, "setOrderBlock", wrong))[:2] == (400, "block-day-not-valid")
    assert checked(erp, "setOrderBlock", {**block, "account": "nobody"}).status == 404


def test_a_limit_is_proposed_and_agreed(erp: Erp) -> None:
    made = checked(erp, "proposeCreditLimit", {"account": DEBTOR, "currency": "EUR"}).json
    assert made["inputs"]["invoices"] == 1
    decision = {"account": DEBTOR, "proposal": made["id"], "agree": True, "reason": "It fits."}
    now = checked(erp, "decideCredit", decision).json
    assert now["lines"][0]["own_limit"] == made["amount"]
    again = checked(erp, "decideCredit", decision)
    assert pointed(again)[:2] == (404, "limit-proposal-unknown")
    none = checked(erp, "proposeCreditLimit", {"account": DEBTOR, "currency": "USD"})
    assert pointed(none)[:2] == (409, "nothing-to-propose")


def test_rules_come_back_as_they_were_sent_and_faults_are_pointed_at(erp: Erp) -> None:
    operation = next(one for one in OPERATIONS if one.id == "putCreditRules")
    assert checked(erp, "putCreditRules", operation.body_example).json == operation.body_example
    assert checked(erp, "getCreditRules").json == operation.body_example
    bad = {"block": {"overdue": {"days": 30}}}
    assert pointed(checked(erp, "putCreditRules", bad)) == (
        400,
        "credit-rules-not-valid",
        "/block/overdue",
    )
    why = {"account": DEBTOR, "agree": True, "reason": "So."}
    none = checked(erp, "decideCredit", {**why, "proposal": "terms"})
    assert pointed(none)[:2] == (409, "no-terms-proposed")
