"""What the books cost in DynamoDB's read and write units, reckoned from the rows themselves.

By the published rules (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/
CapacityUnitCalculations.html and read-write-operations.html): 1 KB written is a unit, twice that in
a transaction; 4 KB read with strong consistency is a unit; an index costs one unit for each entry
that appears or goes, two for one that moves. Reckoned, because moto and DynamoDB Local tell nothing
of use about transactions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any

from saldo.accounts.model import Account
from saldo.adapters.dynamo.kinds import BY_RECORD
from saldo.adapters.dynamo.rows import SHARDS, attributes_of
from saldo.store import Check, CountUp, Delete, Page, Put, R, Store, Wake, Write

_WRITE_BYTES, _READ_BYTES = 1024, 4096
_COLLECTION_BYTES, _ELEMENT_BYTES = 3, 1
_INDEXES = ("due", "work", "feed")
_ENTRY_BYTES = 200
"""About what an index projects of a row: its keys and its kind."""
_COUNTER_BYTES = 100

Key = tuple[str, ...]
Place = tuple[str, str]


def size_of(value: Any) -> int:
    """Return the bytes of plain data as DynamoDB counts them, without its attribute's name."""
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, int):
        return (len(str(abs(value)).strip("0")) + 1) // 2 + 1 + (value < 0)
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, dict):
        return _COLLECTION_BYTES + sum(
            len(name.encode()) + size_of(item) + _ELEMENT_BYTES for name, item in value.items()
        )
    return _COLLECTION_BYTES + sum(size_of(item) + _ELEMENT_BYTES for item in value)


def row_size(row: dict[str, Any]) -> int:
    """Return the bytes of a row: the names of its attributes and their values."""
    return sum(len(name) + size_of(value) for name, value in row.items())


def _units(size: int, per: int) -> int:
    return max(1, -(-size // per))


class Metered:
    """Implements `saldo.store.Store`, over books that it hands everything on to.

    A read that may be a moment old (`relaxed`) costs half. `reads` and `writes` count units by
    `phase` and by what they were for. A commit that is refused costs like one that is not. What
    stood in the books before is to be shown to `learn`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: dict[Place, tuple[int, tuple[Any, ...]]] = {}
        self.phase = ""
        self.share = 1.0
        self.reads: Counter[tuple[str, str]] = Counter()
        self.writes: Counter[tuple[str, str]] = Counter()

    def learn(self, record: Any) -> None:
        """Take note of a row that is there already."""
        row = attributes_of(record)
        self._rows[row["pk"], row["sk"]] = row_size(row), _entries(row)

    def _read(self, what: str, units: float) -> None:
        units *= self.share
        self.reads[self.phase, what] += units  # type: ignore[assignment]  # halves count, too

    def _size(self, kind: type[Any], key: Key) -> int:
        layout = BY_RECORD[kind]
        return self._rows.get((layout.pk(key), layout.sk(key)), (0, ()))[0]

    def get(self, kind: type[R], *key: str) -> R | None:
        self._read(f"get {kind.__name__}", _units(self._size(kind, key), _READ_BYTES))
        return self._store.get(kind, *key)

    def get_many(self, kind: type[R], keys: Iterable[Key]) -> dict[Key, R]:
        wanted = list(dict.fromkeys(keys))
        units = sum(_units(self._size(kind, key), _READ_BYTES) for key in wanted)
        self._read(f"get many {kind.__name__}", units)
        return self._store.get_many(kind, wanted)

    def list(self, kind: type[R], *prefix: str) -> Iterator[R]:
        found = list(self._store.list(kind, *prefix))
        size = sum(self._size(kind, record.key) for record in found)
        self._read(f"list {kind.__name__}", _units(size, _READ_BYTES))
        return iter(found)

    def newest(
        self, kind: type[R], *prefix: str, limit: int, before: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        found = self._store.newest(kind, *prefix, limit=limit, before=before)
        size = sum(self._size(kind, record.key) for record in found)
        self._read(f"newest {kind.__name__}", _units(size, _READ_BYTES))
        return found

    def first(
        self, kind: type[R], *prefix: str, limit: int, after: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        found = self._store.first(kind, *prefix, limit=limit, after=after)
        size = sum(self._size(kind, record.key) for record in found)
        self._read(f"first {kind.__name__}", _units(size, _READ_BYTES))
        return found

    def relaxed(self) -> Metered:
        same = copy(self)
        same.share = 0.5
        return same

    def everything(self) -> Iterator[Any]:
        return self._store.everything()

    def commit(self, writes: Sequence[Write]) -> None:
        alone = len(writes) == 1 and isinstance(writes[0], Put)
        for write in writes:
            self._write(write, 1 if alone else 2)
        self._store.commit(writes)

    def _write(self, write: Write, times: int) -> None:
        if isinstance(write, CountUp):
            self.writes[self.phase, "count up"] += _units(_COUNTER_BYTES, _WRITE_BYTES) * times
            return
        record = self._woken(write) if isinstance(write, Wake) else write.record
        row = attributes_of(record)
        place = row["pk"], row["sk"]
        before, entries = self._rows.get(place, (0, ()))
        name = f"{type(write).__name__.lower()} {type(record).__name__}"
        if isinstance(write, Check):
            self.writes[self.phase, name] += _units(before, _WRITE_BYTES) * times
            return
        after = 0 if isinstance(write, Delete) else row_size(row)
        self.writes[self.phase, name] += _units(max(before, after), _WRITE_BYTES) * times
        new = () if isinstance(write, Delete) else _entries(row)
        for index, old_entry, entry in zip(
            _INDEXES, entries or (None,) * 3, new or (None,) * 3, strict=True
        ):
            if entry != old_entry:
                moved = (entry is not None) + (old_entry is not None)
                self.writes[self.phase, f"index {index}"] += moved
        self._rows[place] = after, new

    def _woken(self, write: Wake) -> Account:
        account = self._store.get(Account, write.creditor, write.account)
        assert account is not None, "who is woken exists"
        return replace(account, due_at=write.at or account.due_at)

    def due_accounts(
        self, creditor: str, until: datetime, since: datetime | None = None
    ) -> Iterator[str]:
        found = list(self._store.due_accounts(creditor, until, since))
        size = len(found) * _ENTRY_BYTES // SHARDS
        self._read("query due", _units(size, _READ_BYTES) * SHARDS * 0.5)
        return iter(found)

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


def _entries(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return where a row stands in each index."""
    return tuple(
        (row[f"{index}_pk"], row[f"{index}_sk"]) if f"{index}_pk" in row else None
        for index in _INDEXES
    )
