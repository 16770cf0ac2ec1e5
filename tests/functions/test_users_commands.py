"""`saldo user` and `saldo approval` over a table, a user pool and a queue (moto)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.adapters.dynamo.store import DynamoStore
from saldo.edge.v1 import charges
from saldo.edge.v1.money import Ordered
from saldo.people.four_eyes import SecondPersonNeeded
from saldo.people.ports import NotProven, Proven
from saldo.wiring import Services
from saldo_cli import cloud as clouds
from saldo_cli.commands import _common
from saldo_cli.main import main
from tests.books import CREDITOR, Books

REGION = "eu-central-1"
OLGA, CLARA = "olga@example.com", "clara@example.com"
PASSWORD = "Correct-Horse-9"


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        cognito = boto3.client("cognito-idp", REGION)
        pool = cognito.create_user_pool(PoolName="console", UsernameAttributes=["email"])
        pool_id = pool["UserPool"]["Id"]
        client = cognito.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="console",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        )
        queue = boto3.client("sqs", REGION).create_queue(QueueName="send")["QueueUrl"]
        outputs = {
            "TableName": "saldo",
            "BusName": "saldo",
            "PublicUrl": "https://pay.example",
            "AccountQueueUrl": queue,
            "SendQueueUrl": queue,
            "UserPoolId": pool_id,
            "UserPoolClientId": client["UserPoolClient"]["ClientId"],
        }
        cloud = clouds.Cloud("saldo", REGION, outputs)
        monkeypatch.setattr(_common, "open_cloud", lambda stack: cloud)
        books = Books(DynamoStore("saldo", REGION))
        books.clock.move_to(datetime.now(UTC))
        books.begin(books.invoice("RE-1", 60000))
        yield cloud.services


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    printed = capsys.readouterr().out
    return code, json.loads(printed) if printed else None


def mails(services: Services) -> list[dict[str, Any]]:
    sqs = boto3.client("sqs", REGION)
    found = sqs.receive_message(QueueUrl=services.settings.send_queue, MaxNumberOfMessages=10)
    return [json.loads(one["Body"]) for one in found.get("Messages", [])]


def hire(capsys: pytest.CaptureFixture[str], email: str, role: str, *more: str) -> Any:
    return run(capsys, "user", "add", email, "--name", "Somebody", "--role", role, *more)[1]


def test_the_first_owner_is_made_with_a_link_by_mail(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    made = hire(capsys, OLGA, "owner", "--everywhere")
    assert made["grants"] == [{"creditor": "*", "role": "owner", "branches": []}]
    assert [(one["person"], one["kind"]) for one in mails(services)] == [(OLGA, "invitation")]
    assert run(capsys, "user", "list")[1][0]["email"] == OLGA


def test_a_password_by_a_pipe_lets_somebody_in_where_no_mail_goes(
    services: Services, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hire(capsys, CLARA, "collector", "--no-mail", "--branch", "Kiel")
    assert mails(services) == []
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert run(capsys, "user", "password", CLARA)[0] == 0
    assert services.identity.sign_in(CLARA, PASSWORD) == Proven(made["id"])


def test_roles_are_given_and_taken(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    hire(capsys, OLGA, "owner")
    hire(capsys, CLARA, "collector")
    granted = run(capsys, "user", "grant", CLARA, "--role", "manager", "--branch", "Kiel")[1]
    assert granted["grants"] == [{"creditor": CREDITOR, "role": "manager", "branches": ["Kiel"]}]
    assert main(["user", "list"]) == 0
    printed = capsys.readouterr().out
    assert "manager at" in printed and OLGA in printed
    assert run(capsys, "user", "revoke", CLARA)[1]["grants"] == []
    assert main(["user", "revoke", OLGA]) == 1, "the last owner stays"


def test_who_is_disabled_is_out_of_the_pool_too(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    hire(capsys, CLARA, "collector")
    services.identity.set_password(CLARA, PASSWORD)
    assert run(capsys, "user", "disable", CLARA)[1]["state"] == "disabled"
    with pytest.raises(NotProven):
        services.identity.sign_in(CLARA, PASSWORD)
    assert run(capsys, "user", "enable", CLARA)[1]["state"] == "invited"
    assert isinstance(services.identity.sign_in(CLARA, PASSWORD), Proven)
    assert run(capsys, "user", "forget-app", CLARA)[0] == 0
    assert run(capsys, "user", "invite", CLARA)[0] == 0
    assert main(["user", "invite", "nobody@example.com"]) == 1


def test_a_write_off_waits_for_a_second_person(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, "approval", "limits", "--write-off", "50.00")[1]
    assert (told["write_off"], told["refund"]) == ("50.00", None)
    today = datetime.now(UTC).date().isoformat()
    body = {
        "id": "W-1",
        "invoice": "RE-1",
        "amount": "600.00",
        "currency": "EUR",
        "on": today,
        "reason": "insolvent",
    }
    order = Ordered(services, services.accounts.creditor(CREDITOR), CLARA, by_person=True)
    with pytest.raises(SecondPersonNeeded):
        charges.write_off(order, body)
    (waiting,) = run(capsys, "approval", "list")[1]
    assert (waiting["amount"], waiting["asked_by"]) == ("600.00", CLARA)
    assert main(["approval", "list"]) == 0
    assert "RE-1" in capsys.readouterr().out
    assert main(["approval", "approve", waiting["id"], "--by", CLARA]) == 1
    capsys.readouterr()
    assert run(capsys, "approval", "approve", waiting["id"], "--by", OLGA)[1]["state"] == "done"
    assert main(["approval", "decline", waiting["id"], "--reason", "late"]) == 1
    assert run(capsys, "approval", "limits", "--write-off", "none")[1]["write_off"] is None
