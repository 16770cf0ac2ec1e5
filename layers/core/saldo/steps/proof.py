"""Proves the sums: adds up every counted step and draw anew, and tells what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from saldo.accounts.model import Account
from saldo.reminders.hold_out import Draw
from saldo.steps.counting import arms_of, cells_of
from saldo.steps.model import DrawSheet, StepOutcome, StepSheet
from saldo.steps.tally import NOTHING, Tally, tally_from
from saldo.store import EVER, Store, fed

_PAGE = 200

Sums = dict[tuple[str, ...], dict[str, Tally]]


@dataclass(frozen=True, slots=True)
class Differs:
    """A sum that is not what the steps come to: its sheet and cell, as kept and as it should be."""

    sheet: tuple[str, ...]
    cell: str
    kept: list[int]
    found: list[int]


class StepProof:
    """Adds up anew. Reads every account of the creditor: for an operator, not for a page."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def differences(self, creditor: str) -> list[Differs]:
        """Return every sum that differs; none where all is well."""
        steps: Sums = {}
        draws: Sums = {}
        for accounts in fed(self._store, Account, creditor, *EVER, limit=_PAGE):
            for account in accounts:
                outcomes = list(self._store.list(StepOutcome, *account.key))
                _add(steps, cells_of([one for one in outcomes if one.counted_at]))
                drawn = list(self._store.list(Draw, *account.key))
                _add(draws, arms_of([one for one in drawn if one.counted_at]))
        kept_steps = {one.key: one.cells for one in self._store.list(StepSheet, creditor)}
        kept_draws = {one.key: one.arms for one in self._store.list(DrawSheet, creditor)}
        return [*_differing(kept_steps, steps), *_differing(kept_draws, draws)]


def _add(sums: Sums, more: Sums) -> None:
    for sheet, cells in more.items():
        mine = sums.setdefault(sheet, {})
        for cell, tally in cells.items():
            mine[cell] = mine.get(cell, NOTHING) + tally


def _differing(kept: Any, found: Sums) -> Iterator[Differs]:
    for sheet in sorted({*kept, *found}):
        here, there = kept.get(sheet, {}), found.get(sheet, {})
        for cell in sorted({*here, *there}):
            numbers = there.get(cell, NOTHING).numbers()
            old = tally_from(here[cell]).numbers() if cell in here else NOTHING.numbers()
            if old != numbers:
                yield Differs(sheet, cell, old, numbers)
