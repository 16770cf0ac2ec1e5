"""What was open at the ends of months before figures were kept, reckoned from the journal.

By the due dates and the places of now: what they were then is not kept. Ends of days that were kept
when they came are never touched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from saldo.figures.cells import FigureCells, month_start
from saldo.figures.formulas import age_of
from saldo.figures.model import ENDS, AccountSheet, Sheet, SheetId
from saldo.invoices.model import Invoice
from saldo.ledger.verify import journal_of
from saldo.store import CommitConflict, Put, Store

MONTHS_BACK: Final = 13
"""So many ends of months are reckoned: a year's rows, and what the first of them began with."""

_TOGETHER: Final = 50

Ends = dict[SheetId, Counter[str]]


class PastEnds:
    """Reckons the ends of past months where nobody looked when they came."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def missing(self, creditor: str, today: date) -> list[date]:
        """Return the ends of the last months of which nothing is kept."""
        ends = [month_start(today, -n) - timedelta(days=1) for n in range(MONTHS_BACK)]
        cells = FigureCells(self._store)
        return [
            end
            for end in ends
            if next(iter(self._store.list(Sheet, creditor, ENDS, end.isoformat())), None) is None
            and not cells.was_kept(creditor, end)
        ]

    def add(
        self, found: Ends, creditor: str, account: str, ends: Sequence[date], today: date
    ) -> None:
        """Add what was open on an account at these ends, by age, to `found`."""
        sheet = self._store.get(AccountSheet, creditor, account)
        if sheet is None or not ends:
            return
        moved: dict[tuple[str, str], list[tuple[date, int]]] = defaultdict(list)
        for entry in journal_of(self._store, creditor, account, today):
            for posting in entry.postings:
                if posting.account == "receivable":
                    bookings = moved[posting.detail, entry.currency]
                    bookings.append((entry.booked_on, posting.amount_minor))
        due = {one.number: one.due_on for one in self._store.list(Invoice, creditor, account)}
        for (number, currency), bookings in moved.items():
            for end in ends:
                minor = sum(amount for on, amount in bookings if on <= end)
                if minor and number in due:
                    place = (creditor, ENDS, end.isoformat(), currency, sheet.place)
                    found.setdefault(place, Counter())[age_of(due[number], end)] += minor

    def keep(self, found: Ends) -> None:
        """Keep what was found, where nothing is kept still."""
        sheets = [Sheet(*place, dict(ages), 1) for place, ages in found.items()]
        for some in _parts(sheets):
            try:
                self._store.commit([Put(one) for one in some])
            except CommitConflict:
                continue  # kept by somebody else meanwhile


def _parts(sheets: Sequence[Sheet]) -> Iterable[Sequence[Sheet]]:
    return (sheets[n : n + _TOGETHER] for n in range(0, len(sheets), _TOGETHER))
