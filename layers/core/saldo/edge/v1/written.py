"""Messages by hand over the API: whom one can write to, how a message would look, and writing."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant, local_day
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Instant
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Flag, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.invoices.model import OpenItem
from saldo.reminders.by_hand.looking import Looked
from saldo.reminders.by_hand.model import (
    INVOICES_MAX,
    SUBJECT_MAX,
    TEXT_MAX,
    MessageNotPrinted,
    Words,
    WrittenBy,
    WrittenMessage,
)
from saldo.reminders.by_hand.starters import begins

LISTED_MAX: Final = 50
ITEMS_MAX: Final = 200
"""So many open items are looked at for a text that names what is open."""

_To = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=500), PRINTABLE]


class MessageOrder(Body):
    """A message to a debtor, as a person wrote it."""

    account: Annotated[Number, Field(description="The account's number.")]
    id: Annotated[Number, Field(description="Yours, unique for the account: makes a repeat safe.")]
    channel: Annotated[WrittenBy, Field(description="How it goes.")]
    to: Annotated[
        _To | None,
        Field(
            description="One of the account's addresses for the channel, as `GET "
            "/v1/accounts/messages` lists them. Default: the first that works."
        ),
    ] = None
    subject: Annotated[
        str,
        StringConstraints(strict=True, max_length=SUBJECT_MAX),
        PRINTABLE,
        Field(description="Of a mail or a letter; a text message has none."),
    ] = ""
    text: Annotated[
        str,
        StringConstraints(strict=True, min_length=1, max_length=TEXT_MAX),
        NOT_BLANK,
        Field(
            description="As the debtor reads it, in their language. Salutation, signature and the "
            "link to their page are put around it; a text message takes four parts at most."
        ),
    ]
    invoices: Annotated[
        list[Number],
        Field(max_length=INVOICES_MAX, description="What it is about. It charges nothing."),
    ] = Field(default_factory=list)
    with_documents: Annotated[
        Flag, Field(description="The invoices' own documents go with a mail, where we have them.")
    ] = False


class LetterQuery(Query):
    """Which letter is to be fetched."""

    account: Annotated[Number, Field(description="The account's number.")]
    id: Annotated[
        Number, Field(description="That of a message by hand, or of the notice that is a letter.")
    ]


class Caution(TypedDict):
    """What whoever writes should know before they do."""

    kind: Annotated[
        str,
        Field(
            description="The kind of a hold, such as `dispute` or `legal-case`; `settled`: the "
            "invoice is paid; `no-document`: its document does not go along; `sending-off`: it "
            "waits until sending is on again."
        ),
    ]
    invoice: Annotated[str | None, Field(description="`null`: the whole account.")]


class MessageLook(TypedDict):
    """A message as it would leave."""

    channel: WrittenBy
    to: str
    subject: str
    text: str
    html: Annotated[str, Field(description="Of a mail, `` of others.")]
    parts: Annotated[int | None, Field(description="Of a text message: so many are billed.")]
    price: Annotated[str, Field(description="What it costs, assumed.")]
    currency: str
    leaves_at: _Instant
    cautions: list[Caution]


class MessageAnswer(TypedDict):
    """A message that was written."""

    account: str
    id: str
    at: _Instant
    by: str
    channel: WrittenBy
    to: str
    subject: str
    text: str
    invoices: list[str]
    with_documents: bool
    leaves_at: Annotated[
        _Instant, Field(description="The earliest: text messages keep the hours of the day.")
    ]
    state: Annotated[
        str,
        Field(description="That of its notice; `waiting` until it is claimed."),
    ]


class MessageRecipient(TypedDict):
    """An address of the account."""

    channel: WrittenBy
    to: str
    name: str
    why_not: Annotated[
        str | None,
        Field(description="Why it cannot be written to, such as `bounced`; `null`: it can."),
    ]


class MessageStarter(TypedDict):
    """A text to begin with, filled in."""

    id: str
    title: str
    subject: Annotated[str, Field(description="In the debtor's language, `` where it has none.")]
    text: str


class MessagesAnswer(TypedDict):
    """What can be written to an account, and what was."""

    recipients: list[MessageRecipient]
    starters: Annotated[
        list[MessageStarter],
        Field(description="In the debtor's language: yours (`/v1/reply-texts`) and those supplied"),
    ]
    items: Annotated[list[MessageAnswer], Field(description=f"The newest {LISTED_MAX}.")]


def listed(order: Ordered, account: str) -> MessagesAnswer:
    """Return an account's recipients, starters and messages by hand; raise AccountUnknown."""
    services, creditor = order.services, order.creditor
    owner = reads.account(services.store, creditor.id, account)
    items = list(islice(services.store.list(OpenItem, creditor.id, account), ITEMS_MAX))
    today = local_day(services.clock.now(), creditor.time_zone)
    texts = begins(services.reply_texts, owner, items, shown_in=creditor.language[:2], today=today)
    return {
        "recipients": [
            {
                "channel": one.channel,
                "to": one.to,
                "name": one.name,
                "why_not": one.why_not or None,
            }
            for one in services.by_hand.recipients(owner)
        ],
        "starters": [
            {"id": one.id, "title": one.title, "subject": one.subject, "text": one.text}
            for one in texts
        ],
        "items": [
            message(one, state)
            for one, state in services.by_hand.of(creditor.id, account, LISTED_MAX)
        ],
    }


