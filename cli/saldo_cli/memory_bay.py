"""The bucket that files come to, in this process: each new object is told of, as S3 does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote_plus

from saldo.adapters.memory.bay import MemoryBay

TOLD_OF: Final = ("upload/", "drop/")
"""Below these names; template.yaml has the same for the bucket."""


class TellingBay(MemoryBay):
    """Files by name; `tell` is given S3's message about each new one that it tells of."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._tell = tell

    def drop(self, name: str, data: bytes) -> str:
        """Lay a file down, tell of it, and return its version."""
        version = super().drop(name, data)
        if name.startswith(TOLD_OF):
            # Source: Amazon S3 user guide, "Event message structure".
            told = {"key": quote_plus(name), "size": len(data), "versionId": version}
            record = {"eventName": "ObjectCreated:Put", "s3": {"object": told}}
            self._tell({"Records": [record]})
        return version
