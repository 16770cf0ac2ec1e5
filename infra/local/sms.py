"""The text messages that went out, as the local SNS keeps them: without a time, in order."""

import json
import urllib.request
from dataclasses import dataclass

_SENDERS = ("AWS.MM.SMS.OriginationNumber", "AWS.SNS.SMS.SenderID")


@dataclass(frozen=True)
class TextMessage:
    """One text message; `sender` is '' where the country's own is left to choose."""

    to: str
    sender: str
    text: str
    message_id: str

    def document(self) -> dict[str, object]:
        """What tests need, as JSON."""
        return {
            "to": self.to,
            "sender": self.sender,
            "text": self.text,
            "message_id": self.message_id,
        }


def text_messages(aws_url: str, to: str = "") -> list[TextMessage]:
    """Every text message, or those to a number, the latest last of each number."""
    url = f"{aws_url}/_ministack/sns/sms-messages"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - http on this machine
        document = json.load(answer)
    return [
        _text_message(number, record)
        for number, records in document.get("sms_messages", {}).items()
        if not to or number == to
        for record in records
    ]


def _text_message(number: str, record: dict[str, object]) -> TextMessage:
    attributes = record.get("MessageAttributes")
    known = attributes if isinstance(attributes, dict) else {}
    found = (known[name].get("StringValue", "") for name in _SENDERS if name in known)
    return TextMessage(
        to=number,
        sender=next(found, ""),
        text=str(record.get("Message", "")),
        message_id=str(record.get("MessageId", "")),
    )
