"""`saldo.store.Store` over the table."""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import datetime
from typing import Any, cast

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from saldo.accounts.model import Account
from saldo.adapters.dynamo.kinds import BY_RECORD, BY_TAG, Key
from saldo.adapters.dynamo.rows import (
    PAID_SUMS,
    SHARDS,
    Row,
    attributes_of,
    due_attributes,
    due_partition,
    feed_partition,
    record_of,
    row_model,
    work_partition,
)
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
    Wake,
    Write,
    folded,
)

_CONFLICT_RETRIES_MAX = 8
_CONFLICT_PAUSE_SECONDS = 0.02
_AFTER_ALL = "\uffff"
_FAILED = "ConditionalCheckFailed"
_ORDER: dict[type[Applied], int] = {Check: 0, Delete: 1, Put: 2, Wake: 3, CountUp: 3}
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class DynamoStore:
    """The books in the table `table`. `endpoint` None leaves the address to the AWS settings."""

    def __init__(self, table: str, region: str, endpoint: str | None = None) -> None:
        self._row = row_model(table, region, endpoint)
        self._connection = Connection(region=region, host=endpoint)
        self._consistent = True

    def relaxed(self) -> DynamoStore:
        same = copy(self)
        same._consistent = False  # noqa: SLF001 - this very object's, over the same connections
        return same

    def get(self, kind: type[R], *key: str) -> R | None:
        layout = BY_RECORD[kind]
        try:
            row = self._row.get(layout.pk(key), layout.sk(key), consistent_read=self._consistent)
        except DoesNotExist:
            return None
        return cast("R", _record(row))

    def get_many(self, kind: type[R], keys: Iterable[Key]) -> dict[Key, R]:
        layout = BY_RECORD[kind]
        wanted = list({(layout.pk(key), layout.sk(key)) for key in keys})
        if not wanted:
            return {}
        rows = self._row.batch_get(wanted, consistent_read=self._consistent)
        records = [cast("R", _record(row)) for row in rows]
        return {record.key: record for record in records}

    def list(self, kind: type[R], *prefix: str) -> Iterator[R]:
        for row in self._below(kind, prefix):
            yield cast("R", _record(row))

    def newest(
        self, kind: type[R], *prefix: str, limit: int, before: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        most = limit if before is None else limit + 1  # the bound itself is read with the others
        rows = self._below(
            kind, prefix, before, limit=most, page_size=most, scan_index_forward=False
        )
        found = (cast("R", _record(row)) for row in rows)
        return [one for one in found if one.key != before][:limit]

    def first(
        self, kind: type[R], *prefix: str, limit: int, after: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        most = limit if after is None else limit + 1  # the bound itself is read with the others
        rows = self._below(kind, prefix, after=after, limit=most, page_size=most)
        found = (cast("R", _record(row)) for row in rows)
        return [one for one in found if one.key != after][:limit]

    def _below(
        self,
        kind: type[Any],
        prefix: Key,
        before: Key | None = None,
        after: Key | None = None,
        **how: Any,
    ) -> Iterable[Row]:
        layout = BY_RECORD[kind]
        assert len(prefix) >= layout.partition_parts, "a list stays inside one partition"
        start = layout.sk_start(prefix)
        condition: Condition | None = self._row.sk.startswith(start) if start else None
        if before is not None:
            condition = self._row.sk.between(start or " ", layout.sk(before))
        elif after is not None:
            condition = self._row.sk.between(layout.sk(after), f"{start}\U0010ffff")
        return self._row.query(
            layout.pk(prefix), condition, consistent_read=self._consistent, **how
        )

    def everything(self) -> Iterator[Any]:
        for row in self._row.scan(consistent_read=True):
            if row.t in BY_TAG:
                yield _record(row)

    def commit(self, writes: Sequence[Write]) -> None:
        applied = folded(writes)
        assert 0 < len(applied) <= TRANSACTION_ITEMS_MAX, f"{len(applied)} writes"
        if len(applied) == 1 and isinstance(applied[0], Put):
            self._put_one(applied[0])
            return
        # PynamoDB sends a transaction in this order, and the reasons come back in it.
        applied.sort(key=lambda write: _ORDER[type(write)])
        for attempt in range(_CONFLICT_RETRIES_MAX + 1):
            try:
                self._transact(applied)
            except TransactWriteError as error:
                reasons = [r.code if r else None for r in error.cancellation_reasons]
                failed = [w for w, c in zip(applied, reasons, strict=False) if c == _FAILED]
                if failed:
                    raise CommitConflict(failed) from error
                if attempt == _CONFLICT_RETRIES_MAX or not _PASSING.intersection(reasons):
                    raise
                time.sleep(_CONFLICT_PAUSE_SECONDS * 2**attempt * (0.5 + random.random()))
            else:
                return

    def _put_one(self, write: Put) -> None:
        row = self._row(**attributes_of(write.record))
        try:
            row.save(condition=self._expected(write.expect))
        except PutError as error:
            if error.cause_response_code == f"{_FAILED}Exception":
                raise CommitConflict([write]) from error
            raise

    def _transact(self, writes: Sequence[Applied]) -> None:
        with TransactWrite(connection=self._connection) as transaction:
            for write in writes:
                if isinstance(write, Put):
                    row = self._row(**attributes_of(write.record))
                    transaction.save(row, condition=self._expected(write.expect))
                elif isinstance(write, Delete):
                    transaction.delete(self._bare(write.record), self._expected(write.expect))
                elif isinstance(write, Check):
                    layout, key = BY_RECORD[type(write.record)], write.record.key
                    condition = self._row.version == write.expect
                    transaction.condition_check(
                        self._row, layout.pk(key), layout.sk(key), condition
                    )
                elif isinstance(write, Wake):
                    self._wake(transaction, write)
                else:
                    self._count_up(transaction, write)

    def _expected(self, expect: int | None) -> Condition | None:
        if expect is None:
            return None
        return self._row.pk.does_not_exist() if expect == 0 else self._row.version == expect

    def _bare(self, record: Any) -> Row:
        layout = BY_RECORD[type(record)]
        return self._row(layout.pk(record.key), layout.sk(record.key))

    def _wake(self, transaction: TransactWrite, write: Wake) -> None:
        layout, key = BY_RECORD[Account], (write.creditor, write.account)
        actions: list[Action] = [self._row.version.set(self._row.version + 1)]
        if write.at is not None:
            place = due_attributes(write.creditor, write.account, write.at)
            actions += [
                self._row.due_pk.set(place["due_pk"]),
                self._row.due_sk.set(place["due_sk"]),
            ]
        if write.paid is not None:
            actions += [
                self._row.paid_count.add(write.paid.count),
                self._row.paid_days.add(write.paid.days),
                self._row.paid_squares.add(write.paid.squares),
                self._row.paid_late.add(write.paid.late),
            ]
        transaction.update(
            self._row(layout.pk(key), layout.sk(key)),
            actions=actions,
            condition=(
                self._row.pk.exists() if write.expect is None else self._row.version == write.expect
            ),
        )

    def _count_up(self, transaction: TransactWrite, write: CountUp) -> None:
        row = self._row(f"C#{write.creditor}", f"COUNT#{write.name}")
        transaction.update(
            row,
            actions=[self._row.tally.add(1), self._row.t.set("counter")],
            condition=self._row.tally.does_not_exist() | (self._row.tally < write.most),
        )

    def due_accounts(
        self, creditor: str, until: datetime, since: datetime | None = None
    ) -> Iterator[str]:
        end = iso_instant(until) + _AFTER_ALL
        start = iso_instant(since) if since else ""
        if start > end:
            return
        shards = [
            self._row.due.query(
                due_partition(creditor, shard),
                self._row.due_sk.between(start, end) if start else self._row.due_sk <= end,
            )
            for shard in range(SHARDS)
        ]
        for row in heapq.merge(*shards, key=lambda row: str(row.due_sk)):
            yield BY_RECORD[Account].key(row.pk, row.sk)[1]

    def work(self, kind: type[R], name: str, creditor: str, until: datetime) -> Iterator[Key]:
        layout, end = BY_RECORD[kind], iso_instant(until) + _AFTER_ALL
        shards = [
            self._row.work.query(work_partition(name, creditor, s), self._row.work_sk <= end)
            for s in range(SHARDS)
        ]
        for row in heapq.merge(*shards, key=lambda row: str(row.work_sk)):
            if row.t == layout.tag:
                yield layout.key(row.pk, row.sk)

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
        layout = BY_RECORD[kind]
        start = cursor or iso_instant(after) + _AFTER_ALL
        if start > iso_instant(before):
            return Page((), None)
        rows: list[Row] = []
        for shard in range(SHARDS):
            rows += self._row.feed.query(
                feed_partition(layout, creditor, shard),
                self._row.feed_sk.between(start, iso_instant(before)),
                limit=limit + 2,
            )
        found = sorted((row for row in rows if row.feed_sk != start), key=lambda r: str(r.feed_sk))
        page = found[:limit]
        more = len(found) > limit
        return Page(
            tuple(layout.key(row.pk, row.sk) for row in page), page[-1].feed_sk if more else None
        )


def _record(row: Row) -> Any:
    version: Any = row.version  # PynamoDB calls every number a float; ours are integers
    paid = {name: getattr(row, f"paid_{name}") for name in PAID_SUMS}
    return record_of(row.t, row.body or {}, version, row.due_sk, paid)
