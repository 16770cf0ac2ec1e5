"""The stores that the contract suite runs over."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from itertools import count

import boto3
import pytest
from moto import mock_aws

from infra.local.dynamodb_local import missing_tools, running_dynamodb_local
from infra.table import table_definition
from saldo.adapters.dynamo.store import DynamoStore
from saldo.adapters.memory.store import MemoryStore
from saldo.store import Store

REGION = "eu-central-1"
_TABLES = count(1)


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """Amazon's DynamoDB Local, one for the session; each test has a table of its own."""
    missing = missing_tools()
    if missing and not os.environ.get("CI"):
        pytest.skip(f"DynamoDB Local needs {' and '.join(missing)}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running_dynamodb_local(port) as address:
        yield address


def _on_dynamodb_local(address: str) -> Store:
    table = f"saldo-{next(_TABLES)}"
    boto3.client("dynamodb", REGION, endpoint_url=address).create_table(
        TableName=table, **table_definition()
    )
    return DynamoStore(table, REGION, address)


@pytest.fixture(params=["memory", "moto", "dynamodb-local"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "moto":
        with mock_aws():
            boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
            yield DynamoStore("saldo", REGION)
    else:
        yield _on_dynamodb_local(request.getfixturevalue("dynamodb_local"))
