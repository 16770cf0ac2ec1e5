"""Jobs through SQS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

from saldo.codec import encode

T = TypeVar("T")
_BATCH = 10
_REASON_CHARACTERS_MAX = 1000


class QueueRefused(Exception):
    """SQS did not take every message of a batch."""


class JobQueue(Generic[T]):
    """Puts jobs (dataclasses of plain data) on one queue."""

    def __init__(self, client: Any, url: str) -> None:
        self._client, self._url = client, url

    def put(self, jobs: Sequence[T]) -> None:
        """Queue the jobs; raise QueueRefused when SQS did not take them all."""
        for entries in _batches([json.dumps(encode(job)) for job in jobs]):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise QueueRefused(f"{len(answer['Failed'])} jobs were not queued")


class Handover:
    """A queue that messages are passed on to, as they came."""

    def __init__(self, client: Any, url: str) -> None:
        self._client, self._url = client, url

    def pass_on(self, body: dict[str, Any]) -> None:
        """Put a message on the queue; what goes wrong is raised, so that it comes again here."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body))


class DeadLetters:
    """A queue for what cannot be handled, each message with the reason."""

    def __init__(self, client: Any, url: str) -> None:
        self._client, self._url = client, url

    def put(self, body: str, reason: str) -> None:
        """Keep a message and why it could not be handled."""
        text = reason[:_REASON_CHARACTERS_MAX] or "no reason given"
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": text}},
        )


class Pauses:
    """Hides messages of one queue for a while."""

    def __init__(self, client: Any, url: str) -> None:
        self._client, self._url = client, url

    def hide(self, receipt_handle: str, seconds: int) -> None:
        """Let the message come again after `seconds`, at most twelve hours."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


def _batches(bodies: Sequence[str]) -> Iterator[list[dict[str, str]]]:
    for start in range(0, len(bodies), _BATCH):
        part = bodies[start : start + _BATCH]
        yield [{"Id": str(n), "MessageBody": body} for n, body in enumerate(part)]
