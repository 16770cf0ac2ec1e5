"""The public corpus of bank statements beside the project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from saldo.adapters.bank.read import read
from saldo.statements.model import Statement, collect

FOLDER = Path(__file__).parents[4] / "shared" / "corpora" / "bank-statements"


def files(*patterns: str) -> list[Any]:
    """Return a test parameter per file; without a corpus one that is skipped, or in CI fails."""
    found = sorted(file for pattern in patterns for file in FOLDER.glob(pattern) if file.is_file())
    if found:
        return [pytest.param(each, id=str(each.relative_to(FOLDER))) for each in found]
    if os.environ.get("CI"):
        return [pytest.param(FOLDER / "missing", id="corpus-is-missing")]
    return [pytest.param(FOLDER, marks=pytest.mark.skip("the corpus is not here"))]


def statements(file: Path) -> list[Statement]:
    """Return the statements of a file."""
    with file.open("rb") as source:
        return list(collect(read(source)))
