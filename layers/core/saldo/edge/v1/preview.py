"""The preview as ERPs ask for it: what is asked, what is answered, and how it is told."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant, local_day, parse_instant
from saldo.edge.v1.answers import _Amount, _Day
from saldo.edge.v1.fields import Day, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.refusals import CursorNotValid
from saldo.edge.v1.requests import Query
from saldo.messages.model import Channel, MessageKind
from saldo.money import format_amount
from saldo.reminders.due_pages import Place
from saldo.reminders.model import Outcome
from saldo.reminders.preview_model import Asked, KeptBack, Previewed, WouldGo

ACCOUNTS_MAX = 50
ACCOUNTS = 20


class PreviewQuery(Query):
    """A day, and perhaps one account."""

    as_of: Annotated[
        Day | None, Field(description="From today to a year ahead. Default: today.")
    ] = None
    account: Annotated[
        Number | None,
        Field(description="This one, due or not. Default: all that are due by then."),
    ] = None
    texts: Annotated[bool, Field(description="Write the messages out, too.")] = False
    cursor: Annotated[
        str | None,
        Field(max_length=1000, description="From the page before; ask until it is null."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=ACCOUNTS_MAX, description="Accounts per page.")] = ACCOUNTS


class PreviewCharge(TypedDict):
    """A fee or interest that the message would add."""

    kind: str
    amount: _Amount
    ground: Annotated[str, Field(description="The law that allows it.")]


class PreviewItem(TypedDict):
    """An invoice that the message is a step about."""

    invoice: str
    stage: int
    open: Annotated[_Amount, Field(description="With what is charged.")]
    disputed: _Amount
    charges: list[PreviewCharge]
    refused: Annotated[list[str], Field(description="Charges that the law does not allow, why.")]


class PreviewPassed(TypedDict):
    """A channel that does not reach the debtor."""

    channel: Channel
    reason: str


class PreviewText(TypedDict):
    """The words, but for the pay link and the reference of several invoices."""

    subject: str
    text: str
    problems: Annotated[
        list[str], Field(description="Why texts of your own could not be used, if some could not.")
    ]


class PreviewMessage(TypedDict):
    """A message that would go."""

    message: MessageKind
    step: str
    channel: Channel
    to: str
    currency: str
    asks_for: _Amount
    items: list[PreviewItem]
    lists_too: Annotated[int, Field(description="Overdue invoices that it lists beside these.")]
    passed: Annotated[list[PreviewPassed], Field(description="Channels that failed before.")]
    stopped_by: Annotated[
        list[str],
        Field(
            description="What keeps it waiting: `shadow`, `first-run`, `sending-off`, "
            "`sending-off-everywhere`, `mail-stopped`."
        ),
    ]
    text: PreviewText | None


class PreviewKeptBack(TypedDict):
    """An invoice that gets nothing."""

    invoice: str
    outcome: Outcome
    reason: str
    sentence: str
    open: _Amount
    currency: str
    next_look: _Day | None


class PreviewAccount(TypedDict):
    """What an account would get."""

    account: str
    name: str
    policy: str
    messages: list[PreviewMessage]
    messages_more: Annotated[int, Field(description="So many are not shown.")]
    kept_back: list[PreviewKeptBack]
    kept_back_more: Annotated[int, Field(description="So many are not shown.")]
    problem: Annotated[str, Field(description="Why nobody can tell, mostly empty.")]


class PreviewAnswer(TypedDict):
    """A page of accounts."""

    as_of: _Day
    items: Annotated[
        list[PreviewAccount],
        Field(description="May be fewer than asked for, even none, before the last page."),
    ]
    looks_at_all: Annotated[
        bool,
        Field(
            description="A policy or the segments changed: the run looks at every account, not at "
            "those alone that are due. Of the others, those are told that are due for something."
        ),
    ]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class _Told:
    """Tells amounts of one currency."""

    currency: str

    def amount(self, minor: int) -> str:
        return format_amount(minor, self.currency)


def preview(order: Ordered, asked: PreviewQuery) -> PreviewAnswer:
    """Return who would get what. Raises CursorNotValid, AccountUnknown or PreviewDay."""
    services, creditor = order.services, order.creditor
    day = asked.as_of or local_day(services.clock.now(), creditor.time_zone)
    if asked.account is not None:
        one = services.preview.account(creditor, asked.account, day, texts=asked.texts)
        return _page(day, [one], None, looks_at_all=creditor.looks_at_all(day))
    behind = _place(asked.cursor) if asked.cursor is not None else None
    page = services.preview.page(creditor, day, texts=asked.texts, behind=behind, limit=asked.limit)
    return _page(day, page.items, page.behind, looks_at_all=page.looks_at_all)


def _page(day: date, items: Any, behind: Place | None, *, looks_at_all: bool) -> PreviewAnswer:
    return {
        "as_of": day.isoformat(),
        "items": [_account(one) for one in items],
        "looks_at_all": looks_at_all,
        "cursor": _cursor(behind) if behind else None,
    }


def _account(one: Previewed) -> PreviewAccount:
    return {
        "account": one.account,
        "name": one.name,
        "policy": one.policy,
        "messages": [_message(message) for message in one.messages],
        "messages_more": one.messages_more,
        "kept_back": [_kept_back(kept) for kept in one.kept_back],
        "kept_back_more": one.kept_back_more,
        "problem": one.problem,
    }


def _message(message: WouldGo) -> PreviewMessage:
    told, words = _Told(message.currency), message.words
    return {
        "message": message.message,
        "step": message.step,
        "channel": message.channel,
        "to": message.to,
        "currency": message.currency,
        "asks_for": told.amount(message.asked_minor),
        "items": [_item(item, told) for item in message.items],
        "lists_too": message.lists_too,
        "passed": [{"channel": one.channel, "reason": one.reason} for one in message.passed],
        "stopped_by": list(message.stopped_by),
        "text": {
            "subject": words.subject,
            "text": words.text,
            "problems": list(words.problems),
        }
        if words
        else None,
    }


def _item(item: Asked, told: _Told) -> PreviewItem:
    return {
        "invoice": item.invoice,
        "stage": item.stage,
        "open": told.amount(item.open_minor),
        "disputed": told.amount(item.disputed_minor),
        "charges": [
            {"kind": line.kind, "amount": told.amount(line.amount_minor), "ground": line.ground}
            for line in item.charges
        ],
        "refused": list(item.refused),
    }


def _kept_back(kept: KeptBack) -> PreviewKeptBack:
    return {
        "invoice": kept.invoice,
        "outcome": kept.outcome,
        "reason": kept.reason,
        "sentence": kept.sentence,
        "open": format_amount(kept.open_minor, kept.currency),
        "currency": kept.currency,
        "next_look": kept.wake_on.isoformat() if kept.wake_on else None,
    }


def _cursor(place: Place) -> str:
    text = f"{iso_instant(place.due_at)}#{place.account}"
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _place(cursor: str) -> Place:
    try:
        inside = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        instant, _, account = inside.partition("#")
        place = Place(parse_instant(instant), account)
    except (ValueError, OverflowError):
        place = None
    if place is None or not place.account or _cursor(place) != cursor:
        raise CursorNotValid("'cursor' is none that a preview answered with.")
    return place
