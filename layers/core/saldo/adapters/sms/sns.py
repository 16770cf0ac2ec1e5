"""Text messages by Amazon SNS (Publish to a telephone number), called once.

SNS takes a message or refuses it; what becomes of it after that stands in CloudWatch Logs at most
(Amazon SNS developer guide, "Publishing SMS messages to a mobile phone"). A call without an answer
is therefore never repeated.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
)

from saldo.reminders.channels.port import ChannelBusy, ChannelRefused, ChannelSilent
from saldo.reminders.channels.sms import OutgoingSms, answers_reach

_NOT_NOW = frozenset({"Throttled", "Throttling", "ThrottlingException", "ThrottledException"})
_FIRST_SERVER_ERROR = 500


class SnsGateway:
    """Implements `SmsGateway`. `client` must not retry by itself."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, sms: OutgoingSms) -> str:
        attributes = {"AWS.SNS.SMS.SMSType": "Transactional"}
        if sms.sender:
            own_number = answers_reach(sms.sender)
            name = "AWS.MM.SMS.OriginationNumber" if own_number else "AWS.SNS.SMS.SenderID"
            attributes[name] = sms.sender
        try:
            answer = self._client.publish(
                PhoneNumber=sms.to,
                Message=sms.text,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                },
            )
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise ChannelBusy("The text message service could not be reached.") from error
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _NOT_NOW:
                raise ChannelBusy(f"The text message service is busy ({code}).") from error
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= _FIRST_SERVER_ERROR:
                raise ChannelSilent(f"The text message service failed ({code}).") from error
            raise ChannelRefused(f"The text message was refused ({code}).") from error
        except BotoCoreError as error:
            raise ChannelSilent("The text message service did not answer.") from error
        return str(answer["MessageId"])
