"""Letters, and registered mail: typeset, laid down where a service fetches it, with its state."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from saldo.accounts.model import Creditor
from saldo.creditor_reference import printed_reference
from saldo.messages.formats import country_text
from saldo.messages.model import Channel
from saldo.messages.told import TransferDetails
from saldo.reminders.channels.mail import CodeDrawer
from saldo.reminders.channels.port import ChannelRefused, Handed, Parcel
from saldo.store import Put

Paper = Literal["din-5008-b", "us-10"]
"""din-5008-b: A4, its window that of DIN 5008 form B; us-10: Letter, for a #10 window envelope."""

_US_PAPER = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})
"""Countries that write on Letter paper (CLDR, paper size "US-Letter")."""

LetterState = Literal["made", "handed-over", "printed", "returned"]
"""made: lies in the outbox; handed-over: stands in a batch's manifest; printed: the service gave it
to the post; returned: it came back undelivered."""


class LetterWithoutAddress(ChannelRefused):
    """There is nowhere to send the letter to."""

    code = "letter-without-address"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a typesetter needs of one letter.

    `body` is paragraphs between empty lines; lines that hold tabs are rows of a table, whose last
    column stands at the right. `facts` are the (word, value) pairs of the reference block, the word
    a key of the typesetter's own words. `code` is an SVG to scan, of the transfer (`code_pays`) or
    of the pay link. `amount_minor` is what is asked for, in `currency`, None without a transfer.
    """

    paper: Paper
    language: str
    sender: str
    sender_lines: tuple[str, ...]
    imprint: str
    colour: str
    to_lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    written_on: date
    subject: str
    body: str
    pay_url: str
    code: str
    code_pays: bool
    transfer: TransferDetails | None = None
    amount_minor: int | None = None
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Typeset:
    """A letter as a PDF."""

    pdf: bytes
    pages: int


class Typesetter(Protocol):
    """Makes PDFs; the same sheet gives the same bytes."""

    def typeset(self, sheet: Sheet) -> Typeset: ...


class Outbox(Protocol):
    """A folder that somebody else empties. Putting the same name again replaces the file."""

    def put(self, name: str, content: bytes, content_type: str) -> None:
        """Raises ChannelBusy when it was surely not put, ChannelSilent when nobody can tell."""

    def get(self, name: str) -> bytes | None:
        """Return a file, None if there is none."""

    def delete(self, name: str) -> None:
        """Forget a file; what is not there is forgotten already."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and where it is. `file` is its name in the outbox, `sha256` that of the PDF."""

    creditor: str
    account: str
    id: str
    channel: Channel
    state: LetterState
    made_at: datetime
    file: str
    sha256: str
    pages: int
    to: tuple[str, ...]
    batch: str | None = None
    handed_over_at: datetime | None = None
    printed_on: date | None = None
    returned_on: date | None = None
    note: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("letter", self.creditor, self.made_at) if self.state == "made" else None


class LetterCarrier:
    """Typesets letters and lays them down. `channel` "registered" wants proof of receipt."""

    def __init__(
        self, typesetter: Typesetter, outbox: Outbox, codes: CodeDrawer, channel: Channel = "letter"
    ) -> None:
        self._typesetter, self._outbox, self._codes = typesetter, outbox, codes
        self._channel = channel

    def hand_over(self, parcel: Parcel) -> Handed:
        notice = parcel.notice
        set_ = self._typesetter.typeset(sheet_of(parcel, self._codes))
        day = parcel.written_at.date().isoformat()
        name = f"{self._channel}/{notice.creditor}/{day}/{notice.id}.pdf"
        sha256 = hashlib.sha256(set_.pdf).hexdigest()
        self._outbox.put(name, set_.pdf, "application/pdf")
        if self._channel == "registered":
            about = {
                "notice": notice.id,
                "to": parcel.address.to,
                "name": parcel.address.name or parcel.account.name,
                "subject": parcel.rendered.subject,
                "sha256": sha256,
                "document": name,
                "proof_of_receipt": True,
            }
            slip = json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True).encode()
            self._outbox.put(name.removesuffix(".pdf") + ".json", slip, "application/json")
        letter = Letter(
            notice.creditor,
            notice.account,
            notice.id,
            self._channel,
            "made",
            parcel.written_at,
            name,
            sha256,
            set_.pages,
            address_lines(parcel),
            version=1,
        )
        return Handed(name, (Put(letter, expect=None),))


def paper_of(country: str) -> Paper:
    """Return the paper and window that letters to a country are made for."""
    return "us-10" if country in _US_PAPER else "din-5008-b"


def address_lines(parcel: Parcel) -> tuple[str, ...]:
    """Return the lines of the address window, six at most as a window shows.

    The company stands above the person; the country stands last, by its name in the language of
    the place of posting, in capitals, in letters abroad alone (Universal Postal Union, S42).
    """
    postal = parcel.address.postal
    if postal is None:
        return (parcel.account.name, parcel.address.to)
    person = parcel.address.name
    names = [parcel.account.name]
    if person and person.casefold() != parcel.account.name.casefold():
        names.append(person)
    us = postal.country in _US_PAPER
    city = (
        f"{postal.city} {postal.postal_code}" if us else f"{postal.postal_code} {postal.city}"
    ).strip()
    name = country_text(postal.country, parcel.creditor.language).upper()
    abroad = [name] if postal.country != parcel.creditor.country else []
    return (*names, *postal.lines, city, *abroad)


def sheet_of(parcel: Parcel, codes: CodeDrawer) -> Sheet:
    """Return what is to be typeset for a parcel."""
    context, creditor, account = parcel.context, parcel.creditor, parcel.account
    transfer = parcel.transfer
    facts = [("customer", account.number)]
    if account.reference:
        facts.append(("yours", account.reference))
    if transfer and transfer.reference:
        facts.append(("reference", printed_reference(transfer.reference)))
    currencies = {item.currency for item in context.items}
    asked = sum(item.asked_minor - item.discount_minor for item in context.items)
    if transfer and transfer.amount_minor is not None:
        asked = transfer.amount_minor
    country = parcel.address.postal.country if parcel.address.postal else account.country
    return Sheet(
        paper=paper_of(country),
        language=account.language,
        sender=creditor.name,
        sender_lines=_sender_lines(creditor),
        imprint=creditor.imprint,
        colour=creditor.brand_colour,
        to_lines=address_lines(parcel),
        facts=tuple(facts),
        written_on=context.written_on,
        subject=parcel.rendered.subject,
        body=parcel.rendered.text,
        pay_url=context.pay_url,
        code=codes.svg(parcel.girocode or context.pay_url),
        code_pays=parcel.girocode is not None,
        transfer=transfer,
        amount_minor=asked if len(currencies) == 1 else None,
        currency=next(iter(currencies), "EUR"),
    )


def _sender_lines(creditor: Creditor) -> tuple[str, ...]:
    return tuple(line for line in creditor.address if line.strip())
