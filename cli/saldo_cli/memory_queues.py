"""Queues in this process, with what SQS promises: at least once, hidden for a while, set aside.

Deliveries are events of SQS, so that the functions' own handlers take them.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from saldo.clock import Clock
from saldo.codec import encode

BATCH_MAX = 10
RECEIVES_MAX = 12
"""A message that came back this often is set aside, as a queue's redrive policy would."""

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """A message and how often it was received."""

    id: str
    body: str
    receives: int = 0
    visible_at: datetime | None = None


@dataclass(slots=True)
class DeadLetterBox:
    """What could not be handled, with the reason. Implements the put of the dead-letter queues."""

    messages: list[tuple[str, str]] = field(default_factory=list)

    def put(self, body: str, reason: str) -> None:
        """Keep a message and why it could not be handled."""
        self.messages.append((body, reason))


class MemoryQueue:
    """A queue of jobs (dataclasses of plain data) or of bodies, and its consumer's deliveries."""

    def __init__(self, name: str, clock: Clock, dead: DeadLetterBox) -> None:
        self.name = name
        self._clock, self._dead = clock, dead
        self._messages: deque[Message] = deque()
        self._hidden: dict[str, datetime] = {}
        self._numbers = count(1)

    def put(self, jobs: Sequence[Any]) -> None:
        """Queue jobs; implements the queue ports of the core."""
        for job in jobs:
            self.put_body(encode(job))

    def put_body(self, body: Any) -> None:
        """Queue plain data."""
        self._messages.append(Message(f"{self.name}-{next(self._numbers)}", json.dumps(body)))

    def hide(self, receipt: str, seconds: int) -> None:
        """Keep a message that is being handled out of sight for a while."""
        self._hidden[receipt] = self._clock.now() + timedelta(seconds=seconds)

    def __len__(self) -> int:
        return len(self._messages)

    def deliver(self, handler: Handler, batch_max: int = BATCH_MAX) -> bool:
        """Hand the next visible messages to `handler`; False when there are none."""
        batch = self._take(batch_max)
        if not batch:
            return False
        answer = handler({"Records": [_record(message) for message in batch]}, None)
        failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        for message in batch:
            if message.id in failed:
                self._return(message)
        return True

    def _take(self, most: int) -> list[Message]:
        now = self._clock.now()
        batch: list[Message] = []
        kept: list[Message] = []
        while self._messages and len(batch) < most:
            message = self._messages.popleft()
            if message.visible_at is not None and message.visible_at > now:
                kept.append(message)
            else:
                batch.append(replace(message, receives=message.receives + 1))
        self._messages.extend(kept)
        return batch

    def _return(self, message: Message) -> None:
        if message.receives >= RECEIVES_MAX:
            self._dead.put(message.body, f"received {message.receives} times")
            return
        visible_at = self._hidden.pop(message.id, None)
        self._messages.append(replace(message, visible_at=visible_at))


def _record(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
