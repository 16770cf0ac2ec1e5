"""The books as several keepers look at one account in turn: each fact is read once for all of them.

Most accounts change nothing in most nights, and every keeper asks for the same open items, holds
and promises again. What was read stays as it was read until something is written, or the next
account's turn comes; then it is read anew, as consistent as ever.

A keeper reads what it keeps before the facts that it follows from, so that whoever kept something
newer meanwhile is not written over by something older: the version differs. So what keepers keep
of an account is read first here, before any fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic

from saldo.once import ReadOnce
from saldo.store import R, Store


class LookMemory(ReadOnce):
    """Implements `saldo.store.Store` for keepers that look at the same account.

    `kept` are the kinds of records that they keep of it, one each, by creditor and account. Not for
    a keeper that reads a fact twice to see whether it moved on.
    """

    def __init__(self, store: Store, kept: Sequence[type[Any]]) -> None:
        super().__init__(store)
        self._store, self.kept = store, tuple(kept)
        self._account: tuple[str, str] | None = None

    def begin(self, creditor: str, account: str) -> None:
        """Forget what was read: it is another account's turn."""
        self._known.clear()
        self._account = (creditor, account)

    def _read_kept(self) -> None:
        if self._known or self._account is None:
            return
        for kind in self.kept:
            self._known["get", kind, self._account] = self._store.get(kind, *self._account)

    def get(self, kind: type[R], *key: str) -> R | None:
        self._read_kept()
        return super().get(kind, *key)

    def get_many(self, kind: type[R], keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], R]:
        self._read_kept()
        return super().get_many(kind, keys)

    def list(self, kind: type[R], *prefix: str) -> Iterator[R]:
        self._read_kept()
        place = ("list", kind, prefix)
        if place not in self._known:
            self._known[place] = _AsFarAsAsked(self._store.list(kind, *prefix))
        return iter(self._known[place])

    def newest(
        self, kind: type[R], *prefix: str, limit: int, before: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        self._read_kept()
        return super().newest(kind, *prefix, limit=limit, before=before)

    def first(
        self, kind: type[R], *prefix: str, limit: int, after: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        self._read_kept()
        if after is None and ("list", kind, prefix) in self._known:
            return tuple(islice(self.list(kind, *prefix), limit))
        return super().first(kind, *prefix, limit=limit, after=after)


class _AsFarAsAsked(Generic[R]):
    """A list that is read as far as anybody asks, once: some look at the first thousands alone."""

    def __init__(self, source: Iterator[R]) -> None:
        self._source, self._read = source, list[R]()

    def __iter__(self) -> Iterator[R]:
        place = 0
        while True:
            if place == len(self._read):
                found = next(self._source, None)
                if found is None:
                    return
                self._read.append(found)
            yield self._read[place]
            place += 1
