"""The table as template.yaml defines it, for tests that need one: they cannot drift apart."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from infra.cfn import TEMPLATE, load_template, resources

# CloudFormation's properties that boto3's create_table takes as they are.
_TAKEN = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "StreamSpecification",
)


def table_definition(template_path: Path = TEMPLATE, logical_id: str = "Table") -> dict[str, Any]:
    """Keyword arguments for boto3's `create_table`; the caller adds TableName.

    `logical_id` is "Table" or "SandboxTable". What create_table does not take (time to live,
    point-in-time recovery) and what stands-in do not need (encryption, deletion protection) is left
    out. The template is read once: a table for each test would read it for each.
    """
    return deepcopy(_definition(template_path, logical_id))


@cache
def _definition(template_path: Path, logical_id: str) -> dict[str, Any]:
    properties = resources(load_template(template_path), "AWS::DynamoDB::Table")[logical_id]
    definition = {name: properties[name] for name in _TAKEN if name in properties}
    if "StreamSpecification" in definition:
        definition["StreamSpecification"] = {
            "StreamEnabled": True,
            **definition["StreamSpecification"],
        }
    return definition
