"""`saldo report`, over a table and a queue (moto), as a person runs it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.adapters.dynamo.store import DynamoStore
from saldo_cli import cloud as clouds
from saldo_cli.commands import _common
from saldo_cli.main import main
from tests.books import Books

REGION = "eu-central-1"


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    """Books that were there before figures were kept."""
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        queues = {
            name: boto3.client("sqs", REGION).create_queue(QueueName=name)["QueueUrl"]
            for name in ("account", "send", "report")
        }
        outputs = {
            "TableName": "saldo",
            "BusName": "saldo",
            "PublicUrl": "https://pay.example",
            "AccountQueueUrl": queues["account"],
            "SendQueueUrl": queues["send"],
            "ReportQueueUrl": queues["report"],
        }
        cloud = clouds.Cloud("saldo", REGION, outputs)
        monkeypatch.setattr(_common, "open_cloud", lambda stack: cloud)
        books = Books(DynamoStore("saldo", REGION))
        books.clock.move_to(datetime.now(UTC))
        books.begin(books.invoice(), books.invoice("RE-2", 5000))
        books.pay()
        yield books


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_figures_are_built_shown_and_verified(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, found = run(capsys, "report", "verify")
    assert (code, bool(found["differences"])) == (1, True)
    code, found = run(capsys, "report", "rebuild")
    assert (code, found["differences"], found["accounts"]) == (0, [], 1)
    assert run(capsys, "report", "verify")[0] == 0
    code, found = run(capsys, "report", "show", "aging", "--columns", "total", "--by", "country")
    assert (code, found["rows"]) == (
        0, [{"currency": "EUR", "groups": ["DE"], "values": ["50.00"]}],
    )  # fmt: skip
    code, found = run(capsys, "report", "show", "debtors")
    assert found["rows"][0]["groups"] == ["10001"]
    for kind in ("csv", "xlsx"):
        file = tmp_path / f"aging.{kind}"
        assert run(capsys, "report", "show", "aging", "--out", str(file))[0] == 0
        assert file.stat().st_size
    assert main(["report", "show", "aging", "--by", "country"]) == 0
    assert "Germany" in capsys.readouterr().out


def test_a_report_is_kept_sent_and_removed(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    code, kept = run(
        capsys, "report", "save", "aging", "By branch", "--by", "branch", "--every", "week",
        "--to", "kim@seller.example", "--role", "manager",
    )  # fmt: skip
    assert (code, kept["mailing"]["to"], kept["roles"]) == (0, ["kim@seller.example"], ["manager"])
    code, listed = run(capsys, "report", "list")
    assert [view["id"] for view in listed["views"]] == [kept["id"]]
    assert run(capsys, "report", "send", kept["id"]) == (0, {"queued": 1})
    assert run(capsys, "report", "show", "--view", kept["id"])[0] == 0
    assert run(capsys, "report", "remove", kept["id"])[0] == 0
    assert run(capsys, "report", "list")[1]["views"] == []


def test_a_filter_that_is_none_is_said_so(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "show", "aging", "--where", "colour=red"]) == 2
    assert "is no filter" in capsys.readouterr().err
