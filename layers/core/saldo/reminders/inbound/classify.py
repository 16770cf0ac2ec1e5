"""What a mail that came in is: pure, from its bytes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.message import Message
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from saldo.messages.mime import NOTICE_HEADER
from saldo.reminders.inbound.decoding import header_text, parsed
from saldo.reminders.inbound.reports import (
    Recipient,
    first_address,
    first_status,
    is_feedback_report,
    own_text,
    recipients,
)

InboundKind = Literal[
    "bounce", "delay", "delivered", "complaint", "unsubscribe", "auto-reply", "message"
]
"""bounce: it was not delivered; delay: it is still being tried; delivered: a report of success;
complaint: the recipient called it spam; unsubscribe: a mail program's button was pressed;
auto-reply: nobody read it; message: a person wrote."""

_NOTICE: Final = re.compile(NOTICE_HEADER.encode() + rb":[ \t]*([0-9A-HJKMNP-TV-Z]{26})", re.I)
_PERMANENT_STATUS: Final = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_NOBODY_THERE: Final = frozenset({"5.1.1", "5.1.6", "5.1.10"})
"""Statuses that speak of the address alone, whatever words stand beside them."""

_OF_A_ROBOT: Final = frozenset({"auto_reply", "auto-reply", "autoreply", "vacation"})
_UNSUBSCRIBE: Final = re.compile(r"\s*(un-?subscribe|abmelden|afmelden|désabonner)\s*", re.I)
_DETAIL_LENGTH: Final = 300
_HEAD_LENGTH: Final = 8000
"""What a mail system says itself stands above the mail that it returns."""


@dataclass(frozen=True, slots=True)
class Returned:
    """An address that a mail did not reach. `permanent`: it will not work tomorrow either."""

    address: str
    permanent: bool
    status: str
    detail: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """A mail that came in. `notice` is the one of ours that it returns or answers, if it says."""

    kind: InboundKind
    returned: tuple[Returned, ...] = ()
    notice: str | None = None


def classify(raw: bytes) -> Inbound:
    """Return what a mail is, from its bytes. Any bytes are classified; none raise."""
    mail = parsed(raw)
    notice = _notice(raw, mail)
    subject, sender = header_text(mail, "Subject"), header_text(mail, "From")
    told = recipients(mail)
    text = own_text(mail)[:_HEAD_LENGTH]
    if is_feedback_report(mail) or _says("complaint_subject", subject):
        read = Inbound("complaint", notice=notice)
    elif told:
        read = _of_report(told, text, notice)
    elif mail.get("X-Apple-Unsubscribe") or _UNSUBSCRIBE.fullmatch(subject):
        read = Inbound("unsubscribe", notice=notice)
    elif _is_marked(mail):
        read = _of_text(mail, text, notice)
    elif _is_auto_reply(mail, subject) and not _says("bounce_sender", sender):
        read = Inbound("auto-reply", notice=notice)
    elif _is_bounce(mail, sender, subject, text):
        read = _of_text(mail, text, notice)
    else:
        read = Inbound("message", notice=notice)
    return read


def _of_report(told: list[Recipient], text: str, notice: str | None) -> Inbound:
    failed = [one for one in told if one.action == "failed"]
    if not failed and not any(one.action for one in told):
        failed = [one for one in told if not one.status.startswith(("2", "4"))]
    if failed:
        returned = tuple(
            Returned(
                one.address,
                _is_permanent(one.status, one.detail or text),
                one.status,
                (one.detail or text)[:_DETAIL_LENGTH],
            )
            for one in failed
        )
        return Inbound("bounce", returned, notice)
    delayed = any(one.action == "delayed" or one.status.startswith("4") for one in told)
    return Inbound("delay" if delayed else "delivered", notice=notice)


def _of_text(mail: Message, text: str, notice: str | None) -> Inbound:
    """A bounce in words alone: an older or a careless mail system."""
    if _says("delayed_text", text):
        return Inbound("delay", notice=notice)
    failed = header_text(mail, "X-Failed-Recipients")
    status = first_status(text)
    detail = " ".join(text.split())[:_DETAIL_LENGTH]
    address = first_address(failed) or first_address(text)
    return Inbound(
        "bounce", (Returned(address, _is_permanent(status, text), status, detail),), notice
    )


def _is_permanent(status: str, detail: str) -> bool:
    """Tell whether the address is wrong, rather than the mail or the moment.

    A full mailbox, a filter or a policy refuses mails of today; only "there is no such recipient"
    says something about the address. Quarantining on less would silence a customer for our fault.
    """
    if status.startswith(("4", "2")):
        return False
    if _says("unknown_user", detail):
        return not _says("passing", detail) or status in _NOBODY_THERE
    return status in _PERMANENT_STATUS and not _says("passing", detail)


def _is_auto_reply(mail: Message, subject: str) -> bool:
    """RFC 3834: what answers by itself says so; what does not is known by its subject."""
    submitted = header_text(mail, "Auto-Submitted").lower()
    precedence = header_text(mail, "Precedence").lower()
    marked = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-AutoReply-From"))
    replied = submitted.startswith("auto-replied") or precedence in _OF_A_ROBOT
    return marked or replied or _says("auto_reply_subject", subject)


def _is_bounce(mail: Message, sender: str, subject: str, text: str) -> bool:
    """A mail system writes, and under such a subject or such words. The subject and the words alone
    are no sign: goods, too, are not delivered.
    """
    by_daemon = _says("bounce_sender", sender) or header_text(mail, "Return-Path").strip() == "<>"
    return by_daemon and (_says("bounce_subject", subject) or _says("bounce_text", text))


def _is_marked(mail: Message) -> bool:
    """Tell whether the mail's own headers call it a delivery report, whatever it holds."""
    kind = str(mail.get("Content-Type", "")).replace('"', "").lower()
    return "report-type=delivery-status" in kind or bool(mail.get("X-Failed-Recipients"))


def _notice(raw: bytes, mail: Message) -> str | None:
    """Return the notice that a returned mail was: its header stands in what is returned."""
    found = _NOTICE.search(raw)
    if found is None:
        for part in mail.walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and (found := _NOTICE.search(payload)):
                break
    return found.group(1).decode().upper() if found else None


def _says(what: str, text: str) -> bool:
    return bool(text) and _patterns()[what].search(text) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the patterns, each list as one expression."""
    data = json.loads((files("saldo.reminders.inbound") / "patterns.json").read_text("utf-8"))
    return {
        name: re.compile("|".join(f"(?:{one})" for one in some), re.IGNORECASE | re.MULTILINE)
        for name, some in data.items()
        if isinstance(some, list)
    }
