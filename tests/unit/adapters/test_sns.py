"""Text messages by SNS: sent once, from the right sender, and every failure called by its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from saldo.adapters.sms.sns import SnsGateway
from saldo.reminders.channels.port import ChannelBusy, ChannelRefused, ChannelSilent
from saldo.reminders.channels.sms import OutgoingSms
from saldo.reminders.channels.sms_text import sms_length

REGION = "eu-central-1"
URL = "https://sns.eu-central-1.amazonaws.com"


def message(sender: str = "", to: str = "+498912345") -> OutgoingSms:
    return OutgoingSms(to, "Bitte zahlen.", sms_length("Bitte zahlen."), sender)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("sns", region_name=REGION)


def test_a_text_message_leaves_to_its_number(client: Any) -> None:
    sent = SnsGateway(client).send(message())
    assert sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages[sent][0] == "+498912345"


def test_a_number_that_is_none_is_refused_for_good(client: Any) -> None:
    with pytest.raises(ChannelRefused):
        SnsGateway(client).send(message(to="089"))


class Line:
    """Stands for the client where SNS must fail in a certain way; keeps what it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.asked = error, [{"": ""}][:0]

    def publish(self, **asked: Any) -> dict[str, str]:
        self.asked.append(asked)
        if self.error is not None:
            raise self.error
        return {"MessageId": "m-1"}


def refusal(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Publish")


@pytest.mark.parametrize(
    ("sender", "named"),
    [
        ("+4915112345678", {"AWS.MM.SMS.OriginationNumber": "+4915112345678"}),
        ("ACME", {"AWS.SNS.SMS.SenderID": "ACME"}),
        ("", {}),
    ],
)
def test_the_creditors_sender_is_named_as_what_it_is(sender: str, named: dict[str, str]) -> None:
    line = Line()
    assert SnsGateway(line).send(message(sender)) == "m-1"
    attributes: Any = line.asked[0]["MessageAttributes"]
    values = {name: one["StringValue"] for name, one in attributes.items()}
    assert values == {"AWS.SNS.SMS.SMSType": "Transactional", **named}


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (refusal("Throttled", 429), ChannelBusy),
        (refusal("Throttling", 400), ChannelBusy),
        (refusal("InternalError", 500), ChannelSilent),
        (refusal("OptedOut", 400), ChannelRefused),
        (ConnectTimeoutError(endpoint_url=URL), ChannelBusy),
        (ReadTimeoutError(endpoint_url=URL), ChannelSilent),
    ],
)
def test_only_what_surely_did_not_leave_may_be_tried_again(
    error: Exception, means: type[Exception]
) -> None:
    line = Line(error)
    with pytest.raises(means):
        SnsGateway(line).send(message())
    assert len(line.asked) == 1
