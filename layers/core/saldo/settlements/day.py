"""What was booked on one day, all but what the ERP told itself.

The day is the creditor's, and the one on which an entry was *recorded*: so every entry stands in
one export and no export changes once its day is over. The day of the fact (`booked_on`) may lie
before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day
from saldo.errors import Conflict, TooLarge
from saldo.ledger.model import JournalEntry, LedgerAccount
from saldo.store import Store, fed

ENTRIES_MAX: Final = 20_000
_PAGE: Final = 100
_LAG = timedelta(seconds=10)
"""Entries of the last instant of a day may still be on their way into the index."""


class DayNotOver(Conflict):
    """The day is not over where the creditor is: its export would change."""

    code = "day-not-over"


class DayTooLarge(TooLarge):
    """More was booked on the day than one answer carries; the command line has no such bound."""

    code = "day-too-large"


@dataclass(frozen=True, slots=True)
class SettledDay:
    """The entries of a day, in the order of recording."""

    creditor: str
    day: date
    entries: tuple[JournalEntry, ...]

    def totals(self) -> dict[tuple[LedgerAccount, str], int]:
        """Return what the postings of each account sum to, by account and currency, debit above
        zero, in minor units.
        """
        sums: Counter[tuple[LedgerAccount, str]] = Counter()
        for entry in self.entries:
            for posting in entry.postings:
                sums[posting.account, entry.currency] += posting.amount_minor
        return dict(sums)


class SettledDays:
    """Reads days from the journal."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def of(
        self, creditor: Creditor, day: date, entries_max: int | None = ENTRIES_MAX
    ) -> SettledDay:
        """Return a day; raise DayNotOver or DayTooLarge."""
        now = self._clock.now()
        start, end = _bounds(day, creditor.time_zone)
        if now < end + _LAG:
            today = local_day(now, creditor.time_zone)
            raise DayNotOver(f"{day} is not over: today is {today}.").at("/day")
        found: list[JournalEntry] = []
        after = start - timedelta(microseconds=1)
        for entries in fed(self._store, JournalEntry, creditor.id, after, end, limit=_PAGE):
            found += entries
            if entries_max is not None and len(found) > entries_max:
                raise DayTooLarge(f"More than {entries_max} entries were booked on {day}.")
        return SettledDay(creditor.id, day, tuple(found))


def _bounds(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """Return the first instant of a day and of the next, where the creditor is."""
    zone = ZoneInfo(time_zone)
    first = datetime.combine(day, time.min, zone)
    return first, datetime.combine(day + timedelta(days=1), time.min, zone)
