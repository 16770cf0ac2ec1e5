"""The functions that ask ERPs, and the commands about them, over a table (moto)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.connect import app as connect
from infra.local.erps import exact
from infra.table import table_definition
from saldo.adapters.aws.bus import detail_of
from saldo.adapters.dynamo.store import DynamoStore
from saldo.clock import FixedClock
from saldo.connectors.model import ErpOrder, ItemLink
from saldo.events import Event
from saldo.settings import Settings
from saldo.wiring import Services, install
from saldo_cli import cloud as clouds
from saldo_cli.commands import _common
from saldo_cli.main import main
from tests.books import CREDITOR, Books

REGION = "eu-central-1"
CUSTOMER = "10001"
SECRET = {
    f"{CREDITOR}/exact": {
        "client_id": exact.CLIENT_ID,
        "client_secret": exact.CLIENT_SECRET,
        "redirect_url": "https://app.example/back",
    }
}


def _connect(
    cloud: clouds.Cloud, creditor: str, connection: str, *, accept_gone: bool
) -> dict[str, int]:
    """Run the deployed function, here; what it counts goes to its log."""
    event = {"creditor": creditor, "connection": connection, "accept_gone": accept_gone}
    with redirect_stdout(io.StringIO()):
        return connect.run(event, None)


class World:
    """A stack in moto with Exact Online beside it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        self.books = Books(DynamoStore("saldo", REGION))
        self.books.clock.move_to(datetime.now(UTC))
        self.books.open_creditor(country="NL", language="nl", time_zone="Europe/Amsterdam")
        self.clock: FixedClock = self.books.clock
        self.erp = exact.ExactErp(now=self.clock.now)
        manager = boto3.client("secretsmanager", REGION)
        arn = manager.create_secret(Name="erps", SecretString=json.dumps(SECRET))["ARN"]
        self.services = Services(
            Settings(table="saldo", region=REGION, erp_secret=arn),
            store=self.books.store,
            clock=self.clock,
            ids=self.books.ids,
            providers={"sandbox": self.books.provider},
            erp_transport=self.erp,
        )
        install(self.services)
        outputs = {
            "TableName": "saldo",
            "BusName": "saldo",
            "PublicUrl": "https://pay.example",
            "AccountQueueUrl": "",
            "SendQueueUrl": "",
        }
        cloud = clouds.Cloud("saldo", REGION, outputs)
        cloud.__dict__["services"] = self.services
        monkeypatch.setattr(clouds.Cloud, "connect", _connect)
        monkeypatch.setattr(_common, "open_cloud", lambda stack: cloud)

    def hear(self) -> dict[str, Any]:
        """Give every event to the function as the queue does."""
        records = [
            {
                "messageId": one.id,
                "body": json.dumps({"detail": detail_of(one)}),
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for one in self.books.store.everything()
            if isinstance(one, Event)
        ]
        return connect.hear({"Records": records}, None)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with mock_aws():
        made = World(monkeypatch)
        made.erp.customer(CUSTOMER, "Voorbeeld B.V.", "administratie@voorbeeld.example")
        made.erp.invoice(1001, CUSTOMER, "119.00", date(2026, 10, 20), date(2026, 11, 3))
        yield made
        install(None)


def saldo(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def connected(capsys: pytest.CaptureFixture[str]) -> None:
    code, made = saldo(
        capsys,
        *("connector", "set", "exact", "--system", "exact"),
        *("--setting", f"base_url={exact.BASE_URL}", "--setting", f"division={exact.DIVISION}"),
        *("--setting", "journal=20", "--setting", f"ledger_account={exact.guid('gl')}"),
    )
    assert (code, made["state"]) == (0, "new")
    code, made = saldo(capsys, "connector", "authorise", "exact", "--code", "code-of-consent")
    assert (code, made["state"]) == (0, "ok")


def test_exact_is_connected_read_and_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    connected(capsys)
    books = world.books
    assert books.accounts.creditor(CREDITOR).fresh_within_hours == 26
    assert books.invoice_now("1001", CUSTOMER).open_minor == 11900
    books.pay("1001", 11900)
    for _ in range(2):
        assert world.hear() == {"batchItemFailures": []}
    assert len(list(books.store.list(ErpOrder, CREDITOR, "exact"))) == 1

    world.clock.advance(timedelta(minutes=20))
    assert connect.run({"kind": "connections"}, None) == {"ran": 1}
    assert world.erp.open_of(1001) == 0
    assert connect.run({"kind": "connections"}, None) == {"ran": 0}
    capsys.readouterr()
    link = books.store.get(ItemLink, CREDITOR, "exact", "1001")
    assert link is not None and (link.told_minor, link.orders) == (11900, ())
    code, listed = saldo(capsys, "connector", "list")
    assert (code, [one["state"] for one in listed]) == (0, ["ok"])


def test_a_refused_settlement_is_shown_and_tried_again(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    connected(capsys)
    world.books.pay("1001", 11900)
    world.hear()
    capsys.readouterr()
    kept = world.erp.receivables[1001]["AccountId"]
    world.erp.receivables[1001]["AccountId"] = "another"
    saldo(capsys, "connector", "run", "exact")
    code, status = saldo(capsys, "connector", "status", "exact")
    assert code == 1
    (order,) = status["orders_refused"]
    assert (order["invoice"], order["amount"]) == ("1001", "119.00")
    world.erp.receivables[1001]["AccountId"] = kept
    world.clock.advance(timedelta(minutes=2))
    assert saldo(capsys, "connector", "retry", "exact", order["id"])[0] == 0
    assert saldo(capsys, "connector", "run", "exact")[0] == 0
    assert world.erp.open_of(1001) == 0


def test_a_key_is_missing_and_the_status_says_which(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    saldo(capsys, "connector", "set", "other", "--system", "snelstart")
    code, status = saldo(capsys, "connector", "run", "other")
    assert (code, status["state"]) == (1, "refused")
    assert "musterwerk/other" in status["why"]


def test_settings_that_there_are_not_are_refused(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["connector", "set", "x", "--system", "exact", "--setting", "colour=blue"])
    assert code == 1
    assert "no setting 'colour'" in capsys.readouterr().err
