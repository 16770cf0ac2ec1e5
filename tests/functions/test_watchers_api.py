"""Watchers and the list of the morning over the API, through the bus and the queue of mail."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.remind import app as remind
from functions.worklist import app as worklist
from saldo.adapters.aws.bus import detail_of
from saldo.clock import FixedClock
from saldo.codec import encode
from saldo.edge.v1.operations import OPERATIONS
from saldo.events import Event
from saldo.people.model import Grant, User, UserEmail, email_hash
from saldo.store import EVER, Put, fed
from tests.books import ListQueue, Postbox
from tests.functions.apigw import Context
from tests.functions.erp import Erp, World, refusal
from tests.functions.sqs import sqs_event
from tests.functions.test_ingest_openapi import pointer, schema_validator

ANNA = "anna@seller.example"


@pytest.fixture
def world(clock: FixedClock) -> World:
    made = World(clock)
    made.services.__dict__["watch_queue"] = ListQueue()
    made.services.__dict__["mailer"] = Postbox()
    return made


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def checked(erp: Erp, name: str, body: Any = None, **query: str) -> Any:
    """Call an operation and hold the answer against its schema."""
    operation = next(one for one in OPERATIONS if one.id == name)
    answer = erp.call(operation.method, operation.path, body, query or None)
    assert answer.status == 200, answer.text
    at = ("paths", operation.path, operation.method.lower(), "responses", "200", "content")
    schema_validator(pointer(*at, "application/json", "schema")).validate(answer.json)
    return answer.json


def test_a_watcher_is_named_told_and_ended(world: World, erp: Erp) -> None:
    lawyer = {"account": "D-1", "email": "kanzlei@law.example", "why": "lawyer", "pace": "at-once"}
    made = checked(erp, "watchCase", lawyer)
    assert checked(erp, "watchCase", lawyer) == made
    assert checked(erp, "listWatchers", account="D-1")["items"] == [made]
    world.clock.advance(timedelta(minutes=1))
    erp.call("POST", "/v1/disputes", dispute())
    mails = told(world)
    assert [mail.to_address for mail in mails] == ["kanzlei@law.example"]
    assert told(world) == [], "heard twice, told once"
    ended = checked(erp, "endWatch", {"account": "D-1", "id": made["id"]})
    assert ended["ended"] == "person"
    assert checked(erp, "listWatchers", account="D-1")["items"] == []
    assert {"watcher.added", "watcher.ended"} <= set(world.events)


def test_what_cannot_be_watched_is_refused(erp: Erp) -> None:
    wrong = {"account": "D-1", "email": "a@b.example", "why": "lawyer", "kind": "dispute"}
    assert refusal(erp.call("POST", "/v1/watchers", wrong))[:2] == (400, "watcher-not-valid")
    nobody = {**wrong, "kind": "account", "account": "D-9"}
    assert refusal(erp.call("POST", "/v1/watchers", nobody))[:2] == (404, "account-unknown")
    assert refusal(erp.call("POST", "/v1/watchers/end", {"account": "D-1", "id": "x"}))[:2] == (
        404,
        "watcher-unknown",
    )


def test_somebody_gets_their_list_in_the_morning(world: World, erp: Erp) -> None:
    user = User(
        "sub-1", ANNA, "Anna", "en", "active", (Grant("musterwerk", "collector"),), version=1
    )
    world.services.store.commit([Put(user), Put(UserEmail(email_hash(ANNA), user.id))])
    assert checked(erp, "setMorning", {"person": ANNA, "on": True}) == {"person": ANNA, "on": True}
    stranger = {"person": "b@seller.example", "on": True}
    assert refusal(erp.call("PUT", "/v1/work/mornings", stranger))[:2] == (400, "not-a-colleague")
    erp.call("PUT", "/v1/desks", {"account": "D-1", "collector": ANNA})
    erp.call("POST", "/v1/disputes", dispute())
    told(world)
    world.clock.advance(timedelta(days=2))  # a Monday
    assert worklist.sweep({}, None)["mails"] == 1
    (mail,) = sent(world)
    assert (mail.to_address, mail.subject) == (ANNA, "Your list this morning: 1 item")


def dispute() -> dict[str, Any]:
    return {
        "invoice": "2026/0815",
        "id": "D-7",
        "reason": "quantity",
        "text": "Two pieces were missing.",
    }


def told(world: World) -> list[Any]:
    """Hand every event to the function, as the bus does, and its jobs to the sender."""
    store = world.services.store
    events = [one for page in fed(store, Event, "musterwerk", *EVER, limit=100) for one in page]
    bodies = [json.dumps({"detail-type": one.type, "detail": detail_of(one)}) for one in events]
    for at in range(0, len(bodies), 10):
        assert worklist.hear(sqs_event(*bodies[at : at + 10]), None) == {"batchItemFailures": []}
    return sent(world)


def sent(world: World) -> list[Any]:
    postbox = world.services.mailer
    assert isinstance(postbox, Postbox)
    before = len(postbox.mails)
    jobs = world.services.watch_queue.take()  # type: ignore[attr-defined]  # a list of this test
    for job in jobs:
        answer = remind.send(sqs_event(json.dumps(encode(job))), Context())
        assert answer == {"batchItemFailures": []}
    return postbox.mails[before:]
