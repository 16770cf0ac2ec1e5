"""Where creditors are, and so which day it is there."""

from __future__ import annotations

from datetime import date, datetime

from saldo.accounts.model import Creditor
from saldo.clock import local_day
from saldo.store import Store


def day_at(store: Store, creditor: str, now: datetime) -> date:
    """Return the calendar day at a creditor's place, by which its books are kept: one get. In UTC
    for one that is not there, as money of nobody is kept.
    """
    return local_day(now, TimeZones(store).of(creditor))


class TimeZones:
    """Tells the time zones of creditors; one read each for as long as this lives."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    def of(self, creditor: str) -> str:
        """Return an IANA name, UTC for a creditor that is not there."""
        if creditor not in self._known:
            found = self._store.get(Creditor, creditor)
            self._known[creditor] = found.time_zone if found else "UTC"
        return self._known[creditor]
