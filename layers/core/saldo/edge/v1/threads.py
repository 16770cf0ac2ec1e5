"""Questions of payers and the creditor's answers: what is asked, what is answered."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Instant
from saldo.edge.v1.fields import NOT_BLANK, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.threads import model
from saldo.threads.model import TEXT_MAX, Side, ThreadState
from saldo.threads.service import Words

LISTED_MAX: Final = 50
"""Conversations of one answer; those in which somebody waits longest come first."""

_Account = Annotated[Number, Field(description="The account's number.")]


class ThreadsQuery(Query):
    """Whose conversation."""

    account: Annotated[
        Number | None,
        Field(
            description="The account's number, percent-encoded. Default: those in which a payer "
            "waits for an answer."
        ),
    ] = None


class ThreadReply(Body):
    """The creditor's words to a payer."""

    account: _Account
    id: Annotated[Number, Field(description="Yours, unique for the account: makes a repeat safe.")]
    text: Annotated[
        str,
        StringConstraints(strict=True, min_length=1, max_length=TEXT_MAX),
        NOT_BLANK,
        Field(description="As the payer reads it, in a mail and on the page; in their language."),
    ]
    invoice: Annotated[
        Number | None,
        Field(description="What it is about. Default: what was asked about last."),
    ] = None


class ThreadEnd(Body):
    """A conversation in which nothing is to be answered."""

    account: _Account


class ThreadEntry(TypedDict):
    """What one side wrote."""

    id: str
    at: _Instant
    side: Side
    by: str
    invoice: str | None
    text: str
    files: Annotated[list[str], Field(description="Ids of stored files.")]
    read_at: Annotated[
        _Instant | None, Field(description="When the other side was first shown it.")
    ]
    mail: Annotated[
        str | None, Field(description="The id of the mail that it came by, or that it answers.")
    ]


class Thread(TypedDict):
    """An account's conversation."""

    account: str
    state: Annotated[
        ThreadState,
        Field(description="`open`: the payer waits; `closed`: nothing is to be answered."),
    ]
    asked_at: Annotated[_Instant, Field(description="Since when the payer waits, or waited last.")]
    changed_at: _Instant
    assigned_to: Annotated[str | None, Field(description="Who sees to it.")]
    entries: Annotated[list[ThreadEntry], Field(description="The oldest first.")]


class Threads(TypedDict):
    """Conversations."""

    items: Annotated[list[Thread], Field(description=f"At most {LISTED_MAX}, longest wait first.")]


def listed(order: Ordered, account: str | None) -> Threads:
    """Return one account's conversation, or those in which a payer waits; raise AccountUnknown."""
    services, creditor = order.services, order.creditor.id
    if account is not None:
        reads.account(services.store, creditor, account)
        found = services.store.get(model.Thread, creditor, account)
        heads = [found] if found is not None else []
    else:
        heads = list(islice(services.threads.open_of(creditor), LISTED_MAX))
    return {"items": [thread(one, services.threads.of(creditor, one.account)) for one in heads]}


def reply(order: Ordered, body: Any) -> tuple[ThreadEntry, bool]:
    """Answer, and tell whether it was new; raises what `Threads.answer` does."""
    sent = read(ThreadReply, body)
    services, creditor = order.services, order.creditor
    known = services.store.get(model.ThreadEntry, creditor.id, sent.account, sent.id)
    words = Words(sent.id, sent.text, order.by, sent.invoice)
    made = services.threads.answer(creditor, sent.account, words)
    return entry(made), known is None


def close(order: Ordered, body: Any) -> Thread:
    """Close a conversation. Raises Invalid, ThreadUnknown or ThreadBusy."""
    sent = read(ThreadEnd, body)
    threads, creditor = order.services.threads, order.creditor.id
    closed = threads.close(creditor, sent.account, order.by)
    return thread(closed, threads.of(creditor, sent.account))


def thread(found: model.Thread, said: list[model.ThreadEntry]) -> Thread:
    """Render a conversation."""
    return {
        "account": found.account,
        "state": found.state,
        "asked_at": iso_instant(found.asked_at),
        "changed_at": iso_instant(found.changed_at),
        "assigned_to": found.assigned_to,
        "entries": [entry(one) for one in said],
    }


def entry(found: model.ThreadEntry) -> ThreadEntry:
    """Render what one side wrote."""
    side: Literal["payer", "creditor"] = found.side
    return {
        "id": found.id,
        "at": iso_instant(found.at),
        "side": side,
        "by": found.by,
        "invoice": found.invoice,
        "text": found.text,
        "files": list(found.files),
        "read_at": iso_instant(found.read_at) if found.read_at else None,
        "mail": found.mail,
    }
