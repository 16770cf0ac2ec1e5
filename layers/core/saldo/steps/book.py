"""Reads the sums: what came after steps, and what comparisons by lot told. Bounded reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from saldo.accounts.told import Setting, setting_changed
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.ids import ulid_of
from saldo.steps.estimate import Difference, Span, difference, wilson
from saldo.steps.model import ALL, PARTS, Advice, DrawSheet, StepRules, StepSheet, StepSummary
from saldo.steps.tally import NOTHING, Tally, tally_from
from saldo.store import CommitConflict, Put, Store

SHEETS_MAX: Final = 120
"""So many sheets are read, the newest first: a year of ten kinds of steps."""

Sums = Mapping[str, Mapping[str, Tally]]
"""By step, then by "all|", "channel|email" and so on."""


class StepRulesBusy(Unavailable):
    """What money costs is being changed by others; the same request may work later."""

    code = "step-rules-busy"


@dataclass(frozen=True, slots=True)
class StageEffect:
    """What comparisons told of a stage by one channel; nothing else is called an effect."""

    step: str
    channel: str
    found: Difference


@dataclass(frozen=True, slots=True)
class Seen:
    """A correlation: how steps of one kind were followed by payment, of all or of one `value` of a
    `part` (channel, weekday, hours, size).
    """

    step: str
    part: str
    value: str
    tally: Tally

    @property
    def within_a_week(self) -> Span:
        """The share paid within 7 days, with its interval."""
        return wilson(self.tally.paid_within(7), self.tally.count)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sums of a comparison: by step and channel, who got the notice and who waited."""

    id: str
    effects: tuple[StageEffect, ...]


class StepBook:
    """Reads what was counted. The summary of a creditor is one row of some 16 KB, 4 RU."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def sums(self, creditor: str) -> Sums:
        """Return the sums of the last year or so as they were last night."""
        found = self._store.get(StepSummary, creditor)
        return {} if found is None else sums_from(found)

    def comparison(self, creditor: str) -> Comparison | None:
        """Return what the newest comparison that told something told, None where none did."""
        found = next(iter(self._store.newest(DrawSheet, creditor, limit=1)), None)
        return None if found is None else compared(found)

    def effect_on(self, creditor: str, step: str, channel: str) -> Difference | None:
        """Return what was told of a stage by a channel, None where nothing was."""
        told = self.comparison(creditor)
        effects = told.effects if told else ()
        return next((e.found for e in effects if (e.step, e.channel) == (step, channel)), None)

    def seen(self, creditor: str) -> list[Seen]:
        """Return every correlation there is, by step, part and value."""
        return [
            Seen(step, name.partition("|")[0], name.partition("|")[2], tally)
            for step, parts in sorted(self.sums(creditor).items())
            for name, tally in sorted(parts.items())
        ]

    def advice(self, creditor: str, account: str) -> Advice | None:
        """Return what is best done next about an account, None where nothing is open on it."""
        return self._store.get(Advice, creditor, account)

    def advice_of(self, creditor: str, accounts: Iterable[str]) -> dict[str, Advice]:
        """Return what is best done next about several accounts, by number."""
        keys = [(creditor, account) for account in dict.fromkeys(accounts)]
        return {key[1]: one for key, one in self._store.get_many(Advice, keys).items()}

    def cost_of_money(self, creditor: str) -> dict[str, int]:
        """Return what the creditor said its money costs: hundredths of a percent a year."""
        found = self._store.get(StepRules, creditor)
        return {} if found is None else found.cost_of_money

    def say_cost(self, creditor: str, cost: dict[str, int], by: str) -> None:
        """Say what money costs a year, by currency, instead of what was said before.

        Raises StepRulesBusy when others say so at the same time.
        """
        old, now = self._store.get(StepRules, creditor), self._clock.now()
        if cost == (old.cost_of_money if old else {}):
            return
        version = (old.version if old else 0) + 1
        new = StepRules(creditor, cost, version)
        id_ = ulid_of(f"cost-of-money {creditor} {version}", now)
        setting = Setting("cost-of-money", creditor, ("cost_of_money",))
        told = setting_changed(setting, old, new, id_, now, by)
        try:
            self._store.commit([Put(new, expect=version - 1), Put(told)])
        except CommitConflict:
            raise StepRulesBusy("What money costs is just being changed; try again.") from None

    def summarise(self, creditor: str, today: date) -> bool:
        """Make the summary anew from the sheets; True when it differs."""
        old = self._store.get(StepSummary, creditor)
        sheets = self._store.newest(StepSheet, creditor, limit=SHEETS_MAX)
        seen = summary_of(sheets)
        if seen == (old.seen if old else {}):
            return False
        version = old.version if old else 0
        new = StepSummary(creditor, today, seen, version + 1)
        self._store.commit([Put(new, expect=version)])
        return True


def summary_of(sheets: Iterable[StepSheet]) -> dict[str, dict[str, list[int]]]:
    """Return the numbers of sheets by step, part and value."""
    found: dict[str, dict[str, Tally]] = {}
    for sheet in sheets:
        mine = found.setdefault(sheet.step, {})
        for cell, numbers in sheet.cells.items():
            tally = tally_from(numbers)
            values = zip(PARTS, cell.split("|"), strict=True)
            for name in (ALL, *(f"{part}|{value}" for part, value in values)):
                mine[name] = mine.get(name, NOTHING) + tally
    return {
        step: {name: tally.numbers() for name, tally in parts.items()}
        for step, parts in found.items()
    }


def sums_from(summary: StepSummary) -> Sums:
    """Return the sums that a summary keeps."""
    return {
        step: {name: tally_from(numbers) for name, numbers in parts.items()}
        for step, parts in summary.seen.items()
    }


def compared(sheet: DrawSheet) -> Comparison:
    """Return the effects that a sheet's sums tell, one by step and channel."""
    names = sorted({name.rpartition("|")[0] for name in sheet.arms})
    effects = []
    for name in names:
        sent, waited = (
            tally_from(sheet.arms[f"{name}|{arm}"]) if f"{name}|{arm}" in sheet.arms else NOTHING
            for arm in ("sent", "held-out")
        )
        step, _, channel = name.rpartition("|")
        effects.append(StageEffect(step, channel, difference(sent, waited)))
    return Comparison(sheet.comparison, tuple(effects))
