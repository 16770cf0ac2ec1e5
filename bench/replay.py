"""How fast a ledger is lived through in this process: invoices per second, and where time goes.

    python bench/replay.py [LEDGER.csv] [--profile]

Without a ledger, the committed one of 60 invoices. A ledger has IBM's columns.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from saldo.accounts.model import Creditor
from saldo.clock import FixedClock
from saldo.reminders.policy import policy_named
from saldo_cli.in_process import World
from saldo_cli.replay.days import TIME_ZONE, days_of, live_through
from saldo_cli.replay.in_process import InProcess
from saldo_cli.replay.ledger import LedgerLine, read_ledger
from saldo_cli.replay.report import differences, expected, measured

COLUMNS = {
    "account": "customerID",
    "invoice": "invoiceNumber",
    "issued_on": "InvoiceDate",
    "due_on": "DueDate",
    "amount": "InvoiceAmount",
    "paid_on": "SettledDate",
}
POLICY = policy_named("plain-2-18-34")


def live(ledger: list[LedgerLine]) -> int:
    """Live through the ledger and return how many mails left; raise when anything differs."""
    creditor = Creditor(
        "replay",
        "Replay Example Ltd",
        "DE",
        "en",
        TIME_ZONE,
        POLICY.id,
        state="live",
        schedule="manual",
    )
    with closing(InProcess(World(FixedClock(datetime(2000, 1, 1, tzinfo=UTC))))) as driver:
        driver.begin(creditor)
        live_through(days_of(ledger, POLICY), driver)
        facts = driver.facts(sorted({line.account for line in ledger}))
    told = [*facts.problems, *differences(expected(ledger, POLICY), measured(facts, POLICY))]
    if told:
        raise SystemExit("\n".join(told))
    return len(facts.mails)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    small = Path(__file__).resolve().parents[1] / "tests" / "replay" / "ledger-60.csv"
    parser.add_argument("ledger", nargs="?", type=Path, default=small)
    parser.add_argument("--profile", action="store_true", help="print the costliest functions")
    options = parser.parse_args()
    ledger = read_ledger(options.ledger, COLUMNS, "%m/%d/%Y", "USD")
    profile = cProfile.Profile() if options.profile else None
    wall, cpu = time.perf_counter(), time.process_time()
    if profile is not None:
        profile.enable()
    mails = live(ledger)
    if profile is not None:
        profile.disable()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(ledger)} invoices, {mails} mails: {wall:.2f} s ({cpu:.2f} s of processor time)")
    print(f"{len(ledger) / cpu:.0f} invoices/s of processor time, {peak:.0f} MB at most")
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
