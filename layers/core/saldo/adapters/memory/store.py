"""The books in memory: the same promises as the table, one lock, no index lag."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, cast

from saldo.accounts.model import Account
from saldo.clock import iso_instant
from saldo.store import (
    TRANSACTION_ITEMS_MAX,
    Applied,
    Check,
    CommitConflict,
    CountUp,
    Delete,
    Page,
    Put,
    R,
    Record,
    Wake,
    Write,
    folded,
)

Key = tuple[str, ...]
Waiting = dict[tuple[str, str], dict[Key, datetime]]


@dataclass(frozen=True, slots=True)
class _Counter:
    key: Key
    count: int


class MemoryStore:
    """Implements `saldo.store.Store`. `on_commit` sees the records of every commit, in order."""

    def __init__(self, on_commit: Callable[[Sequence[Record]], None] | None = None) -> None:
        self._records: dict[type[Any], dict[Key, Any]] = defaultdict(dict)
        self._sorted: dict[type[Any], list[Key]] = defaultdict(list)
        # What waits, by name and creditor as in the table's index, of the kinds asked for so far.
        self._waiting: dict[type[Any], Waiting] = {}
        self._lock = threading.RLock()
        self._on_commit = on_commit

    def get(self, kind: type[R], *key: str) -> R | None:
        return cast("R | None", self._records[kind].get(key))

    def get_many(self, kind: type[R], keys: Iterable[Key]) -> dict[Key, R]:
        rows = self._records[kind]
        return {key: rows[key] for key in keys if key in rows}

    def list(self, kind: type[R], *prefix: str) -> Iterator[R]:
        with self._lock:
            keys = self._sorted[kind]
            found = []
            for index in range(bisect_left(keys, prefix), len(keys)):
                if keys[index][: len(prefix)] != prefix:
                    break
                found.append(self._records[kind][keys[index]])
        yield from found

    def newest(
        self, kind: type[R], *prefix: str, limit: int, before: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        found = [one for one in self.list(kind, *prefix) if before is None or one.key < before]
        return found[::-1][:limit]

    def first(
        self, kind: type[R], *prefix: str, limit: int, after: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        found = (one for one in self.list(kind, *prefix) if after is None or one.key > after)
        return list(islice(found, limit))

    def relaxed(self) -> MemoryStore:
        return self

    def everything(self) -> Iterator[Any]:
        for kind, rows in list(self._records.items()):
            if kind is not _Counter:
                yield from list(rows.values())

    def commit(self, writes: Sequence[Write]) -> None:
        applied = folded(writes)
        assert 0 < len(applied) <= TRANSACTION_ITEMS_MAX, f"{len(applied)} writes"
        targets = [_target(write) for write in applied]
        assert len(set(targets)) == len(targets), "a record stands twice in one commit"
        with self._lock:
            failed = [write for write in applied if not self._holds(write)]
            if failed:
                raise CommitConflict(failed)
            for write in applied:
                self._apply(write)
        if self._on_commit is not None:
            self._on_commit([w.record for w in writes if isinstance(w, Put)])

    def _holds(self, write: Applied) -> bool:
        if isinstance(write, Wake):
            account = self._records[Account].get((write.creditor, write.account))
            return account is not None and write.expect in (None, account.version)
        if isinstance(write, CountUp):
            counter = self._records[_Counter].get((write.creditor, write.name))
            return (counter.count if counter else 0) < write.most
        if write.expect is None:
            return True
        there = self._records[type(write.record)].get(write.record.key)
        if write.expect == 0 and not isinstance(write, Check):
            return there is None
        return there is not None and getattr(there, "version", None) == write.expect

    def _apply(self, write: Applied) -> None:
        if isinstance(write, Put):
            self._keep(write.record)
        elif isinstance(write, Delete):
            rows = self._records[type(write.record)]
            gone = rows.pop(write.record.key, None)
            if gone is not None:
                keys = self._sorted[type(write.record)]
                del keys[bisect_left(keys, write.record.key)]
                self._note_work(gone, None)
        elif isinstance(write, Wake):
            account = self._records[Account][(write.creditor, write.account)]
            paid = account.paid + write.paid if write.paid else account.paid
            due_at = write.at or account.due_at
            self._keep(replace(account, version=account.version + 1, due_at=due_at, paid=paid))
        elif isinstance(write, CountUp):
            key = (write.creditor, write.name)
            counter = self._records[_Counter].get(key)
            self._keep(_Counter(key, (counter.count if counter else 0) + 1))

    def _keep(self, record: Any) -> None:
        rows = self._records[type(record)]
        key = record.key
        before = rows.get(key)
        if before is None:
            insort(self._sorted[type(record)], key)
        rows[key] = record
        self._note_work(before, record)

    def _note_work(self, before: Any, after: Any) -> None:
        """Keep what waits as the table keeps its index: with every write."""
        waiting = self._waiting.get(type(before if after is None else after))
        if waiting is None:
            return
        if before is not None and (entry := before.work_entry):
            waiting[entry[:2]].pop(before.key, None)
        if after is not None and (entry := after.work_entry):
            waiting[entry[:2]][after.key] = entry[2]

    def due_accounts(
        self, creditor: str, until: datetime, since: datetime | None = None
    ) -> Iterator[str]:
        due = [
            a
            for a in self._records[Account].values()
            if a.creditor == creditor
            and a.due_at
            and a.due_at <= until
            and (since is None or a.due_at >= since)
        ]
        yield from (a.number for a in sorted(due, key=lambda a: (a.due_at, a.number)))

    def work(self, kind: type[R], name: str, creditor: str, until: datetime) -> Iterator[Key]:
        with self._lock:
            if kind not in self._waiting:
                self._waiting[kind] = defaultdict(dict)
                for record in self._records[kind].values():
                    self._note_work(None, record)
            here = self._waiting[kind][name, creditor].items()
            found = sorted((at, key) for key, at in here if at <= until)
        yield from (key for _, key in found)

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
        found = []
        for record in list(self._records[kind].values()):
            entry = record.feed_entry
            if entry and entry[0] == creditor and after < entry[1] < before:
                found.append((f"{iso_instant(entry[1])}#{'#'.join(record.key)}", record.key))
        rest = [row for row in sorted(found) if cursor is None or row[0] > cursor]
        page = rest[:limit]
        return Page(tuple(key for _, key in page), page[-1][0] if len(rest) > limit else None)


def _target(write: Applied) -> tuple[Any, ...]:
    if isinstance(write, Wake):
        return (Account, (write.creditor, write.account))
    if isinstance(write, CountUp):
        return (_Counter, (write.creditor, write.name))
    return (type(write.record), write.record.key)
