"""Reading the sheets: as many as there are places and months, however many invoices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from saldo.figures.model import ENDS, FEE, KEPT, MONTH, OPEN, Place, Sheet, place_from
from saldo.store import Store

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class OpenCell:
    """What is open at a place in a currency: minor units and number by due date."""

    currency: str
    place: Place
    minor: dict[date, int] = field(hash=False)
    count: dict[date, int] = field(hash=False)


@dataclass(frozen=True, slots=True)
class FlowCell:
    """What happened at a place in a currency from `first` to `last`, by measure."""

    currency: str
    place: Place
    first: date
    last: date
    sums: Counter[str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class EndCell:
    """What was open at a place in a currency at the end of a day, by age, in minor units."""

    currency: str
    place: Place
    ages: dict[str, int] = field(hash=False)


class FigureCells:
    """Reads sheets. The books may be relaxed: figures decide nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open_now(self, creditor: str) -> list[OpenCell]:
        """Return what is open now: one query."""
        found: dict[tuple[str, str], OpenCell] = {}
        for sheet in self._store.list(Sheet, creditor, OPEN):
            place = (sheet.currency, sheet.place)
            cell = found.setdefault(
                place, OpenCell(sheet.currency, place_from(sheet.place), {}, {})
            )
            for name, amount in sheet.values.items():
                day, _, what = name.partition(".")
                sums = cell.minor if what == "minor" else cell.count
                sums[date.fromisoformat(f"{sheet.part}-{day}")] = amount
        return list(found.values())

    def flows(
        self, creditor: str, first: date, last: date, *, daily: bool = False, fees: bool = False
    ) -> Iterator[FlowCell]:
        """Yield what happened from `first` to `last`: whole months from their own sheets, one query
        each, unless `daily`; other days from theirs.

        Without `fees` those of providers are left out: a payout alone is nothing that happened
        between a debtor and the creditor, and makes no row of what did.
        """
        for cell in self._flows(creditor, first, last, daily=daily):
            for name in () if fees else [one for one in cell.sums if one.startswith(FEE)]:
                del cell.sums[name]
            if cell.sums:
                yield cell

    def _flows(self, creditor: str, first: date, last: date, *, daily: bool) -> Iterator[FlowCell]:
        for begin, end in months_between(first, last):
            whole = (begin.day, end) == (1, month_end(end))
            if whole and not daily:
                for sheet in self._store.list(Sheet, creditor, *_month(begin), MONTH):
                    yield _flow(sheet, begin, end)
                continue
            for sheet in self._store.list(Sheet, creditor, *_month(begin)):
                if sheet.part != MONTH and begin.day <= int(sheet.part) <= end.day:
                    day = begin.replace(day=int(sheet.part))
                    yield _flow(sheet, day, day)

    def was_kept(self, creditor: str, day: date) -> bool:
        """Tell whether the end of a day was kept whole, even if nothing was open then: one get."""
        return self._store.get(Sheet, *kept_mark(creditor, day, 0).key) is not None

    def ends(self, creditor: str, day: date) -> list[EndCell]:
        """Return what was open when a day ended; empty where nobody looked then."""
        return [
            EndCell(sheet.currency, place_from(sheet.place), sheet.values)
            for sheet in self._store.list(Sheet, creditor, ENDS, day.isoformat())
        ]


def kept_mark(creditor: str, day: date, sheets: int) -> Sheet:
    """Return what says that the end of a day was kept, in so many sheets."""
    return Sheet(creditor, KEPT, day.isoformat(), "all", "all", {"sheets": sheets}, 1)


def _flow(sheet: Sheet, first: date, last: date) -> FlowCell:
    sums = Counter(sheet.values)
    return FlowCell(sheet.currency, place_from(sheet.place), first, last, sums)


def _month(day: date) -> tuple[str, str]:
    return f"{day.year}", f"{day:%m}"


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return month_start(day, 1) - timedelta(days=1)


def month_start(day: date, months: int = 0) -> date:
    """Return the first day of a day's month, or of one so many months after it."""
    number = day.year * _MONTHS + day.month - 1 + months
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


def months_between(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield a period month by month: the first and the last day of it in each."""
    begin = first
    while begin <= last:
        end = min(month_end(begin), last)
        yield begin, end
        begin = end + timedelta(days=1)
