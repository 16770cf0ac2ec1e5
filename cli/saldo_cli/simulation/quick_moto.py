"""moto's DynamoDB, quicker, with the same answers.

It copies a table once for each item of a transaction, and sorts a table by three calls for each
comparison at every query: in a run that is most of the time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

_TEXT = "S"


@contextmanager
def quick_moto() -> Iterator[None]:
    """Let moto's tables be quick within the block. Blocks may stand inside each other."""
    copies = _Copies()
    with ExitStack() as stack:
        for owner, name, quick in (
            (DynamoDBBackend, "transact_write_items", copies.around()),
            (Table, "__deepcopy__", copies.copied()),
            (Table, "all_items", _sorted_items()),
            (DynamoType, "cast_value", _CastValue()),
        ):
            stack.enter_context(patch.object(owner, name, quick, create=name == "__deepcopy__"))
        yield


class _Copies:
    """Copies a table once for a transaction: it copies before it changes anything."""

    def __init__(self) -> None:
        self._made: dict[int, Table] | None = None
        self._before = getattr(Table, "__deepcopy__", _deep)

    def around(self) -> Callable[[DynamoDBBackend, list[dict[str, Any]]], None]:
        whole = DynamoDBBackend.transact_write_items

        def transact(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
            self._made = {}
            try:
                whole(backend, items)
            finally:
                self._made = None

        return transact

    def copied(self) -> Callable[[Table, dict[int, Any]], Table]:
        def copied(table: Table, memo: dict[int, Any]) -> Table:
            made = {} if self._made is None else self._made
            if id(table) not in made:
                made[id(table)] = self._before(table, memo)
            return made[id(table)]

        return copied


def _deep(table: Table, memo: dict[int, Any]) -> Table:
    """Return what `copy.deepcopy` makes of a table that has no way of its own."""
    new = object.__new__(type(table))
    memo[id(table)] = new
    for name, value in vars(table).items():
        setattr(new, name, copy.deepcopy(value, memo))
    return new


def _sorted_items() -> Callable[[Table], list[Item]]:
    whole = Table.all_items

    def in_order(table: Table) -> list[Item]:
        if not (table.hash_key_type == _TEXT and table.range_key_type == _TEXT):
            return whole(table)
        items = [item for rows in table.items.values() for item in rows.values()]
        return sorted(items, key=lambda item: (item.hash_key.value, item.range_key.value))

    return in_order


class _CastValue:
    """Stands for moto's `cast_value`: a text is itself, without asking first what else it is."""

    def __init__(self) -> None:
        self._whole = vars(DynamoType)["cast_value"]

    def __get__(self, value: DynamoType, owner: type[DynamoType]) -> Any:
        return value.value if value.type == _TEXT else self._whole.__get__(value, owner)
