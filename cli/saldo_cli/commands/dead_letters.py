"""`saldo dlq list` and `saldo dlq redrive`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from saldo_cli.cloud import Cloud
from saldo_cli.commands._common import cloud_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_SUFFIX = "DeadLettersUrl"
_BODY_CHARACTERS = 100
_LOOK_SECONDS = 20
_BATCH = 10


def list_all(options: Namespace, out: Output) -> int:
    """Show what stands in the dead-letter queues, and why; nothing is taken out."""
    cloud = cloud_of(options)
    sqs = boto3.client("sqs", region_name=cloud.region)
    found = [
        _document(name, message)
        for name, url in _queues(cloud, options.queue)
        for message in _messages(sqs, url, options.most)
    ]
    out.result(found, f"{len(found)} dead letters" if found else "No dead letters.")
    if found:
        out.table(
            "",
            ("queue", "sent", "reason", "message"),
            [(d["queue"], d["sent_at"], d["reason"], d["body"][:_BODY_CHARACTERS]) for d in found],
        )
    return OK


def redrive(options: Namespace, out: Output) -> int:
    """Put dead letters back where they came from; those that fail again come back with a reason."""
    cloud = cloud_of(options)
    sqs = boto3.client("sqs", region_name=cloud.region)
    moved = 0
    with out.progress("Putting back") as advance:
        for name, url in _queues(cloud, options.queue):
            source = cloud.outputs.get(f"{name}QueueUrl")
            if source is None:
                continue  # the schedules' dead letters have no queue to go back to
            for message in _messages(sqs, url, options.most):
                sqs.send_message(QueueUrl=source, MessageBody=message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                moved += 1
                advance(done=moved)
    out.result({"redriven": moved}, f"{moved} messages were put back.")
    return OK


def _queues(cloud: Cloud, asked: str | None) -> list[tuple[str, str]]:
    known = {
        name.removesuffix(_SUFFIX): url
        for name, url in sorted(cloud.outputs.items())
        if name.endswith(_SUFFIX)
    }
    if asked is None:
        return list(known.items())
    if asked not in known:
        raise UsageProblem(f"There is no queue {asked!r}.", f"Known: {', '.join(known)}")
    return [(asked, known[asked])]


def _messages(sqs: SQSClient, url: str, most: int) -> Iterator[Any]:
    """Yield messages, hidden from others for a moment; they come back unless deleted."""
    seen: set[str] = set()
    while len(seen) < most:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(_BATCH, most - len(seen)),
            VisibilityTimeout=_LOOK_SECONDS,
            MessageAttributeNames=["All"],
            AttributeNames=["SentTimestamp"],
            WaitTimeSeconds=1,
        )
        fresh = [m for m in answer.get("Messages", []) if m["MessageId"] not in seen]
        if not fresh:
            return
        for message in fresh:
            seen.add(message["MessageId"])
            yield message


def _document(queue: str, message: Any) -> dict[str, Any]:
    reason = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue")
    return {
        "queue": queue,
        "id": message["MessageId"],
        "sent_at": _day(message["Attributes"]["SentTimestamp"]),
        "reason": reason or "failed until its queue lost patience; its function's log says why",
        "body": message["Body"],
    }


def _day(milliseconds: str) -> str:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
