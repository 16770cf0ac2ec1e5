"""What a look at the work list costs in DynamoDB's read units, against how long the list is.

    PYTHONPATH=layers/core:. .venv/bin/python bench/work_list.py

Reckoned from the rows by DynamoDB's published rules (`bench/units.py`): the first page of 50 items,
a page far down, a page of one kind, the counts beside them; and what an item costs to come and go.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.units import Metered
from saldo.accounts.model import Account, Creditor
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.ids import SeededIds
from saldo.invoices.model import Invoice
from saldo.money import Money
from saldo.reminders.tasks import Task
from saldo.settings import Settings
from saldo.store import Put
from saldo.wiring import Services
from saldo.worklist.hearing import Heard
from saldo.worklist.model import KINDS, Cause, WorkItem
from saldo.worklist.plan import Change
from saldo.worklist.rank import points_of

CREDITOR, ANNA = "bench", "anna@seller.example"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PAGE = 50
SIZES = (100, 10_000)


def item(number: int) -> WorkItem:
    """Return one of many items: of all kinds, of all ages, worth little and much."""
    kind = KINDS[number % 8]
    cause = Cause(
        kind,
        f"promise-01M6ZT3W0H8M5V2Y7S4K1P{number:06}",
        "promise-broken",
        "call",
        NOW - timedelta(days=number % 90),
        (f"RE-2026-{number:06}",),
        {
            "promised": {"minor": 11900, "currency": "EUR"},
            "paid": {"minor": 0, "currency": "EUR"},
            "on": "2026-11-20",
        },
        (Money(10 ** (number % 6), "EUR"),),
    )
    since = cause.since or NOW
    name = f"Example Customer {number} GmbH"
    points = points_of(cause, None)
    return WorkItem(CREDITOR, f"D-{number:06}", cause, name, since, points, ANNA)


def filled(count: int) -> tuple[Metered, Services]:
    """Return books whose list has so many items."""
    store = Metered(MemoryStore())
    parts = Services(Settings(), store=store, clock=FixedClock(NOW), ids=SeededIds(1))
    store.commit([Put(Creditor(CREDITOR, "Bench", "DE", "de", "Europe/Berlin", "plain-2-18-34"))])
    for start in range(0, count, 10):
        some = [Change(None, item(n)) for n in range(start, min(start + 10, count))]
        parts.work_keeper.commit(some)
    return store, parts


def measure(count: int) -> dict[str, float]:
    """Return read units by what is looked at, with so many items on the list."""
    store, parts = filled(count)
    found: dict[str, float] = {}

    def reads(name: str) -> None:
        found[name] = sum(store.reads.values())
        store.reads.clear()
        store.writes.clear()

    reads("")
    first = parts.work_list.page(CREDITOR, (ANNA,), limit=PAGE)
    assert len(first.items) == min(PAGE, count)
    reads("first page")
    parts.work_list.page(CREDITOR, (ANNA,), limit=PAGE, cursor=first.cursor)
    reads("second page")
    parts.work_list.page(CREDITOR, (ANNA,), kind="dispute", limit=PAGE)
    reads("one kind")
    parts.work_list.tallies(CREDITOR)
    reads("counts")
    parts.absences.lists_of(CREDITOR, ANNA, NOW.date())
    reads("who covers whom")
    del found[""]
    return found


def derivation() -> dict[str, tuple[float, float]]:
    """Return read and write units of one event: where nothing needs anybody, where an item comes,
    and where it goes.
    """
    store, parts = filled(0)
    owner = Account(CREDITOR, "1", "Example AG", "business", "DE", "de", "Europe/Berlin")
    day = NOW.date()
    invoice = Invoice(CREDITOR, "1", "RE-1", day, day, "EUR", 11900, 11900, version=1)
    task = Task(CREDITOR, "1", "T", "call", "Example AG", NOW, NOW, invoice="RE-1", version=1)
    store.commit([Put(owner), Put(invoice)])
    found: dict[str, tuple[float, float]] = {}

    def heard(name: str, type_: str) -> None:
        store.reads.clear()
        store.writes.clear()
        parts.work_hearing.hear(Heard(type_, CREDITOR, "1", "E", NOW, {}))
        found[name] = (sum(store.reads.values()), sum(store.writes.values()))

    heard("money moved, nothing there", "payment.settled")
    heard("fact that changes nothing", "promise.kept")
    store.commit([Put(task)])
    heard("an item comes", "task.opened")
    store.commit([Put(replace(task, state="done", version=2), expect=1)])
    heard("it goes", "task.closed")
    return found


def main() -> None:
    """Print what each costs."""
    tables = []
    for size in SIZES:
        began = time.perf_counter()
        tables.append(measure(size))
        print(f"{size:>8} items: made and read in {time.perf_counter() - began:.1f} s")
    print(f"{'read units':28}" + "".join(f"{size:>10}" for size in SIZES))
    for name in tables[0]:
        print(f"{name:28}" + "".join(f"{table[name]:>10.1f}" for table in tables))
    print()
    for name, (reads, writes) in derivation().items():
        print(f"{name:28} {reads:6.1f} read units {writes:6.1f} write units")


if __name__ == "__main__":
    main()
