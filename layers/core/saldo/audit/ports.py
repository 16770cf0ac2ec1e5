"""Where the heads of chains are kept besides the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from saldo.audit.model import Anchor
from saldo.errors import Unavailable


class AnchorsBusy(Unavailable):
    """Where anchors are kept did not answer; later it will."""

    code = "anchors-busy"


class Anchors(Protocol):
    """Keeps anchors, best where nobody can change or remove them for a time."""

    def put(self, anchor: Anchor) -> None:
        """Keep an anchor; the same again changes nothing. Raises AnchorsBusy."""

    def of(self, creditor: str) -> Iterator[Anchor]:
        """Yield a chain's anchors, the oldest first. Raises AnchorsBusy."""
