"""A ledger of 40 invoices, lived through on the deployed template, and the same in this process."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from infra.local.cloud import Cloud
from infra.local.settings import VENV
from saldo_cli.replay.report import FIGURES
from tests.replay.ledgers import SMALL, arguments

pytestmark = pytest.mark.e2e

_INVOICES = 40
"""Each takes some seconds on the local cloud. The whole ledger is lived through in process."""


def test_the_deployed_stack_and_this_process_live_through_the_ledger_alike(
    cloud: Cloud, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger.csv"
    lines = SMALL.read_text("utf-8").splitlines(keepends=True)
    ledger.write_text("".join(lines[: 1 + _INVOICES]), "utf-8")
    reports = {}
    for way in ("deployed", "in-process"):
        report = tmp_path / f"{way}.json"
        command = [str(VENV / "bin" / "saldo"), *arguments(ledger), "--report", str(report)]
        done = subprocess.run(
            command if way == "deployed" else [*command, "--in-process"],
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | cloud.environment,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found = json.loads(report.read_text("utf-8"))
        assert found["driver"] == way
        reports[way] = {name: found[name] for name in (*FIGURES, "mails", "differences")}
    assert reports["deployed"] == reports["in-process"]
    assert reports["deployed"]["reminded"]["3"] >= 10
