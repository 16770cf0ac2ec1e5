"""The outbox to ERPs: what was settled here, and what deliveries are to stop.

An order is made of a fact in the books, under an id made of that fact, so that a fact told twice is
one order. It is carried out at least once: an ERP that can be asked is asked before a second try.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day
from saldo.connectors.blocks import OrderBlocks
from saldo.connectors.model import Connection, ErpOrder, ItemLink, OrderKind, OrderState
from saldo.connectors.ports import (
    Connector,
    ErpDenied,
    ErpLimited,
    OrderNotSupported,
    OrderRefused,
)
from saldo.errors import NotFound
from saldo.events import Event, event
from saldo.ids import Ids, fingerprint
from saldo.invoices.model import Allocation, Invoice
from saldo.money import format_amount
from saldo.payments.model import BOOKED_BY_ERP, Payment
from saldo.store import CommitConflict, Put, Store

HEARD: Final = frozenset(
    {
        "payment.settled",
        "payment.allocated",
        "payment.deallocated",
        "payment.charged_back",
        "payment.chargeback_reversed",
        "service.stop_requested",
        "service.released",
        "order_block.set",
        "order_block.released",
    }
)
"""The events that may call for an order. Others are nobody's news."""

_ATTEMPTS_MAX = 8
_ID_CHARACTERS = 20
_PAYMENT = "payment#"
_WHY_CHARACTERS_MAX = 300
_DONE: frozenset[OrderState] = frozenset({"refused", "not-supported"})


class OrderUnknown(NotFound):
    """The connection has no order of that id that was refused."""

    code = "erp-order-unknown"


