"""Where creditors are, each read once."""

from __future__ import annotations

from saldo.accounts.model import Creditor
from saldo.store import Store


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
