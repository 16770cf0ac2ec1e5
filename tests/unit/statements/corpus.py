"""The public corpus of bank statements beside the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from saldo.adapters.bank.read import read
from saldo.statements.model import Statement, collect
from tests import corpora

FOLDER = corpora.CORPORA / "bank-statements"


def files(*patterns: str) -> list[Any]:
    """Return a test parameter per file of this corpus."""
    return corpora.files(FOLDER, *patterns)


def statements(file: Path) -> list[Statement]:
    """Return the statements of a file."""
    with file.open("rb") as source:
        return list(collect(read(source)))
