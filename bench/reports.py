"""What reports cost: milliseconds and read units of a page against the number of invoices, and the
write units of keeping figures for each fact, told one by one and in batches.

    PYTHONPATH=layers/core:. .venv/bin/python bench/reports.py --invoices 1000 10000 50000

Units are reckoned from the rows by DynamoDB's published rules (`bench/units.py`); milliseconds are
our own code over books in memory.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.units import Metered
from saldo.accounts.model import Account, Creditor
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.figures.answer import Reports
from saldo.figures.ask import asked
from saldo.figures.counting import FigureCounter
from saldo.ids import SeededIds
from saldo.invoices.intake import Intake
from saldo.invoices.model import Invoice
from saldo.ledger.model import JournalEntry
from saldo.reminders.prices import assumed_prices
from saldo.store import Put
from saldo.worklist.desk_model import AccountDesk

CREDITOR = "bench"
AT = datetime(2026, 12, 3, 10, 30, tzinfo=UTC)
_PER_ACCOUNT = 10
_BRANCHES, _COUNTRIES, _COLLECTORS = ("North", "South", "West"), ("DE", "AT", "NL"), 4
_DUE_DAYS = 240
_BATCH = 200
_REPEATS = 20


@dataclass
class Told:
    """Books whose facts wait to be counted, as the stream would tell them."""

    store: Metered
    counter: FigureCounter
    facts: list[Any]


def books(invoices: int) -> Told:
    """Return books of so many invoices, ten for each account, at some 36 places."""
    facts: list[Any] = []

    def keep(records: Sequence[Any]) -> None:
        facts.extend(one for one in records if isinstance(one, (Invoice, JournalEntry)))

    store = Metered(MemoryStore(on_commit=keep))
    store.commit(
        [Put(Creditor(CREDITOR, "Bench Example Ltd", "DE", "en", "Europe/Berlin", "de-business"))]
    )
    intake = Intake(store, FixedClock(AT), SeededIds(1))
    for number in range(-(-invoices // _PER_ACCOUNT)):
        name = f"{number:06}"
        country = _COUNTRIES[number % len(_COUNTRIES)]
        intake.put_accounts(
            [Account(CREDITOR, name, "Example AG", "business", country, "de", "Europe/Berlin")]
        )
        branch = _BRANCHES[number // 3 % len(_BRANCHES)]
        collector = f"person-{number // 9 % _COLLECTORS}@bench.example"
        store.commit([Put(AccountDesk(CREDITOR, name, collector, None, branch, version=1))])
        taken = intake.put_invoices(
            [_invoice(name, number * _PER_ACCOUNT + n) for n in range(_PER_ACCOUNT)]
        )
        assert not any(one.refusal for one in taken)
    return Told(store, FigureCounter(store), facts)


def _invoice(account: str, number: int) -> Invoice:
    due_on = AT.date() + timedelta(days=30 - number * 7 % _DUE_DAYS)
    issued_on = due_on - timedelta(days=14)
    minor = 5_000 + number * 37 % 90_000
    return Invoice(
        CREDITOR, account, f"RE-{number}", issued_on, due_on, "EUR", minor, minor,
        already_sent=True,
    )  # fmt: skip


def count(told: Told, batch: int) -> tuple[float, float, float]:
    """Count all facts, so many at a time; return write units, read units and ms for each."""
    told.store.writes.clear()
    told.store.reads.clear()
    begun = time.perf_counter()
    for start in range(0, len(told.facts), batch):
        told.counter.count(told.facts[start : start + batch])
    took = (time.perf_counter() - begun) * 1000
    each = len(told.facts)
    writes, reads = sum(told.store.writes.values()), sum(told.store.reads.values())
    return writes / each, reads / each, took / each


PAGES: dict[str, dict[str, Any]] = {
    "aging by branch": {"report": "aging", "groups": ["branch"]},
    "DSO, a year by month": {"report": "collecting"},
    "cash, a quarter by week": {"report": "cash", "period": "last-90-days"},
    "top 20 debtors": {"report": "debtors", "limit": 20},
    "left alone, first 50": {"report": "unattended"},
}


def page(told: Told, wanted: dict[str, Any]) -> tuple[float, float]:
    """Return the read units and the median milliseconds of a report."""
    reports = Reports(told.store, FixedClock(AT), assumed_prices)
    question = asked(**wanted)
    told.store.reads.clear()
    reports.make(CREDITOR, "Europe/Berlin", question)
    units = sum(told.store.reads.values())
    gc.collect()
    gc.freeze()  # the books in memory are no page's garbage
    times = []
    for _ in range(_REPEATS):
        begun = time.process_time()
        reports.make(CREDITOR, "Europe/Berlin", question)
        times.append((time.process_time() - begun) * 1000)
    gc.unfreeze()
    return units, sorted(times)[_REPEATS // 2]


def main(sizes: Sequence[int]) -> None:
    """Print both tables."""
    print("Keeping figures, for each fact (an invoice, a journal entry):")
    for batch in (1, _BATCH):
        told = books(min(sizes))
        writes, reads, ms = count(told, batch)
        print(f"  {batch:4} at a time: {writes:5.1f} WU {reads:5.1f} RU {ms:6.2f} ms")
    for size in sizes:
        told = books(size)
        count(told, _BATCH)
        print(f"{size} invoices:")
        for name, wanted in PAGES.items():
            units, ms = page(told, wanted)
            print(f"  {name:26} {units:7.1f} RU {ms:8.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    main(parser.parse_args().invoices)
