"""What is held about an account, as plain data: each kind of record under a name of its own.

Who of the creditor's people did something is left out: that is about them (Court of Justice of the
EU, C-579/21, 22 June 2023). Hashes that secrets are kept by are of no use to anybody, and stay in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from saldo.accounts.model import Account, Creditor
from saldo.codec import encode
from saldo.credit.model import OpenOrder
from saldo.credit_data.sheet import RiskSheet
from saldo.events import Event
from saldo.forecast.kept import ItemForecast, shard_of
from saldo.invoices.model import Credit, OpenItem
from saldo.privacy.gather import (
    bank_entries_of,
    dates_of,
    events_of,
    first_month,
    held,
    mails_of,
    months_between,
)
from saldo.reminders.hold_out import Draw
from saldo.risk.sheet import BehaviourSheet
from saldo.steps.model import StepOutcome
from saldo.store import Store
from saldo.watchers.model import Watcher

_OURS: Final = frozenset({"payer", "ERP", ""})
_CREDITORS: Final = "creditor"
_DERIVED: Final[tuple[type[Any], ...]] = (OpenItem, Credit, OpenOrder, StepOutcome, Draw)
"""What stands under the account beside the treated kinds: what it owes and ordered, what was done
about it, and whether a lot had it wait.
"""
_WHO: Final = re.compile(r"(^|_)(by|owner|assigned_to|collector|sales)$")


def everything_about(
    store: Store, creditor: Creditor, account: str, today: date
) -> dict[str, list[Any]]:
    """Return every record about an account, by the name of its kind, those without any left out."""
    found: dict[str, list[Any]] = {}
    for record in _all(store, creditor, account, today):
        found.setdefault(name_of(type(record)), []).append(record)
    return found


def _all(store: Store, creditor: Creditor, account: str, today: date) -> Iterator[Any]:
    dates = dates_of(store, creditor.id, account, today)
    months = months_between(first_month(creditor.created_at, dates), today)
    events = [*events_of(store, creditor.id, account, months)]
    if (master := store.get(Account, creditor.id, account)) is not None:
        yield master
    for kind in _DERIVED:
        yield from store.list(kind, creditor.id, account)
    yield from store.list(ItemForecast, creditor.id, shard_of(account), account)
    if (pays := store.get(BehaviourSheet, creditor.id, account)) is not None:
        yield pays
    if (risk := store.get(RiskSheet, creditor.id, account)) is not None:
        yield risk
    yield from held(store, creditor.id, account, today)
    yield from bank_entries_of(store, creditor.id, account, today)
    yield from mails_of(events, store)
    yield from events


def name_of(kind: type[Any]) -> str:
    """Return what records of a kind are called in the file: "thread-entry" for ThreadEntry."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def plain(record: Any) -> Any:
    """Return a record as plain data, without the names of the creditor's people.

    Nor does it tell who watches the account: colleagues, lawyers; that somebody does, it tells.
    """
    if isinstance(record, Watcher):
        record = replace(record, email=_CREDITORS, token="")
    elif isinstance(record, Event) and record.type.startswith("watcher."):
        record = replace(record, data={**record.data, "email": _CREDITORS})
    return _unnamed(encode(record))


def _unnamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_unnamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _CREDITORS
        if isinstance(held_, str) and _WHO.search(name) and held_ not in _OURS
        else _unnamed(held_)
        for name, held_ in value.items()
    }
