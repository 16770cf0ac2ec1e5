"""ERPs are told when orders of an account wait, and when they go again.

The ERP's flag is one, and several things may raise it: a stage of the reminders or a person that
stops deliveries, and an order block. It is lowered when none of them stands any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day
from saldo.connectors.model import Connection, ErpOrder, ItemLink, OrderKind
from saldo.credit.model import CreditSheet
from saldo.ids import fingerprint
from saldo.invoices.model import Invoice, OpenItem
from saldo.reminders.model import ServiceStop
from saldo.store import Store

_LOOKED_AT: Final = 50
"""So many invoices of an account, open ones and others, are looked through for one that the ERP
knows: by it the ERP knows the account."""

_ID_CHARACTERS: Final = 20


class OrderBlocks:
    """Makes the orders to ERPs that an order block calls for."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def stands(self, creditor: str, account: str) -> bool:
        """Tell whether anything has the ERP hold an account's orders or deliveries."""
        sheet = self._store.get(CreditSheet, creditor, account)
        is_blocked = sheet is not None and sheet.is_blocked
        return is_blocked or self._is_stopped(creditor, account)

    def is_over(self, creditor: str, account: str, request: str) -> bool:
        """Tell whether what was asked to stop was let go meanwhile: facts come in any order."""
        stops = self._store.list(ServiceStop, creditor, account)
        return any(one.request == request and not one.stands for one in stops)

    def hear(
        self,
        connection: Connection,
        type_: str,
        account: str,
        block: str,
        put: Callable[[ErpOrder], int],
    ) -> int:
        """Make the order that a fact about a block calls for; return how many were new.

        Facts come in any order: a block that is over already is told no more, and the end of one
        that the ERP was never told of is nothing to it.
        """
        creditor = connection.creditor
        sheet = self._store.get(CreditSheet, creditor, account)
        stands = sheet.block.id if sheet is not None and sheet.block is not None else None
        stop_id = _id("B", block)
        if type_ == "order_block.set":
            if stands != block:
                return 0
            link = self.link_of(connection, account)
            return put(self._order(link, "stop", stop_id)) if link is not None else 0
        told = self._store.get(ErpOrder, creditor, connection.name, stop_id)
        if told is None or told.state in ("refused", "not-supported"):
            return 0
        if stands is not None or self._is_stopped(creditor, account):
            return 0
        link = self._store.get(ItemLink, creditor, connection.name, told.number)
        return put(self._order(link, "release", _id("R", block))) if link is not None else 0

    def _is_stopped(self, creditor: str, account: str) -> bool:
        stops = self._store.list(ServiceStop, creditor, account)
        return any(one.stands for one in stops)

    def link_of(self, connection: Connection, account: str) -> ItemLink | None:
        """Return an invoice of the account that the ERP knows, None where there is none."""
        creditor = connection.creditor
        items = self._store.first(OpenItem, creditor, account, limit=_LOOKED_AT)
        found = [one.number for one in items]
        found += [
            o.number for o in self._store.newest(Invoice, creditor, account, limit=_LOOKED_AT)
        ]
        numbers = list(dict.fromkeys(found))
        keys = [(creditor, connection.name, number) for number in numbers]
        links = self._store.get_many(ItemLink, keys)
        return next((links[key] for key in keys if key in links), None)

    def _order(self, link: ItemLink, kind: OrderKind, id_: str) -> ErpOrder:
        now = self._clock.now()
        owner = self._store.get(Creditor, link.creditor)
        assert owner is not None, "a connection has its creditor"
        return ErpOrder(
            link.creditor,
            link.connection,
            id_,
            kind,
            link.account,
            link.number,
            link.currency,
            0,
            local_day(now, owner.time_zone),
            now,
            version=1,
        )


def _id(prefix: str, block: str) -> str:
    return prefix + fingerprint(f"order-block:{block}")[:_ID_CHARACTERS].upper()
