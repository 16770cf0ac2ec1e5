"""Tests build their tables from the template: what they get is what is deployed."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition

INDEXES = ["due", "feed", "work"]


def test_the_definition_makes_a_table() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        made = client.create_table(TableName="saldo", **table_definition())["TableDescription"]
    assert [key["AttributeName"] for key in made["KeySchema"]] == ["pk", "sk"]
    assert sorted(index["IndexName"] for index in made["GlobalSecondaryIndexes"]) == INDEXES
    assert made["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert made["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", INDEXES)
def test_every_index_projects_the_kind_of_row(name: str) -> None:
    (index,) = [
        index
        for index in table_definition()["GlobalSecondaryIndexes"]
        if index["IndexName"] == name
    ]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["t"]}
    assert [key["AttributeName"] for key in index["KeySchema"]] == [f"{name}_pk", f"{name}_sk"]


def test_there_is_no_local_index() -> None:
    # It could never be removed, and would limit an account to 10 GB.
    assert "LocalSecondaryIndexes" not in table_definition()


def test_the_sandbox_has_a_table_of_its_own() -> None:
    definition = table_definition(logical_id="SandboxTable")
    assert definition["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
