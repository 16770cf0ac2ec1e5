"""`saldo invoice read`: electronic invoices from files, read and judged without a stack."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from saldo.adapters.einvoice.limits import LIMITS
from saldo.adapters.einvoice.read import Reading, read
from saldo.einvoices.findings import Finding
from saldo.einvoices.show import as_json
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED


def read_files(options: Namespace, _: Output) -> int:
    """Print what each file says, one JSON object a line; 1 if any of them was refused."""
    code = OK
    for file in options.file:
        reading = _reading(Path(file))
        sys.stdout.write(json.dumps(_shown(file, reading), ensure_ascii=False) + "\n")
        if not reading.is_ok:
            code = REFUSED
    return code


def _reading(path: Path) -> Reading:
    """Read a file, no further than the largest that is ever taken; a pipe or device is none."""
    try:
        if not path.is_file():
            return Reading(is_ok=False, error="There is no such file.")
        with path.open("rb") as opened:
            return read(opened.read(LIMITS.pdf_bytes_max + 1))
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Reading(is_ok=False, error=f"The file cannot be read: {reason}.")


def _shown(file: str, reading: Reading) -> dict[str, Any]:
    return {
        "file": file.encode("utf-8", "replace").decode("utf-8"),  # names need not be text
        "ok": reading.is_ok,
        "syntax": reading.syntax or None,
        "profile": reading.profile or None,
        "invoice": as_json(reading.invoice) if reading.invoice else None,
        "findings": [_finding(each) for each in reading.findings],
        "error": reading.error or None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "path": finding.path,
        "line": finding.line,
    }
