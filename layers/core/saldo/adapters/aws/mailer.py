"""Mail through SES (SendRawEmail), called once: SES has no idempotency token."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
)

from saldo.messages.mime import build_mime
from saldo.messages.model import (
    MailOutcomeUnknown,
    MailRejected,
    MailThrottled,
    OutgoingMail,
)

_NOT_NOW = frozenset(
    {"Throttling", "ThrottlingException", "TooManyRequestsException", "LimitExceeded"}
)
_FIRST_SERVER_ERROR = 500


class SesMailer:
    """Implements `saldo.messages.model.Mailer`. `client` must not retry by itself."""

    def __init__(self, client: Any, mail_from: str, configuration_set: str) -> None:
        self._client, self._mail_from = client, mail_from
        self._configuration_set = configuration_set or None

    def send(self, mail: OutgoingMail) -> str:
        raw = build_mime(mail, self._mail_from, self._configuration_set)
        request: dict[str, Any] = {
            "Source": self._mail_from,
            "Destinations": [mail.to_address],
            "RawMessage": {"Data": raw},
            "Tags": [{"Name": name, "Value": value} for name, value in mail.tags.items()],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        try:
            return str(self._client.send_raw_email(**request)["MessageId"])
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise MailThrottled("The mail service could not be reached.") from error
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _NOT_NOW:
                raise MailThrottled(f"The mail service is busy ({code}).") from error
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= _FIRST_SERVER_ERROR:
                raise MailOutcomeUnknown(f"The mail service failed ({code}).") from error
            raise MailRejected(f"The mail service refused the mail ({code}).") from error
        except BotoCoreError as error:
            raise MailOutcomeUnknown("The mail service did not answer.") from error
