"""The public corpora beside the project: what a test is told of their files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

CORPORA = ROOT.parent / "shared" / "corpora"


def files(folder: Path, *patterns: str) -> list[Any]:
    """Return a test parameter per file; without a corpus one that is skipped, or in CI fails."""
    found = sorted(file for pattern in patterns for file in folder.glob(pattern) if file.is_file())
    if found:
        return [pytest.param(each, id=str(each.relative_to(folder))) for each in found]
    if os.environ.get("CI"):
        return [pytest.param(folder / "missing", id="corpus-is-missing")]
    # A machine without the corpus says so of each test; CI took the way above, which fails.
    return [pytest.param(folder, marks=pytest.mark.skip(f"the corpus {folder.name} is not here"))]
