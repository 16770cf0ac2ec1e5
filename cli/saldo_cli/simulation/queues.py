"""Queues that keep SQS's promises and no more: at least once, in any order, hidden for a while."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from saldo.codec import encode
from saldo_cli.simulation.agenda import Agenda

Batch = dict[str, Any]
Consumer = Callable[[Batch], dict[str, Any] | None]
"""Takes an SQS event; None says that the invocation failed as a whole."""

VISIBILITY = timedelta(minutes=6)
RECEIVES_MAX = 8
_TWICE = 0.2
_LATENCY_SECONDS_MAX = 4.0
_SLOW = 0.05
_SLOW_SECONDS_MAX = 90.0


@dataclass(slots=True)
class Message:
    """A message on its way; `visible_at` is the instant from which it may be received."""

    id: str
    body: str
    visible_at: datetime
    receives: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was set aside. `reason` is empty when the queue itself gave it up."""

    queue: str
    body: str
    reason: str


class SimQueue:
    """A queue and the polling of its consumer.

    Latency, order and second deliveries are drawn from a generator of its own, so that what
    happens elsewhere does not shift them.
    """

    def __init__(
        self,
        name: str,
        seed: str,
        agenda: Agenda,
        consumer: Consumer,
        dead: list[DeadLetter],
        batch_max: int = 10,
    ) -> None:
        self.name = name
        self._agenda, self._consumer, self._dead = agenda, consumer, dead
        self._batch_max = batch_max
        self._random = random.Random(f"{seed} queue {name}")
        self._messages: dict[str, Message] = {}
        self._hidden: dict[str, float] = {}
        self._sent = 0

    def put(self, jobs: Sequence[Any]) -> None:
        """Queue jobs; implements the queue ports of the core."""
        for job in jobs:
            self.put_body(json.dumps(encode(job)))

    def put_body(self, body: str, twice: bool = True) -> None:
        """Queue a body; now and then it will be delivered twice."""
        copies = 2 if twice and self._random.random() < _TWICE else 1
        for _ in range(copies):
            self._sent += 1
            slow = self._random.random() < _SLOW
            most = _SLOW_SECONDS_MAX if slow else _LATENCY_SECONDS_MAX
            self._show(
                Message(f"{self.name}-{self._sent}", body, self._agenda.clock.now()),
                self._random.random() * most,
            )

    def hide(self, receipt: str, seconds: int) -> None:
        """Keep a message that is being handled out of sight for so long."""
        self._hidden[receipt] = seconds

    def __len__(self) -> int:
        return len(self._messages)

    def _show(self, message: Message, seconds: float) -> None:
        message.visible_at = self._agenda.clock.now() + timedelta(seconds=seconds)
        self._messages[message.id] = message
        self._agenda.after(seconds, self._poll)

    def _poll(self) -> None:
        now = self._agenda.clock.now()
        batch = [m for m in self._messages.values() if m.visible_at <= now][: self._batch_max]
        for message in batch:
            del self._messages[message.id]
            message.receives += 1
        if batch:
            self._settle(batch, self._consumer({"Records": [_record(m) for m in batch]}))

    def _settle(self, batch: list[Message], answer: dict[str, Any] | None) -> None:
        failed = (
            {message.id for message in batch}
            if answer is None
            else {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        )
        for message in batch:
            hidden = self._hidden.pop(message.id, None)
            if message.id not in failed:
                continue
            if message.receives >= RECEIVES_MAX and hidden is None:
                self._dead.append(DeadLetter(self.name, message.body, ""))
                continue
            self._show(message, VISIBILITY.total_seconds() if hidden is None else hidden)


def _record(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
