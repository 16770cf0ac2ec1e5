"""Parts of a mail, whatever their headers say of how they are written: read, and nothing raised."""

from __future__ import annotations

from email.message import Message

from saldo.reminders.inbound.decoding import decoded


def bytes_of(part: Message) -> bytes | None:
    """Return the bytes of a part; None of one of parts, or coded in a way that does not exist."""
    try:
        data = part.get_payload(decode=True)
    except (LookupError, ValueError):
        return None
    return data if isinstance(data, bytes) else None


def text_of(part: Message, bytes_max: int) -> str | None:
    """Return the words of a part, of so many bytes at most; None where it has no bytes."""
    data = bytes_of(part)
    return None if data is None else decoded(data[:bytes_max], _charset(part))


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError, TypeError):
        return "utf-8"
