"""SES event publishing (by SNS) in our words.

Source: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from saldo.clock import parse_instant
from saldo.edge.jobs import MessageNotReadable
from saldo.reminders.feedback import Feedback, FeedbackKind

_KINDS: dict[str, FeedbackKind] = {
    "Send": "sent",
    "Delivery": "delivered",
    "Bounce": "bounced",
    "Complaint": "complained",
    "Reject": "rejected",
    "DeliveryDelay": "delayed",
    "Rendering Failure": "rejected",
}


def feedback_of(envelope: dict[str, Any]) -> Iterator[Feedback]:
    """Yield what an SNS envelope with an SES event tells about our notices.

    Yields nothing for mail without our tag or for events that we did not ask for. Raises
    MessageNotReadable for anything that is no SES event.
    """
    try:
        told = json.loads(envelope["Message"]) if "Message" in envelope else envelope
        kind = _KINDS.get(told.get("eventType") or told["notificationType"])
        mail = told["mail"]
        notices = mail.get("tags", {}).get("notice", [])
        at = parse_instant(mail["timestamp"])
        details = told.get((told.get("eventType") or told["notificationType"]).lower(), {})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MessageNotReadable(f"The message is no SES event: {error!r}.") from error
    if kind is None:
        return
    for notice in notices:
        for address, detail in _recipients(kind, details):
            yield Feedback(
                notice,
                kind,
                at,
                address,
                mail.get("messageId"),
                permanent=details.get("bounceType") == "Permanent",
                detail=detail,
            )


def _recipients(kind: str, details: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    if kind == "bounced":
        for one in details.get("bouncedRecipients", [{}]):
            text = one.get("diagnosticCode") or details.get("bounceSubType") or "bounced"
            yield one.get("emailAddress"), text
    elif kind == "complained":
        for one in details.get("complainedRecipients", [{}]):
            yield one.get("emailAddress"), details.get("complaintFeedbackType") or "complaint"
    else:
        yield None, details.get("smtpResponse") or details.get("reason") or ""
