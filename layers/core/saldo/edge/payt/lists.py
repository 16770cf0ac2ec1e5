"""Lists: whole pages out of our feeds of what changed, and looks around an account, made once.

Its callers end a sync at the first page that is not full, so a page is filled as long as there is
more. Rows of one record stay together: a page may hold a few more than were asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from saldo.accounts.model import Account, Hold
from saldo.collection.facts import Case
from saldo.collection.model import Plan
from saldo.edge.payt.wire import Asked, page, sparse
from saldo.edge.v1 import reads
from saldo.edge.v1.money import Ordered
from saldo.events import Event
from saldo.invoices.history import DeletedInvoice
from saldo.invoices.model import Invoice

F = TypeVar("F", Account, Invoice, DeletedInvoice, Event)
Row = dict[str, Any]

_LOOKED_AT_MAX: Final = 5000
"""Records that one call goes through; a filter that lets few pass answers with a page that is not
full, and a cursor."""


@dataclass(frozen=True, slots=True)
class _Listing:
    updated_after: datetime | None
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class Caller(Ordered):
    """Who orders, and what their key may."""

    scopes: tuple[str, ...] = ()


@dataclass
class Look:
    """Who asks, and what stands around the accounts of an answer; each is read once."""

    order: Ordered
    _holds: dict[str, list[Hold]] = field(default_factory=dict)
    _cases: dict[str, list[Case]] = field(default_factory=dict)
    _plans: dict[str, list[Plan]] = field(default_factory=dict)

    @property
    def creditor(self) -> str:
        return self.order.creditor.id

    def holds(self, account: str) -> list[Hold]:
        """Return the holds on an account that last."""
        if account not in self._holds:
            now = self.order.services.clock.now().date()
            self._holds[account] = [
                one
                for one in self.order.services.store.list(Hold, self.creditor, account)
                if one.ended_at is None and (one.until is None or now < one.until)
            ]
        return self._holds[account]

    def case_of(self, account: str, invoice: str) -> Case | None:
        """Return the open case of an invoice."""
        if account not in self._cases:
            self._cases[account] = self.order.services.cases.of(self.creditor, account)
        return next(
            (
                one
                for one in self._cases[account]
                if invoice in one.invoices and one.ended_at is None
            ),
            None,
        )

    def plan_of(self, account: str, invoice: str) -> Plan | None:
        """Return the active plan of an invoice."""
        if account not in self._plans:
            self._plans[account] = self.order.services.plans.of(self.creditor, account)
        return next(
            (
                one
                for one in self._plans[account]
                if invoice in one.invoices and one.state == "active"
            ),
            None,
        )


def changed(
    order: Ordered,
    kind: type[F],
    asked: Asked,
    rows_of: Callable[[Sequence[F]], Iterable[Row]],
    after: datetime | None = None,
) -> tuple[list[Row], str | None]:
    """Return rows of what changed, the oldest change first, and the cursor of the next page.

    Raises CursorNotValid.
    """
    services, rows, cursor, looked = order.services, list[Row](), asked.cursor, 0
    now = services.clock.now()
    while len(rows) < asked.per_page and looked < _LOOKED_AT_MAX:
        listing = _Listing(after or asked.updated_after, cursor, asked.per_page - len(rows))
        found = reads.changed(services.store, kind, order.creditor.id, listing, now)
        rows.extend(rows_of(found.items))
        cursor, looked = found.cursor, looked + listing.limit
        if cursor is None:
            break
    return rows, cursor


def told_of(
    order: Ordered,
    asked: Asked,
    types: frozenset[str],
    rows_of: Callable[[Event], Iterable[Row]],
) -> tuple[list[Row], str | None]:
    """Return rows of what events of some `types` were about, each once, as it is now.

    A row changed when its event happened: callers go on from the last `updated_at`.
    """
    seen: set[str] = set()

    def rows(events: Sequence[Event]) -> Iterable[Row]:
        made: dict[str, Row] = {}
        for one in events:
            if one.type in types:
                for row in rows_of(one):
                    made.pop(row["id"], None)
                    made[row["id"]] = row
        fresh = [row for id_, row in made.items() if id_ not in seen]
        seen.update(made)
        return fresh

    return changed(order, Event, asked, rows)


def answered(
    found: tuple[Sequence[Row], str | None], asked: Asked, on_request: frozenset[str] = frozenset()
) -> Row:
    """Return a page of rows with the fields that were asked for."""
    rows, cursor = found
    return page([sparse(row, asked.only, on_request) for row in rows], cursor)


def latest(*instants: datetime | None) -> datetime:
    """Return the last of some instants, of which one is there."""
    return max(one for one in instants if one is not None)
