"""The work list over the API: what is to be done, and what people say about it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Day, Email
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.money import Money, format_amount
from saldo.worklist.model import NOBODY, ItemState, NextStep, WorkItem, WorkKind
from saldo.worklist.pages import PAGE_MAX
from saldo.worklist.service import TEXT_MAX, Outcome

LISTED: Final = 50

Place = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=64),
    PRINTABLE,
    Field(description="The account's number; `~` for what concerns the creditor as a whole."),
]
ItemId = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=200),
    PRINTABLE,
    Field(description="The item's id: it is made of its cause, and unique for the account."),
]
Words = Annotated[str, StringConstraints(strict=True, max_length=TEXT_MAX), NOT_BLANK]


class WorkQuery(Query):
    """Whose list, and which part of it."""

    holder: Annotated[
        str | None,
        Field(
            max_length=254,
            description="Whose list: an e-mail address, with those of colleagues whom they cover "
            f"today. Default: `{NOBODY}`, what nobody looks after.",
        ),
    ] = None
    account: Annotated[
        str | None,
        Field(max_length=64, description="Instead: all items of one account, hidden ones too."),
    ] = None
    kind: Annotated[WorkKind | None, Field(description="Of this kind alone.")] = None
    later: Annotated[bool, Field(description="What comes back later, the soonest first.")] = False
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX, description="Items per page.")] = LISTED
    cursor: Annotated[
        str | None,
        Field(max_length=1000, description="From the page before; ask until it is null."),
    ] = None


class WorkDone(Body):
    """What came of an item."""

    account: Place
    item: ItemId
    outcome: Annotated[
        Outcome,
        Field(
            description="`released`: the step goes; `no-answer`: nobody was reached, so that the "
            "notice's next channel takes over."
        ),
    ] = "done"
    text: Annotated[Words | None, Field(description="In your words.")] = None


class WorkSnooze(Body):
    """Until when an item is put off."""

    account: Place
    item: ItemId
    until: Annotated[
        Day | None, Field(description="The day on which it shows again; null fetches it back.")
    ]
    reason: Annotated[Words | None, Field(description="In your words.")] = None


class WorkAssign(Body):
    """Who does an item."""

    account: Place
    item: ItemId
    to: Annotated[
        Email | None, Field(description="A person; null for whoever looks after the account.")
    ]


class StakeAnswer(TypedDict):
    """An amount at stake."""

    amount: _Amount
    currency: str


class WorkItemAnswer(TypedDict):
    """Something that needs a person, and why."""

    account: Annotated[str, Field(description="`~`: the creditor as a whole.")]
    name: Annotated[str, Field(description="The account's name.")]
    item: str
    kind: WorkKind
    why: Annotated[str, Field(description="The key of the reason; `facts` go with it.")]
    facts: Annotated[
        dict[str, Any],
        Field(description='What the reason is made of; amounts as {"amount", "currency"}.'),
    ]
    next: Annotated[NextStep, Field(description="What is best done next.")]
    invoices: Annotated[list[str], Field(description="At most 20.")]
    stake: Annotated[list[StakeAnswer], Field(description="One amount per currency.")]
    since: Annotated[_Instant, Field(description="Since when it waits.")]
    due: Annotated[_Day | None, Field(description="By when it should be done.")]
    holder: Annotated[str, Field(description=f"Whose list it stands on; `{NOBODY}`: nobody's.")]
    collector: Annotated[str | None, Field(description="Who looks after the account.")]
    assigned_to: Annotated[str | None, Field(description="Who was given this item by hand.")]
    state: Annotated[
        ItemState, Field(description="`snoozed`: put off; `done`: closed, with its outcome.")
    ]
    shows_at: Annotated[
        _Instant | None, Field(description="When it shows (again); null where it shows.")
    ]
    outcome: str
    text: str
    by: Annotated[str, Field(description="Who closed it, put it off or gave it away last.")]


class WorkAnswer(TypedDict):
    """A page of a list."""

    items: Annotated[list[WorkItemAnswer], Field(description="The most urgent first.")]
    cursor: str | None


def listed(order: Ordered, asked: WorkQuery) -> WorkAnswer:
    """Return a page of a list, or the items of an account.

    Raises WorkCursorNotValid or AccountUnknown.
    """
    services, creditor = order.services, order.creditor
    if asked.account is not None:
        if asked.account != WHOLE_CREDITOR:
            reads.account(services.store, creditor.id, asked.account)
        found = services.work_list.of(creditor.id, asked.account)
        return {"items": [item(one) for one in found], "cursor": None}
    holders = services.absences.lists_today(creditor, (asked.holder or NOBODY).lower())
    page = services.work_list.page(
        creditor.id,
        holders,
        kind=asked.kind,
        later=asked.later,
        limit=asked.limit,
        cursor=asked.cursor,
    )
    return {"items": [item(one) for one in page.items], "cursor": page.cursor}


def done(order: Ordered, body: Any) -> WorkItemAnswer:
    """Close an item; raises what `WorkList.done` does."""
    sent = read(WorkDone, body)
    service = order.services.work_list
    return item(
        service.done(
            order.creditor, sent.account, sent.item, order.by, sent.outcome, sent.text or ""
        )
    )


def snooze(order: Ordered, body: Any) -> WorkItemAnswer:
    """Put an item off; raises what `WorkList.snooze` does."""
    sent = read(WorkSnooze, body)
    service = order.services.work_list
    return item(
        service.snooze(
            order.creditor, sent.account, sent.item, order.by, sent.until, sent.reason or ""
        )
    )


def assign(order: Ordered, body: Any) -> WorkItemAnswer:
    """Give an item to a person; raises what `WorkList.assign` does."""
    sent = read(WorkAssign, body)
    service = order.services.work_list
    return item(service.assign(order.creditor.id, sent.account, sent.item, order.by, sent.to))


def item(found: WorkItem) -> WorkItemAnswer:
    """Render an item."""
    cause = found.cause
    return {
        "account": found.account,
        "name": found.name,
        "item": found.id,
        "kind": found.kind,
        "why": cause.why,
        "facts": {name: _fact(value) for name, value in cause.facts.items()},
        "next": cause.next,
        "invoices": list(cause.invoices),
        "stake": [_stake(one) for one in cause.stake],
        "since": iso_instant(found.since),
        "due": cause.due.isoformat() if cause.due else None,
        "holder": found.holder,
        "collector": found.collector,
        "assigned_to": found.assigned_to,
        "state": found.state,
        "shows_at": iso_instant(found.hidden_until) if found.hidden_until else None,
        "outcome": found.outcome,
        "text": found.text,
        "by": found.by,
    }


def _fact(value: Any) -> Any:
    if isinstance(value, dict):
        return _stake(Money(value["minor"], value["currency"]))
    return value


def _stake(found: Money) -> StakeAnswer:
    return {"amount": format_amount(found.minor, found.currency), "currency": found.currency}
