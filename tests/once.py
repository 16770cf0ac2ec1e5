"""A store in front of another, at whose first commit something else happens before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from saldo.store import Store, Write


class PassingStore:
    """The books themselves, but `before` is called once, just before the first commit."""

    def __init__(self, store: Store, before: Callable[[Sequence[Write]], None]) -> None:
        self._store, self._before = store, before
        self._is_first = True

    def commit(self, writes: Sequence[Write]) -> None:
        if self._is_first:
            self._is_first = False
            self._before(writes)
        self._store.commit(writes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
