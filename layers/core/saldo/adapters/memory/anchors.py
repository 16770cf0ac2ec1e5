"""Anchors in memory."""

from __future__ import annotations

from collections.abc import Iterator

from saldo.audit.model import Anchor


class MemoryAnchors:
    """Implements `saldo.audit.ports.Anchors`."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], Anchor] = {}

    def put(self, anchor: Anchor) -> None:
        self._kept.setdefault((anchor.creditor, anchor.number), anchor)

    def of(self, creditor: str) -> Iterator[Anchor]:
        yield from (self._kept[key] for key in sorted(self._kept) if key[0] == creditor)
