"""Cases get their file once, and whoever takes one over can fetch it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from functions.documents import app as documents
from saldo.adapters.files.outbox import FolderOutbox
from saldo.clock import FixedClock
from saldo.collection.facts import Case
from saldo.edge.v1.answers_collection import CaseFileLink
from saldo.reports.case_files import saved_as
from saldo.store import CommitConflict, Put
from saldo.wiring import install
from saldo_cli.main import main
from tests.books import ACCOUNT as DEBTOR
from tests.books import CREDITOR, Books
from tests.functions import test_money_commands as money
from tests.functions.erp import Erp, World, refusal
from tests.functions.sqs import sqs_event

books = money.books
CASE = {
    "id": "C/1",
    "invoices": ["2026/0815"],
    "kind": "agency",
    "handed_to": "Inkasso Beispiel GmbH",
}


@pytest.fixture
def world(clock: FixedClock, tmp_path: Path) -> Iterator[World]:
    world = World(clock, is_local=True)
    world.services.__dict__["case_shelf"] = FolderOutbox(tmp_path / "cases")
    world.services.__dict__["outbox"] = FolderOutbox(tmp_path / "letters")
    yield world
    install(None)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    assert erp.call("POST", "/v1/cases", CASE).status == 201
    return erp


def opened(world: World) -> dict[str, Any]:
    """The event of the case, as the bus brings it."""
    (told,) = [r for r in world.commits if getattr(r, "type", "") == "case.opened"]
    detail = {"id": told.id, "creditor": told.creditor, "account": told.account, "data": told.data}
    return {"detail-type": "case.opened", "detail": detail}


def case_of(erp: Erp) -> Any:
    (case,) = erp.get("/v1/cases", account="D-1").json["items"]
    return case


def test_a_case_that_opened_has_a_file_that_the_erp_fetches(erp: Erp, world: World) -> None:
    asked = {"account": "D-1", "case": "C/1"}
    assert refusal(erp.get("/v1/cases/file", **asked))[:2] == (404, "case-file-missing")
    event = sqs_event(opened(world), opened(world))
    assert documents.letters(event, None) == {"batchItemFailures": []}
    link = erp.get("/v1/cases/file", **asked).json
    TypeAdapter(CaseFileLink).validate_python(link)
    content = Path(link["url"].removeprefix("file://").replace("%25", "%")).read_bytes()
    assert hashlib.sha256(content).hexdigest() == link["file"]["sha256"]
    assert len(content) == link["file"]["bytes"]
    assert case_of(erp)["file"] == link["file"]
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        claims = json.loads(pack.read("claims.json"))
        assert "claims.csv" in pack.namelist() and "evidence.pdf" in pack.namelist()
    assert claims["open"] == {"EUR": "119.00"}
    assert claims["cases"][0]["handed_to"] == "Inkasso Beispiel GmbH"
    assert erp.get("/v1/cases/file", account="D-1", case="C-2").status == 404


def test_the_file_stays_as_it_was_handed_over(erp: Erp, world: World) -> None:
    documents.letters(sqs_event(opened(world)), None)
    before = case_of(erp)["file"]
    body = {"account": "D-1", "case": "C/1", "id": "R-1", "state": "withdrawn", "on": "2026-11-20"}
    assert erp.call("POST", "/v1/cases/status", body).status == 200
    documents.letters(sqs_event(opened(world)), None)
    assert case_of(erp)["file"] == before


def test_what_the_agency_tells_while_the_file_is_made_is_not_lost(
    erp: Erp, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = world.services.store
    commit, told = store.commit, []

    def behind_a_report(writes: Any) -> None:
        if not told and isinstance(writes[0].record, Case):
            told.append(True)
            known = store.get(Case, *writes[0].record.key)
            assert known is not None
            moved = replace(known, paid_minor=4000, version=known.version + 1)
            commit([Put(moved, expect=known.version)])
        commit(writes)

    monkeypatch.setattr(store, "commit", behind_a_report)
    documents.letters(sqs_event(opened(world)), None)
    assert case_of(erp)["paid"] == "40.00"
    assert case_of(erp)["file"] is not None


def test_an_event_that_nobody_can_read_is_kept_with_its_reason(world: World) -> None:
    kept: list[str] = []

    class Kept:
        def put(self, body: str, reason: str) -> None:
            kept.append(reason)

    world.services.dead_letters = lambda url: Kept()  # type: ignore[method-assign,assignment,return-value]
    broken = {"detail-type": "case.opened", "detail": {"creditor": "musterwerk"}}
    assert documents.letters(sqs_event(broken), None) == {"batchItemFailures": []}
    assert "lacks creditor, account or data" in kept[0]


def test_a_person_fetches_a_file_that_nobody_made(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    order = ("case", "open", "RE-1", "--kind", "agency", "--to", "Inkasso Beispiel", "--id", "C")
    assert money.run(capsys, *order, "--by", "anna")[0] == 0
    target = tmp_path / "case.zip"
    code, told = money.run(capsys, "case", "file", DEBTOR, "C", "--out", str(target))
    assert code == 0
    assert hashlib.sha256(target.read_bytes()).hexdigest() == told["sha256"]
    assert main(["case", "file", DEBTOR, "C-2", "--out", str(target)]) == 1
    made = books.store.get(Case, CREDITOR, DEBTOR, "C")
    assert made is not None
    assert made.file is not None


def test_two_that_make_a_file_at_once_name_one(erp: Erp, world: World) -> None:
    services, place = world.services, ("musterwerk", "D-1", "C/1")
    commit, raced = services.store.commit, []

    def after_another(writes: Any) -> None:
        if not raced and isinstance(writes[0].record, Case):
            raced.append(True)
            services.case_files.make(*place)
            raise CommitConflict([])
        commit(writes)

    services.store.commit = after_another  # type: ignore[method-assign]
    made = services.case_files.make(*place)
    assert made.file is not None
    content = services.case_files.content(*place)
    assert hashlib.sha256(content).hexdigest() == made.file.sha256


def test_a_file_is_saved_under_a_name_that_every_system_takes() -> None:
    assert saved_as("C/1 ä\r\n") == "case-C_1____.zip"
