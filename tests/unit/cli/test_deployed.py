"""Which stacks a replay runs on, and where its mails go."""

from __future__ import annotations

from contextlib import closing

import pytest

from saldo_cli.cloud import Cloud
from saldo_cli.replay.deployed import Deployed, NoSandbox
from saldo_cli.waiting import LOCALLY, ON_AWS

OUTPUTS = {
    "TableName": "t",
    "BusName": "b",
    "PublicUrl": "https://pay.example/",
    "AccountQueueUrl": "a",
    "SendQueueUrl": "s",
}
SANDBOX = {"SandboxUrl": "https://sandbox.example"}


@pytest.fixture(autouse=True)
def _on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("SALDO_PUBLIC_URL", raising=False)


def test_a_stack_that_customers_pay_at_is_not_replayed_on() -> None:
    with pytest.raises(NoSandbox, match="no sandbox provider"):
        Deployed(Cloud("saldo", "eu-central-1", OUTPUTS))


def test_on_aws_mails_go_to_the_mailbox_simulator_and_nobody_can_look_into_it() -> None:
    cloud = Cloud("saldo", "eu-central-1", OUTPUTS | SANDBOX)
    with closing(Deployed(cloud)) as driver:
        assert driver.mail_address.format("a") == "success+a@simulator.amazonses.com"
        assert driver.mails() is None
    assert (cloud.is_local, cloud.pace, cloud.public_url) == (False, ON_AWS, "https://pay.example")


def test_the_local_cloud_has_a_mailbox_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4599")
    cloud = Cloud("saldo", "eu-central-1", OUTPUTS | SANDBOX)
    assert (cloud.is_local, cloud.pace) == (True, LOCALLY)
    assert cloud.desk_url == "http://localhost:4582"
    with closing(Deployed(cloud)) as driver:
        assert driver.mail_address == "ap@{}.example"