def look(order: Ordered, body: Any) -> MessageLook:
    """Return a message as it would leave; raises what `ByHand.look` does."""
    sent = read(MessageOrder, body)
    found = order.services.by_hand.look(order.creditor, sent.account, words_of(order, sent))
    return looked(found)


def write(order: Ordered, body: Any) -> tuple[MessageAnswer, bool]:
    """Write a message, and tell whether it was new; raises what `ByHand.write` does."""
    sent = read(MessageOrder, body)
    services, creditor = order.services, order.creditor
    known = services.store.get(WrittenMessage, creditor.id, sent.account, sent.id)
    made = services.by_hand.write(creditor, sent.account, words_of(order, sent))
    return message(made, services.by_hand.state_of(made)), known is None


def proof(order: Ordered, body: Any) -> bytes:
    """Return a letter as it would be printed, a PDF; nothing is kept.

    Raises what `ByHand.look` does, or MessageNotPrinted.
    """
    sent = read(MessageOrder, body)
    if sent.channel != "letter":
        raise MessageNotPrinted("Letters alone are printed.").at("/channel")
    services = order.services
    found = services.by_hand.look(order.creditor, sent.account, words_of(order, sent))
    return services.letter_proof(found.parcel)


def letter(order: Ordered, asked: LetterQuery) -> bytes:
    """Return a letter as it was printed, a PDF: one by hand by its own id, any by its notice's.

    Raises LetterUnknown or LetterGone.
    """
    services, place = order.services, (order.creditor.id, asked.account)
    by_hand = services.store.get(WrittenMessage, *place, asked.id)
    notice = services.by_hand.notice_of(by_hand) if by_hand else None
    return services.letters.printed(*place, notice.id if notice else asked.id)


def words_of(order: Ordered, sent: MessageOrder) -> Words:
    return Words(
        sent.id,
        sent.channel,
        sent.text,
        order.by,
        sent.subject,
        sent.to or "",
        tuple(sent.invoices),
        sent.with_documents,
    )


def looked(found: Looked) -> MessageLook:
    """Render a message as it would leave."""
    return {
        "channel": found.written.channel,
        "to": found.written.to,
        "subject": found.rendered.subject,
        "text": found.rendered.text,
        "html": found.rendered.html,
        "parts": found.length.segments if found.length else None,
        "price": str(found.price),
        "currency": found.currency,
        "leaves_at": iso_instant(found.written.leaves_at),
        "cautions": [{"kind": one.kind, "invoice": one.invoice or None} for one in found.cautions],
    }


def message(found: WrittenMessage, state: str) -> MessageAnswer:
    """Render a message that was written."""
    return {
        "account": found.account,
        "id": found.id,
        "at": iso_instant(found.at),
        "by": found.by,
        "channel": found.channel,
        "to": found.to,
        "subject": found.subject,
        "text": found.text,
        "invoices": list(found.invoices),
        "with_documents": found.with_documents,
        "leaves_at": iso_instant(found.leaves_at),
        "state": state,
    }
