"""How good kept forecasts are when a ledger is lived through, day by day, by books in memory.

    PYTHONPATH=layers/core:cli:. .venv/bin/python bench/forecast_lived.py invoices_2012.csv

The file has IBM's columns (docs/foresight.md names it). Every day its invoices come and go, the
accounts they are about are looked at as after facts from the bus, and once in `--every` days the
creditor is learnt from and every account is looked at. What is printed is the track record that the
books themselves keep: what was told at issue and on the due date against what came.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.forecast.track import NO_MISSES, Misses, TrackMonth
from saldo.ids import SeededIds
from saldo.invoices.model import Invoice, open_item_of
from saldo.settings import Settings
from saldo.store import Delete, Put
from saldo.wiring import Services
from saldo_cli.replay.ledger import LedgerLine, read_ledger

CREDITOR: Final = "bench"
COLUMNS: Final = {
    "account": "customerID",
    "invoice": "invoiceNumber",
    "issued_on": "InvoiceDate",
    "due_on": "DueDate",
    "amount": "InvoiceAmount",
    "paid_on": "SettledDate",
}


class Lived:
    """Books that a ledger's days go by in."""

    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), FixedClock(datetime(2000, 1, 1, tzinfo=UTC))
        self.parts = Services(Settings(), store=self.store, clock=self.clock, ids=SeededIds(1))
        self.creditor = Creditor(CREDITOR, "Bench", "US", "en", "UTC", "plain-2-18-34")
        self.store.commit([Put(self.creditor)])
        self._accounts: set[str] = set()

    def day(self, today: date, issued: list[LedgerLine], paid: list[LedgerLine]) -> None:
        """Take what a day brought, and look at the accounts that it is about."""
        self.clock.move_to(datetime.combine(today, time(12), UTC))
        for line in issued:
            if line.account not in self._accounts:
                self._accounts.add(line.account)
                owner = Account(CREDITOR, line.account, "A", "business", "US", "en", "UTC")
                self.store.commit([Put(owner)])
            invoice = self._invoice(line, None)
            self.store.commit([Put(invoice), Put(open_item_of(invoice))])
        for account in sorted({line.account for line in issued}):
            self.parts.forecast_keeper.refresh(CREDITOR, account)
        for line in paid:
            invoice = self._invoice(line, today)
            open_ = open_item_of(self._invoice(line, None))
            self.store.commit([Put(invoice, expect=None), Delete(open_, expect=None)])
        for account in sorted({line.account for line in paid}):
            self.parts.forecast_keeper.refresh(CREDITOR, account)

    def night(self) -> None:
        """Learn, and look at every account."""
        self.parts.forecast_models.train(self.creditor, "bench")
        for account in sorted(self._accounts):
            self.parts.forecast_keeper.refresh(CREDITOR, account)

    def _invoice(self, line: LedgerLine, paid_on: date | None) -> Invoice:
        return Invoice(
            CREDITOR,
            line.account,
            # By its day: numbers rise with time, and a past may hold a number twice.
            f"{line.issued_on:%Y%m%d}-{line.row}",
            line.issued_on,
            line.due_on,
            line.currency,
            line.amount_minor,
            0 if paid_on else line.amount_minor,
            updated_at=self.clock.now(),
            closed_on=paid_on,
            days_beyond_terms=(paid_on - line.due_on).days if paid_on else None,
            version=1,
        )


def live(lines: list[LedgerLine], every_days: int) -> list[TrackMonth]:
    """Live through a ledger; return its track record, the first month first."""
    issued: dict[date, list[LedgerLine]] = defaultdict(list)
    paid: dict[date, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        issued[line.issued_on].append(line)
        if line.paid_on is not None:
            paid[max(line.paid_on, line.issued_on)].append(line)
    lived = Lived()
    today, last = min(issued), max([*issued, *paid])
    count = 0
    while today <= last:
        lived.day(today, issued[today], paid[today])
        count += 1
        if count % every_days == 0:
            lived.night()
        today += timedelta(days=1)
    return lived.parts.forecast_track.of(CREDITOR, 1200)[::-1]


def _row(name: str, found: Misses) -> str:
    if not found.count:
        return f"{name:16} nothing\n"
    means = [found.mean(each) for each in (found.off, found.mean_off, found.due_off)]
    days = " ".join(f"{each or 0.0:8.2f}" for each in means)
    return f"{name:16} {found.count:6} {days} {found.coverage or 0:8.1%}\n"


def main() -> None:
    """Print the track record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", type=Path)
    parser.add_argument("--every", type=int, default=7, metavar="DAYS")
    options = parser.parse_args()
    months = live(read_ledger(options.file, COLUMNS, "%m/%d/%Y", "USD"), options.every)
    sys.stdout.write(f"{'told at issue':16}  count  forecast     mean      due   in 80 %\n")
    for one in months:
        sys.stdout.write(_row(one.month, one.issue))
    sys.stdout.write(_row("all", sum((one.issue for one in months), NO_MISSES)))
    sys.stdout.write("told at due date\n")
    for one in months:
        sys.stdout.write(_row(one.month, one.due))
    sys.stdout.write(_row("all", sum((one.due for one in months), NO_MISSES)))


if __name__ == "__main__":
    main()
