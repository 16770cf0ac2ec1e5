"""The row: PynamoDB's view of the table, and the mapping between rows and records.

The table itself is defined in template.yaml alone; this model creates nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import MAP
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from saldo.accounts.model import Account
from saldo.adapters.dynamo.kinds import BY_RECORD, BY_TAG, Key, RowKind
from saldo.clock import iso_instant, parse_instant
from saldo.codec import decode, encode
from saldo.ids import shard_of
from saldo.risk.behaviour import NOTHING_PAID

SHARDS = 4
"""Partitions of one index key: spreads writes, costs as many queries. Never lowered."""

PAID_SUMS = ("count", "days", "squares", "late")
"""How an account paid so far: attributes of its row, so that a wake-up adds to them unread."""

Image = dict[str, dict[str, Any]]
"""A row in DynamoDB's typed JSON, as streams carry it."""


class IntegerAttribute(NumberAttribute):
    """A whole number; PynamoDB's own NumberAttribute may hand back floats."""

    def serialize(self, value: Any) -> str:
        assert isinstance(value, int), "floats do not enter the table"
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


def to_typed(value: Any) -> dict[str, Any]:
    """Turn plain data into DynamoDB's typed JSON."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [to_typed(item) for item in value]}
    return {"M": {key: to_typed(item) for key, item in value.items()}}


def from_typed(value: dict[str, Any]) -> Any:
    """Turn DynamoDB's typed JSON into plain data."""
    ((kind, content),) = value.items()
    if kind == "NULL":
        return None
    if kind == "N":
        return int(content)
    if kind == "L":
        return [from_typed(item) for item in content]
    if kind == "M":
        return {key: from_typed(item) for key, item in content.items()}
    return content


class BodyAttribute(Attribute[dict[str, Any]]):
    """The record's own fields, as a native map that stays readable in the AWS console."""

    attr_type = MAP

    def serialize(self, value: dict[str, Any]) -> Any:
        return to_typed(value)["M"]

    def deserialize(self, value: Any) -> dict[str, Any]:
        return {key: from_typed(item) for key, item in value.items()}


class _DueIndex(GlobalSecondaryIndex["Row"]):  # type: ignore[no-untyped-call]  # PynamoDB\'s own
    class Meta:
        index_name = "due"
        projection = IncludeProjection(["t"])

    due_pk = UnicodeAttribute(hash_key=True)
    due_sk = UnicodeAttribute(range_key=True)


class _WorkIndex(GlobalSecondaryIndex["Row"]):  # type: ignore[no-untyped-call]  # PynamoDB\'s own
    class Meta:
        index_name = "work"
        projection = IncludeProjection(["t"])

    work_pk = UnicodeAttribute(hash_key=True)
    work_sk = UnicodeAttribute(range_key=True)


class _FeedIndex(GlobalSecondaryIndex["Row"]):  # type: ignore[no-untyped-call]  # PynamoDB\'s own
    class Meta:
        index_name = "feed"
        projection = IncludeProjection(["t"])

    feed_pk = UnicodeAttribute(hash_key=True)
    feed_sk = UnicodeAttribute(range_key=True)


class Row(Model):
    """Any row of the table. `kinds.py` says what each kind is read by and what that costs."""

    class Meta:
        table_name = "saldo"
        max_retry_attempts = 5
        connect_timeout_seconds = 2
        read_timeout_seconds = 5

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    t = UnicodeAttribute()
    version = IntegerAttribute(null=True)
    tally = IntegerAttribute(null=True)
    body = BodyAttribute(null=True)
    paid_count = IntegerAttribute(null=True)
    paid_days = IntegerAttribute(null=True)
    paid_squares = IntegerAttribute(null=True)
    paid_late = IntegerAttribute(null=True)
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)
    work_pk = UnicodeAttribute(null=True)
    work_sk = UnicodeAttribute(null=True)
    feed_pk = UnicodeAttribute(null=True)
    feed_sk = UnicodeAttribute(null=True)
    ttl = IntegerAttribute(null=True)
    due = _DueIndex()
    work = _WorkIndex()
    feed = _FeedIndex()


