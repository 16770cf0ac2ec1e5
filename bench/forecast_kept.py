"""What a look at an account's forecasts costs: units of DynamoDB, and processor time.

    PYTHONPATH=layers/core:. .venv/bin/python bench/forecast_kept.py

Accounts with few and with many paid and open invoices, in books in memory. Units are reckoned from
the rows by DynamoDB's published rules (`bench/units.py`): a look that writes every forecast, one
that finds nothing new, one where an invoice was paid, and reading them. Milliseconds of processor
time are those of telling alone (`keeper.forecasts_of`), without the store.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.forecast import bills_of
from bench.units import Metered
from saldo.accounts.model import Account, Creditor
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.forecast.bills import open_items, past_of
from saldo.forecast.keeper import forecasts_of
from saldo.forecast.model import Bill
from saldo.ids import SeededIds
from saldo.invoices.model import Invoice, OpenItem, open_item_of
from saldo.settings import Settings
from saldo.store import Delete, Put
from saldo.wiring import Services

CREDITOR: Final = "bench"
NOW: Final = datetime(2026, 11, 20, 9, tzinfo=UTC)
SIZES: Final = ((200, 10), (2_000, 10), (2_000, 500), (2_000, 5_000))
"""Paid and open invoices of an account."""


@dataclass(frozen=True)
class Looked:
    """Read and write units of each look, and the milliseconds of telling."""

    units: dict[str, tuple[float, float]]
    milliseconds: float


def invoice_of(bill: Bill) -> Invoice:
    """Return a bill as the books have it."""
    paid = bill.settled_on
    return Invoice(
        CREDITOR,
        "1",
        bill.number,
        bill.issued_on,
        bill.due_on,
        bill.currency,
        bill.amount_minor,
        0 if paid else bill.amount_minor,
        updated_at=NOW - timedelta(hours=2),
        closed_on=paid,
        days_beyond_terms=(paid - bill.due_on).days if paid else None,
        version=1,
    )


def books(paid: int, open_: int) -> tuple[Metered, Services, FixedClock]:
    """Return books with one account."""
    store, clock = Metered(MemoryStore()), FixedClock(NOW)
    parts = Services(Settings(), store=store, clock=clock, ids=SeededIds(1))
    owner = Account(CREDITOR, "1", "Example AG", "business", "DE", "de", "Europe/Berlin")
    whole = Creditor(CREDITOR, "Bench", "DE", "de", "Europe/Berlin", "plain-2-18-34")
    store.commit([Put(whole), Put(owner)])
    for bill in bills_of(1, paid, open_):
        invoice = invoice_of(bill)
        store.commit([Put(invoice)])
        if invoice.is_open:
            store.commit([Put(open_item_of(invoice))])
    return store, parts, clock


def measure(paid: int, open_: int) -> Looked:
    """Return what looks at an account with so many paid and open invoices cost."""
    store, parts, clock = books(paid, open_)
    found: dict[str, tuple[float, float]] = {}

    def look(name: str) -> None:
        store.reads.clear()
        store.writes.clear()
        parts.forecast_keeper.refresh(CREDITOR, "1")
        found[name] = (sum(store.reads.values()), sum(store.writes.values()))

    look("all are new")
    look("nothing changed")
    clock.advance(timedelta(days=1))
    look("the next night")
    gone = next(iter(store.list(OpenItem, CREDITOR, "1")))
    invoice = store.get(Invoice, CREDITOR, "1", gone.number)
    assert invoice is not None, "every item has its invoice"
    today = clock.now().date()
    late = (today - invoice.due_on).days
    ended = invoice_of(
        Bill("1", gone.number, gone.issued_on, gone.due_on, "EUR", gone.amount_minor, today)
    )
    assert ended.days_beyond_terms == late, "paid today"
    store.commit([Put(ended, expect=None), Delete(gone, expect=None)])
    look("one was paid")
    store.reads.clear()
    parts.forecasts.of_account(CREDITOR, "1")
    found["reading"] = (sum(store.reads.values()), 0)
    return Looked(found, _telling(store, parts))


def _telling(store: Metered, parts: Services) -> float:
    past = past_of(store, CREDITOR, "1", open_items(store, CREDITOR, "1"))
    learnt = parts.forecast_models.of(CREDITOR)
    start = time.process_time()
    list(forecasts_of(past, learnt, NOW.date(), NOW))
    return (time.process_time() - start) * 1000


def main() -> None:
    """Print what each look costs."""
    for paid, open_ in SIZES:
        looked = measure(paid, open_)
        sys.stdout.write(f"{paid:,} paid, {open_:,} open: told in {looked.milliseconds:.1f} ms\n")
        for name, (reads, writes) in looked.units.items():
            sys.stdout.write(f"  {name:18} {reads:8.1f} read units {writes:8.1f} write units\n")


if __name__ == "__main__":
    main()
