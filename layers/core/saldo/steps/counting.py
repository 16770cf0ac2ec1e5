"""Counts what came of steps and draws, once each, when it is known.

A step is counted 34 days after it was taken: then what was paid within 30 days stands on the books,
with the statements that came late. The step and the sums change in one transaction, so that a
repeat adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Final

from saldo.clock import Clock
from saldo.invoices.model import Invoice
from saldo.reminders.hold_out import Draw
from saldo.steps.model import DrawSheet, StepOutcome, StepSheet
from saldo.steps.outcomes import result_of, step_name
from saldo.steps.tally import NOTHING, Result, Tally, one, tally_from
from saldo.store import Put, Store

A_NIGHT_MAX: Final = 2000
"""So many are counted a night and creditor; what is more waits for the next."""

_TOGETHER: Final = 25


class StepCounting:
    """Counts into the sheets. A step costs its invoices' reads and some 4 WU."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def count(self, creditor: str) -> int:
        """Count what is known by now; return how many steps and draws."""
        return self._steps(creditor) + self._draws(creditor)

    def _steps(self, creditor: str) -> int:
        now, counted = self._clock.now(), 0
        keys = list(islice(self._store.work(StepOutcome, "step", creditor, now), A_NIGHT_MAX))
        for start in range(0, len(keys), _TOGETHER):
            found = self._store.get_many(StepOutcome, keys[start : start + _TOGETHER])
            ripe = [o for o in found.values() if o.counted_at is None and o.matures_at <= now]
            counted += self._count_steps(ripe)
        return counted

    def _count_steps(self, ripe: Sequence[StepOutcome]) -> int:
        now = self._clock.now()
        done = [
            replace(
                old,
                counted_at=now,
                result=self._result(old.key, old.invoices, old.taken_on),
                version=old.version + 1,
            )
            for old in ripe
        ]
        added = cells_of(done)
        sheets = self._store.get_many(StepSheet, list(added))
        puts = [Put(new, expect=new.version - 1) for new in done]
        for key, cells in added.items():
            sheet = sheets.get(key) or StepSheet(key[0], key[1], key[2])
            new = replace(sheet, cells=merged(sheet.cells, cells), version=sheet.version + 1)
            puts.append(Put(new, expect=sheet.version))
        if puts:
            self._store.commit(puts)
        return len(done)

    def _draws(self, creditor: str) -> int:
        now, counted = self._clock.now(), 0
        keys = list(islice(self._store.work(Draw, "draw", creditor, now), A_NIGHT_MAX))
        for start in range(0, len(keys), _TOGETHER):
            found = self._store.get_many(Draw, keys[start : start + _TOGETHER])
            ripe = [d for d in found.values() if d.counted_at is None and d.matures_at <= now]
            counted += self._count_draws(ripe)
        return counted

    def _count_draws(self, ripe: Sequence[Draw]) -> int:
        now = self._clock.now()
        done = [
            replace(
                old,
                counted_at=now,
                days_tenths=found.days_tenths if found else None,
                paid_within=found.paid_within if found else (),
                version=old.version + 1,
            )
            for old in ripe
            for found in [self._result(old.key, old.invoices, old.drawn_on)]
        ]
        added = arms_of(done)
        sheets = self._store.get_many(DrawSheet, list(added))
        puts = [Put(new, expect=new.version - 1) for new in done]
        for key, arms in added.items():
            sheet = sheets.get(key) or DrawSheet(key[0], key[1])
            new = replace(sheet, arms=merged(sheet.arms, arms), version=sheet.version + 1)
            puts.append(Put(new, expect=sheet.version))
        if puts:
            self._store.commit(puts)
        return len(done)

    def _result(self, key: tuple[str, ...], numbers: Sequence[str], since: date) -> Result | None:
        creditor, account, _ = key
        keys = [(creditor, account, number) for number in numbers]
        return result_of(self._store.get_many(Invoice, keys).values(), since)


def cells_of(counted: Sequence[StepOutcome]) -> dict[tuple[str, ...], dict[str, Tally]]:
    """Return what counted steps add to the sheets, by sheet and cell."""
    added: dict[tuple[str, ...], dict[str, Tally]] = {}
    for outcome in counted:
        if outcome.result is None:
            continue
        key = (outcome.creditor, f"{outcome.taken_on:%Y-%m}", outcome.shape.step)
        cells = added.setdefault(key, {})
        cell = outcome.shape.cell
        cells[cell] = cells.get(cell, NOTHING) + one(outcome.result, outcome.overdue_days)
    return added


def arms_of(counted: Sequence[Draw]) -> dict[tuple[str, ...], dict[str, Tally]]:
    """Return what counted draws add to the sheets, by sheet and arm."""
    added: dict[tuple[str, ...], dict[str, Tally]] = {}
    for draw in counted:
        if draw.days_tenths is None:
            continue
        arms = added.setdefault((draw.creditor, draw.comparison), {})
        name = f"{step_name(draw.policy, draw.stage, draw.message)}|{draw.channel}|{draw.arm}"
        found = one(Result(draw.days_tenths, draw.paid_within))
        arms[name] = arms.get(name, NOTHING) + found
    return added


def merged(old: dict[str, list[int]], added: dict[str, Tally]) -> dict[str, list[int]]:
    """Return numbers by name with sums added."""
    found = dict(old)
    for name, tally in added.items():
        before = tally_from(found[name]) if name in found else NOTHING
        found[name] = (before + tally).numbers()
    return found
