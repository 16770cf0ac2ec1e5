"""What taking an invoice costs in DynamoDB's read and write units.

    PYTHONPATH=layers/core:. .venv/bin/python bench/intake_units.py

Reckoned from the rows by DynamoDB's published rules (`bench/units.py`): journal, open row, number,
event and index entries included. The relay's mark of the event (2 units) comes after it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from bench.units import Metered
from saldo.accounts.model import Account
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.ids import SeededIds
from saldo.invoices.intake import Intake
from saldo.invoices.model import Invoice

CREDITOR, ACCOUNT = "bench", "10001"


def invoice(number: str, amount_minor: int = 11900) -> Invoice:
    """Return an invoice as an ERP pushes it."""
    return Invoice(
        CREDITOR,
        ACCOUNT,
        number,
        date(2026, 11, 2),
        date(2026, 11, 16),
        "EUR",
        amount_minor,
        amount_minor,
        description="Filter cartridges, 12 pieces",
    )


def measure() -> dict[str, tuple[float, float]]:
    """Return write and read units per invoice, by what is pushed."""
    store = Metered(MemoryStore())
    intake = Intake(store, FixedClock(datetime(2026, 11, 21, 9, tzinfo=UTC)), SeededIds(1))
    owner = Account(CREDITOR, ACCOUNT, "Example AG", "business", "DE", "de", "Europe/Berlin")
    intake.put_accounts([owner])
    intake.put_invoices([invoice("first")])  # the ERP was heard of: that is written once a while
    pushes = {
        "new, one per call": [invoice("one")],
        "new, 500 per call": [invoice(f"many-{number}") for number in range(500)],
        "the same again": [invoice("one")],
        "corrected": [replace(invoice("one"), amount_minor=9900, open_minor=9900)],
    }
    found = {}
    for name, some in pushes.items():
        store.writes.clear()
        store.reads.clear()
        assert not any(result.refusal for result in intake.put_invoices(some))
        each = len(some)
        found[name] = (sum(store.writes.values()) / each, sum(store.reads.values()) / each)
    return found


def main() -> None:
    """Print what each costs."""
    for name, (writes, reads) in measure().items():
        print(f"{name:20} {writes:6.1f} write units {reads:6.1f} read units")


if __name__ == "__main__":
    main()
