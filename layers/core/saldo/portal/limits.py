"""How often something may be done: counted per subject and window of time, then forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from saldo.clock import Clock
from saldo.ids import fingerprint
from saldo.portal.model import Tally
from saldo.store import CommitConflict, Put, Store

_ATTEMPTS_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` times within each window of `per`, by the name of what is done."""

    name: str
    most: int
    per: timedelta


class Limits:
    """Counts in the books, so that every copy of a function counts together."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def take(self, limit: Limit, subject: str) -> bool:
        """Count one more by `subject`; False, and nothing is counted, when it was enough.

        Whom others overtake several times over counts as too many: they are many at once. One read
        and one write; the count is forgotten when its window is over.
        """
        now = self._clock.now()
        start = _window(now, limit.per)
        hashed = fingerprint(f"{limit.name}:{subject}")
        for _ in range(_ATTEMPTS_MAX):
            old = self._store.get(Tally, hashed, start)
            tally = old or Tally(hashed, start, 0, now + 2 * limit.per)
            if tally.count >= limit.most:
                return False
            new = replace(tally, count=tally.count + 1, version=tally.version + 1)
            try:
                self._store.commit([Put(new, expect=tally.version)])
            except CommitConflict:
                continue
            return True
        return False


def _window(now: datetime, per: timedelta) -> str:
    return str(int(now.timestamp() // per.total_seconds()))
