"""Mail that comes in: what SES does with mail to the domain for replies.

The local SES takes no mail in. What is sent to the sink at an address of that domain is laid into
the bucket and told of, in the shape that AWS documents (Amazon SES developer guide, "Contents of
notifications for Amazon SES email receiving"); nobody checks it here, so every verdict is a pass.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.mailbox import Mail, Mailbox
from infra.local.settings import INBOUND_DOMAIN

log = logging.getLogger(__name__)

_VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")

Lay = Callable[[str, bytes], str]
"""Lays a mail into the bucket under a key, and returns the bucket's name."""


def is_inbound(mail: Mail) -> bool:
    """Tell whether a mail goes to the domain for replies."""
    return any(one.lower().endswith(f"@{INBOUND_DOMAIN}") for one in mail.recipients)


def notice_of(mail: Mail, bucket: str, key: str) -> dict[str, Any]:
    """Return what SES tells of a mail that it laid down."""
    at = mail.received_at.astimezone(UTC).isoformat(timespec="milliseconds")
    receipt: dict[str, Any] = {f"{name}Verdict": {"status": "PASS"} for name in _VERDICTS}
    return {
        "notificationType": "Received",
        "mail": {
            "timestamp": at.replace("+00:00", "Z"),
            "source": mail.sender,
            "messageId": key.rpartition("/")[2],
            "destination": list(mail.recipients),
        },
        "receipt": receipt
        | {
            "recipients": list(mail.recipients),
            "action": {"type": "S3", "bucketName": bucket, "objectKey": key},
        },
    }


class Inbound:
    """Hands mails to the stack as they arrive in the sink."""

    def __init__(self, mailbox: Mailbox, lay: Lay, tell: Callable[[str], None]) -> None:
        self._lay, self._tell = lay, tell
        mailbox.on_mail(self._came)

    def _came(self, mail: Mail) -> None:
        if not is_inbound(mail):
            return
        key = f"mail/local-{mail.received_at:%Y%m%d%H%M%S%f}-{mail.id}"
        try:
            bucket = self._lay(key, mail.raw)
            if bucket:
                self._tell(json.dumps(notice_of(mail, bucket, key)))
        except (BotoCoreError, ClientError) as error:
            log.warning("a mail that came in was lost: %s", error)
