"""Next best steps, effects, suggestions and comparisons by lot, over the API."""

from __future__ import annotations

from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.edge.v1.operations import OPERATIONS
from saldo.steps.model import DrawSheet
from saldo.steps.tally import Result, one, summed
from saldo.store import Put
from tests.functions.erp import Erp, World
from tests.functions.erp import refusal as pointed
from tests.functions.test_ingest_openapi import pointer, schema_validator


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
    answer = erp.call(operation.method, operation.path, body, query)
    assert answer.status == 200, answer.text
    place = ("responses", "200", "content", "application/json", "schema")
    schema_validator(pointer("paths", operation.path, operation.method.lower(), *place)).validate(
        answer.json
    )
    return answer.json


def same(count: int) -> list[int]:
    return summed(one(Result(100 + n % 3, (14, 30))) for n in range(count)).numbers()


def learnt(world: World) -> None:
    """A comparison told that a friendly stage does nothing, and a night went over it."""
    services = world.services
    policy = services.accounts.creditor("musterwerk").policy
    stage = services.policies.named("musterwerk", policy, services.clock.now().date()).stages[0]
    name = f"{policy}:1:{stage.message}|{stage.channels[0]}"
    arms = {f"{name}|sent": same(200), f"{name}|held-out": same(100)}
    services.store.commit([Put(DrawSheet("musterwerk", "T1", arms, 1))])
    owner = services.accounts.creditor("musterwerk")
    services.step_nights.refresh_creditor(owner, services.clock.now().date())


def test_an_account_has_a_next_step_that_says_what_is_known_of_it(erp: Erp, world: World) -> None:
    assert checked(erp, "getNextStep", account="D-1")["best"] is None
    world.services.step_keeper.refresh("musterwerk", "D-1")
    found = checked(erp, "getNextStep", account="D-1")
    assert (found["best"]["kind"], found["best"]["basis"]) == ("notice", "not-known")
    assert found["best"]["says"] == "Send the planned notice: effect not known, no cases"
    assert {c["kind"] for c in found["candidates"]} == {"notice", "call", "wait"}
    assert pointed(erp.get("/v1/steps", account="D-99"))[:2] == (404, "account-unknown")


def test_a_suggestion_is_tried_and_agreed_to_once(erp: Erp, world: World) -> None:
    assert checked(erp, "listEffects") == {"comparison": None, "effects": [], "correlations": []}
    learnt(world)
    (effect,) = checked(erp, "listEffects")["effects"]
    assert (effect["verdict"], effect["sent"], effect["waited"]) == ("none", 200, 100)
    (found,) = checked(erp, "listSuggestions")["items"]
    assert (found["kind"], found["basis"], found["state"]) == ("skip-stage", "effect", "open")
    tried = checked(erp, "previewSuggestion", id=found["id"])
    assert tried["instead_of"] == found["policy"]
    body = {"id": found["id"], "decision": "accept"}
    done = checked(erp, "decideSuggestion", body)
    assert (done["state"], done["made_version"]) == ("accepted", 1)
    assert world.services.accounts.creditor("musterwerk").policy == done["made_policy"]
    again = erp.call("POST", "/v1/steps/suggestions", body, {})
    assert pointed(again)[:2] == (409, "suggestion-decided")
    gone = erp.call("POST", "/v1/steps/suggestions", {**body, "id": "none"}, {})
    assert pointed(gone)[:2] == (404, "suggestion-unknown")


def test_a_comparison_is_begun_and_ended_and_money_has_its_price(erp: Erp) -> None:
    assert checked(erp, "getHoldOut") == {
        "running": None,
        "cost_of_money": {},
        "assumed_cost": "8.00",
    }
    begun = checked(
        erp, "setHoldOut", {"share_percent": 10, "cost_of_money": {"EUR": "6.50", "JPY": "2.00"}}
    )
    assert begun["running"]["share_percent"] == 10
    assert begun["cost_of_money"] == {"EUR": "6.50", "JPY": "2.00"}
    assert checked(erp, "setHoldOut", {"share_percent": 10}) == begun
    other = checked(erp, "setHoldOut", {"share_percent": 5, "delay_days": 14})
    assert other["running"]["id"] != begun["running"]["id"]
    assert checked(erp, "setHoldOut", {"share_percent": 0})["running"] is None
    wrong = erp.call("POST", "/v1/steps/hold-out", {"share_percent": 21}, {})
    assert pointed(wrong)[0] in {400, 422}
    money = erp.call("POST", "/v1/steps/hold-out", {"cost_of_money": {"XXX": "1.00"}}, {})
    assert pointed(money)[1] == "unknown-currency"
