"""What all accounts of a creditor come to, counted anew every night after each was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from saldo.accounts.model import Creditor
from saldo.clock import Clock
from saldo.credit_data.sheet import RiskSheet, RiskSums
from saldo.risk.behaviour import NOTHING_PAID
from saldo.store import CommitConflict, Put, Store

_PAGE: Final = 200


def sheets_of(store: Store, creditor: str) -> Iterator[RiskSheet]:
    """Yield all sheets of a creditor by account number, a page at a time."""
    after: tuple[str, ...] | None = None
    while page := store.first(RiskSheet, creditor, limit=_PAGE, after=after):
        yield from page
        after = page[-1].key


class RiskSummer:
    """Counts sheets: some 12 read units per 50 accounts, a night."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def refresh_creditor(self, creditor: Creditor, today: date) -> None:
        """Count a creditor's sheets as they are; the same again writes nothing."""
        old = self._store.get(RiskSums, creditor.id)
        new = self._counted(creditor.id, today)
        if old is not None and replace(new, made_at=old.made_at, version=old.version) == old:
            return
        version = old.version if old else 0
        kept = replace(new, made_at=self._clock.now(), version=version + 1)
        try:
            self._store.commit([Put(kept, expect=version)])
        except CommitConflict:
            return  # another call of the same night counted just now

    def _counted(self, creditor: str, today: date) -> RiskSums:
        counts: Counter[str] = Counter()
        open_: Counter[str] = Counter()
        overdue: Counter[str] = Counter()
        paid, insolvent, with_outside = NOTHING_PAID, 0, 0
        for sheet in sheets_of(self._store, creditor):
            counts[sheet.risk_class] += 1
            paid += sheet.paid
            insolvent += sheet.insolvency is not None
            with_outside += bool(sheet.outside)
            for money in sheet.open:
                open_[f"{sheet.risk_class} {money.currency}"] += money.minor
            for money in sheet.overdue:
                overdue[f"{sheet.risk_class} {money.currency}"] += money.minor
        return RiskSums(
            creditor,
            today,
            paid,
            dict(counts),
            dict(open_),
            dict(overdue),
            insolvent,
            with_outside,
        )
