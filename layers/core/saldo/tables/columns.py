"""What a column holds, seen over all of its cells: numbers, days, and where they may mean two
things. Pure; it keeps counts and a few examples, never the column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from saldo.tables.days import DAY_FORMS, DayForm, possible_forms
from saldo.tables.model import Row
from saldo.tables.numbers import Decimal, is_ambiguous, is_damaged, possible_marks

_EXAMPLES: Final = 12
_MOSTLY: Final = 0.6
"""Titles, sums and empty words between the rows are no reason to see no days in a column."""


@dataclass(slots=True)
class ColumnFacts:
    """Counts over a column's filled cells. `forms[f]` of them are days under the form f; a number
    with one mark alone possible counts in `only`; `where` has the first line of each oddity.
    """

    name: str
    filled: int = 0
    typed: int = 0
    numbers: int = 0
    ambiguous: int = 0
    damaged: int = 0
    zeros_in_front: int = 0
    only: dict[str, int] = field(default_factory=lambda: {",": 0, ".": 0})
    forms: dict[DayForm, int] = field(default_factory=lambda: dict.fromkeys(DAY_FORMS, 0))
    only_forms: dict[DayForm, int] = field(default_factory=lambda: dict.fromkeys(DAY_FORMS, 0))
    days: int = 0
    examples: list[str] = field(default_factory=list)
    where: dict[str, tuple[int, str]] = field(default_factory=dict)

    def see(self, line: int, cell: str, *, is_typed: bool) -> None:
        """Count one filled cell."""
        self.filled += 1
        if len(self.examples) < _EXAMPLES and cell not in self.examples:
            self.examples.append(cell)
        if is_typed:
            self.typed += 1
        if cell[0] == "0" and len(cell) > 1 and cell.isdigit():
            self.zeros_in_front += 1
        self._see_number(line, cell, is_typed=is_typed)
        self._see_day(line, cell, is_typed=is_typed)

    def _see_number(self, line: int, cell: str, *, is_typed: bool) -> None:
        marks = possible_marks(cell)
        if marks:
            self.numbers += 1
        elif is_damaged(cell):
            self.damaged += 1
            self.where.setdefault("damaged", (line, cell))
        if is_typed:
            return
        if len(marks) == 1:
            (mark,) = marks
            self.only[mark] += 1
            self.where.setdefault(mark, (line, cell))
        elif is_ambiguous(cell):
            self.ambiguous += 1
            self.where.setdefault("ambiguous", (line, cell))

    def _see_day(self, line: int, cell: str, *, is_typed: bool) -> None:
        forms = possible_forms(cell)
        if not forms:
            return
        self.days += 1
        for form in forms:
            self.forms[form] += 1
        if len(forms) == 1 and not is_typed:
            (form,) = forms
            self.only_forms[form] += 1
            self.where.setdefault(form, (line, cell))

    @property
    def decimal(self) -> Decimal | None:
        """The decimal mark of the column; None where nothing tells, "mixed" where both stand."""
        comma, point = self.only[","], self.only["."]
        if comma and point:
            return "mixed"
        return "," if comma else "." if point else None

    @property
    def day_forms(self) -> tuple[DayForm, ...]:
        """The forms under which most of the column is days; more than one where nothing tells."""
        if not self.filled or self.days < self.filled * _MOSTLY:
            return ()
        best = max(self.forms.values())
        return tuple(form for form in DAY_FORMS if self.forms[form] == best)

    @property
    def is_number(self) -> bool:
        return self.filled > 0 and self.numbers >= self.filled * _MOSTLY


class Columns:
    """Looks at rows as they pass."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.facts = [ColumnFacts(name) for name in names]
        self.rows = 0

    def see(self, row: Row) -> None:
        """Count the cells of one row."""
        self.rows += 1
        for place, (facts, cell) in enumerate(zip(self.facts, row.cells, strict=False)):
            if cell:
                facts.see(row.line, cell, is_typed=place in row.typed)

    def by_name(self) -> dict[str, ColumnFacts]:
        """Return the facts by the columns' names."""
        return {facts.name: facts for facts in self.facts}
