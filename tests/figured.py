"""Books whose figures are counted: what is committed is kept, to be counted in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from saldo.adapters.memory.store import MemoryStore
from saldo.figures.counting import FigureCounter
from saldo.figures.model import OPEN, AccountSheet, Sheet
from saldo.figures.verify import FigureCheck, FiguresChecked
from saldo.ids import SeededIds
from saldo.store import Record
from tests.books import ACCOUNT, CREDITOR, Books
from tests.events import check_events


class FiguredBooks(Books):
    """Books with figures. `stream` is what the table's stream would have told so far."""

    def __init__(self) -> None:
        self.stream: list[Any] = []
        super().__init__(MemoryStore(on_commit=self._committed), SeededIds(7))
        self.counter = FigureCounter(self.store)
        self.check = FigureCheck(self.store, self.counter)

    def _committed(self, records: Sequence[Record]) -> None:
        check_events(records)
        self.stream += [r for r in records if not type(r).__module__.startswith("saldo.figures")]

    def count(self) -> int:
        """Count what was told and not counted yet."""
        told, self.stream = self.stream, []
        return self.counter.count(told)

    def checked(self) -> FiguresChecked:
        return self.check.verify(CREDITOR, self.clock.now().date())

    def sheets(self, partition: str, part: str | None = None) -> list[Sheet]:
        prefix = (CREDITOR, *partition.split("-"), *((part,) if part else ()))
        return list(self.store.list(Sheet, *prefix))

    def summed(self, measure: str, month: str = "2026-11", currency: str = "EUR") -> int:
        """Return a measure of a month over all places."""
        found = self.sheets(month, "month")
        return sum(s.values.get(measure, 0) for s in found if s.currency == currency)

    def summed_all(self, measure: str) -> int:
        """Return a measure in EUR over all places and time."""
        months = (f"{year}-{month:02}" for year in (2025, 2026, 2027) for month in range(1, 13))
        return sum(self.summed(measure, month) for month in months)

    def open_now(self, currency: str = "EUR") -> dict[str, int]:
        """Return what is open by due date, over all places."""
        found: dict[str, int] = {}
        for sheet in self.sheets(OPEN):
            for name, amount in sheet.values.items():
                day, _, what = name.partition(".")
                if what == "minor" and sheet.currency == currency:
                    due = f"{sheet.part}-{day}"
                    found[due] = found.get(due, 0) + amount
        return found

    def account_sheet(self, account: str = ACCOUNT) -> AccountSheet:
        found = self.store.get(AccountSheet, CREDITOR, account)
        assert found is not None
        return found
