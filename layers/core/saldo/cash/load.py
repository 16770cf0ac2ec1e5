"""Reads what says when an account pays: strongly consistent, and bounded.

An account with open items costs ten small queries and two gets, some 12 read units; one without
costs two queries.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import islice
from typing import Final

from saldo.accounts.model import Account, Creditor, Hold
from saldo.cash.entering import KEPT_ASSUMED, AccountFacts
from saldo.cash.model import CashHead
from saldo.collection.facts import Dispute, PaidClaim, Promise
from saldo.collection.model import Plan
from saldo.forecast.kept import ItemForecast, shard_of
from saldo.forecast.model import Bill, Forecast, Model
from saldo.forecast.predict import forecast
from saldo.forecast.train import trained
from saldo.invoices.model import Credit, OpenItem
from saldo.payments.agreements import ScheduledPayment
from saldo.store import Store

OPEN_ITEMS_MAX: Final = 5000


def account_facts(store: Store, owner: Account, creditor: Creditor, today: date) -> AccountFacts:
    """Return all that says when an account's open items are paid."""
    key = owner.key
    items = tuple(islice(store.list(OpenItem, *key), OPEN_ITEMS_MAX))
    if not items:
        return AccountFacts(today, (), {})
    kept = {
        one.invoice: one.forecast
        for one in store.list(ItemForecast, owner.creditor, shard_of(owner.number), owner.number)
    }
    forecasts = {item.number: _fitting(kept.get(item.number), item, today) for item in items}
    head = store.get(CashHead, creditor.id)
    return AccountFacts(
        today,
        items,
        forecasts,
        tuple(store.list(Promise, *key)),
        tuple(store.list(Plan, *key)),
        tuple(store.list(ScheduledPayment, *key)),
        tuple(store.list(PaidClaim, *key)),
        tuple(store.list(Dispute, *key)),
        tuple(store.list(Hold, *key)),
        tuple(store.list(Credit, *key)),
        head.kept if head else KEPT_ASSUMED,
    )


def _fitting(kept: Forecast | None, item: OpenItem, today: date) -> Forecast:
    """Return the forecast that is kept, or what is assumed where there is none for this due date
    yet: it is made by another look at the same fact.
    """
    if kept is not None and kept.due_on == item.due_on:
        return kept
    bill = Bill(
        item.account, item.number, item.issued_on, item.due_on, item.currency, item.amount_minor
    )
    return forecast(_assumed(), bill, (), max(today, item.issued_on))


@cache
def _assumed() -> Model:
    return trained((), date(2000, 1, 1))
