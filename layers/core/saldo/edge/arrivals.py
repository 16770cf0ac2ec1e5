"""What tells of files: S3 of new objects, SES of mails, and our own work of what ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_plus

from saldo.clock import parse_instant
from saldo.edge.jobs import MessageNotReadable
from saldo.intake.mails import MailNotice

_VERDICTS: Final = ("virus", "spam", "spf", "dkim", "dmarc")


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object that was put into a bucket. `version` is "" in a bucket that keeps none."""

    key: str
    version: str
    size: int


@dataclass(frozen=True, slots=True)
class MailCame:
    """A mail, and where the mail service laid it down."""

    bucket: str
    key: str
    notice: MailNotice


def new_objects(body: Mapping[str, Any]) -> Iterator[NewObject]:
    """Yield the objects that a message of S3 tells of; none for the message that tests the queue.

    Keys come as in a form of the web. Raises MessageNotReadable.
    Source: Amazon S3 user guide, "Event message structure".
    """
    if body.get("Event") == "s3:TestEvent":
        return
    try:
        for record in body["Records"]:
            if not str(record["eventName"]).removeprefix("s3:").startswith("ObjectCreated"):
                continue
            told = record["s3"]["object"]
            version = told.get("versionId")
            yield NewObject(
                unquote_plus(told["key"]),
                version if isinstance(version, str) and version != "null" else "",
                int(told.get("size", 0)),
            )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MessageNotReadable(f"The message is none of S3's: {error!r}.") from error


def ended_message(creditor: str, receipt: str) -> dict[str, Any]:
    """Return the message that a file which went on in steps is done with, one way or the other."""
    return {"ended": {"creditor": creditor, "receipt": receipt}}


def ended(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """Read the message of `ended_message`: creditor and receipt. None for any other."""
    told = body.get("ended")
    if not isinstance(told, dict) or not {"creditor", "receipt"} <= told.keys():
        return None
    return str(told["creditor"]), str(told["receipt"])


def mail_came(body: Mapping[str, Any]) -> MailCame | None:
    """Read SES's notice of a mail that it laid into a bucket; None for any other message.

    Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving".
    """
    receipt, mail = body.get("receipt"), body.get("mail")
    if not isinstance(receipt, dict) or not isinstance(mail, dict):
        return None
    action = receipt.get("action")
    if not isinstance(action, dict) or not {"bucketName", "objectKey"} <= action.keys():
        return None
    verdicts = {
        name: str(found.get("status", ""))
        for name in _VERDICTS
        if isinstance(found := receipt.get(f"{name}Verdict"), dict)
    }
    recipients = receipt.get("recipients")
    notice = MailNotice(
        str(mail.get("messageId", "")),
        tuple(str(one) for one in recipients) if isinstance(recipients, list) else (),
        str(mail.get("source", "")),
        verdicts,
        _instant(mail.get("timestamp")),
    )
    return MailCame(str(action["bucketName"]), str(action["objectKey"]), notice)


def _instant(text: Any) -> datetime | None:
    try:
        return parse_instant(str(text))
    except ValueError:
        return None
