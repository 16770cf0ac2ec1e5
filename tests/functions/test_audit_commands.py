"""`saldo audit` and `saldo privacy` as a person runs them; once over a table and buckets (moto)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.adapters.aws.anchors import S3Anchors
from saldo.adapters.dynamo.store import DynamoStore
from saldo.adapters.files.outbox import FolderOutbox
from saldo.adapters.memory.anchors import MemoryAnchors
from saldo.adapters.memory.files import MemoryFiles
from saldo.adapters.memory.store import MemoryStore
from saldo.audit.model import Anchor, AuditEntry
from saldo.events import Event
from saldo.settings import Settings
from saldo.store import Put, Store
from saldo.wiring import Services
from saldo_cli import cloud as clouds
from saldo_cli.commands import _common
from saldo_cli.main import main
from tests.books import ACCOUNT, CREDITOR, Books
from tests.events import check_events

REGION = "eu-central-1"
BUCKETS = ("saldo-audit", "saldo-files", "saldo-letters", "saldo-cases")


@dataclass
class Stack:
    """As much of a stack as a command asks for."""

    services: Services


def some_books(store: Store) -> Books:
    """Books of two hours ago: an invoice that was paid."""
    books = Books(store)
    books.clock.move_to(datetime.now(UTC) - timedelta(hours=2))
    books.open_creditor(created_at=books.clock.now())
    books.open_account()
    books.push(books.invoice())
    books.pay()
    return books


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Books:
    """Books in memory, with what a command needs around them."""
    made = some_books(MemoryStore(on_commit=check_events))
    folder = FolderOutbox(tmp_path / "letters")
    services = Services(
        Settings(),
        store=made.store,
        anchors=MemoryAnchors(),
        file_store=MemoryFiles(),
        outbox=folder,
        case_shelf=folder,
    )
    monkeypatch.setattr(_common, "open_cloud", lambda stack: Stack(services))
    return made


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    """A stack in moto: its table with the same books, and its buckets."""
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        s3 = boto3.client("s3", REGION)
        for name in BUCKETS:
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(
            Bucket="saldo-audit", VersioningConfiguration={"Status": "Enabled"}
        )
        outputs = {
            "TableName": "saldo",
            "BusName": "saldo",
            "PublicUrl": "https://pay.example",
            "AccountQueueUrl": "",
            "SendQueueUrl": "",
            "AuditBucketName": "saldo-audit",
            "FilesBucketName": "saldo-files",
            "LettersBucketName": "saldo-letters",
            "CaseFilesBucketName": "saldo-cases",
        }
        cloud = clouds.Cloud("saldo", REGION, outputs)
        monkeypatch.setattr(_common, "open_cloud", lambda stack: cloud)
        yield some_books(DynamoStore("saldo", REGION))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main([*arguments])
    return code, " ".join(capsys.readouterr().out.split())


def test_books_from_before_the_log_are_taken_in_shown_and_sound(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    code, (verdict,) = run(capsys, "audit", "verify")
    assert code == 1
    assert {one["kind"] for one in verdict["findings"]} == {"event-not-in-chain"}
    code, done = run(capsys, "audit", "catch-up")
    told = [one for one in books.store.everything() if isinstance(one, Event)]
    assert code == 0 and sum(one["late"] for one in done) == len(told)
    code, (verdict,) = run(capsys, "audit", "verify")
    assert (code, verdict["sound"]) == (0, True), verdict
    assert verdict["entries"] == len(told) and verdict["anchors"] == 1
    code, listed = run(capsys, "audit", "show", "--limit", "2")
    assert len(listed) == 2
    assert listed[0]["number"] == verdict["last"]
    code, about = run(capsys, "audit", "show", "--account", ACCOUNT)
    assert len(about) == len(books.events())
    assert "sound" in said(capsys, "audit", "verify")[1]
    assert "payment.settled" in said(capsys, "audit", "show")[1]


def test_a_changed_row_of_the_table_is_found(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "audit", "catch-up")
    event = next(one for one in books.events() if one.type == "payment.settled")
    changed = replace(event, data={**event.data, "amount": "1.00"})
    books.store.commit([Put(changed, expect=None)])
    code, (verdict,) = run(capsys, "audit", "verify", "--creditor", CREDITOR)
    assert code == 1
    assert [one["kind"] for one in verdict["findings"]] == ["event-changed"]
    assert "event-changed" in said(capsys, "audit", "verify")[1]


def test_an_anchor_that_somebody_put_over_another_hides_nothing(deployed: Books) -> None:
    anchors = S3Anchors(boto3.client("s3", REGION), "saldo-audit")
    first = Anchor(CREDITOR, 3, "a" * 64, datetime(2026, 11, 1, tzinfo=UTC))
    anchors.put(first)
    anchors.put(replace(first, hash="b" * 64))
    anchors.put(replace(first, number=12))
    assert {one.hash[0] for one in anchors.of(CREDITOR) if one.number == 3} == {"a", "b"}
    assert [one.number for one in anchors.of(CREDITOR)][-1] == 12
    assert [*anchors.of("another")] == []


def test_the_same_over_a_table_and_buckets(
    deployed: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "audit", "catch-up")[0] == 0
    target = tmp_path / "10001.zip"
    assert run(capsys, "privacy", "export", ACCOUNT, "--file", str(target))[0] == 0
    assert zipfile.is_zipfile(target)
    code, order = run(capsys, "privacy", "erase", ACCOUNT, "--by", "kim")
    assert (code, order["state"]) == (0, "restricted")
    events = [one for one in deployed.store.everything() if isinstance(one, Event)]
    assert "Beispiel AG" not in str(events)
    assert run(capsys, "audit", "catch-up")[0] == 0
    code, (verdict,) = run(capsys, "audit", "verify")
    assert code == 0 and verdict["anchors"] == 2, verdict


def test_everything_about_an_account_comes_as_a_file(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target = tmp_path / "10001.zip"
    code, made = run(capsys, "privacy", "export", ACCOUNT, "--file", str(target))
    assert code == 0 and made["state"] == "ready"
    with zipfile.ZipFile(target) as file:
        assert {"index.html", "data/account.json", "data/payment.json"} <= set(file.namelist())
    assert "access.viewed" in books.event_types()
    assert "privacy.exported" in books.event_types()


def test_an_account_is_erased_as_far_as_the_law_lets_it_go(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "audit", "catch-up")
    code, order = run(capsys, "privacy", "erase", ACCOUNT, "--by", "kim")
    assert code == 0 and order["state"] == "restricted"
    assert {one["kept_as"] for one in order["kept"]} == {"book", "voucher"}
    code, orders = run(capsys, "privacy", "status")
    assert [one["account"] for one in orders] == [ACCOUNT]
    text = said(capsys, "privacy", "status", ACCOUNT)[1]
    assert "§ 147" in text and "looked at again" in text
    events = [one for one in books.store.everything() if isinstance(one, Event)]
    assert "Beispiel AG" not in str(events) and "ap@beispiel.example" not in str(events)
    run(capsys, "audit", "catch-up")
    code, (verdict,) = run(capsys, "audit", "verify")
    assert code == 0, verdict
    assert [one["ordered_by"] for one in verdict["erased"]] == ["kim"]
    assert "ordered on" in said(capsys, "audit", "verify")[1]
    code, lifted = run(capsys, "privacy", "lift", ACCOUNT)
    assert (code, lifted["state"]) == (0, "lifted")


def test_the_retention_schedule_names_laws(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    code, schedule = run(capsys, "privacy", "retention")
    assert code == 0 and schedule["country"] == "DE"
    assert "HGB" in said(capsys, "privacy", "retention")[1]


def test_what_nobody_asked_for_is_said(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nobody asked" in said(capsys, "privacy", "status")[1]
    assert "Nothing stands" in said(capsys, "audit", "show", "--creditor", "*")[1]
    assert main(["privacy", "status", ACCOUNT]) == 1
    assert not [one for one in books.store.everything() if isinstance(one, AuditEntry)]
