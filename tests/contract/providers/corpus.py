"""The public callback corpus beside the project: objects and signature vectors of the providers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests import corpora

FOLDER = corpora.CORPORA / "psp-callbacks"
RECORDED = Path(__file__).parent / "recorded"


def files(pattern: str) -> list[Any]:
    """Return a test parameter per file of this corpus."""
    return corpora.files(FOLDER, pattern)


def document(name: str) -> Any:
    """Return a JSON document of the corpus; skip the test without one, except in CI."""
    if not FOLDER.is_dir() and not os.environ.get("CI"):
        pytest.skip("the callback corpus is not here")
    return json.loads((FOLDER / name).read_bytes())


def exchanges(provider: str) -> dict[str, Any]:
    """Return a provider's recorded exchanges by method and address."""
    recorded: dict[str, Any] = json.loads((RECORDED / f"{provider}.json").read_bytes())["exchanges"]
    return recorded
