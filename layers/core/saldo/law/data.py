"""Reads the law's data that is no table of rates: JSON files beside their country's rules."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read(country: str, name: str) -> dict[str, Any]:
    """Return `law/<country>/<name>.json`, read once; every file names its `law` and `source`."""
    text = (files("saldo.law") / country / f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
