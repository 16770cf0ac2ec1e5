"""Entries of the audit log per second: appended and walked, with their read and write units.

    PYTHONPATH=layers/core:. .venv/bin/python bench/audit.py 20000

Over the memory store, so it is our own work alone; what DynamoDB takes of the time is bounded by
the units below. `bench/units.py` reckons them from the rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bench.units import Metered
from saldo.adapters.memory.store import MemoryStore
from saldo.audit.chain import EVENTS_MAX, AuditChain
from saldo.audit.digests import without
from saldo.audit.verify import verify
from saldo.clock import FixedClock
from saldo.events import Event, event
from saldo.ids import SeededIds
from saldo.store import Put

CREDITOR = "musterwerk"
START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def events(count: int, ids: SeededIds) -> list[Event]:
    """Return events of the size of most: a payment that settled an invoice."""
    return [
        event(
            ids.ulid(at := START + timedelta(milliseconds=7 * number)),
            at,
            "payment.settled",
            CREDITOR,
            f"{10_000 + number % 1000}",
            payment=ids.ulid(at),
            invoice=f"RE-{number}",
            amount="119.00",
            currency="EUR",
            method="card",
            failure=None,
            received_on="2026-11-22",
            invoice_count=1,
        )
        for number in range(count)
    ]


def told(what: str, count: int, seconds: float) -> None:
    print(f"{what:38} {count / seconds:>10,.0f} /s  ({seconds:.2f} s)")


def units(made: Sequence[Event]) -> tuple[tuple[float, float], float]:
    """Return the write and read units of an event to append it, and the read units to walk it."""
    metered, clock = Metered(MemoryStore()), FixedClock(START + timedelta(days=1))
    for one in made:
        metered.commit([Put(one)])
    metered.reads.clear()
    metered.writes.clear()
    AuditChain(metered, clock, SeededIds(2)).append(made)
    appended = sum(metered.writes.values()) / len(made), sum(metered.reads.values()) / len(made)
    metered.reads.clear()
    verify(metered, CREDITOR, clock.now())
    return appended, sum(metered.reads.values()) / len(made)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    ids, clock = SeededIds(1), FixedClock(START + timedelta(days=1))
    made = events(count, ids)
    memory = MemoryStore()
    for one in made:
        memory.commit([Put(one)])
    chain = AuditChain(memory, clock, ids)

    began = time.perf_counter()
    for at in range(0, count, EVENTS_MAX * 2):
        chain.append(made[at : at + EVENTS_MAX * 2])
    told("appended", count, time.perf_counter() - began)

    began = time.perf_counter()
    # From the second entry on: the search for events that never arrived pages through the feed,
    # which the memory store sorts anew for every page.
    verdict = verify(memory, CREDITOR, clock.now(), first=2)
    told("walked and compared", count, time.perf_counter() - began)
    assert verdict.is_sound, verdict.findings[:3]
    (written, read), walked = units(made[:980])
    print(f"an event: {written:.2f} WU and {read:.2f} RU to append, {walked:.2f} RU to walk")

    began = time.perf_counter()
    for one in made[:1000]:
        without(one, chain.mark_of(one), ("invoice",), clock.now())
    told("words of events erased", min(1000, count), time.perf_counter() - began)


if __name__ == "__main__":
    main()
