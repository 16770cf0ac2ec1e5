"""Are we still agreed? The ERP's open items against ours, and full snapshots of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.drift.model import (
    Difference,
    DifferenceKind,
    Drift,
    Side,
    Snapshot,
    TheirItem,
)
from saldo.drift.snapshots import Closed, Found
from saldo.edge.v1.answers import RecordProblem, _Amount, _Instant
from saldo.edge.v1.fields import Currency, Decimals, Flag, Instant, Number
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body
from saldo.errors import Refusal
from saldo.money import format_amount, parse_amount

if TYPE_CHECKING:
    from saldo.edge.v1.money import Ordered

ITEMS_MAX: Final = 5000
ACCOUNTS_MAX: Final = 1000
"""An answer has 29 seconds: of more accounts, some are named at a time."""


class OpenItemRecord(Body):
    """An open item as your ERP has it."""

    invoice: Annotated[Number, Field(description="The document's number.")]
    account: Annotated[Number, Field(description="The debtor's number.")]
    currency: Annotated[Currency, Field(description="ISO 4217.")]
    open: Annotated[
        Decimals,
        Field(
            description="What is open there; 0 for what is closed, below 0 for a credit.",
            examples=["119.00"],
        ),
    ]


class _OpenItems(Body):
    items: Annotated[
        list[OpenItemRecord],
        Field(max_length=ITEMS_MAX, description="All open items of the accounts compared."),
    ]
    accounts: Annotated[
        list[Number] | None,
        Field(
            max_length=ACCOUNTS_MAX,
            description=f"The accounts that the list is about, {ACCOUNTS_MAX} at most. Default: "
            "all of the creditor's.",
        ),
    ] = None
    as_of: Annotated[
        Instant | None, Field(description="When you made the list. Default: just now.")
    ] = None


class DriftOrder(_OpenItems):
    """Your open items, to be compared; nothing is changed."""

    lists: Annotated[
        Literal["open", "all"],
        Field(description="`open`: open items alone; `all`: closed ones as well, with 0."),
    ] = "open"


class SnapshotOrder(_OpenItems):
    """All open items of your ERP: what stands open here and not in the list is no longer owed."""


class SnapshotConfirmation(Body):
    """Close what vanished."""

    id: Annotated[Number, Field(description="The snapshot's, as answered.")]
    lower: Annotated[
        Flag, Field(description="Take off what went down, too, where the ERP has less open.")
    ] = False
    reopen: Annotated[
        Flag,
        Field(description="Let be owed again what an earlier snapshot closed and you have open."),
    ] = False


class DriftSide(TypedDict):
    """What one side has of an item."""

    account: str
    currency: str
    open: _Amount


class DriftDifference(TypedDict):
    """One item that both sides have differently."""

    kind: Annotated[
        DifferenceKind,
        Field(
            description="`in-flight`: booked here lately, or on its way, to the cent: wait; "
            "`unknown-here`: it never came here; `unknown-there`: a list of `all` does not name "
            "it; `amount`: open on both sides, otherwise; `closed-here`, `closed-there`: open on "
            "the other side alone; `currency`, `account`: the same number in another one."
        ),
    ]
    invoice: str
    there: Annotated[DriftSide | None, Field(description="In your ERP; null: nothing.")]
    here: Annotated[DriftSide | None, Field(description="In Saldo; null: nothing.")]
    payments: Annotated[list[str], Field(description="What is in flight.")]


class DriftTotal(TypedDict):
    """What both sides have open on an account in a currency."""

    account: str
    currency: str
    there: _Amount
    here: _Amount
    difference: Annotated[_Amount, Field(description="`there` less `here`.")]


class DriftAnswer(TypedDict):
    """What differs. Every difference of a total is explained by its items."""

    agreed: Annotated[bool, Field(description="Nothing differs but what is in flight.")]
    counts: Annotated[dict[str, int], Field(description="Items that agree, and by `kind`.")]
    differences: list[DriftDifference]
    totals: Annotated[list[DriftTotal], Field(description="Those that differ.")]


class SnapshotAnswer(TypedDict):
    """What a snapshot shows. Nothing is changed until it is confirmed."""

    id: str
    expires_at: Annotated[_Instant, Field(description="Until then it may be confirmed.")]
    new: Annotated[list[DriftDifference], Field(description="Unknown here: push them.")]
    changed: Annotated[list[DriftDifference], Field(description="Open on both sides, otherwise.")]
    vanished: Annotated[
        list[DriftDifference], Field(description="Open here alone: closed when you confirm.")
    ]
    closed_here: Annotated[list[DriftDifference], Field(description="Settled here, open there.")]
    in_flight: Annotated[list[DriftDifference], Field(description="Left alone.")]


class SnapshotResult(TypedDict):
    """What became of one item."""

    invoice: str
    account: str
    outcome: Annotated[
        Literal["closed", "lowered", "reopened", "already", "kept"],
        Field(description="`kept`: it changed since, or a payment is on its way."),
    ]
    taken_off: _Amount
    currency: str
    problem: Annotated[RecordProblem | None, Field(description="Why it was kept.")]


class SnapshotClosed(TypedDict):
    """What became of what vanished."""

    id: str
    confirmed_by: str
    results: list[SnapshotResult]


def report(order: Ordered, body: Any) -> DriftAnswer:
    """Compare. Raises Invalid, DriftItemTwice, DriftAccountNotNamed or DriftTooWide."""
    sent = read(DriftOrder, body)
    found = order.services.drift_reports.report(
        order.creditor.id,
        items_of(sent.items),
        accounts=sent.accounts,
        as_of=sent.as_of,
        lists=sent.lists,
        accounts_max=ACCOUNTS_MAX,
    )
    return drift_answer(found)


def take_snapshot(order: Ordered, body: Any) -> SnapshotAnswer:
    """Take a snapshot; raises as `report` does, and SnapshotClosesTooMuch."""
    sent = read(SnapshotOrder, body)
    found = order.services.snapshots.take(
        order.creditor.id,
        items_of(sent.items),
        order.by,
        accounts=sent.accounts,
        as_of=sent.as_of,
        accounts_max=ACCOUNTS_MAX,
    )
    return snapshot_answer(found)


def confirm_snapshot(order: Ordered, body: Any) -> SnapshotClosed:
    """Close what vanished; raise SnapshotUnknown, SnapshotExpired or SnapshotSuperseded."""
    sent = read(SnapshotConfirmation, body)
    snapshot, closed = order.services.snapshots.confirm(
        order.creditor.id, sent.id, order.by, lower=sent.lower, reopen=sent.reopen
    )
    return snapshot_closed(snapshot, closed)


def items_of(sent: list[OpenItemRecord]) -> list[TheirItem]:
    """Return items with their amounts in minor units; raise what is wrong with one."""
    items = []
    for place, one in enumerate(sent):
        try:
            minor = parse_amount(one.open, one.currency)
        except Refusal as refusal:
            raise refusal.at(f"/items/{place}/open")  # noqa: B904 - the same refusal, only pointing
        items.append(TheirItem(one.invoice, one.account, one.currency, minor))
    return items


def drift_answer(found: Drift) -> DriftAnswer:
    """Render a report."""
    counts = {"agreed": found.agreed}
    for one in found.differences:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return {
        "agreed": found.is_agreed,
        "counts": counts,
        "differences": [_difference(one) for one in found.differences],
        "totals": [
            {
                "account": one.account,
                "currency": one.currency,
                "there": format_amount(one.theirs_minor, one.currency),
                "here": format_amount(one.ours_minor, one.currency),
                "difference": format_amount(one.off_by_minor, one.currency),
            }
            for one in found.totals
            if one.off_by_minor
        ],
    }


def snapshot_answer(found: Found) -> SnapshotAnswer:
    """Render what a snapshot shows."""
    return {
        "id": found.snapshot.id,
        "expires_at": iso_instant(found.snapshot.expires_at),
        "new": [_difference(one) for one in found.new],
        "changed": [_difference(one) for one in found.changed],
        "vanished": [_difference(one) for one in found.vanished],
        "closed_here": [_difference(one) for one in found.closed_here],
        "in_flight": [_difference(one) for one in found.waits],
    }


def snapshot_closed(snapshot: Snapshot, closed: Sequence[Closed]) -> SnapshotClosed:
    """Render what became of what vanished."""
    return {
        "id": snapshot.id,
        "confirmed_by": snapshot.confirmed_by,
        "results": [_closed(one) for one in closed],
    }


def _difference(one: Difference) -> DriftDifference:
    return {
        "kind": one.kind,
        "invoice": one.number,
        "there": _side(one.theirs),
        "here": _side(one.ours),
        "payments": list(one.flights),
    }


def _side(one: Side | None) -> DriftSide | None:
    if one is None:
        return None
    return {
        "account": one.account,
        "currency": one.currency,
        "open": format_amount(one.open_minor, one.currency),
    }


def _closed(one: Closed) -> SnapshotResult:
    found, why = one.vanished, one.refusal
    return {
        "invoice": found.number,
        "account": found.account,
        "outcome": one.outcome,
        "taken_off": format_amount(0 if why else found.off_minor, found.currency),
        "currency": found.currency,
        "problem": {"code": why.code, "detail": why.detail, "pointer": ""} if why else None,
    }
