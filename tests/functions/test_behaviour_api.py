"""How accounts pay, over the API: one, and those that stand out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account
from saldo.clock import FixedClock
from saldo.edge.v1.operations import OPERATIONS
from saldo.risk.sheet import BehaviourSheet, StandingOut
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


def test_a_new_account_is_told_of_too(erp: Erp) -> None:
    found = checked(erp, "getBehaviour", account="D-1")
    assert found["sentence"] == "Has not paid an invoice yet."
    assert (found["trend"], found["days_mean"], found["months"]) == ("unknown", None, [])
    german = checked(erp, "getBehaviour", account="D-1", language="de")
    assert german["sentence"] == "Hat noch keine Rechnung bezahlt."


def test_what_nothing_changed_is_told_as_of_today(
    erp: Erp, world: World, clock: FixedClock
) -> None:
    """The last twelve months are those before today, not those before somebody looked last."""
    world.services.behaviour_keeper.refresh("musterwerk", "D-1")
    clock.advance(timedelta(days=40))
    assert not world.services.behaviour_keeper.refresh("musterwerk", "D-1")
    found = checked(erp, "getBehaviour", account="D-1")
    assert found["as_of"] == clock.now().date().isoformat()


def test_accounts_that_pay_later_are_listed_page_by_page(erp: Erp, world: World) -> None:
    store = world.services.store
    account = store.get(Account, "musterwerk", "D-1")
    assert account is not None
    world.services.behaviour_keeper.refresh("musterwerk", "D-1")
    sheet = store.get(BehaviourSheet, "musterwerk", "D-1")
    assert sheet is not None
    store.commit([Put(StandingOut("musterwerk", "worse", number)) for number in ("D-0", "D-1")])
    first = checked(erp, "listBehaviour", limit="1")
    assert (first["items"], first["after"]) == ([], "D-0")  # this one is gone meanwhile
    second = checked(erp, "listBehaviour", limit="1", after="D-0")
    assert [one["account"] for one in second["items"]] == ["D-1"]
    assert second["after"] is None
    assert checked(erp, "listBehaviour", why="exception")["items"] == []


def test_what_is_not_known_is_refused(erp: Erp) -> None:
    assert pointed(erp.get("/v1/behaviour", account="404"))[:2] == (404, "account-unknown")
    assert erp.get("/v1/behaviour").status == 400
    assert erp.get("/v1/behaviour/list", why="sometimes").status == 400
