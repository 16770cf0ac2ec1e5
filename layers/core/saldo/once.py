"""The books as one page looks at them: every record is read once, and may be a moment old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from saldo.store import Page, R, Store, Write

_Place = tuple[Any, ...]


class ReadOnce:
    """Implements `saldo.store.Store` for as long as one answer takes.

    What was read stays as it was read, so that all parts of a page tell the same. Writing goes to
    the books themselves and forgets what was read.
    """

    def __init__(self, store: Store) -> None:
        self._books, self._store = store, store.relaxed()
        self._known: dict[_Place, Any] = {}

    def get(self, kind: type[R], *key: str) -> R | None:
        place = ("get", kind, key)
        if place not in self._known and not self._listed(kind, key):
            self._known[place] = self._store.get(kind, *key)
        return cast("R | None", self._known[place])

    def get_many(self, kind: type[R], keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], R]:
        wanted = list(dict.fromkeys(keys))
        missing = [
            key
            for key in wanted
            if ("get", kind, key) not in self._known and not self._listed(kind, key)
        ]
        found = self._store.get_many(kind, missing) if missing else {}
        self._known |= {("get", kind, key): found.get(key) for key in missing}
        every = {key: self._known["get", kind, key] for key in wanted}
        return {key: record for key, record in every.items() if record is not None}

    def _listed(self, kind: type[Any], key: tuple[str, ...]) -> bool:
        """Tell whether a list that was read says what stands under a key; take it from there."""
        for length in range(1, len(key)):
            place = ("list", kind, key[:length])
            if place in self._known:
                found = self._by_key(place)
                self._known["get", kind, key] = found.get(key)
                return True
        return False

    def _by_key(self, place: _Place) -> dict[tuple[str, ...], Any]:
        index = ("index", *place)
        if index not in self._known:
            self._known[index] = {one.key: one for one in self._known[place]}
        return cast("dict[tuple[str, ...], Any]", self._known[index])

    def list(self, kind: type[R], *prefix: str) -> Iterator[R]:
        place = ("list", kind, prefix)
        if place not in self._known:
            self._known[place] = tuple(self._store.list(kind, *prefix))
        yield from self._known[place]

    def newest(
        self, kind: type[R], *prefix: str, limit: int, before: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        place = ("newest", kind, prefix, limit, before)
        if place not in self._known:
            found = self._store.newest(kind, *prefix, limit=limit, before=before)
            self._known[place] = tuple(found)
        return cast("Sequence[R]", self._known[place])

    def first(
        self, kind: type[R], *prefix: str, limit: int, after: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        place = ("first", kind, prefix, limit, after)
        if place not in self._known:
            found = self._store.first(kind, *prefix, limit=limit, after=after)
            self._known[place] = tuple(found)
        return cast("Sequence[R]", self._known[place])

    def relaxed(self) -> ReadOnce:
        return self

    def everything(self) -> Iterator[Any]:
        return self._store.everything()

    def commit(self, writes: Sequence[Write]) -> None:
        self._known.clear()
        self._books.commit(writes)

    def due_accounts(
        self, creditor: str, until: datetime, since: datetime | None = None
    ) -> Iterator[str]:
        return self._store.due_accounts(creditor, until, since)

    def work(
        self, kind: type[R], name: str, creditor: str, until: datetime
    ) -> Iterator[tuple[str, ...]]:
        return self._store.work(kind, name, creditor, until)

    def feed(
        self,
        kind: type[R],
        creditor: str,
        after: datetime,
        before: datetime,
        *,
        cursor: str | None,
        limit: int,
    ) -> Page:
        return self._store.feed(kind, creditor, after, before, cursor=cursor, limit=limit)
