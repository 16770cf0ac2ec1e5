"""Mappings that come with Saldo, for formats that are the same everywhere."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from saldo.tables.extf import BOOKINGS, MASTER_DATA

READY: Final = ("datev-buchungsstapel", "datev-debitoren", "werbas-fibu")
BY_EXTF_CATEGORY: Final = {BOOKINGS: "datev-buchungsstapel", MASTER_DATA: "datev-debitoren"}


@cache
def ready(name: str) -> dict[str, Any]:
    """Return the data of a mapping that comes with Saldo; `name` is one of READY."""
    assert name in READY, "one of ours"
    data: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text("utf-8"))
    return data
