"""Notes and calls over the API: what people wrote down about an account."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Instant
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Flag, Instant, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body
from saldo.worklist import calls as call_model
from saldo.worklist import notes as note_model
from saldo.worklist.calls import CallOrder, CallOutcome, Direction
from saldo.worklist.notes import TEXT_MAX

_Account = Annotated[Number, Field(description="The account's number.")]
_Id = Annotated[Number, Field(description="Yours, unique for the account: makes a repeat safe.")]
_Text = Annotated[str, StringConstraints(strict=True, max_length=TEXT_MAX), NOT_BLANK]


class NoteRecord(Body):
    """What is to be known about an account."""

    account: _Account
    id: _Id
    text: Annotated[_Text, Field(description="For people; the debtor never sees it.")]
    pinned: Annotated[Flag, Field(description="On top of the others.")] = False
    invoice: Annotated[Number | None, Field(description="What it is about.")] = None


class NotePin(Body):
    """Whether a note stands on top of the others."""

    account: _Account
    id: Annotated[Number, Field(description="The note's id.")]
    pinned: Annotated[Flag, Field(description="Whether it does.")]


class CallRecord(Body):
    """A call that was made or taken."""

    account: _Account
    id: _Id
    outcome: Annotated[
        CallOutcome,
        Field(description="`promise`, `dispute`: enter it as such besides."),
    ]
    at: Annotated[Instant | None, Field(description="Default: just now.")] = None
    whom: Annotated[
        str,
        StringConstraints(strict=True, max_length=200),
        PRINTABLE,
        Field(description="Who was spoken to."),
    ] = ""
    number: Annotated[
        str,
        StringConstraints(strict=True, max_length=50),
        PRINTABLE,
        Field(description="The telephone number."),
    ] = ""
    text: Annotated[_Text | None, Field(description="What was said.")] = None
    direction: Annotated[Direction, Field(description="`in`: they called.")] = "out"
    task: Annotated[
        Number | None,
        Field(description="The task that asked for the call: it is closed with it."),
    ] = None


class NoteAnswer(TypedDict):
    """A note."""

    account: str
    id: str
    at: _Instant
    by: str
    text: str
    pinned: bool
    invoice: str | None


class NotesAnswer(TypedDict):
    """Notes of an account."""

    items: Annotated[list[NoteAnswer], Field(description="Pinned ones first, then the newest.")]


class CallAnswer(TypedDict):
    """A call."""

    account: str
    id: str
    at: _Instant
    by: str
    outcome: CallOutcome
    whom: str
    number: str
    text: str
    direction: Direction
    task: str | None


class CallsAnswer(TypedDict):
    """Calls about an account."""

    items: Annotated[list[CallAnswer], Field(description="The newest first.")]


def notes(order: Ordered, account: str) -> NotesAnswer:
    """Return the notes of an account; raise AccountUnknown."""
    reads.account(order.services.store, order.creditor.id, account)
    return {"items": [note(one) for one in order.services.notes.of(order.creditor.id, account)]}


def add_note(order: Ordered, body: Any) -> tuple[NoteAnswer, bool]:
    """Write a note, and tell whether it was new; raises what `Notes.add` does."""
    sent = read(NoteRecord, body)
    made, is_new = order.services.notes.add(
        order.creditor.id,
        sent.account,
        sent.id,
        order.by,
        sent.text,
        pinned=sent.pinned,
        invoice=sent.invoice,
    )
    return note(made), is_new


def pin_note(order: Ordered, body: Any) -> NoteAnswer:
    """Put a note on top, or back. Raises Invalid, NoteUnknown or NoteBusy."""
    sent = read(NotePin, body)
    return note(
        order.services.notes.pin(
            order.creditor.id, sent.account, sent.id, order.by, pinned=sent.pinned
        )
    )


def calls(order: Ordered, account: str) -> CallsAnswer:
    """Return the calls about an account; raise AccountUnknown."""
    reads.account(order.services.store, order.creditor.id, account)
    return {"items": [call(one) for one in order.services.calls.of(order.creditor.id, account)]}


def log_call(order: Ordered, body: Any) -> tuple[CallAnswer, bool]:
    """Write a call down, and tell whether it was new; raises what `Calls.log` does."""
    sent = read(CallRecord, body)
    made, is_new = order.services.calls.log(
        order.creditor.id,
        sent.account,
        CallOrder(
            sent.id,
            order.by,
            sent.outcome,
            sent.at,
            sent.whom,
            sent.number,
            sent.text or "",
            sent.direction,
            sent.task,
        ),
    )
    return call(made), is_new


def note(found: note_model.Note) -> NoteAnswer:
    """Render a note."""
    return {
        "account": found.account,
        "id": found.id,
        "at": iso_instant(found.at),
        "by": found.by,
        "text": found.text,
        "pinned": found.pinned,
        "invoice": found.invoice,
    }


def call(found: call_model.Call) -> CallAnswer:
    """Render a call."""
    return {
        "account": found.account,
        "id": found.id,
        "at": iso_instant(found.at),
        "by": found.by,
        "outcome": found.outcome,
        "whom": found.whom,
        "number": found.number,
        "text": found.text,
        "direction": found.direction,
        "task": found.task,
    }
