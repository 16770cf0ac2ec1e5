"""Writes ledger-60.csv: a small receivables ledger, the same at every run.

    python tests/replay/make_ledger.py

Columns as in IBM's public late-payment ledger. Four months over the change to summer time, with
payments on the very day on which a stage would go, a day later, on the day of issue and never, and
with at least ten invoices that reach the third stage.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

TARGET = Path(__file__).with_name("ledger-60.csv")
COLUMNS = (
    "countryCode",
    "customerID",
    "PaperlessDate",
    "invoiceNumber",
    "InvoiceDate",
    "DueDate",
    "InvoiceAmount",
    "Disputed",
    "SettledDate",
    "PaperlessBill",
    "DaysToSettle",
    "DaysLate",
)
_FIRST, _LAST = date(2025, 2, 3), date(2025, 5, 30)
_ACCOUNTS = tuple(
    f"{n:04d}-{name}"
    for n, name in (
        (1187, "ALDER"),
        (2209, "BIRCH"),
        (3311, "CEDAR"),
        (4127, "DATES"),
        (5030, "ELDER"),
        (6441, "FERNS"),
        (7018, "GORSE"),
        (8256, "HAZEL"),
        (9309, "IVIES"),
        (9910, "JUNIP"),
    )
)
_EDGES = (2, 3, 18, 19, 34, 35)
"""Days after the due date on which a stage goes, where payment comes first, and the day after."""


def rows() -> list[dict[str, str]]:
    """Return the ledger's rows, ordered by day of issue."""
    chance = random.Random(60)
    lates = [*_lates(chance)]
    days = sorted(
        _FIRST + timedelta(days=chance.randrange((_LAST - _FIRST).days + 1)) for _ in lates
    )
    chance.shuffle(lates)
    return [
        _row(chance, number, issued_on, late)
        for number, (issued_on, late) in enumerate(zip(days, lates, strict=True), start=1)
    ]


def _lates(chance: random.Random) -> Iterator[int | None]:
    """Yield by how many days each invoice is paid late; below zero before due, None never."""
    for _ in range(26):
        yield -chance.randrange(0, 15)
    for edge in _EDGES:
        yield from (edge, edge)
    for _ in range(10):
        yield chance.randrange(4, 33)
    for _ in range(9):
        yield chance.randrange(36, 60)
    yield from (None, None, None)


def _row(chance: random.Random, number: int, issued_on: date, late: int | None) -> dict[str, str]:
    terms = chance.choice((14, 30, 30, 30))
    due_on = issued_on + timedelta(days=terms)
    settled_on = None if late is None else max(issued_on, due_on + timedelta(days=late))
    cents = chance.randrange(9_90, 2_400_00)
    values = (
        "391",
        chance.choice(_ACCOUNTS),
        "",
        _number(number),
        _us(issued_on),
        _us(due_on),
        f"{cents // 100}.{cents % 100:02d}",
        "No",
        _us(settled_on) if settled_on else "",
        chance.choice(("Paper", "Electronic")),
        str((settled_on - issued_on).days) if settled_on else "",
        str(max(0, (settled_on - due_on).days)) if settled_on else "",
    )
    return dict(zip(COLUMNS, values, strict=True))


def _number(number: int) -> str:
    """Every seventh number has the slash that real ones have, and no path segment survives."""
    return f"2025/{number:04d}" if number % 7 == 0 else f"{25_000_000 + number * 137}"


def _us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def main() -> None:
    """Write the file."""
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())


if __name__ == "__main__":
    main()
