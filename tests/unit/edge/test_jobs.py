"""A message that failed comes again soon, and later each time; none is lost by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Logger, Metrics
from moto import mock_aws

from saldo.edge import jobs
from saldo.edge.jobs import GAPS_SECONDS, RECEIVES_MAX, each_message
from saldo.settings import Settings
from saldo.wiring import Services

LOGGER = Logger(service="test")
METRICS = Metrics(namespace="Saldo", service="test")


class Queue:
    """A queue that hides for half an hour what it hands out, as the one of long work does."""

    def __init__(self) -> None:
        self.sqs: Any = boto3.client("sqs", "eu-central-1")
        hidden = {"VisibilityTimeout": "1800"}
        self.url = self.sqs.create_queue(QueueName="long", Attributes=hidden)["QueueUrl"]
        self.aside = self.sqs.create_queue(QueueName="aside")["QueueUrl"]
        self.services = Services(Settings(job_queue=self.url))

    def put(self, *names: str) -> None:
        for name in names:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps({"name": name}))

    def offered(self) -> list[dict[str, Any]]:
        """Return what the queue hands out now, as Lambda tells it."""
        found = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, AttributeNames=["All"]
        )
        return [
            {
                "messageId": one["MessageId"],
                "receiptHandle": one["ReceiptHandle"],
                "body": one["Body"],
                "attributes": one["Attributes"],
            }
            for one in found.get("Messages", [])
        ]

    def work(self, *fails: str) -> list[str]:
        """Let a function take what is offered, as Lambda does; return which messages it was."""
        records = self.offered()

        def handle(body: dict[str, Any], receives: int) -> None:
            del receives
            if body["name"] in fails:
                raise RuntimeError("the table makes room")

        event = {"Records": records}
        answer = each_message(event, self.services, self.aside, LOGGER, METRICS, handle)
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for one in records:
            if one["messageId"] not in failed:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=one["receiptHandle"])
        return sorted(json.loads(one["body"])["name"] for one in records)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield Queue()


def test_what_failed_comes_again_long_before_the_queue_would_offer_it(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "GAPS_SECONDS", (0, 600))
    queue.put("invoice", "payment")
    assert queue.work("payment") == ["invoice", "payment"]
    assert queue.work("payment") == ["payment"], "at once, and its neighbour was done"
    assert queue.work() == [], "the second time it waits longer"


def test_a_queue_that_cannot_be_asked_offers_the_message_all_the_same_later(queue: Queue) -> None:
    queue.put("payment")
    (record,) = queue.offered()
    queue.sqs.delete_queue(QueueUrl=queue.url)
    answer = jobs.put_back(queue.services, [record], LOGGER)
    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def test_gaps_grow_and_are_over_before_somebody_is_woken_because_a_queue_waits() -> None:
    assert len(GAPS_SECONDS) == RECEIVES_MAX - 1
    assert list(GAPS_SECONDS) == sorted(set(GAPS_SECONDS))
    assert 20 * 60 < sum(GAPS_SECONDS) < 30 * 60
