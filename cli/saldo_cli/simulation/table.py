"""The books over the real DynamoDB adapter, on a table that moto keeps in this process.

What the table takes, the books in memory take too, and what it refuses they refuse: the simulation
looks at those, so that its own looking costs nothing, and compares the two in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any, Literal
from zlib import crc32

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.table import table_definition
from saldo.adapters.dynamo.store import DynamoStore
from saldo.adapters.memory.store import MemoryStore
from saldo.store import CommitConflict, Page, R, Write
from saldo_cli.simulation.quick_moto import quick_moto

_REGION = "eu-central-1"
_TABLE = "saldo-simulated"
_BUSY_PER_MILLE: dict[Literal["conflict", "throttle"], int] = {"conflict": 12, "throttle": 8}
"""How many of a thousand transactions DynamoDB refuses for the moment: two at once on one item, or
too much at once. The adapter must try again by itself."""

Key = tuple[str, ...]


class Table:
    """Implements `saldo.store.Store`. `close` takes the table away."""

    def __init__(self, seed: str, memory: MemoryStore) -> None:
        self._seed, self._memory = seed, memory
        self.transactions = 0
        self.refused: list[str] = []
        """How often, and how, the table refused a transaction for the moment."""
        self.differences: list[str] = []
        """Where the table and the books in memory did not agree about a commit."""
        self._stack = ExitStack()
        self._stack.enter_context(mock_aws())
        self._stack.enter_context(quick_moto())
        client = boto3.client("dynamodb", _REGION)
        client.create_table(TableName=_TABLE, **table_definition())
        self._store = DynamoStore(_TABLE, _REGION)
        events = self._store._connection.client.meta.events  # noqa: SLF001 - no other way in
        events.register("before-call.dynamodb.TransactWriteItems", self._maybe_busy)

    def close(self) -> None:
        """Take the table away."""
        self._stack.close()

    def _maybe_busy(self, model: Any, **_: Any) -> None:
        """Refuse a transaction now and then, as the real table does; nothing of it is written."""
        del model
        self.transactions += 1
        drawn = crc32(f"{self._seed} transaction {self.transactions}".encode()) % 1000
        for kind, per_mille in _BUSY_PER_MILLE.items():
            if drawn < per_mille:
                self.refused.append(kind)
                raise _busy(kind)
            drawn -= per_mille

    def compare(self) -> Iterator[str]:
        """Yield every record that the table and the books in memory do not both hold."""
        table = {(type(r).__name__, r.key): r for r in self._store.everything()}
        memory = {(type(r).__name__, r.key): r for r in self._memory.everything()}
        for place in sorted(table.keys() | memory.keys()):
            if table.get(place) != memory.get(place):
                yield f"the table holds {table.get(place)}, not {memory.get(place)}"
        yield from self.differences

    def get(self, kind: type[R], *key: str) -> R | None:
        return self._store.get(kind, *key)

    def get_many(self, kind: type[R], keys: Iterable[Key]) -> dict[Key, R]:
        return self._store.get_many(kind, keys)

    def list(self, kind: type[R], *prefix: str) -> Iterator[R]:
        return self._store.list(kind, *prefix)

    def newest(
        self, kind: type[R], *prefix: str, limit: int, before: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        return self._store.newest(kind, *prefix, limit=limit, before=before)

    def first(
        self, kind: type[R], *prefix: str, limit: int, after: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        return self._store.first(kind, *prefix, limit=limit, after=after)

    def relaxed(self) -> Table:
        return self

    def everything(self) -> Iterator[Any]:
        return self._store.everything()

    def commit(self, writes: Sequence[Write]) -> None:
        """Commit to the table; what it decided must be what the books in memory decide."""
        try:
            self._store.commit(writes)
        except CommitConflict as conflict:
            self._memory_says(writes, conflict.failed)
            raise
        self._memory_says(writes, ())

    def _memory_says(self, writes: Sequence[Write], failed: Sequence[Write]) -> None:
        try:
            self._memory.commit(writes)
        except CommitConflict as conflict:
            refused: Sequence[Write] = conflict.failed
        else:
            refused = ()
        if {id(write) for write in refused} != {id(write) for write in failed}:
            self.differences.append(f"the table refused {failed}, memory {refused}")

    def due_accounts(
        self, creditor: str, until: datetime, since: datetime | None = None
    ) -> Iterator[str]:
        return self._store.due_accounts(creditor, until, since)

    def work(self, kind: type[R], name: str, creditor: str, until: datetime) -> Iterator[Key]:
        return self._store.work(kind, name, creditor, until)

    def feed(
        self,
        kind: type[R],
        creditor: str,
        after: datetime,
        before: datetime,
        *,
        cursor: str | None,
        limit: int,
    ) -> Page:
        return self._store.feed(kind, creditor, after, before, cursor=cursor, limit=limit)


def _busy(kind: Literal["conflict", "throttle"]) -> ClientError:
    """Return what botocore raises when DynamoDB refuses a transaction for the moment."""
    code = {"conflict": "TransactionConflict", "throttle": "ThrottlingError"}[kind]
    return ClientError(
        {
            "Error": {
                "Code": "TransactionCanceledException",
                "Message": f"Transaction cancelled, please refer to cancellation reasons [{code}]",
            },
            "CancellationReasons": [{"Code": code, "Message": "Try again."}],
        },
        "TransactWriteItems",
    )
