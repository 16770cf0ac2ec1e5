"""Files of rows through the API and the queue: mapped, sent, taken, reported."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest

from functions.imports import app as imports
from functions.intake import app as intake
from saldo.adapters.memory.bay import MemoryBay
from saldo.adapters.memory.files import MemoryFiles
from saldo.clock import FixedClock
from saldo.events import Event
from saldo.files.model import FilesBusy
from saldo.imports.model import ImportJob
from saldo.wiring import install
from saldo_cli.memory_queues import DeadLetterBox
from tests.books import ListQueue
from tests.functions.apigw import Answer
from tests.functions.erp import Erp, World
from tests.functions.sqs import sqs_event
from tests.functions.test_ingest_openapi import pointer, schema_validator
from tests.functions.test_intake import told
from tests.imported import MAPPING, table

GOOD = ("RE-1", "10001", "Beispiel AG", "01.10.2026", "15.10.2026", "1.190,00")
BAD = ("RE-2", "10001", "Beispiel AG", "31.02.2026", "15.10.2026", "1,00")


@pytest.fixture
def world(clock: FixedClock) -> World:
    world = World(clock)
    world.services.__dict__["import_queue"] = ListQueue()
    world.services.__dict__["document_queue"] = PassedOn()
    world.services.__dict__["file_store"] = MemoryFiles()
    world.services.__dict__["dead_letters"] = lambda _url: DeadLetterBox()
    install(world.services)
    return world


@pytest.fixture
def erp(world: World) -> Erp:
    return world.erp()


def checked(answer: Answer, path: str, method: str) -> Answer:
    """Hold an answer against the API's own description."""
    place = ("paths", path, method, "responses", str(answer.status), "content")
    if answer.status < 300:
        schema_validator(pointer(*place, "application/json", "schema")).validate(answer.json)
    return answer


