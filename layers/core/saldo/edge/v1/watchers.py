"""Who is told by mail of what changes on an account or a case, over the API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Instant
from saldo.edge.v1.fields import Email, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.reads import account as known_account
from saldo.edge.v1.requests import Body
from saldo.watchers import model
from saldo.watchers.service import WHY_MAX, WatchOrder


class WatchRecord(Body):
    """Who is to be told of what."""

    account: Annotated[Number, Field(description="The account.")]
    kind: Annotated[model.WatchedKind, Field(description="What of it is watched.")] = "account"
    subject: Annotated[
        str, Field(max_length=64, description="Id of the dispute, plan or case; '' for `account`.")
    ] = ""
    email: Annotated[Email, Field(description="Who is told: somebody who works here, or outside.")]
    why: Annotated[
        str,
        Field(min_length=1, max_length=WHY_MAX, description="Who they are; each mail says it."),
    ]
    families: Annotated[
        list[model.Family],
        Field(max_length=7, description="Of an account: the events to tell; empty: all."),
    ] = []  # noqa: RUF012 - pydantic copies it
    pace: Annotated[model.Pace, Field(description="At once, or the day's news in the morning.")] = (
        "daily"
    )
    language: Annotated[str, Field(pattern="^(de|en|nl)$", description="Of the mails.")] = "en"


class WatchEnd(Body):
    """A watcher that is told no more."""

    account: Annotated[Number, Field(description="The account.")]
    id: Annotated[Number, Field(description="The watcher's id.")]


class MorningRecord(Body):
    """Whether somebody wants their list by mail each morning."""

    person: Annotated[Email, Field(description="Somebody who works here.")]
    on: Annotated[bool, Field(strict=True, description="Whether it is sent.")]


class WatcherAnswer(TypedDict):
    """Somebody who is told."""

    id: str
    account: str
    kind: str
    subject: str
    email: str
    why: str
    families: list[str]
    pace: str
    language: str
    by: str
    at: _Instant
    ended: Annotated[
        str | None,
        Field(description="`link`, `person`, `over` or `left`; null while they are told."),
    ]


class WatcherList(TypedDict):
    """Who watches an account and its cases."""

    items: list[WatcherAnswer]


class MorningAnswer(TypedDict):
    """Whether somebody gets their list by mail each morning."""

    person: str
    on: bool


def listed(order: Ordered, account: str) -> WatcherList:
    """Return who watches an account and its cases; raise AccountUnknown."""
    services, creditor = order.services, order.creditor.id
    number = known_account(services.store, creditor, account).number
    return {"items": [watcher(one) for one in services.watchers.of(creditor, number)]}


def add(order: Ordered, body: Any) -> WatcherAnswer:
    """Name a watcher; raises what `Watchers.add` does."""
    sent = read(WatchRecord, body)
    made = order.services.watchers.add(
        order.creditor.id,
        WatchOrder(
            sent.account,
            sent.kind,
            sent.subject,
            sent.email,
            sent.why,
            tuple(dict.fromkeys(sent.families)) or model.FAMILIES,
            sent.pace,
            sent.language,
        ),
        order.by,
    )
    return watcher(made)


def end(order: Ordered, body: Any) -> WatcherAnswer:
    """End a watcher. Raises Invalid or WatcherUnknown."""
    sent = read(WatchEnd, body)
    return watcher(order.services.watchers.end(order.creditor.id, sent.account, sent.id, order.by))


def morning(order: Ordered, body: Any) -> MorningAnswer:
    """Say whether somebody gets their list; raises NotAColleague, DeskNotValid or MorningBusy."""
    sent = read(MorningRecord, body)
    services, creditor = order.services, order.creditor.id
    services.colleagues.require(creditor, sent.person)
    kept = services.mornings.set(creditor, sent.person, on=sent.on, by=order.by)
    return {"person": kept.person, "on": kept.is_on}


def watcher(found: model.Watcher) -> WatcherAnswer:
    """Render a watcher; what stops their mails stands in their mails alone."""
    return {
        "id": found.id,
        "account": found.account,
        "kind": found.kind,
        "subject": found.subject,
        "email": found.email,
        "why": found.why,
        "families": list(found.families),
        "pace": found.pace,
        "language": found.language,
        "by": found.by,
        "at": iso_instant(found.at),
        "ended": found.ended,
    }
