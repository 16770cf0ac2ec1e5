"""Payouts that differ from the books: told to every creditor whom the provider pays out to.

A payout belongs to the deployment and its provider, not to a creditor, and no record says that
somebody looked into one. So the event leaves a sign with each creditor that takes payments by this
provider; whoever closes the item takes the sign of their creditor away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from saldo.accounts.model import INSTALLATION, WHOLE_CREDITOR, Creditor
from saldo.payments.payout_model import PayoutRecord
from saldo.store import EVER, CommitConflict, Delete, Put, Store, fed
from saldo.worklist.facts import DifferingPayout
from saldo.worklist.signals import WorkSignal

TOLD: Final = "payout.differs"
_ITEM: Final = "payout-"
_PAGE: Final = 100
_SHOWN_FOR: Final = timedelta(days=180)
"""Who did not look by then does not; the event stays in the log of events."""


def note_payout(store: Store, at: datetime, data: dict[str, Any]) -> list[str]:
    """Leave a sign of the event with the creditors of its provider; return who they are."""
    provider = str(data["provider"])
    ref = f"{data['payout']}:{data['currency']}"
    found = [
        one.id
        for page in fed(store, Creditor, INSTALLATION, *EVER, limit=_PAGE)
        for one in page
        if one.provider == provider
    ]
    for creditor in found:
        signal = WorkSignal(creditor, WHOLE_CREDITOR, "payout", provider, ref, at)
        if store.get(WorkSignal, *signal.key) is None:
            try:
                store.commit([Put(signal)])
            except CommitConflict:
                continue  # the same event, heard by another worker
    return found


def differing_payouts(store: Store, creditor: str, now: datetime) -> Iterator[DifferingPayout]:
    """Yield what differs and nobody looked into; a query, and a get for each sign."""
    for signal in store.list(WorkSignal, creditor, WHOLE_CREDITOR):
        if signal.kind != "payout" or now >= signal.at + _SHOWN_FOR:
            continue
        payout, _, currency = signal.ref.rpartition(":")
        record = store.get(PayoutRecord, signal.connection, payout, currency)
        if record is not None and (record.state == "wrong" or record.findings):
            yield DifferingPayout(record, signal.at)


def item_of(one: DifferingPayout) -> str:
    """Return the id of a payout's item."""
    record = one.record
    return f"{_ITEM}{record.provider}-{record.payout_id}:{record.currency}"


def looked_into(store: Store, creditor: str, item: str) -> bool:
    """Take the sign of a closed item away; False where the item is no payout's."""
    if not item.startswith(_ITEM):
        return False
    for signal in store.list(WorkSignal, creditor, WHOLE_CREDITOR):
        if signal.kind == "payout" and item == f"{_ITEM}{signal.connection}-{signal.ref}":
            store.commit([Delete(signal, expect=None)])
    return True
