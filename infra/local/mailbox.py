"""The mails that the local SES sent, kept whole in memory, newest last."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

MAILS_MAX = 20_000


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail as its recipient's server got it."""

    id: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    message: EmailMessage = field(repr=False)

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message.get("Subject", ""))

    @property
    def ses_message_id(self) -> str:
        """The id SES answered with: the local SES writes it as the first Message-ID."""
        return str(self.message.get("Message-ID", "")).strip().strip("<>")

    @property
    def tags(self) -> dict[str, str]:
        """SES message tags from the header X-SES-MESSAGE-TAGS (`name=value, name=value`)."""
        text = str(self.message.get("X-SES-MESSAGE-TAGS", ""))
        pairs = (part.strip().partition("=") for part in text.split(","))
        return {name: value for name, equals, value in pairs if equals}

    @property
    def configuration_set(self) -> str:
        """The SES configuration set it was sent under, '' for none."""
        return str(self.message.get("X-SES-CONFIGURATION-SET", "")).strip()

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Every header, decoded, in order."""
        return tuple((name, str(value)) for name, value in self.message.items())

    def body(self, kind: str) -> str:
        """The `html` or `plain` body, '' when it has none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Its files, in order."""
        return tuple(
            Attachment(
                name=part.get_filename() or f"attachment-{number}",
                content_type=part.get_content_type(),
                content=part.get_payload(decode=True) or b"",  # type: ignore[arg-type] # bytes when decoded
            )
            for number, part in enumerate(self.message.iter_attachments(), start=1)
        )

    def summary(self) -> dict[str, object]:
        """What lists and tests need, as JSON."""
        return {
            "id": self.id,
            "received_at": self.received_at.isoformat(),
            "from": self.sender,
            "to": list(self.recipients),
            "subject": self.subject,
            "ses_message_id": self.ses_message_id,
            "tags": self.tags,
        }

    def document(self) -> dict[str, object]:
        """The whole mail as JSON; attachments by name and size."""
        return self.summary() | {
            "configuration_set": self.configuration_set,
            "headers": [list(header) for header in self.headers],
            "text": self.body("plain"),
            "html": self.body("html"),
            "attachments": [
                {"name": item.name, "type": item.content_type, "bytes": len(item.content)}
                for item in self.attachments
            ],
        }


class Mailbox:
    """All mails of one run; listeners hear of each new one in the thread that received it."""

    def __init__(self) -> None:
        self._mails: dict[int, Mail] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[Mail], None]] = []

    def on_mail(self, listener: Callable[[Mail], None]) -> None:
        """Have `listener` called with every mail from now on."""
        self._listeners.append(listener)

    def deliver(self, sender: str, recipients: list[str], raw: bytes) -> Mail:
        """Keep a mail that came by SMTP; the oldest goes when there are 20,000."""
        message = message_from_bytes(raw, policy=policy.default)
        with self._lock:
            mail = Mail(
                id=next(self._numbers),
                received_at=datetime.now(UTC),
                sender=sender,
                recipients=tuple(recipients),
                raw=raw,
                message=message,
            )
            self._mails[mail.id] = mail
            if len(self._mails) > MAILS_MAX:
                del self._mails[next(iter(self._mails))]
        for listener in self._listeners:
            listener(mail)
        return mail

    def get(self, number: int) -> Mail | None:
        """The mail of that number."""
        return self._mails.get(number)

    def find(self, to: str = "", subject: str = "", after: int = 0) -> list[Mail]:
        """Mails with a number above `after`, to an address, with these words in the subject."""
        with self._lock:
            mails = list(self._mails.values())
        return [
            mail
            for mail in mails
            if mail.id > after
            and (not to or to.lower() in {address.lower() for address in mail.recipients})
            and subject.lower() in mail.subject.lower()
        ]

    def clear(self) -> None:
        """Forget all mails; numbers go on."""
        with self._lock:
            self._mails.clear()


def addresses(mail: Mail, header: str) -> list[str]:
    """The bare addresses in one of the mail's headers."""
    return [address for _, address in getaddresses([str(mail.message.get(header, ""))]) if address]
