"""When the ERP and the bank last told anything about a creditor's accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from saldo.clock import Clock
from saldo.store import CommitConflict, Delete, Put, Store

DataSource = str
"""Who tells: "erp" by pushing or being read, "bank", or a connection to an ERP by itself."""

EXPECTED: Final[tuple[DataSource, ...]] = ("erp",)
"""Without these nothing is known; a bank counts from its first statement on."""

WRITTEN_EVERY: Final = timedelta(minutes=10)
"""So exact is the record: a push of a million invoices need not write it a thousand times."""


_CONNECTOR = "connector:"


def connector_source(name: str) -> DataSource:
    """Return what a connection is called as a source: it counts once it was set up, and only a
    whole reading of the ERP is its word.
    """
    return f"{_CONNECTOR}{name}"


@dataclass(frozen=True, slots=True)
class FreshData:
    """The last word of a source, up to ten minutes early."""

    creditor: str
    source: DataSource
    at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.source)


class Freshness:
    """Notes when data came, and tells it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._noted: dict[tuple[str, DataSource], datetime] = {}

    def note(self, creditor: str, source: DataSource) -> None:
        """Note that a source told something just now; costs nothing most of the time."""
        key, now = (creditor, source), self._clock.now()
        noted = self._noted.get(key)
        if noted is not None and now - noted < WRITTEN_EVERY:
            return
        old = self._store.get(FreshData, *key)
        if old is None or now - old.at >= WRITTEN_EVERY:
            version = old.version if old else 0
            try:
                record = FreshData(creditor, source, now, version + 1)
                self._store.commit([Put(record, expect=version)])
            except CommitConflict:
                return  # another one noted the same just now
            noted = now
        else:
            noted = old.at
        self._noted[key] = noted

    def forget(self, creditor: str, source: DataSource) -> None:
        """Expect nothing of a source any more."""
        self._noted.pop((creditor, source), None)
        if (old := self._store.get(FreshData, creditor, source)) is not None:
            self._store.commit([Delete(old, expect=None)])

    def of(self, creditor: str) -> Mapping[str, datetime]:
        """Return when each source told something last, by source (strongly consistent)."""
        return {one.source: one.at for one in self._store.list(FreshData, creditor)}
