"""Carriers that keep what they are given, for every channel."""

from __future__ import annotations

from dataclasses import dataclass, field

from saldo.adapters.qr.codes import Codes
from saldo.messages.model import Mailer
from saldo.reminders.channels.call import CallCarrier
from saldo.reminders.channels.letter import LetterCarrier, Sheet, Typeset
from saldo.reminders.channels.mail import MailCarrier
from saldo.reminders.channels.port import Carriers
from saldo.reminders.channels.sms import OutgoingSms, SmsCarrier


@dataclass
class Phone:
    """A gateway that keeps text messages; `fails` is raised instead, once each."""

    messages: list[OutgoingSms] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def send(self, sms: OutgoingSms) -> str:
        if self.fails:
            raise self.fails.pop(0)
        self.messages.append(sms)
        return f"sms-{len(self.messages)}"


@dataclass
class Shelf:
    """An outbox in memory; `fails` is raised instead of keeping a file, once each."""

    files: dict[str, bytes] = field(default_factory=dict)
    fails: list[Exception] = field(default_factory=list)

    def put(self, name: str, content: bytes, content_type: str) -> None:
        del content_type
        if self.fails:
            raise self.fails.pop(0)
        self.files[name] = content

    def get(self, name: str) -> bytes | None:
        return self.files.get(name)


@dataclass
class PlainTypesetter:
    """Keeps the sheets; its PDF is the subject."""

    sheets: list[Sheet] = field(default_factory=list)

    def typeset(self, sheet: Sheet) -> Typeset:
        self.sheets.append(sheet)
        return Typeset(f"%PDF {sheet.subject}".encode(), 1)


@dataclass
class Carried:
    """All of them, and the carriers made of them."""

    phone: Phone = field(default_factory=Phone)
    shelf: Shelf = field(default_factory=Shelf)
    typesetter: PlainTypesetter = field(default_factory=PlainTypesetter)

    def carriers(self, mailer: Mailer) -> Carriers:
        codes = Codes()
        return {
            "email": MailCarrier(mailer, codes),
            "sms": SmsCarrier(self.phone),
            "letter": LetterCarrier(self.typesetter, self.shelf, codes),
            "registered": LetterCarrier(self.typesetter, self.shelf, codes, "registered"),
            "call": CallCarrier(),
        }
