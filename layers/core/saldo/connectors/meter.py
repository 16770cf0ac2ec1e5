"""Counts the calls of one run against an ERP's limits, and keeps the count."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from saldo.clock import Clock
from saldo.connectors.budget import Limits, failed, spent, told
from saldo.connectors.model import Usage
from saldo.store import CommitConflict, Put, Store

_WRITTEN_EVERY_CALLS = 20
"""A crash forgets at most so many calls; the ERP's own count corrects that on the next answer."""


class Meter:
    """What one run asks of an ERP. Whoever runs holds the connection's lease."""

    def __init__(
        self, store: Store, clock: Clock, creditor: str, connection: str, limits: Limits
    ) -> None:
        self._store, self._clock, self.limits = store, clock, limits
        self._usage = store.get(Usage, creditor, connection) or Usage(creditor, connection)
        self._unwritten = 0

    def spend(self, endpoint: str, *, is_reading: bool = True) -> None:
        """Count a call that is about to be made; raise ErpLimited when it may not be."""
        self._usage = spent(
            self._usage, self.limits, self._clock.now(), endpoint, is_reading=is_reading
        )
        self._unwritten += 1
        if self._unwritten >= _WRITTEN_EVERY_CALLS:
            self.write()

    def fail(self, endpoint: str) -> None:
        """Count an error."""
        self._usage = failed(self._usage, self._clock.now(), endpoint)
        self._unwritten += 1

    def hear(self, minute_left: int | None, day_left: int | None) -> None:
        """Believe the ERP's own count where it is higher."""
        now = self._clock.now()
        self._usage = told(self._usage, self.limits, now, minute_left, day_left)

    def now(self) -> datetime:
        """Return the present instant."""
        return self._clock.now()

    def write(self) -> None:
        """Keep the count; somebody else's newer one stands, as the lease must have passed on."""
        if not self._unwritten:
            return
        new = replace(self._usage, version=self._usage.version + 1)
        with suppress(CommitConflict):
            self._store.commit([Put(new, expect=self._usage.version)])
        self._usage, self._unwritten = new, 0
