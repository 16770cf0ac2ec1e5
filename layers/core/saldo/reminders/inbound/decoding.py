"""Mails taken apart whatever their senders made of the rules: any bytes are read, none raise.

What is read is bounded, for anybody can write to us: so many bytes, so deep, such long headers.
"""

from __future__ import annotations

import codecs
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final

PARSED_BYTES_MAX: Final = 10_000_000
_HEADER_MAX: Final = 4_000
_NESTED_MAX: Final = 60
_PARTS_MAX: Final = 5_000
_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)
"""Codecs of Python that no mail is written in, and that do not decode just anything."""


def parsed(raw: bytes) -> Message:
    """Return a mail, whatever its line ends; a leading mbox line is passed over.

    Of one that is larger than PARSED_BYTES_MAX the beginning is read; of one of too many parts
    within parts, the headers alone.
    """
    text = raw[:PARSED_BYTES_MAX].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    return as_it_came(text)


def as_it_came(raw: bytes) -> Message:
    """Return a mail with the bytes of its files as they are, of whatever size.

    Each line is held against the boundary of every part that is open: parts, and parts within
    parts, are read up to numbers that no mail program reaches; of more the headers alone.
    """
    low = raw.lower()
    nested = low.count(b"multipart/") + low.count(b"message/")
    if nested > _NESTED_MAX or low.count(b"\n--") > _PARTS_MAX:
        return BytesHeaderParser(policy=policy.compat32).parsebytes(raw)
    return message_from_bytes(raw, policy=policy.compat32)


def header_text(mail: Message, name: str) -> str:
    """Return a header in plain words; what is encoded wrongly stays as it is."""
    value = str(mail.get(name, ""))[:_HEADER_MAX]
    if "=?" not in value:
        return value
    try:
        parts = decode_header(value)
    except (LookupError, ValueError, MessageError):
        return value
    return "".join(
        decoded(text, charset or "ascii") if isinstance(text, bytes) else text
        for text, charset in parts
    )


def decoded(data: bytes, charset: str) -> str:
    """Return bytes as text by what the mail calls its charset, else as well as can be."""
    try:
        found = codecs.lookup(charset)
        if found.name.replace("_", "-") not in _NO_CHARSETS:
            return data.decode(found.name, "replace")
    except (LookupError, ValueError):
        pass  # a charset that nobody knows, or none at all
    return data.decode("utf-8", "replace")
