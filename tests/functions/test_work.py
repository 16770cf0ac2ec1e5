"""The work list over the API and through its own function: made, done, put off, handed over."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.worklist import app as worklist
from saldo.adapters.aws.bus import detail_of
from saldo.clock import FixedClock
from saldo.edge.v1.operations import OPERATIONS
from saldo.events import Event
from saldo.store import EVER, fed
from saldo.threads.service import Words
from tests.functions.apigw import Answer
from tests.functions.erp import Erp, World
from tests.functions.erp import refusal as pointed
from tests.functions.sqs import sqs_event
from tests.functions.test_ingest_openapi import pointer, schema_validator

ANNA, BEN = "anna@seller.example", "ben@seller.example"


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def refusal(answer: Answer) -> tuple[Any, ...]:
    return pointed(answer)[:2]


def told(world: World) -> dict[str, Any]:
    """Hand every event so far to the function, as the bus and its queue do."""
    store = world.services.store
    events = [one for page in fed(store, Event, "musterwerk", *EVER, limit=100) for one in page]
    bodies = [json.dumps({"detail-type": one.type, "detail": detail_of(one)}) for one in events]
    answer = worklist.hear(sqs_event(*bodies), None)
    assert answer == {"batchItemFailures": []}
    return answer


def ask(world: World, id_: str = "Q-1") -> None:
    creditor = next(iter(world.services.accounts.creditors()))
    world.services.threads.ask(creditor, "D-1", Words(id_, "Which?", "payer"), "link")


def checked(erp: Erp, name: str, body: Any = None, **query: str) -> Any:
    """Call an operation and hold the answer against its schema."""
    operation = next(one for one in OPERATIONS if one.id == name)
    answer = erp.call(operation.method, operation.path, body, query)
    assert answer.status in [reply.status for reply in operation.replies], answer.text
    place = (
        "paths",
        operation.path,
        operation.method.lower(),
        "responses",
        str(answer.status),
        "content",
        "application/json",
        "schema",
    )
    schema_validator(pointer(*place)).validate(answer.json)
    return answer.json


def test_a_question_is_on_the_list_once_the_bus_told_of_it(erp: Erp, world: World) -> None:
    ask(world)
    assert erp.get("/v1/work").json["items"] == []
    told(world)
    told(world)  # the bus tells at least once
    (item,) = checked(erp, "listWork")["items"]
    assert (item["kind"], item["account"], item["next"]) == ("question", "D-1", "answer")
    place = {"account": "D-1", "item": item["item"]}
    assert checked(erp, "listWork", account="D-1")["items"][0]["item"] == item["item"]
    assert refusal(erp.get("/v1/work", account="404")) == (404, "account-unknown")
    until = (world.clock.now() + timedelta(days=3)).date().isoformat()
    later = checked(erp, "snoozeWork", {**place, "until": until, "reason": "Holiday"})
    assert (later["state"], later["by"]) == ("snoozed", "ERP")
    assert erp.get("/v1/work").json["items"] == []
    assert checked(erp, "listWork", later="true")["items"][0]["item"] == item["item"]
    world.clock.advance(timedelta(days=3))
    assert worklist.sweep({}, None) == {"changed": 1, "busy": 0, "mails": 0}
    given = checked(erp, "assignWork", {**place, "to": BEN})
    assert (given["holder"], given["assigned_to"]) == (BEN, BEN)
    assert erp.get("/v1/work").json["items"] == []
    assert len(checked(erp, "listWork", holder=BEN, kind="question")["items"]) == 1
    closed = checked(erp, "closeWork", {**place, "outcome": "not-needed"})
    assert closed["outcome"] == "not-needed"
    again = erp.call("POST", "/v1/work/done", place)
    assert refusal(again) == (404, "work-item-unknown")


def test_the_list_goes_to_the_colleague_for_the_holidays(erp: Erp, world: World) -> None:
    ask(world)
    checked(erp, "putDesk", {"account": "D-1", "collector": ANNA, "branch": "North"})
    told(world)
    assert len(checked(erp, "listWork", holder=ANNA)["items"]) == 1
    assert checked(erp, "listWork", holder=BEN)["items"] == []
    today = world.clock.now().date()
    days = {"first": today.isoformat(), "last": (today + timedelta(days=2)).isoformat()}
    order = {"collector": ANNA, "cover": BEN, **days}
    absence = checked(erp, "handWorkOver", order)
    assert checked(erp, "handWorkOver", order) == absence
    assert refusal(erp.call("POST", "/v1/work/hand-over", {**order, "cover": "c@d.example"})) == (
        409,
        "absence-overlaps",
    )
    assert len(checked(erp, "listWork", holder=BEN)["items"]) == 1
    world.clock.advance(timedelta(days=3))
    assert checked(erp, "listWork", holder=BEN)["items"] == []
    assert refusal(erp.call("POST", "/v1/work/hand-over/end", {"id": "nobody"})) == (
        404,
        "absence-unknown",
    )
    checked(erp, "endHandOver", {"id": absence["id"]})


def test_a_team_sees_its_lists_and_targets(erp: Erp, world: World) -> None:
    ask(world)
    told(world)
    target = checked(
        erp,
        "setTarget",
        {"person": ANNA, "calls_day": 12, "promised_week": "5000.00", "currency": "EUR"},
    )
    assert target["promised_week"] == "5000.00"
    team = checked(erp, "getTeam")
    assert team["lists"] == [{"holder": "~", "now": {"question": 1}, "later": 0}]
    assert [one["person"] for one in team["people"]] == [ANNA]
    wrong = {"person": ANNA, "promised_week": "1.00"}
    assert refusal(erp.call("PUT", "/v1/work/targets", wrong)) == (400, "field-missing")


def test_rules_say_who_looks_after_accounts(erp: Erp, world: World) -> None:
    ask(world)
    told(world)
    rules = {"rules": [{"when": {"letter": "A-C"}, "collector": ANNA}, {"collector": BEN}]}
    kept = checked(erp, "putDeskRules", rules)
    assert kept == checked(erp, "getDeskRules")
    assert checked(erp, "getDesk", account="D-1")["collector"] == ANNA
    assert checked(erp, "getDesk", account="~")["collector"] == BEN
    told(world)
    assert len(checked(erp, "listWork", holder=ANNA)["items"]) == 1
    wrong = {"rules": [{"when": {"shoe": "42"}, "collector": ANNA}]}
    assert refusal(erp.call("PUT", "/v1/desks/rules", wrong)) == (400, "desk-rules-not-valid")
    assert refusal(erp.get("/v1/desks", account="404")) == (404, "account-unknown")


def test_notes_are_kept_with_the_account(erp: Erp) -> None:
    note = {"account": "D-1", "id": "N-1", "text": "Ask for Frau Muster.", "invoice": "2026/0815"}
    made = checked(erp, "addNote", note)
    assert erp.call("POST", "/v1/notes", note).status == 200
    other = {**note, "text": "Something else."}
    assert refusal(erp.call("POST", "/v1/notes", other)) == (409, "note-differs")
    checked(erp, "addNote", {"account": "D-1", "id": "N-2", "text": "Second"})
    pinned = checked(erp, "pinNote", {"account": "D-1", "id": "N-1", "pinned": True})
    assert pinned == {**made, "pinned": True}
    found = checked(erp, "listNotes", account="D-1")["items"]
    assert [one["id"] for one in found] == ["N-1", "N-2"]
    unknown = {"account": "D-1", "id": "N-9", "pinned": True}
    assert refusal(erp.call("POST", "/v1/notes/pin", unknown)) == (404, "note-unknown")


def test_calls_are_kept_with_the_account(erp: Erp, world: World) -> None:
    call = {"account": "D-1", "id": "C-1", "outcome": "no-answer", "number": "+49 30 901820"}
    made = checked(erp, "logCall", call)
    assert (made["by"], made["direction"]) == ("ERP", "out")
    assert erp.call("POST", "/v1/calls", call).status == 200
    assert checked(erp, "listCalls", account="D-1")["items"] == [made]
    ahead = (world.clock.now() + timedelta(hours=1)).isoformat()
    later = {**call, "id": "C-2", "at": ahead}
    assert refusal(erp.call("POST", "/v1/calls", later)) == (400, "call-not-valid")
    strange = {**call, "id": "C-3", "task": "T-404"}
    assert refusal(erp.call("POST", "/v1/calls", strange)) == (404, "task-unknown")
    assert world.events.count("call.logged") == 1


def test_a_message_that_is_no_event_is_put_aside(erp: Erp, world: World) -> None:
    class Put:
        def __init__(self) -> None:
            self.kept: list[tuple[str, str]] = []

        def put(self, body: str, reason: str) -> None:
            self.kept.append((body, reason))

    letters = Put()
    world.services.__dict__["dead_letters"] = lambda url: letters
    answer = worklist.hear(sqs_event("{}", json.dumps({"detail": {"type": "x"}})), None)
    assert answer == {"batchItemFailures": []}
    assert len(letters.kept) == 2


def test_a_whole_batch_about_one_account_is_one_look_at_it(erp: Erp, world: World) -> None:
    for n in range(5):
        ask(world, f"Q-{n}")
        world.clock.advance(timedelta(minutes=1))
    looks = []
    keeper = world.services.work_keeper
    derive = keeper.derive
    keeper.derive = lambda *place: looks.append(place) or derive(*place)  # type: ignore[method-assign,func-returns-value]
    told(world)
    assert looks.count(("musterwerk", "D-1")) == 1
    assert len(erp.get("/v1/work").json["items"]) == 1


def test_a_creditor_counts_in_its_own_way(erp: Erp, world: World) -> None:
    ask(world)
    told(world)
    usual = checked(erp, "getWorkRules")
    assert (usual["points"]["question"], usual["back_after_days"]["question"]) == (50, 14)
    before = world.services.work_list.of("musterwerk", "D-1")[0].points
    kept = checked(erp, "putWorkRules", {"points": {"question": 90}})
    assert kept["points"]["question"] == 90
    told(world)
    assert world.services.work_list.of("musterwerk", "D-1")[0].points == before + 40
    for wrong in ({"points": {"tea": 1}}, {"back_after_days": {"question": 0}}):
        refused = erp.call("PUT", "/v1/work/rules", wrong)
        assert refusal(refused) == (400, "work-rules-not-valid")