class PassedOn:
    """The queue of files that came in."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def pass_on(self, body: dict[str, Any]) -> None:
        self.bodies.append(body)


def put(erp: Erp, data: Any, source: str = "erp") -> Answer:
    path = "/v1/mappings/{source}"
    return checked(erp.call("PUT", path, data, path={"source": source}), path, "put")


def run(world: World) -> None:
    """Let the queue run dry."""
    queue = world.services.import_queue
    assert isinstance(queue, ListQueue)
    while jobs := queue.take():
        for job in jobs:
            event = sqs_event({"creditor": job.creditor, "id": job.id})
            assert imports.step(event, None) == {"batchItemFailures": []}
    passed = world.services.document_queue
    assert isinstance(passed, PassedOn)
    assert intake.files(sqs_event(*passed.bodies), None) == {"batchItemFailures": []}
    passed.bodies.clear()


def show(erp: Erp, id_: str, tail: str = "", **query: str) -> Answer:
    return erp.call("GET", f"/v1/imports/{{import_id}}{tail}", query=query, path={"import_id": id_})


def test_a_file_sent_to_the_api_is_taken_row_by_row(erp: Erp, world: World) -> None:
    assert put(erp, MAPPING).status == 201
    headers = {"Content-Type": "text/csv"}
    sent = erp.call(
        "POST",
        "/v1/documents",
        table(GOOD, BAD),
        {"name": "op.csv", "source": "erp"},
        headers=headers,
    )
    assert (sent.json["state"], sent.json["kind"]) == ("working", "table")
    run(world)
    path = "/v1/imports/{import_id}"
    told = checked(show(erp, sent.json["ref"]), path, "get").json
    assert told["state"] == "done"
    assert (told["counts"]["taken"], told["counts"]["refused"]) == (1, 1)
    assert erp.get("/v1/invoices", number="RE-1").json["open"] == "1190.00"
    report = show(erp, told["id"], "/report", only="refused").body.decode("utf-8-sig")
    assert report.splitlines()[1].startswith("3,refused,invoice,RE-2,day-not-readable,")
    assert len(report.splitlines()) == 2
    assert [one["id"] for one in erp.get("/v1/imports").json["items"]] == [told["id"]]


def send(erp: Erp, *rows: tuple[str, ...], name: str = "op.csv") -> dict[str, Any]:
    headers = {"Content-Type": "text/csv"}
    query = {"name": name, "source": "erp"}
    answer = erp.call("POST", "/v1/documents", table(*rows), query, headers=headers)
    assert answer.status in (200, 201), answer.json
    found: dict[str, Any] = answer.json
    return found


def receipt_of(erp: Erp, id_: str) -> dict[str, Any]:
    path = "/v1/uploads/{upload_id}"
    shown: dict[str, Any] = erp.call("GET", path, path={"upload_id": id_}).json
    return shown


def test_the_receipt_says_what_became_of_the_rows_once_they_are_taken(
    erp: Erp, world: World
) -> None:
    put(erp, MAPPING)
    some, all_, none = send(erp, GOOD, BAD), send(erp, GOOD), send(erp, BAD)
    assert {one["state"] for one in (some, all_, none)} == {"working"}
    run(world)
    told = {one["id"]: receipt_of(erp, one["id"]) for one in (some, all_, none)}
    assert [(one["state"], one["code"]) for one in told.values()] == [
        ("partly", ""),
        ("taken", ""),
        ("refused", "rows-refused"),
    ]
    assert told[some["id"]]["found"] == {
        "rows": 2,
        "taken": 1,
        "unchanged": 0,
        "refused": 1,
        "left_out": 0,
        "accounts": 1,
    }
    judged = [
        (one.data["state"], one.data["ref"])
        for one in world.commits
        if isinstance(one, Event) and one.data.get("document") == some["id"]
    ]
    assert judged == [("working", some["ref"]), ("partly", some["ref"])]


def test_the_same_file_again_is_taken_anew_once_its_mapping_changed(erp: Erp, world: World) -> None:
    put(erp, MAPPING)
    first = send(erp, GOOD)
    assert send(erp, GOOD)["state"] == "working", "it goes on as it began"
    run(world)
    assert send(erp, GOOD)["state"] == "taken", "nothing changed: nothing is done"
    changed = copy.deepcopy(MAPPING)
    changed["fields"]["description"] = {"column": "Name"}
    put(erp, changed)
    again = send(erp, GOOD)
    assert (again["id"], again["state"]) == (first["id"], "working")
    assert again["ref"] != first["ref"]
    run(world)
    assert receipt_of(erp, first["id"])["state"] == "taken"
    assert erp.get("/v1/invoices", number="RE-1").json["description"] == "Beispiel AG"


def test_a_lost_word_of_the_end_is_found_by_the_schedule(
    erp: Erp, world: World, clock: FixedClock
) -> None:
    put(erp, MAPPING)
    sent = send(erp, GOOD)
    queue = world.services.import_queue
    assert isinstance(queue, ListQueue)
    (job,) = queue.take()
    imports.step(sqs_event({"creditor": job.creditor, "id": job.id}), None)
    assert isinstance(world.services.document_queue, PassedOn)
    world.services.document_queue.bodies.clear()
    assert intake.again({}, None) == {"tried": 0}, "not yet due"
    clock.advance(timedelta(minutes=11))
    assert intake.again({}, None) == {"tried": 1}
    assert receipt_of(erp, sent["id"])["state"] == "taken"
    assert intake.again({}, None) == {"tried": 0}


def test_a_dropped_table_lies_where_it_is_until_its_rows_are_taken(erp: Erp, world: World) -> None:
    put(erp, MAPPING)
    bay = MemoryBay()
    world.services.__dict__["bay"] = bay
    folder = "drop/musterwerk"
    here = f"{folder}/in/erp/op.csv"
    version = bay.drop(here, table(GOOD, BAD))
    intake.files(sqs_event(told(here, version)), None)
    assert set(bay.files) == {here}
    # S3 tells things twice.
    intake.files(sqs_event(told(here, version)), None)
    assert set(bay.files) == {here}
    run(world)
    done = f"{folder}/done/erp/op.csv"
    assert set(bay.files) == {done, f"{done}.report.json"}
    report = json.loads(bay.get(f"{done}.report.json") or b"")
    assert (report["state"], report["found"]["taken"], report["found"]["refused"]) == (
        "partly",
        1,
        1,
    )


def test_a_dropped_table_of_which_nothing_can_be_taken_lies_in_failed(
    erp: Erp, world: World
) -> None:
    put(erp, MAPPING)
    bay = MemoryBay()
    world.services.__dict__["bay"] = bay
    here = "drop/musterwerk/in/erp/op.csv"
    first, second = bay.drop(here, table(BAD)), bay.drop(here, table(BAD))
    intake.files(sqs_event(told(here, first)), None)
    intake.files(sqs_event(told(here, second)), None)
    run(world)
    failed = here.replace("/in/", "/failed/")
    assert not [name for name in bay.files if "/in/" in name]
    report = json.loads(bay.get(f"{failed}.report.json") or b"")
    assert (report["state"], report["code"]) == ("refused", "rows-refused")


def test_the_report_of_a_dropped_table_that_waited_is_written_anew(
    erp: Erp, world: World, clock: FixedClock
) -> None:
    bay = MemoryBay()
    world.services.__dict__["bay"] = bay
    here = "drop/musterwerk/in/erp/op.csv"
    intake.files(sqs_event(told(here, bay.drop(here, table(GOOD)))), None)
    done = here.replace("/in/", "/done/")
    assert json.loads(bay.get(f"{done}.report.json") or b"")["state"] == "waiting"
    put(erp, MAPPING)
    clock.advance(timedelta(hours=2))
    intake.again({}, None)
    run(world)
    assert json.loads(bay.get(f"{done}.report.json") or b"")["state"] == "taken"
    assert bay.get(done) == table(GOOD)


def test_a_file_waits_for_the_mapping_of_its_source(erp: Erp) -> None:
    headers = {"Content-Type": "text/csv"}
    query = {"name": "op.csv", "source": "erp"}
    sent = erp.call("POST", "/v1/documents", table(GOOD), query, headers=headers)
    assert (sent.json["state"], sent.json["code"]) == ("waiting", "mapping-unknown")


def test_a_mapping_is_versioned_and_refused_where_it_is_wrong(erp: Erp) -> None:
    assert put(erp, MAPPING).json["version"] == 1
    assert put(erp, MAPPING).status == 200
    changed = copy.deepcopy(MAPPING)
    changed["days"] = "YMD"
    assert put(erp, changed).json["version"] == 2
    path = "/v1/mappings/{source}"
    assert erp.call("GET", path, path={"source": "erp"}).json["mapping"] == changed
    assert [one["source"] for one in erp.get("/v1/mappings").json["items"]] == ["erp"]
    changed["days"] = "?"
    wrong = put(erp, changed)
    assert (wrong.status, wrong.json["code"], wrong.json["pointer"]) == (
        400,
        "mapping-not-valid",
        "/days",
    )
    assert put(erp, MAPPING, "Not A Source").json["code"] == "source-not-valid"
    assert erp.call("GET", path, path={"source": "none"}).status == 404


def test_an_import_without_a_report_says_so(erp: Erp, world: World) -> None:
    put(erp, MAPPING)
    begun = world.services.imports.begin("musterwerk", "erp", "op.csv", table(GOOD), "ERP")
    assert show(erp, begun.id).json["state"] == "waiting"
    assert show(erp, begun.id, "/report").json["code"] == "report-missing"
    assert show(erp, "nothing").status == 404


def test_a_message_that_is_no_job_is_put_aside(world: World) -> None:
    box = DeadLetterBox()
    world.services.__dict__["dead_letters"] = lambda _url: box
    assert imports.step(sqs_event({"hello": 1}), None) == {"batchItemFailures": []}
    assert "no job of an import" in box.messages[0][1]


def test_a_busy_import_is_tried_again(erp: Erp, world: World) -> None:
    put(erp, MAPPING)
    begun = world.services.imports.begin("musterwerk", "erp", "op.csv", table(GOOD), "ERP")
    held = world.services.imports._hold(begun)
    job = ImportJob(held.creditor, held.id)
    answer = imports.step(sqs_event({"creditor": job.creditor, "id": job.id}), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


def broken(world: World, monkeypatch: pytest.MonkeyPatch, receives: int = 5) -> DeadLetterBox:
    """Let the one job that is queued fail for the n-th time, and whoever it concerns be told."""
    box = DeadLetterBox()
    world.services.__dict__["dead_letters"] = lambda _url: box
    queue = world.services.import_queue
    assert isinstance(queue, ListQueue)
    (job,) = queue.take()
    with monkeypatch.context() as patched:
        patched.setattr(MemoryFiles, "get", _busy)
        event = sqs_event({"creditor": job.creditor, "id": job.id}, receives=receives)
        imports.step(event, None)
    run(world)
    return box


def _busy(*_: object) -> bytes:
    raise FilesBusy("The files cannot be reached now.")


def redrive(world: World, box: DeadLetterBox) -> None:
    queue = world.services.import_queue
    assert isinstance(queue, ListQueue)
    queue.put([ImportJob(**json.loads(body)) for body, _ in box.messages])
    run(world)


def test_whoever_sent_a_file_is_told_that_its_import_failed_and_a_redrive_goes_on(
    erp: Erp, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(erp, MAPPING)
    sent = send(erp, GOOD, BAD)
    assert not broken(world, monkeypatch, receives=4).messages, "it is tried again"
    assert receipt_of(erp, sent["id"])["state"] == "working"
    world.services.imports.begin("musterwerk", "erp", "op.csv", table(GOOD, BAD), "ERP")
    box = broken(world, monkeypatch)
    shown = receipt_of(erp, sent["id"])
    assert (shown["state"], shown["code"]) == ("failed", "import-failed")
    assert shown["text"].startswith("The files cannot be reached now.")
    assert checked(show(erp, sent["ref"]), "/v1/imports/{import_id}", "get").json["state"] == (
        "failed"
    )
    redrive(world, box)
    assert receipt_of(erp, sent["id"])["state"] == "partly"
    judged = [
        one.data["state"]
        for one in world.commits
        if isinstance(one, Event) and one.data.get("document") == sent["id"]
    ]
    assert judged == ["working", "failed", "partly"]


def test_a_dropped_table_whose_import_failed_lies_in_failed_until_it_is_redriven(
    erp: Erp, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(erp, MAPPING)
    bay = MemoryBay()
    world.services.__dict__["bay"] = bay
    here = "drop/musterwerk/in/erp/op.csv"
    intake.files(sqs_event(told(here, bay.drop(here, table(GOOD)))), None)
    box = broken(world, monkeypatch)
    failed, done = here.replace("/in/", "/failed/"), here.replace("/in/", "/done/")
    assert set(bay.files) == {failed, f"{failed}.report.json"}
    assert json.loads(bay.get(f"{failed}.report.json") or b"")["state"] == "failed"
    redrive(world, box)
    assert set(bay.files) == {done, f"{done}.report.json"}
    assert json.loads(bay.get(f"{done}.report.json") or b"")["state"] == "taken"


def test_the_same_file_again_goes_on_with_an_import_that_failed(
    erp: Erp, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(erp, MAPPING)
    sent = send(erp, GOOD)
    broken(world, monkeypatch)
    again = send(erp, GOOD)
    assert (again["id"], again["state"], again["ref"]) == (sent["id"], "working", sent["ref"])
    run(world)
    assert receipt_of(erp, sent["id"])["state"] == "taken"


def test_an_import_whose_worker_is_killed_each_time_is_given_up(
    erp: Erp, world: World, clock: FixedClock
) -> None:
    put(erp, MAPPING)
    sent = send(erp, GOOD)
    begun = world.services.imports.get("musterwerk", sent["ref"])
    world.services.imports._hold(begun)
    queue = world.services.import_queue
    assert isinstance(queue, ListQueue)
    queue.take()
    clock.advance(timedelta(minutes=12))
    box = DeadLetterBox()
    world.services.__dict__["dead_letters"] = lambda _url: box
    event = sqs_event({"creditor": begun.creditor, "id": begun.id}, receives=6)
    assert imports.step(event, None) == {"batchItemFailures": []}
    assert "was ended each time" in box.messages[0][1]
    run(world)
    assert receipt_of(erp, sent["id"])["state"] == "failed"


def test_who_may_not_book_payments_sets_no_mapping_that_does(world: World) -> None:
    books_money = copy.deepcopy(MAPPING)
    books_money["fields"] |= {
        "kind": {"value": "payment"},
        "payment.id": {"column": "Kunde"},
        "payment.received_on": {"column": "Datum"},
    }
    path = {"source": "till"}
    refused = world.erp(scopes=["invoices:write"]).call(
        "PUT", "/v1/mappings/{source}", books_money, path=path
    )
    assert (refused.status, refused.json["code"]) == (403, "scope-missing")
    may = world.erp(scopes=["invoices:write", "payments:write"])
    assert may.call("PUT", "/v1/mappings/{source}", books_money, path=path).status == 201
