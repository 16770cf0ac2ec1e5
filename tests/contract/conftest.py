"""The stores that the contract suite runs over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.adapters.dynamo.store import DynamoStore
from saldo.adapters.memory.store import MemoryStore
from saldo.store import Store

REGION = "eu-central-1"


def _moto() -> Iterator[Store]:
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        yield DynamoStore("saldo", REGION)


def _memory() -> Iterator[Store]:
    yield MemoryStore()


_STORES: dict[str, Callable[[], Iterator[Store]]] = {"memory": _memory, "moto": _moto}


@pytest.fixture(params=list(_STORES))
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    yield from _STORES[request.param]()
