"""Queues of the local cloud: what waits in them, and moving dead letters back."""

import json
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from infra.local.clients import Clients
from infra.local.settings import STACK

DEAD_LETTERS = "-dead-letters"


@dataclass(frozen=True)
class Message:
    """A waiting message, looked at without receiving it."""

    id: str
    body: str
    sent_at: int  # seconds since 1970
    is_visible: bool
    receive_count: int
    attributes: dict[str, str]


@dataclass(frozen=True)
class Queue:
    """A queue with what waits in it, oldest message first."""

    name: str
    url: str
    messages: tuple[Message, ...]

    @property
    def is_dead_letters(self) -> bool:
        """Whether it holds what could not be handled."""
        return self.name.endswith(DEAD_LETTERS)

    @property
    def visible(self) -> int:
        """ApproximateNumberOfMessagesVisible, as CloudWatch calls it."""
        return sum(message.is_visible for message in self.messages)

    def oldest_seconds(self, now: float) -> float:
        """Age of the oldest message, 0 when there is none."""
        return max((now - message.sent_at for message in self.messages), default=0.0)


def _message(record: dict[str, Any]) -> Message:
    return Message(
        id=record["MessageId"],
        body=record["Body"],
        sent_at=record["SentTimestamp"],
        is_visible=record["IsVisible"],
        receive_count=record["ReceiveCount"],
        attributes={
            name: str(value.get("StringValue", ""))
            for name, value in record.get("MessageAttributes", {}).items()
        },
    )


def queues(aws_url: str, prefix: str = STACK) -> list[Queue]:
    """Every queue whose name begins with `prefix`, dead letters last, by the local AWS's peek."""
    url = f"{aws_url}/_ministack/sqs/messages"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - http on 127.0.0.1
        document = json.load(answer)
    found = [
        Queue(
            name=queue_url.rpartition("/")[2],
            url=queue_url,
            messages=tuple(_message(record) for record in records),
        )
        for regions in document["messages"].values()
        for by_url in regions.values()
        for queue_url, records in by_url.items()
    ]
    wanted = [queue for queue in found if queue.name.startswith(prefix)]
    return sorted(wanted, key=lambda queue: (queue.is_dead_letters, queue.name))


def redrive(clients: Clients, dead_letters: str, seconds_max: float = 60.0) -> int:
    """Move all messages of a dead-letter queue back to the queue they came from.

    The local AWS lacks StartMessageMoveTask, so this receives, sends and deletes, in that order: a
    crash in between leaves a message twice, never lost. Message attributes stay, except `reason`,
    which told why it was given up. Returns how many were moved; ValueError when `dead_letters` is
    not the name of a dead-letter queue.
    """
    if not dead_letters.endswith(DEAD_LETTERS):
        raise ValueError(f"{dead_letters} is not a dead-letter queue")
    source = clients.sqs.get_queue_url(QueueName=dead_letters)["QueueUrl"]
    target_name = dead_letters.removesuffix(DEAD_LETTERS)
    target = clients.sqs.get_queue_url(QueueName=target_name)["QueueUrl"]
    moved = 0
    end = time.monotonic() + seconds_max
    while time.monotonic() < end:
        answer = clients.sqs.receive_message(
            QueueUrl=source,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            VisibilityTimeout=30,
        )
        messages = answer.get("Messages", [])
        if not messages:
            break
        for message in messages:
            attributes = {
                name: value
                for name, value in message.get("MessageAttributes", {}).items()
                if name != "reason"
            }
            clients.sqs.send_message(
                QueueUrl=target,
                MessageBody=message["Body"],
                MessageAttributes=attributes,
            )
            clients.sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    return moved
