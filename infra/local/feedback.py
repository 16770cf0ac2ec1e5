"""SES event publishing: what SES tells the configuration set's topic about each mail.

The local SES publishes no configuration-set events, so they are made here, in the shape that AWS
documents (Amazon SES developer guide, "Examples of event data that Amazon SES publishes to Amazon
SNS"), from the mails that arrive in the sink. Every mail is sent and delivered, except to these:

- a local part that begins with `bounce` (also bounce@simulator.amazonses.com): a permanent bounce
- a local part that begins with `complaint`: delivered, then complained of
- a local part that begins with `ooto`: delivered, then a transient bounce, as an auto-reply does
"""

import json
import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.mailbox import Mail, Mailbox, addresses
from infra.local.settings import ACCOUNT, REGION

log = logging.getLogger(__name__)

Publish = Callable[[str], None]
Event = dict[str, Any]


def _moment(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _mail_part(mail: Mail) -> Event:
    tags = {
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": [mail.sender.rpartition("@")[2]],
        "ses:caller-identity": ["saldo-remind-send"],
    }
    if mail.configuration_set:
        tags["ses:configuration-set"] = [mail.configuration_set]
    tags |= {name: [value] for name, value in mail.tags.items()}
    return {
        "timestamp": _moment(mail.received_at),
        "source": mail.sender,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{mail.sender}",
        "sendingAccountId": ACCOUNT,
        "messageId": mail.ses_message_id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in mail.headers],
        "commonHeaders": {
            "from": addresses(mail, "From"),
            "to": addresses(mail, "To"),
            "messageId": mail.ses_message_id,
            "subject": mail.subject,
        },
        "tags": tags,
    }


def _delivery(recipients: list[str], now: str) -> Event:
    return {
        "timestamp": now,
        "processingTimeMillis": 5,
        "recipients": recipients,
        "smtpResponse": "250 OK",
        "reportingMTA": "local.amazonses.com",
    }


def _bounce(mail: Mail, recipients: list[str], now: str, *, permanent: bool) -> Event:
    recipient = {"action": "failed", "status": "5.1.1"} | {
        "diagnosticCode": "smtp; 550 5.1.1 user unknown"
    }
    return {
        "feedbackId": f"bounce-{mail.ses_message_id}",
        "bounceType": "Permanent" if permanent else "Transient",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {"emailAddress": address} | (recipient if permanent else {}) for address in recipients
        ],
        "timestamp": now,
        "reportingMTA": "dns; local.amazonses.com",
    }


def _complaint(mail: Mail, recipients: list[str], now: str) -> Event:
    return {
        "feedbackId": f"complaint-{mail.ses_message_id}",
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": address} for address in recipients],
        "timestamp": now,
        "userAgent": "Local cloud",
        "complaintFeedbackType": "abuse",
        "arrivalDate": now,
    }


def events_of(mail: Mail) -> Iterator[Event]:
    """The events SES would publish for this mail, in order, `eventType` in each."""
    now = _moment(datetime.now(UTC))
    part = _mail_part(mail)

    def to(prefix: str) -> list[str]:
        return [item for item in mail.recipients if item.lower().startswith(prefix)]

    bounced, complained, away = to("bounce"), to("complaint"), to("ooto")
    delivered = [address for address in mail.recipients if address not in bounced]
    yield {"eventType": "Send", "mail": part, "send": {}}
    if bounced:
        bounce = _bounce(mail, bounced, now, permanent=True)
        yield {"eventType": "Bounce", "mail": part, "bounce": bounce}
    if delivered:
        yield {"eventType": "Delivery", "mail": part, "delivery": _delivery(delivered, now)}
    if complained:
        complaint = _complaint(mail, complained, now)
        yield {"eventType": "Complaint", "mail": part, "complaint": complaint}
    if away:
        bounce = _bounce(mail, away, now, permanent=False)
        yield {"eventType": "Bounce", "mail": part, "bounce": bounce}


class Feedback:
    """Publishes the events of each mail in a thread of its own, in order of arrival."""

    def __init__(self, mailbox: Mailbox, publish: Publish) -> None:
        self._mails: queue.SimpleQueue[Mail | None] = queue.SimpleQueue()
        self._publish = publish
        self._thread = threading.Thread(target=self._run, daemon=True, name="ses-events")
        self._counted: Counter[str] = Counter()
        self._lock = threading.Lock()
        mailbox.on_mail(self._mails.put)

    def start(self) -> None:
        """Begin to publish."""
        self._thread.start()

    def stop(self) -> None:
        """Publish what has arrived, then end."""
        self._mails.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def take_counts(self) -> dict[str, int]:
        """How many events of each type since the last call, for the AWS/SES metrics."""
        with self._lock:
            counts = dict(self._counted)
            self._counted.clear()
        return counts

    def _run(self) -> None:
        while (mail := self._mails.get()) is not None:
            for event in events_of(mail):
                with self._lock:
                    self._counted[event["eventType"]] += 1
                try:
                    self._publish(json.dumps(event))
                except (BotoCoreError, ClientError) as error:
                    # One event that is lost must not end all that follow.
                    log.warning("an SES event could not be published: %s", error)
