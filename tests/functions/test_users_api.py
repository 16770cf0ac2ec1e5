"""A directory keeps a creditor's people by the API; nothing elsewhere is its to change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from saldo.accounts.model import Creditor
from saldo.clock import FixedClock
from saldo.edge.v1.operations_people import PEOPLE_OPERATIONS, PERSON
from saldo.people.model import Grant
from tests.functions.erp import Erp, World, refusal
from tests.functions.test_ingest_openapi import pointer, schema_validator

CLARA = "clara@example.com"
INVITED = {"email": CLARA, "name": "Clara", "role": "collector"}


@pytest.fixture
def world() -> World:
    return World(FixedClock(datetime(2026, 11, 21, 9, tzinfo=UTC)))


@pytest.fixture
def erp(world: World) -> Erp:
    return world.erp()


def order(erp: Erp, what: str, **body: Any) -> Any:
    return erp.call("POST", f"/v1/users/{what}", {"email": CLARA, **body})


def test_somebody_is_invited_given_another_role_and_let_go(world: World, erp: Erp) -> None:
    answer = erp.call("POST", "/v1/users", INVITED)
    assert answer.status == 201
    assert (answer.json["state"], answer.json["role"]) == ("invited", "collector")
    queue: Any = world.services.person_queue
    assert [job.kind for job in queue.take()] == ["invitation"]
    answer = order(erp, "grant", role="sales", branches=["Kiel"])
    assert (answer.json["role"], answer.json["branches"]) == ("sales", ["Kiel"])
    assert [one["email"] for one in erp.get("/v1/users").json["items"]] == [CLARA]
    assert order(erp, "disable").json["state"] == "disabled"
    assert order(erp, "enable").json["state"] == "invited"
    assert order(erp, "revoke").json["role"] is None
    assert erp.get("/v1/users").json["items"] == []
    assert world.events.count("user.changed") == 5


def test_the_invitation_can_be_sent_again_and_the_app_taken_away(world: World, erp: Erp) -> None:
    erp.call("POST", "/v1/users", INVITED)
    assert order(erp, "invite-again").status == 200
    assert order(erp, "forget-app").status == 200
    queue: Any = world.services.person_queue
    assert len(queue.take()) == 2


def test_the_key_is_told_as_who_did_it(world: World, erp: Erp) -> None:
    erp.call("POST", "/v1/users", INVITED)
    told = [row.data["by"] for row in world.commits if getattr(row, "type", "") == "user.changed"]
    assert told == ["key:ERP"]


def test_what_cannot_be_is_refused(erp: Erp) -> None:
    assert refusal(erp.call("POST", "/v1/users", {**INVITED, "role": "king"})) == (
        400,
        "field-not-valid",
        "/role",
    )
    assert refusal(erp.call("POST", "/v1/users", {**INVITED, "email": "clara"}))[1] == (
        "address-not-readable"
    )
    assert refusal(order(erp, "disable"))[:2] == (404, "person-unknown")
    erp.call("POST", "/v1/users", INVITED)
    assert refusal(erp.call("POST", "/v1/users", INVITED))[:2] == (409, "person-exists")


def test_the_last_owner_cannot_be_removed_by_a_key(erp: Erp) -> None:
    erp.call("POST", "/v1/users", {**INVITED, "role": "owner"})
    assert refusal(order(erp, "revoke"))[:2] == (409, "last-owner")
    assert refusal(order(erp, "grant", role="sales"))[:2] == (409, "last-owner")


def test_another_creditors_people_are_not_seen_and_not_touched(world: World, erp: Erp) -> None:
    other = world.erp("leasing", name="Leasing")
    erp.call("POST", "/v1/users", INVITED)
    assert other.get("/v1/users").json["items"] == []
    for what in ("disable", "enable", "forget-app", "invite-again"):
        assert refusal(order(other, what))[:2] == (404, "person-unknown")
    # Giving a known person a role of one's own is not disabling them elsewhere.
    assert order(other, "grant", role="auditor").json["role"] == "auditor"
    assert refusal(order(other, "disable"))[:2] == (403, "works-elsewhere")
    assert erp.get("/v1/users").json["items"][0]["role"] == "collector"


def test_the_installations_own_people_are_seen_and_not_touched(world: World, erp: Erp) -> None:
    users = world.services.users
    users.add("root", "root@example.com", "Root", grants=[Grant("*", "owner")], by="cli")
    (seen,) = erp.get("/v1/users").json["items"]
    assert seen["email"] == "root@example.com"
    body = {"email": "root@example.com"}
    assert refusal(erp.call("POST", "/v1/users/disable", body))[:2] == (404, "person-unknown")


def test_a_key_without_the_scope_sees_nobody(world: World) -> None:
    weak = world.erp(scopes=["accounts:read"])
    for path in ("/v1/users", "/v1/approvals"):
        assert refusal(weak.get(path))[:2] == (403, "scope-missing")
    assert world.services.store.get(Creditor, "musterwerk") is not None


def test_every_answer_is_as_its_schema_says(world: World, erp: Erp) -> None:
    """Each operation is called with its own example."""
    for operation in PEOPLE_OPERATIONS:
        if operation.id == "revokeRole":
            continue  # last: nobody is left to act on
        answer = erp.call(operation.method, operation.path, operation.body_example)
        assert answer.status == operation.replies[0].status, (operation.id, answer.text)
        place = ("paths", operation.path, operation.method.lower(), "responses")
        kind = ("content", "application/json", "schema")
        schema_validator(pointer(*place, str(answer.status), *kind)).validate(answer.json)
    assert order(erp, "revoke", email=PERSON["email"]).status == 200


def test_limits_are_set_and_taken_away(world: World, erp: Erp) -> None:
    path = "/v1/approvals/limits"
    nobody = {"write_off": None, "refund": None, "credit_limit": None}
    assert erp.get(path).json == nobody
    limits = {"write_off": "50.00", "refund": "0", "credit_limit": "9000"}
    kept = {"write_off": "50.00", "refund": "0.00", "credit_limit": "9000.00"}
    assert erp.put(path, limits).json == kept
    assert erp.put(path, {"write_off": "50.00", "refund": "0"}).json == kept
    assert refusal(erp.put(path, {**limits, "refund": "-1"}))[0] == 400
    assert refusal(erp.put(path, {**limits, "refund": "1.005"}))[1] == "amount-too-precise"
    assert erp.put(path, {"write_off": None, "refund": None}).json == erp.get(path).json
