"""Every function opens the table: it imports records, and nothing of what is done with them."""

from __future__ import annotations

import subprocess
import sys

SERVICES = (
    "saldo.bank_entries.taking",
    "saldo.figures.answer",
    "saldo.figures.mailing",
    "saldo.intake.buyers",
    "saldo.matching.book",
)
"""Each of them alone brings a dozen modules along that most functions have no use for."""


def test_opening_the_table_brings_no_service_along() -> None:
    code = "import sys, saldo.adapters.dynamo.kinds; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "saldo.figures.kept" in loaded
    assert sorted(loaded & set(SERVICES)) == []
