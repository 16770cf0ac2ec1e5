"""Orders that are not invoiced yet, as the ERP tells them: each replaced by its id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from saldo.accounts.service import account_in
from saldo.clock import Clock
from saldo.credit.facts import ORDERS_MAX, ORDERS_READ
from saldo.credit.keep import CreditKeeper
from saldo.credit.model import OpenOrder
from saldo.errors import Conflict, Invalid
from saldo.store import TRANSACTION_ITEMS_MAX, Delete, Put, Store, Write

TOLD_MAX: Final = 200
"""So many orders of an account are told at a time."""


class OrdersNotValid(Invalid):
    """An order is named twice, or too many are told at once."""

    code = "orders-not-valid"


class OrdersTooMany(Conflict):
    """The account has too many open orders: tell several as one."""

    code = "orders-too-many"


@dataclass(frozen=True, slots=True)
class OrderTold:
    """What is still to be invoiced of an order, in minor units; 0: nothing any more."""

    id: str
    currency: str
    amount_minor: int


class OrderBook:
    """Keeps open orders of accounts."""

    def __init__(self, store: Store, clock: Clock, keeper: CreditKeeper) -> None:
        self._store, self._clock, self._keeper = store, clock, keeper

    def put(
        self, creditor: str, account: str, told: Sequence[OrderTold], by: str, *, all_of_them: bool
    ) -> list[OpenOrder]:
        """Keep orders in place of those of the same ids; return those that are open now.

        With `all_of_them`, orders that are not named are open no more. The same again changes
        nothing. Two who tell at once both count; of the same order the last one does. Raises
        AccountUnknown, OrdersNotValid, OrdersTooMany or CreditBusy.
        """
        account_in(self._store, creditor, account, at="/account")
        named = {one.id: one for one in told}
        if len(told) > TOLD_MAX or len(named) != len(told):
            raise OrdersNotValid(f"Tell {TOLD_MAX} orders at most, and each of them once.")
        known = {one.id: one for one in self.of(creditor, account)}
        writes = [
            write for one in told for write in self._writes(creditor, account, known, one, by)
        ]
        if all_of_them:
            gone = [one for id_, one in known.items() if id_ not in named]
            writes += [Delete(one, expect=None) for one in gone]
        added = sum(one.amount_minor > 0 and one.id not in known for one in told)
        ended = sum(isinstance(one, Delete) for one in writes)
        if len(known) + added - ended > ORDERS_MAX:
            raise OrdersTooMany(f"An account has {ORDERS_MAX} open orders at most.")
        for start in range(0, len(writes), TRANSACTION_ITEMS_MAX):
            self._store.commit(writes[start : start + TRANSACTION_ITEMS_MAX])
        self._keeper.refresh(creditor, account)
        return self.of(creditor, account)

    def of(self, creditor: str, account: str) -> list[OpenOrder]:
        """Return the open orders of an account, by id."""
        return list(self._store.first(OpenOrder, creditor, account, limit=ORDERS_READ))

    def _writes(
        self, creditor: str, account: str, known: dict[str, OpenOrder], told: OrderTold, by: str
    ) -> list[Write]:
        old = known.get(told.id)
        if told.amount_minor == 0:
            return [Delete(old, expect=None)] if old is not None else []
        if old is not None and (old.currency, old.amount_minor) == (
            told.currency,
            told.amount_minor,
        ):
            return []
        new = OpenOrder(
            creditor, account, told.id, told.currency, told.amount_minor, self._clock.now(), by
        )
        version = old.version + 1 if old is not None else 1
        return [Put(replace(new, version=version), expect=None)]
