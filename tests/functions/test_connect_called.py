"""The function that ERPs call, over a table, a secret and a function to start (moto)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from functions.connect import called
from infra.local.erps import exact
from infra.table import table_definition
from saldo.adapters.dynamo.store import DynamoStore
from saldo.settings import Settings
from saldo.store import Put
from saldo.wiring import Services, install
from tests.books import CREDITOR, Books
from tests.functions.apigw import Answer, answer_of, api_event

REGION = "eu-central-1"
ROUTE = "/callbacks/connections/{system}/{creditor}/{connection}"
RUN = "saldo-connect-run"


def _function() -> None:
    """Deploy something that can be started."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as code:
        code.writestr("app.py", "def run(event, context): ...")
    iam = boto3.client("iam", REGION)
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = iam.create_role(RoleName="run", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    boto3.client("lambda", REGION).create_function(
        FunctionName=RUN,
        Runtime="python3.13",
        Role=role,
        Handler="app.run",
        Code={"ZipFile": packed.getvalue()},
    )


@pytest.fixture
def services() -> Iterator[Services]:
    with mock_aws(config={"lambda": {"use_docker": False}}):
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        books = Books(DynamoStore("saldo", REGION))
        books.clock.move_to(datetime.now(UTC))
        books.open_creditor(country="NL")
        secret = {f"{CREDITOR}/main": {"webhook_secret": exact.WEBHOOK_SECRET}}
        manager = boto3.client("secretsmanager", REGION)
        arn = manager.create_secret(Name="erps", SecretString=json.dumps(secret))["ARN"]
        _function()
        settings = Settings(table="saldo", region=REGION, erp_secret=arn, connect_function=RUN)
        made = Services(settings, store=books.store, clock=books.clock, ids=books.ids)
        install(made)
        division = {"division": exact.DIVISION}
        made.connections.set(CREDITOR, "main", system="exact", settings=division)
        yield made
        install(None)


def call(body: bytes) -> Answer:
    place = {"system": "exact", "creditor": CREDITOR, "connection": "main"}
    return answer_of(called.handler(api_event("POST", ROUTE, place, body=body), None))


def test_a_call_finds_the_secret_and_starts_the_run(services: Services) -> None:
    fresh = services.connections.get(CREDITOR, "main")
    read = replace(fresh, next_at=services.clock.now() + timedelta(minutes=9), version=2)
    services.store.commit([Put(read, expect=1)])
    body = exact.ExactErp(now=services.clock.now).call("Accounts", "10001")
    assert call(b"").json == {"outcome": "checked"}
    assert call(body.replace(b"Update", b"Delete")).status == 401
    assert services.connections.get(CREDITOR, "main") == read
    assert call(body).json == {"outcome": "started"}
    assert services.connections.get(CREDITOR, "main").next_at == services.clock.now()
    assert call(body).json == {"outcome": "known"}
