"""How good forecasts were: what was told at issue and at the due date, against what came.

Sums per month of settlement. Beside each stands what two simple rules said at the same moment: the
account's own mean so far, and the due date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from saldo.forecast.kept import ItemForecast, Stood, shard_of
from saldo.invoices.model import Invoice
from saldo.store import Store

_FINE: Final = 100
_KEPT: Final = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Misses:
    """Sums over `count` paid invoices, in hundredths of days: how far off the forecast's middle
    was, the account's mean, and the due date; `inside` were paid within the 80 % interval.
    """

    count: int = 0
    inside: int = 0
    off: int = 0
    mean_off: int = 0
    due_off: int = 0

    def __add__(self, other: Misses) -> Misses:
        return Misses(
            self.count + other.count,
            self.inside + other.inside,
            self.off + other.off,
            self.mean_off + other.mean_off,
            self.due_off + other.due_off,
        )

    def mean(self, sum_: int) -> float | None:
        """Return the mean of one of the sums in days, None where nothing was counted."""
        return sum_ / self.count / _FINE if self.count else None

    @property
    def coverage(self) -> float | None:
        """The share paid within the 80 % interval, None where nothing was counted."""
        return self.inside / self.count if self.count else None


NO_MISSES: Final = Misses()


@dataclass(frozen=True, slots=True)
class ForecastMonth:
    """What came in `month` ("2026-11") of what was told `issue`: on the days of issue, and `due`:
    on the due dates, of invoices that were not paid by then. One of several shards.
    """

    creditor: str
    month: str
    shard: str
    issue: Misses = NO_MISSES
    due: Misses = NO_MISSES
    gone_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.month, self.shard)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one item's forecasts."""

    month: str
    issue: Misses
    due: Misses


def outcome_of(kept: ItemForecast, invoice: Invoice | None) -> Outcome | None:
    """Return what came of an item's forecasts; None where no payment ended it, or it was contested.

    What was paid on the very day of a forecast was known then, and is not counted. At the due date
    both rules know that the invoice was not paid by then: they say the day after it at least.
    """
    if invoice is None or invoice.is_open or invoice.days_beyond_terms is None:
        return None
    if invoice.closed_on is None or kept.contested or kept.disputed:
        return None
    paid_on, delay = invoice.closed_on, (invoice.closed_on - kept.due_on).days
    issue = due = NO_MISSES
    if kept.at_issue is not None and paid_on > kept.at_issue.on:
        issue = _missed(kept.at_issue, delay, kept.at_issue.mean, 0)
    at_due = kept.at_due or due_stood(kept)
    if at_due is not None and delay > 0:
        due = _missed(at_due, delay, max(at_due.mean, _FINE), _FINE)
    return Outcome(f"{paid_on:%Y-%m}", issue, due) if issue.count or due.count else None


def due_stood(kept: ItemForecast) -> Stood | None:
    """Return what an item's forecast says on its due date; None where it was made later."""
    return kept.stood(kept.due_on) if kept.made_on <= kept.due_on else None


def _missed(told: Stood, delay: int, mean: int, due: int) -> Misses:
    """Return how far off a forecast was, and the two rules that said `mean` and `due`."""
    # Days are whole: an end of 3.4 lets the third day in, and the fourth not.
    inside = round(told.low / _FINE) <= delay <= round(told.high / _FINE)
    came = delay * _FINE
    return Misses(1, int(inside), abs(told.middle - came), abs(mean - came), abs(due - came))


def months_of(
    store: Store, creditor: str, account: str, outcomes: Iterable[Outcome]
) -> list[tuple[ForecastMonth, int]]:
    """Return the months as they are with these outcomes, each with the version that it replaces."""
    added: dict[str, ForecastMonth] = {}
    versions: dict[str, int] = {}
    for one in outcomes:
        if one.month not in added:
            key = (creditor, one.month, shard_of(account))
            there = store.get(ForecastMonth, *key)
            versions[one.month] = there.version if there else 0
            added[one.month] = there or ForecastMonth(*key, gone_at=_gone_at(one.month))
        old = added[one.month]
        added[one.month] = ForecastMonth(
            old.creditor,
            old.month,
            old.shard,
            old.issue + one.issue,
            old.due + one.due,
            old.gone_at,
            versions[one.month] + 1,
        )
    return [(new, versions[month]) for month, new in sorted(added.items())]


def _gone_at(month: str) -> datetime:
    first = date.fromisoformat(f"{month}-01")
    return datetime.fromisoformat(f"{first}T00:00:00+00:00") + _KEPT


@dataclass(frozen=True, slots=True)
class TrackMonth:
    """A month of all accounts."""

    month: str
    issue: Misses
    due: Misses


class TrackRecord:
    """Reads how good a creditor's forecasts were."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, creditor: str, months: int = 12) -> list[TrackMonth]:
        """Return the last `months` in which anything that was forecast was paid, newest first."""
        found: dict[str, TrackMonth] = {}
        for one in self._store.list(ForecastMonth, creditor):
            old = found.get(one.month) or TrackMonth(one.month, NO_MISSES, NO_MISSES)
            found[one.month] = TrackMonth(one.month, old.issue + one.issue, old.due + one.due)
        return [found[month] for month in sorted(found, reverse=True)[:months]]
