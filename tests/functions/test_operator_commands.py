"""The operators' commands over a table and queues (moto), as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.accounts.model import Segment
from saldo.adapters.dynamo.store import DynamoStore
from saldo.store import Put
from saldo_cli import cloud as clouds
from saldo_cli.commands import _common
from saldo_cli.main import main
from tests.books import ACCOUNT, Books

REGION = "eu-central-1"


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    """A stack in moto: its table with some books, a queue and its dead letters, a bus."""
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        sqs = boto3.client("sqs", REGION)
        queues = {
            name: sqs.create_queue(QueueName=name)["QueueUrl"]
            for name in ("account", "account-dead", "send", "schedule-dead")
        }
        boto3.client("events", REGION).create_event_bus(Name="saldo")
        outputs = {
            "TableName": "saldo",
            "BusName": "saldo",
            "PublicUrl": "https://pay.example",
            "AccountQueueUrl": queues["account"],
            "SendQueueUrl": queues["send"],
            "AccountDeadLettersUrl": queues["account-dead"],
            "ScheduleDeadLettersUrl": queues["schedule-dead"],
        }
        cloud = clouds.Cloud("saldo", REGION, outputs)
        monkeypatch.setattr(_common, "open_cloud", lambda stack: cloud)
        books = Books(DynamoStore("saldo", REGION))
        books.clock.move_to(datetime.now(UTC))
        books.begin(books.invoice())
        books.pay()
        yield books


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_books_that_agree(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    code, document = run(capsys, "ledger", "verify")
    assert (code, document["differences"]) == (0, [])
    assert run(capsys, "ledger", "verify", "--account", ACCOUNT)[0] == 0


def test_books_that_do_not(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    invoice = books.invoice_now()
    changed = replace(invoice, open_minor=100, version=invoice.version + 1)
    books.store.commit([Put(changed, expect=invoice.version)])
    code, document = run(capsys, "ledger", "verify")
    assert code == 1
    assert {d["balance"]["what"] for d in document["differences"]} == {
        "receivable:principal",
        "open-item",
    }
    assert main(["ledger", "verify"]) == 1
    assert "2 differences" in capsys.readouterr().out


def test_a_journal_with_debit_and_credit(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "show", ACCOUNT]) == 0
    printed = capsys.readouterr().out
    assert "3 entries" in printed and "receivable RE-1" in printed and "119.00" in printed


def test_dead_letters_are_shown_with_their_reason_and_go_back(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    sqs = boto3.client("sqs", REGION)
    dead = sqs.get_queue_url(QueueName="account-dead")["QueueUrl"]
    sqs.send_message(
        QueueUrl=dead,
        MessageBody='{"creditor":"x"}',
        MessageAttributes={"reason": {"DataType": "String", "StringValue": "no such creditor"}},
    )
    code, letters = run(capsys, "dlq", "list")
    assert code == 0
    assert [(d["queue"], d["reason"]) for d in letters] == [("Account", "no such creditor")]


def test_a_queue_that_is_none(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dlq", "list", "--queue", "Nonsense"]) == 2
    assert "Known: Account, Schedule" in capsys.readouterr().err


def test_redriven_messages_come_to_their_queue(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    sqs = boto3.client("sqs", REGION)
    dead = sqs.get_queue_url(QueueName="account-dead")["QueueUrl"]
    sqs.send_message(QueueUrl=dead, MessageBody='{"creditor":"x"}')
    assert run(capsys, "dlq", "redrive", "--queue", "Account") == (0, {"redriven": 1})
    queue = sqs.get_queue_url(QueueName="account")["QueueUrl"]
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == '{"creditor":"x"}'


def test_events_are_printed_and_published_again(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    code, events = run(capsys, "events", "tail", ACCOUNT)
    assert code == 0
    assert "payment.settled" in {e["type"] for e in events}
    since = datetime.now(UTC).date().isoformat()
    code, done = run(
        capsys, "events", "replay", ACCOUNT, "--since", since, "--type", "payment.settled"
    )
    assert (code, done) == (0, {"published": 1, "refused": 0})


def test_a_preview_says_that_changed_rules_have_everybody_looked_at(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    _, before = run(capsys, "preview", "--creditor", "musterwerk")
    assert before["looks_at_all"] is False
    rules = (Segment({"kind": ["business"]}, "every-2-weeks"),)
    books.accounts.change_creditor("musterwerk", by="anna", segments=rules)
    code, after = run(capsys, "preview", "--creditor", "musterwerk")
    assert (code, after["looks_at_all"], after["stopped_at_limit"]) == (0, True, False)
    assert main(["preview", "--creditor", "musterwerk"]) == 0
    assert "looks at every account" in capsys.readouterr().out
