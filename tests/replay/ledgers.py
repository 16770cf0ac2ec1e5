"""The ledgers that replays run on, and how they are read."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from saldo.accounts.model import Creditor
from saldo.clock import FixedClock
from saldo.reminders.policy import policy_named
from saldo_cli.in_process import World
from saldo_cli.replay.days import TIME_ZONE, days_of, live_through
from saldo_cli.replay.in_process import InProcess
from saldo_cli.replay.ledger import LedgerLine, read_ledger
from saldo_cli.replay.report import differences, expected, measured

SMALL = Path(__file__).with_name("ledger-60.csv")
IBM = (
    Path(__file__).resolve().parents[3]
    / "shared/corpora/payment-behaviour/ibm-late-payment/invoices_2012.csv"
)
IBM_COLUMNS = {
    "account": "customerID",
    "invoice": "invoiceNumber",
    "issued_on": "InvoiceDate",
    "due_on": "DueDate",
    "amount": "InvoiceAmount",
    "paid_on": "SettledDate",
}
POLICY = policy_named("plain-2-18-34")


def read(ledger: Path) -> list[LedgerLine]:
    """Read a ledger with IBM's columns."""
    return read_ledger(ledger, IBM_COLUMNS, "%m/%d/%Y", "USD")


def arguments(ledger: Path, policy: str = POLICY.id) -> list[str]:
    """Return the command line that replays a ledger with IBM's columns."""
    maps = [part for pair in IBM_COLUMNS.items() for part in ("--map", "=".join(pair))]
    return [
        "replay",
        str(ledger),
        *maps,
        "--date-format",
        "%m/%d/%Y",
        "--currency",
        "USD",
        "--policy",
        policy,
    ]


def live(ledger: Path, driver: type[InProcess], clock: FixedClock) -> list[str]:
    """Live through a ledger with a driver of its own kind and return what differs."""
    lines = read(ledger)
    with closing(driver(World(clock))) as living:
        living.begin(
            Creditor(
                "replay",
                "Replay Example Ltd",
                "DE",
                "en",
                TIME_ZONE,
                POLICY.id,
                state="live",
                schedule="manual",
            )
        )
        live_through(days_of(lines, POLICY), living)
        facts = living.facts(sorted({line.account for line in lines}))
    return [*facts.problems, *differences(expected(lines, POLICY), measured(facts, POLICY))]
