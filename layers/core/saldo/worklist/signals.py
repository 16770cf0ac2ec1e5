"""What is not clear about an account, noted from events for as long as it is so: where our books
and an ERP's do not agree, and messages of which nobody can tell whether they left.

No list of these is kept elsewhere: the ERP's side stands at each open item and order, a message's
state at the message. So the event that told of one leaves a sign, which says where to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from saldo.connectors.model import ErpOrder, ItemLink
from saldo.reminders.model import Notice
from saldo.store import CommitConflict, Delete, Put, Store

SIGNALLED: Final = frozenset({"connection.differs", "erp_order.refused", "notice.unknown"})
NO_CONNECTION: Final = "~"
"""Stands in a connection's place where none is concerned."""

_REFUSED: Final = frozenset({"refused", "not-supported"})


SignalKind = Literal["item", "order", "notice", "payout"]


@dataclass(frozen=True, slots=True)
class WorkSignal:
    """An event told at `at` that something is not clear about `ref`: an item of an ERP (its
    invoice's number), an order to one (its id), a message (its notice's id), a payout of a provider
    (`payouts.py`).
    """

    creditor: str
    account: str
    kind: SignalKind
    connection: str
    ref: str
    at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.kind, self.connection, self.ref)


@dataclass(frozen=True, slots=True)
class Differing:
    """What is not clear now: the item's link, the order that the ERP refused, or the message."""

    signal: WorkSignal
    link: ItemLink | None = None
    order: ErpOrder | None = None
    notice: Notice | None = None


_TOLD: Final[dict[str, tuple[SignalKind, str]]] = {
    "connection.differs": ("item", "invoice"),
    "erp_order.refused": ("order", "order"),
    "notice.unknown": ("notice", "notice"),
}
"""What each event tells of, and which of its data names it."""


def note(
    store: Store, type_: str, creditor: str, account: str, at: datetime, data: dict[str, Any]
) -> None:
    """Leave a sign of an event, once; what is over by then is not looked for any more."""
    kind, name = _TOLD[type_]
    connection = str(data.get("connection", NO_CONNECTION))
    signal = WorkSignal(creditor, account, kind, connection, str(data[name]), at)
    if store.get(WorkSignal, *signal.key) is None:
        try:
            store.commit([Put(signal)])
        except CommitConflict:
            return  # the same event, heard by another worker


def tidy(store: Store, creditor: str, account: str) -> None:
    """Take away signs of what is clear by now."""
    signals = list(store.list(WorkSignal, creditor, account))
    alive = {one.signal.key for one in _alive(store, signals)}
    for signal in signals:
        if signal.key not in alive and signal.kind != "payout":
            store.commit([Delete(signal, expect=None)])


def differing(store: Store, creditor: str, account: str) -> Iterator[Differing]:
    """Yield what is not clear now; a query, and a get for each sign."""
    yield from _alive(store, store.list(WorkSignal, creditor, account))


def _alive(store: Store, signals: Iterable[WorkSignal]) -> Iterator[Differing]:
    for signal in signals:
        if signal.kind == "item":
            link = store.get(ItemLink, signal.creditor, signal.connection, signal.ref)
            if link is not None and link.there_minor - link.agreed_minor > link.told_minor:
                yield Differing(signal, link=link)
        elif signal.kind == "order":
            order = store.get(ErpOrder, signal.creditor, signal.connection, signal.ref)
            if order is not None and order.state in _REFUSED:
                yield Differing(signal, order=order)
        elif signal.kind == "notice":
            notice = store.get(Notice, signal.creditor, signal.account, signal.ref)
            if notice is not None and notice.state == "unknown":
                yield Differing(signal, notice=notice)
