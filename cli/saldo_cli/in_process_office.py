"""The seller's office in an installation in this process: the console's pages, and what keeps the
work list, the figures, the audit log and what is expected of accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from functions.audit import app as audit
from functions.console import app as console
from functions.figures import app as figures
from functions.foresight import app as foresight
from functions.worklist import app as worklist
from saldo.adapters.dynamo.rows import image_of
from saldo.adapters.memory.identity import MemoryIdentity
from saldo.clock import Clock
from saldo.foresight.hearing import HEARD
from saldo.ids import Ids
from saldo.store import Record
from saldo_cli.lambda_http import HttpFunction
from saldo_cli.memory_queues import DeadLetterBox, MemoryQueue

_STREAM_BATCH = 100


class Office:
    """Takes what the bus and the stream tell."""

    def __init__(self, clock: Clock, ids: Ids, dead: DeadLetterBox) -> None:
        self.identity = MemoryIdentity(clock, ids)
        self._work = MemoryQueue("work", clock, dead)
        self._audit = MemoryQueue("audit", clock, dead)
        self._foresight = MemoryQueue("foresight", clock, dead)
        self._rows: list[Record] = []

    def pages(self) -> tuple[HttpFunction, ...]:
        """Return the functions that answer over HTTP."""
        return (HttpFunction(console.app, console.handler),)

    def modules(self) -> tuple[ModuleType, ...]:
        """Return the functions' modules, which log."""
        return (audit, console, figures, foresight, worklist)

    def parts(self) -> dict[str, Any]:
        """Return the parts that stand in for what is deployed."""
        return {"identity": self.identity}

    def hear(self, entry: dict[str, Any]) -> None:
        """Take an event of the bus."""
        self._work.put_body(entry)
        self._audit.put_body(entry)
        if entry["detail-type"] in HEARD:
            self._foresight.put_body(entry)

    def written(self, records: Sequence[Record]) -> None:
        """Take what was written to the table; the figures pass over what they wrote themselves."""
        self._rows += [one for one in records if not _is_figure(one)]

    def step(self) -> bool:
        """Do one piece of what is waiting; False when nothing is."""
        if self._rows:
            batch, self._rows = self._rows[:_STREAM_BATCH], self._rows[_STREAM_BATCH:]
            changes = [{"dynamodb": {"NewImage": image_of(row)}} for row in batch]
            figures.count({"Records": changes}, None)
            return True
        return (
            self._work.deliver(worklist.hear)
            or self._audit.deliver(audit.take)
            or self._foresight.deliver(foresight.hear)
        )


def _is_figure(record: Record) -> bool:
    return type(record).__module__.startswith("saldo.figures")