class Orders:
    """Makes orders of facts, and carries them out."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._blocks = OrderBlocks(store, clock)

    def hear(self, type_: str, creditor: str, account: str, data: dict[str, Any]) -> int:
        """Make the orders that an event calls for; return how many were new."""
        if type_ not in HEARD:
            return 0
        made = 0
        for connection in self._store.list(Connection, creditor):
            if not connection.enabled or connection.settings.get("tell") == "no":
                continue
            if type_.startswith("order_block."):
                made += self._blocks.hear(connection, type_, account, str(data["block"]), self._put)
            elif type_.startswith("service."):
                kind: OrderKind = "stop" if type_ == "service.stop_requested" else "release"
                made += self._service(connection, kind, account, data)
            else:
                made += self._allocations(connection, account, _source_of(data))
        return made

    def _allocations(self, connection: Connection, account: str, source: str) -> int:
        if not source.startswith(_PAYMENT):
            return 0
        creditor = connection.creditor
        payment = self._store.get(Payment, creditor, account, source.removeprefix(_PAYMENT))
        if payment is not None and payment.method == BOOKED_BY_ERP:
            return 0
        made = 0
        for one in list(self._store.list(Allocation, creditor, account, source)):
            if one.principal_minor + one.discount_minor <= 0:
                continue  # fees and interest are nothing that the ERP knows of
            method = (payment.method or "") if payment else ""
            made += self._allocation(connection, one, method)
        return made

    def _allocation(self, connection: Connection, one: Allocation, method: str) -> int:
        order = ErpOrder(
            connection.creditor,
            connection.name,
            _id("S", one.cause_id),
            "settle",
            one.account,
            one.invoice,
            one.currency,
            one.principal_minor,
            self._day(connection.creditor, one.allocated_at),
            self._clock.now(),
            discount_minor=one.discount_minor,
            payment=one.source.removeprefix(_PAYMENT),
            method=method,
            version=1,
        )
        if one.reversed_at is None:
            return self._put(order)
        before = self._store.get(ErpOrder, *order.key)
        if before is None:
            return 0  # taken back before anybody was told of it
        back = replace(
            order,
            id=_id("T", one.cause_id),
            kind="take-back",
            day=self._day(connection.creditor, one.reversed_at),
        )
        if before.state in _DONE:
            return self._forget(before, back)
        return self._put(back)

    def _service(
        self, connection: Connection, kind: OrderKind, account: str, data: dict[str, Any]
    ) -> int:
        numbers = [str(number) for number in data["invoices"]]
        keys = [(connection.creditor, connection.name, number) for number in numbers]
        links = self._store.get_many(ItemLink, keys)
        link = next((links[key] for key in keys if key in links), None)
        if not numbers:  # a person asked for it, of the account as a whole
            link = self._blocks.link_of(connection, account)
        if link is None:
            return 0
        request = str(data["request"])
        if kind == "release" and self._blocks.stands(connection.creditor, account):
            return 0  # its orders wait for another reason; that one's end lets them go
        if kind == "stop" and self._blocks.is_over(connection.creditor, account, request):
            return 0
        now = self._clock.now()
        day = self._day(connection.creditor, now)
        id_ = _id("B" if kind == "stop" else "R", request)
        return self._put(
            ErpOrder(
                connection.creditor,
                connection.name,
                id_,
                kind,
                account,
                link.number,
                link.currency,
                0,
                day,
                now,
                version=1,
            )
        )

    def _put(self, order: ErpOrder) -> int:
        """Keep an order, and note on its item that it is on its way."""
        for _ in range(_ATTEMPTS_MAX):
            if self._store.get(ErpOrder, *order.key) is not None:
                return 0
            link = self._link(order) or self._own_link(order)
            if link is None:
                return 0  # the invoice is not from this ERP
            noted = replace(link, orders=(*link.orders, order.id), version=link.version + 1)
            try:
                self._store.commit([Put(order), Put(noted, expect=link.version)])
            except CommitConflict:
                continue
            return 1
        raise ErpLimited("The item is being changed by others.", self._clock.now())

    def _forget(self, refused: ErpOrder, back: ErpOrder) -> int:
        """Note that what the ERP was not told of was taken back: there is nothing to tell."""
        for _ in range(_ATTEMPTS_MAX):
            link = self._link(refused)
            if link is None or self._store.get(ErpOrder, *back.key) is not None:
                return 0
            done = replace(
                back,
                state="taken",
                why="it was not told in the first place",
                ended_at=back.created_at,
            )
            untold = max(0, link.untold_minor - _told_minor(refused))
            noted = replace(link, untold_minor=untold, version=link.version + 1)
            try:
                self._store.commit([Put(done), Put(noted, expect=link.version)])
            except CommitConflict:
                continue
            return 0
        raise ErpLimited("The item is being changed by others.", self._clock.now())

    def waiting(self, connection: Connection) -> Iterator[ErpOrder]:
        """Yield what the ERP is still to be told, the oldest first."""
        now = self._clock.now()
        for key in list(self._store.work(ErpOrder, "erp-order", connection.creditor, now)):
            order = self._store.get(ErpOrder, *key)
            if (
                order is not None
                and order.connection == connection.name
                and order.work_entry is not None
            ):
                yield order

    def carry_out(self, order: ErpOrder, connector: Connector) -> OrderState:
        """Tell the ERP and keep its answer; return the state that the order has then.

        Raises the port's errors; after ErpUnreachable and ErpNonsense the order may have been
        carried out, and the next try asks first.
        """
        link = self._link(order)
        assert link is not None, "an order is made for an item that is known"
        if order.state == "sending":
            found = connector.find(order, link)
            if found is not None:
                return self._end(order, "taken", erp_id=found)
        sending = replace(
            order, state="sending", attempts=order.attempts + 1, version=order.version + 1
        )
        try:
            self._store.commit([Put(sending, expect=order.version)])
        except CommitConflict:
            return order.state  # another worker has it
        try:
            erp_id = connector.tell(sending, link)
        except OrderRefused as refused:
            return self._end(sending, "refused", why=refused.detail)
        except OrderNotSupported as missing:
            return self._end(sending, "not-supported", why=missing.detail)
        except (ErpLimited, ErpDenied):
            waits = replace(sending, state="waiting", version=sending.version + 1)
            self._store.commit([Put(waits, expect=sending.version)])
            raise
        return self._end(sending, "taken", erp_id=erp_id)

    def _end(
        self,
        order: ErpOrder,
        state: Literal["taken", "refused", "not-supported"],
        erp_id: str = "",
        why: str = "",
    ) -> OrderState:
        now = self._clock.now()
        ended = replace(
            order,
            state=state,
            erp_id=erp_id,
            why=why[:_WHY_CHARACTERS_MAX],
            ended_at=now,
            version=order.version + 1,
        )
        for _ in range(_ATTEMPTS_MAX):
            link = self._link(order)
            assert link is not None, "links outlive their orders"
            noted = _noted(link, ended)
            writes = [Put(ended, expect=order.version), Put(noted, expect=link.version)]
            try:
                self._store.commit([*writes, Put(self._told(ended, now))])
            except CommitConflict:
                now_there = self._store.get(ErpOrder, *order.key)
                if now_there is None or now_there.version != order.version:
                    return now_there.state if now_there else state
                continue
            return state
        raise ErpLimited("The item is being changed by others.", now)

    def try_again(self, creditor: str, connection: str, id_: str) -> ErpOrder:
        """Have an order that was refused carried out once more; raise OrderUnknown."""
        for _ in range(_ATTEMPTS_MAX):
            order = self._store.get(ErpOrder, creditor, connection, id_)
            if order is None or order.state not in _DONE:
                raise OrderUnknown(f"No order {id_!r} of {connection!r} was refused.")
            link = self._link(order)
            assert link is not None, "links outlive their orders"
            now = self._clock.now()
            fresh = replace(
                order,
                state="waiting",
                why="",
                ended_at=None,
                next_at=now,
                version=order.version + 1,
            )
            untold = max(0, link.untold_minor - _told_minor(order))
            noted = replace(
                link,
                untold_minor=untold,
                orders=(*link.orders, order.id),
                version=link.version + 1,
            )
            try:
                self._store.commit(
                    [Put(fresh, expect=order.version), Put(noted, expect=link.version)]
                )
            except CommitConflict:
                continue
            return fresh
        raise ErpLimited("The item is being changed by others.", self._clock.now())

    def _own_link(self, order: ErpOrder) -> ItemLink | None:
        """Return a new link to an invoice of ours, for a system that cannot be asked."""
        connection = self._store.get(Connection, order.creditor, order.connection)
        invoice = self._store.get(Invoice, order.creditor, order.account, order.number)
        if connection is None or invoice is None or not connection.is_told_alone:
            return None
        return ItemLink(
            order.creditor,
            order.connection,
            order.number,
            order.number,
            order.account,
            order.account,
            order.number,
            order.currency,
            invoice.due_on,
            invoice.amount_minor,
            invoice.amount_minor,
        )

    def _link(self, order: ErpOrder) -> ItemLink | None:
        return self._store.get(ItemLink, order.creditor, order.connection, order.number)

    def _day(self, creditor: str, at: datetime) -> Any:
        found = self._store.get(Creditor, creditor)
        assert found is not None, "a connection has its creditor"
        return local_day(at, found.time_zone)

    def _told(self, order: ErpOrder, now: datetime) -> Event:
        more: dict[str, Any] = {}
        if order.kind in ("settle", "take-back"):
            more = {
                "currency": order.currency,
                "amount": format_amount(order.amount_minor, order.currency),
                "discount": format_amount(order.discount_minor, order.currency),
                "payment": order.payment,
            }
        return event(
            self._ids.ulid(now),
            now,
            "erp_order.taken" if order.state == "taken" else "erp_order.refused",
            order.creditor,
            order.account,
            connection=order.connection,
            order=order.id,
            kind=order.kind,
            invoice=order.number,
            erp_reference=order.erp_id,
            reason=order.why,
            **more,
        )


def _noted(link: ItemLink, ended: ErpOrder) -> ItemLink:
    """Return an item as it is after one of its orders ended."""
    orders = tuple(one for one in link.orders if one != ended.id)
    told, untold = link.told_minor, link.untold_minor
    if ended.state == "taken":
        told += _told_minor(ended)
    else:
        untold = max(0, untold + _told_minor(ended))
    return replace(
        link, orders=orders, told_minor=told, untold_minor=untold, version=link.version + 1
    )


def _told_minor(order: ErpOrder) -> int:
    """Return by how much less is open in the ERP once it took an order."""
    if order.kind not in ("settle", "take-back"):
        return 0
    minor = order.amount_minor + order.discount_minor
    return minor if order.kind == "settle" else -minor


def _source_of(data: dict[str, Any]) -> str:
    return str(data["source"]) if "source" in data else f"{_PAYMENT}{data['payment']}"


def _id(prefix: str, cause: str) -> str:
    return prefix + fingerprint(cause)[:_ID_CHARACTERS].upper()
