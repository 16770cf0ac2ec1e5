"""Delivery and feedback reports within a mail: RFC 3464 and RFC 5965, read leniently.

Real reports come with broken line ends, wrong media types and missing fields. What can be read is
read; what cannot is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from typing import Any

from saldo.reminders.inbound.decoding import decoded

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>;,:\"()\[\]]+@[^\s<>;,:\"()\[\]]+")
_DSN_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_TEXT_BYTES_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says of one recipient. `action` is of RFC 3464, "" where it says none."""

    address: str
    action: str
    status: str
    detail: str


def report_parts(mail: Message) -> Iterator[Message]:
    """Yield the parts of the mail itself, not those of the mails within it."""
    yield mail
    if mail.is_multipart() and not mail.get_content_type().startswith("message/"):
        for part in mail.get_payload():
            if isinstance(part, Message):
                yield from report_parts(part)


def recipients(mail: Message) -> list[Recipient]:
    """Return what the delivery-status parts of a mail say."""
    found: list[Recipient] = []
    for part in report_parts(mail):
        if part.get_content_type() in _DSN_TYPES:
            found += _recipients(_groups(part))
    return found


def _groups(part: Message) -> list[Message]:
    """Return the groups of fields of a report; the parser makes a message of each."""
    try:
        payload: Any = part.get_payload()
    except (LookupError, ValueError):  # a charset that decodes nothing
        return []
    if isinstance(payload, list):
        return [group for group in payload if isinstance(group, Message)]
    blocks = re.split(r"\n\s*\n", str(payload))
    return [message_from_string(block.strip() + "\n\n") for block in blocks if block.strip()]


def _recipients(groups: list[Message]) -> Iterator[Recipient]:
    for group in groups:
        final = str(group.get("Final-Recipient") or group.get("Original-Recipient") or "")
        action = str(group.get("Action", "")).strip().split()[:1]
        if not final and not action:
            continue
        address = _ADDRESS.search(final)
        detail = " ".join(str(group.get("Diagnostic-Code", "")).split())
        status = _STATUS.search(str(group.get("Status", "")))
        if status is None or status.group(0).endswith(".0.0"):
            status = _STATUS.search(detail) or status  # "other" says less than the words beside it
        yield Recipient(
            address.group(0).strip("'") if address else "",
            action[0].lower() if action else "",
            status.group(0) if status else "",
            detail,
        )


def is_feedback_report(mail: Message) -> bool:
    """Tell whether the mail carries an abuse report (RFC 5965)."""
    return any(part.get_content_type() == "message/feedback-report" for part in report_parts(mail))


def own_text(mail: Message) -> str:
    """Return what the mail says itself, in plain words, as far as it is readable."""
    texts = []
    for part in report_parts(mail):
        if part.get_content_maintype() == "text" and not part.is_multipart():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                charset = part.get_content_charset() or "utf-8"
                texts.append(decoded(payload[:_TEXT_BYTES_MAX], charset))
    return "\n".join(texts)


def first_address(text: str) -> str:
    """Return the first mail address in a text, or ""."""
    found = _ADDRESS.search(text)
    return found.group(0).strip("'.") if found else ""


def first_status(text: str) -> str:
    """Return the first enhanced status code (RFC 3463) in a text, or ""."""
    found = _STATUS.search(text)
    return found.group(0) if found else ""
