"""A mail taken apart: who wrote, what they wrote themselves, and what they sent with it. Pure.

Whatever the bytes are, something is returned and nothing is raised; what is read is bounded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from itertools import islice
from typing import Final

from saldo.files.content import EXTENSIONS
from saldo.inbox.attachments import judge
from saldo.inbox.html_words import words_of_html
from saldo.inbox.model import FILES_MAX, RAW_BYTES_MAX, TEXT_MAX, MailFile, in_one_line
from saldo.inbox.own_words import own_words
from saldo.intake.mails import file_name, sender_of
from saldo.messages.mime import BARE_MESSAGE_ID, NOTICE_HEADER
from saldo.reminders.inbound.decoding import as_it_came, decoded, header_text

PARTS_MAX: Final = 300
DEPTH_MAX: Final = 20
_WORDS_BYTES_MAX: Final = 400_000
_WORDS_PARTS_MAX: Final = 10
_WHOLE_MAX: Final = 60_000
_SUBJECT_MAX: Final = 200
_NAME_MAX: Final = 120
_ADDRESS_MAX: Final = 254
_ADDRESSES_MAX: Final = 20
_REFERENCES_MAX: Final = 20
MESSAGE_ID: Final = re.compile(f"<({BARE_MESSAGE_ID.pattern})>", re.ASCII)
"""RFC 5322, 3.6.4, as far as it is used: nothing that ends the brackets, the line or the header."""

_ADDRESS: Final = re.compile(r"[!#-'*+\-/-9=?A-Z^-~.]{1,64}@[A-Za-z0-9.-]{1,189}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2}(?=[-,; ]|$)", re.IGNORECASE)
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SMALL_PICTURE: Final = 10_000
"""Logos of signatures are smaller, photographs of receipts larger; in bytes."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file in a mail, with its bytes."""

    file: MailFile
    data: bytes


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as it was read; see `Mail` for what each says.

    `whole` is everything that was written, what was quoted included; `references` begins with what
    it answers. `is_ours`: it is a mail of ours that somebody's rule sent back.
    """

    from_name: str
    from_address: str
    to: tuple[str, ...]
    subject: str
    text: str
    whole: str
    quoted: bool
    is_cut: bool
    has_html: bool
    language: str
    message_id: str
    references: tuple[str, ...]
    files: tuple[ReadFile, ...]
    is_ours: bool = False


def read_mail(raw: bytes) -> ReadMail:
    """Read a mail. Of one larger than RAW_BYTES_MAX the words are read, and no file is."""
    is_large = len(raw) > RAW_BYTES_MAX
    mail = as_it_came(raw[:RAW_BYTES_MAX])
    parts = list(_parts(mail))
    plain, pages = _words(parts)
    # Some programs send an empty or a useless plain part beside their page.
    whole = plain if plain.strip() else "\n\n".join(map(words_of_html, pages))
    whole = _INVISIBLE.sub("", whole.replace("\r\n", "\n").replace("\u00a0", " "))
    own = own_words(whole[:_WHOLE_MAX])
    files = () if is_large else tuple(islice(_files(parts), FILES_MAX + 1))
    return ReadMail(
        _name_in(mail),
        _sender(mail),
        _addresses(mail, "To", "Cc", "Delivered-To", "X-Original-To"),
        in_one_line(header_text(mail, "Subject"), _SUBJECT_MAX),
        own.text[:TEXT_MAX],
        whole[:_WHOLE_MAX],
        own.quoted,
        is_large or len(own.text) > TEXT_MAX or len(whole) > _WHOLE_MAX or len(files) > FILES_MAX,
        bool(pages),
        _language(mail),
        next(iter(_ids(mail, "Message-ID")), ""),
        _references(mail),
        files[:FILES_MAX],
        bool(mail.get(NOTICE_HEADER)),
    )


def _parts(mail: Message) -> Iterator[Message]:
    """Yield the parts that hold something, in order; a mail within the mail is one of them."""
    open_: list[tuple[Message, int]] = [(mail, 0)]
    seen = 0
    while open_ and seen < PARTS_MAX:
        part, depth = open_.pop()
        seen += 1
        if part.is_multipart() and part.get_content_maintype() != "message":
            inner = part.get_payload()
            if depth < DEPTH_MAX and isinstance(inner, list):
                open_ += [(one, depth + 1) for one in reversed(inner) if isinstance(one, Message)]
            continue
        yield part


def _words(parts: list[Message]) -> tuple[str, list[str]]:
    """Return the words and the pages of a mail: what is no file. A picture among the words parts
    them for some programs.
    """
    plain: list[str] = []
    pages: list[str] = []
    for part in parts:
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or _is_file(part):
            continue
        found = pages if kind == "text/html" else plain
        room = _WORDS_BYTES_MAX - sum(map(len, found))
        if len(found) < _WORDS_PARTS_MAX and room > 0:
            found.append(_text_of(part)[:room])
    return "\n".join(plain), pages


def _text_of(part: Message) -> str:
    data = _bytes_of(part)
    return decoded(data[:_WORDS_BYTES_MAX], _charset(part))


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError, TypeError):
        return "utf-8"


def _bytes_of(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        return _mail_within(part)
    try:
        data = part.get_payload(decode=True)
    except (LookupError, ValueError):
        return b""  # coded in a way that does not exist: the mail as it came has it
    return data if isinstance(data, bytes) else b""


def _mail_within(part: Message) -> bytes:
    """Return a mail that was sent with the mail, as far as it can be written down again."""
    inner = part.get_payload() if part.is_multipart() else None
    first = inner[0] if isinstance(inner, list) and inner else None
    try:
        return first.as_bytes() if isinstance(first, Message) else b""
    except (LookupError, ValueError, TypeError, KeyError):
        return b""


def _is_file(part: Message) -> bool:
    return bool(file_name(part)) or part.get_content_disposition() == "attachment"


def _files(parts: list[Message]) -> Iterator[ReadFile]:
    """Yield the files: what has a name or is no text, but for the small pictures of signatures."""
    number = 0
    for part in parts:
        kind = part.get_content_type()
        name = in_one_line(file_name(part), _NAME_MAX)
        if not _is_file(part) and kind.startswith(("text/", "multipart/")):
            continue
        data = _bytes_of(part)
        inline = part.get_content_disposition() == "inline" or part.get("Content-ID")
        if inline and kind.startswith("image/") and len(data) < _SMALL_PICTURE:
            continue
        number += 1
        verdict, why, found = judge(data, name)
        named = name or f"{number}.{EXTENSIONS.get(found, 'bin')}"
        digest = hashlib.sha256(data).hexdigest()
        yield ReadFile(MailFile(number, named, found, len(data), digest, verdict, why), data)


def _sender(mail: Message) -> str:
    """Return the one address that wrote; "" where that is none, or cannot be written to."""
    found = sender_of(mail)
    return found if len(found) <= _ADDRESS_MAX and _ADDRESS.fullmatch(found) else ""


def _name_in(mail: Message) -> str:
    pairs = getaddresses([header_text(mail, "From")])
    return in_one_line(pairs[0][0] if pairs else "", _NAME_MAX)


def _addresses(mail: Message, *names: str) -> tuple[str, ...]:
    written = [str(one)[:4000] for name in names for one in mail.get_all(name, [])[:5]]
    found = (address.lower() for _, address in getaddresses(written))
    seen = dict.fromkeys(one for one in found if _ADDRESS.fullmatch(one))
    return tuple(seen)[:_ADDRESSES_MAX]


def _ids(mail: Message, name: str) -> list[str]:
    return MESSAGE_ID.findall(str(mail.get(name, ""))[:8000])


def _references(mail: Message) -> tuple[str, ...]:
    """Return what the mail refers to, the mail that it answers first."""
    newest_first = (*_ids(mail, "In-Reply-To"), *reversed(_ids(mail, "References")))
    return tuple(dict.fromkeys(newest_first))[:_REFERENCES_MAX]


def _language(mail: Message) -> str:
    for name in ("Content-Language", "Accept-Language"):
        found = _LANGUAGE.match(str(mail.get(name, "")).strip()[:40])
        if found:
            return found[0].lower()
    return ""
