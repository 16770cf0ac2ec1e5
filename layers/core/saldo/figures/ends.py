"""What was open at the end of each day, by age: kept soon after, for it cannot be told later.

Once all of a day is kept, nothing is added to it: what moves to another place later that night
would count at both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day, local_midnight
from saldo.figures.cells import FigureCells, kept_mark
from saldo.figures.formulas import by_age
from saldo.figures.model import ENDS, Sheet
from saldo.store import CommitConflict, Put, Store

KEPT_WITHIN: Final = timedelta(hours=6)
"""So long after midnight what is open still counts as what was open when the day ended."""

_TOGETHER: Final = 50


class DayEnds:
    """Keeps the ends of days."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._cells = FigureCells(store.relaxed())

    def keep(self, creditors: Iterable[Creditor]) -> int:
        """Keep the day that ended just now at each creditor, once; return how many were kept."""
        return sum(self._keep(creditor) for creditor in creditors)

    def _keep(self, creditor: Creditor) -> bool:
        now = self._clock.now()
        today = local_day(now, creditor.time_zone)
        if now - local_midnight(today, creditor.time_zone) > KEPT_WITHIN:
            return False
        day = today - timedelta(days=1)
        if FigureCells(self._store).was_kept(creditor.id, day):
            return False
        kept = {(end.currency, end.place.token) for end in self._cells.ends(creditor.id, day)}
        sheets = [
            sheet
            for sheet in self._sheets(creditor.id, day)
            if (sheet.currency, sheet.place) not in kept
        ]
        sheets.append(kept_mark(creditor.id, day, len(kept) + len(sheets)))  # the last of them
        for start in range(0, len(sheets), _TOGETHER):
            try:
                self._store.commit([Put(one) for one in sheets[start : start + _TOGETHER]])
            except CommitConflict:
                return False  # somebody else keeps it at this moment
        return True

    def _sheets(self, creditor: str, day: date) -> list[Sheet]:
        found = []
        for cell in self._cells.open_now(creditor):
            ages = {age: minor for age, minor in by_age(cell.minor, day).items() if minor}
            if ages:
                place = cell.place.token
                found.append(Sheet(creditor, ENDS, day.isoformat(), cell.currency, place, ages, 1))
        return found
