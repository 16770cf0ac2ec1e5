"""Where the sandbox keeps its payments: a dictionary, or a DynamoDB table with the key `id`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class Storage(Protocol):
    """Keeps texts under ids, each with a version."""

    def get(self, record_id: str) -> str | None:
        """Return the text as it is now (strongly consistent), or None."""

    def put(self, record_id: str, text: str, *, version: int, expect: int) -> bool:
        """Write `text` as `version` if the version there is `expect` (0: nothing is there).

        Returns whether it was written.
        """

    def every(self, prefix: str) -> Iterator[str]:
        """Yield the texts whose ids begin with `prefix`, in any order; it reads everything."""


class MemoryStorage:
    """Keeps everything in this process; for tests and replays."""

    def __init__(self) -> None:
        self._records: dict[str, tuple[str, int]] = {}

    def get(self, record_id: str) -> str | None:
        found = self._records.get(record_id)
        return found[0] if found else None

    def put(self, record_id: str, text: str, *, version: int, expect: int) -> bool:
        if self._records.get(record_id, ("", 0))[1] != expect:
            return False
        self._records[record_id] = (text, version)
        return True

    def every(self, prefix: str) -> Iterator[str]:
        return (text for id_, (text, _) in [*self._records.items()] if id_.startswith(prefix))


class DynamoStorage:
    """Keeps the records in the DynamoDB table `table`, whose key is the string `id`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, record_id: str) -> str | None:
        answer = self._client.get_item(
            TableName=self._table, Key={"id": {"S": record_id}}, ConsistentRead=True
        )
        return answer["Item"]["record"]["S"] if "Item" in answer else None

    def put(self, record_id: str, text: str, *, version: int, expect: int) -> bool:
        item = {"id": {"S": record_id}, "record": {"S": text}, "version": {"N": str(version)}}
        try:
            if expect == 0:
                self._client.put_item(
                    TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(id)"
                )
            else:
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="version = :expect",
                    ExpressionAttributeValues={":expect": {"N": str(expect)}},
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def every(self, prefix: str) -> Iterator[str]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression="begins_with(id, :prefix)",
            ExpressionAttributeValues={":prefix": {"S": prefix}},
        )
        for page in pages:
            yield from (item["record"]["S"] for item in page["Items"])


def storage_from_environment() -> Storage:
    """Return the table that SALDO_SANDBOX_TABLE names, or a memory if it names none."""
    table = os.environ.get("SALDO_SANDBOX_TABLE")
    if not table:
        return MemoryStorage()
    # Imported only here: most of the cold start, and needless in memory.
    from botocore.session import get_session

    client = cast("DynamoDBClient", get_session().create_client("dynamodb"))
    return DynamoStorage(client, table)