def row_model(table: str, region: str, endpoint: str | None) -> type[Row]:
    """Return the row model bound to a table. `endpoint` None means AWS, or AWS_ENDPOINT_URL."""
    meta = type("Meta", (Row.Meta,), {"table_name": table, "region": region, "host": endpoint})
    return type("BoundRow", (Row,), {"Meta": meta})


def due_partition(creditor: str, shard: int | str) -> str:
    return f"D#{creditor}#{shard}"


def work_partition(name: str, creditor: str, shard: int | str) -> str:
    return f"W#{creditor}#{name}#{shard}"


def feed_partition(kind: RowKind, creditor: str, shard: int | str) -> str:
    return f"F#{creditor}#{kind.tag}#{shard}"


def shard_of_key(key: Key) -> str:
    """Return the shard of a record: its account decides, where it has one."""
    return shard_of(key[1] if len(key) > 1 else key[0], SHARDS)


def attributes_of(record: Any) -> dict[str, Any]:
    """Return the row's attributes for a record."""
    kind = BY_RECORD[type(record)]
    key = record.key
    pk, sk = kind.pk(key), kind.sk(key)
    shard = shard_of_key(key)
    found: dict[str, Any] = {"pk": pk, "sk": sk, "t": kind.tag}
    plain = record
    if hasattr(record, "version") and kind.tag != "event":
        found["version"] = record.version
        plain = replace(plain, version=0)
    if isinstance(record, Account):
        plain = replace(plain, due_at=None, paid=NOTHING_PAID)
        if record.paid.count:
            found |= {f"paid_{name}": getattr(record.paid, name) for name in PAID_SUMS}
        if record.due_at is not None:
            found |= due_attributes(record.creditor, record.number, record.due_at)
    if (work := getattr(record, "work_entry", None)) is not None:
        name, creditor, at = work
        found["work_pk"] = work_partition(name, creditor, shard)
        found["work_sk"] = f"{iso_instant(at)}#{sk}"
    if (feed := getattr(record, "feed_entry", None)) is not None:
        creditor, at = feed
        found["feed_pk"] = feed_partition(kind, creditor, shard)
        found["feed_sk"] = f"{iso_instant(at)}#{'#'.join(key)}"
    if (gone_at := getattr(record, "gone_at", None)) is not None:
        found["ttl"] = math.ceil(gone_at.timestamp())
    found["body"] = encode(plain)
    return found


def due_attributes(creditor: str, account: str, at: datetime) -> dict[str, str]:
    """Return what places an account in the `due` index."""
    return {
        "due_pk": due_partition(creditor, shard_of(account, SHARDS)),
        "due_sk": f"{iso_instant(at)}#{account}",
    }


def record_of(
    tag: str,
    body: dict[str, Any],
    version: int | None,
    due_sk: str | None,
    paid: Mapping[str, int | None],
) -> Any:
    """Return the record of a row; `paid` are an account's sums, by name."""
    kind = BY_TAG[tag]
    if version is not None:
        body = {**body, "version": version}
    if due_sk is not None:
        body = {**body, "due_at": iso_instant(parse_instant(due_sk.partition("#")[0]))}
    if paid["count"]:
        body = {**body, "paid": {name: value or 0 for name, value in paid.items()}}
    return decode(kind.record, body)


def image_of(record: Any) -> Image:
    """Return the row of a record as a stream would show it."""
    return {name: to_typed(value) for name, value in attributes_of(record).items()}


def record_of_image(image: Image) -> Any:
    """Return the record in a stream's image."""
    row = {name: from_typed(value) for name, value in image.items()}
    paid = {name: row.get(f"paid_{name}") for name in PAID_SUMS}
    return record_of(row["t"], row["body"], row.get("version"), row.get("due_sk"), paid)
