"""`make replay`: the public IBM receivables ledger, lived through on a deployed stack."""

import subprocess
from pathlib import Path

from infra.local.cloud import free_ports, running_cloud
from infra.local.problems import Problem
from infra.local.settings import ROOT, VENV
from infra.local.steps import Steps

CORPORA = ROOT.parent / "shared" / "corpora"
LEDGER = CORPORA / "payment-behaviour" / "ibm-late-payment" / "invoices_2012.csv"
COLUMNS = {
    "account": "customerID",
    "invoice": "invoiceNumber",
    "issued_on": "InvoiceDate",
    "due_on": "DueDate",
    "amount": "InvoiceAmount",
    "paid_on": "SettledDate",
}


def command(ledger: Path = LEDGER) -> list[str]:
    """The `saldo replay` command line for that ledger."""
    mapping = [part for name, column in COLUMNS.items() for part in ("--map", f"{name}={column}")]
    policy = ["--date-format", "%m/%d/%Y", "--currency", "USD", "--policy", "plain-2-18-34"]
    return [str(VENV / "bin" / "saldo"), "replay", str(ledger), *mapping, *policy]


def run(steps: Steps) -> int:
    """Deploy a fresh stack on free ports and replay; the replay's own exit code.

    Raises Problem when the ledger is not there.
    """
    if not LEDGER.exists():
        raise Problem(
            f"The ledger {LEDGER.name} is not on this machine.",
            "It belongs into shared/corpora beside the project; docs/operate.md says where from.",
        )
    with running_cloud(free_ports(), steps=steps) as cloud:
        environment = cloud.environment | {"SALDO_PUBLIC_URL": cloud.public_url}
        report = cloud.ports.folder.parent.parent / "replay-ibm.json"
        arguments = [*command(), "--report", str(report)]
        steps.say(f"Replaying {LEDGER.name}; the report goes to {report.relative_to(ROOT)}")
        return subprocess.run(arguments, check=False, env=environment, cwd=ROOT).returncode
