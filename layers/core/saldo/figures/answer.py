"""Making reports from the sheets. Currencies are never added: every row is of one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day
from saldo.figures.ask import Asked
from saldo.figures.cells import FigureCells, FlowCell, OpenCell
from saldo.figures.collecting import collecting
from saldo.figures.columns import Figure, Value
from saldo.figures.columns import figures as figures_of
from saldo.figures.costs import not_told
from saldo.figures.formulas import by_age
from saldo.figures.listed import Listed
from saldo.figures.model import FEE, Place
from saldo.figures.running import running_cells
from saldo.figures.shapes import Kind
from saldo.reminders.foresee_model import Prices
from saldo.reminders.prices import prices_of
from saldo.store import Store


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column: `kind` says how its values are to be read; "money" is minor units of the row's
    currency.
    """

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of one currency: `groups` are the values that it stands for, `values` its columns'."""

    currency: str
    groups: tuple[str, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report as of `today`: its rows, and a total for each currency where it groups anything.

    `not_given` names the columns that somebody would have to say something for, and nobody did.
    `prices_assumed` says that messages are priced by the list that comes with Saldo.
    """

    asked: Asked
    today: date
    first: date
    last: date
    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    totals: tuple[ReportRow, ...]
    not_given: tuple[str, ...] = ()
    prices_assumed: bool = False

    @property
    def currencies(self) -> list[str]:
        """The currencies of the rows, in their order."""
        return list(dict.fromkeys(row.currency for row in self.rows))


@dataclass(frozen=True, slots=True)
class _Line:
    """Sums that stand at a place (and time, reason or stage)."""

    currency: str
    place: Place
    keys: dict[str, str] = field(hash=False)
    sums: Counter[str] = field(hash=False)


_Group = tuple[str, tuple[str, ...]]


class Reports:
    """Makes reports of a creditor."""

    def __init__(self, store: Store, clock: Clock, prices: Callable[[], Prices]) -> None:
        relaxed = store.relaxed()
        self._clock, self._prices, self._store = clock, prices, relaxed
        self._cells, self._listed = FigureCells(relaxed), Listed(relaxed)

    def make(self, creditor: str, time_zone: str, asked: Asked) -> ReportTable:
        """Return the report as the sheets are now."""
        now = self._clock.now()
        today = local_day(now, time_zone)
        first, last = asked.days(today)
        kinds = asked.shape.columns
        columns = tuple(ReportColumn(name, kinds[name]) for name in asked.columns)
        if asked.report in ("debtors", "unattended"):
            found = self._listed.rows(creditor, asked, now, time_zone)
            rows = tuple(
                ReportRow(one.currency, (one.account,), _in_order(one.values, asked.columns))
                for one in found
            )
            return ReportTable(asked, today, first, last, columns, rows, ())
        if asked.report == "collecting":
            months = collecting(self._cells, creditor, asked, first, last, today)
            rows = tuple(
                ReportRow(one.currency, one.groups, _in_order(one.values, asked.columns))
                for one in months
            )
            return ReportTable(asked, today, first, last, columns, rows, ())
        owner = self._store.get(Creditor, creditor) if asked.report in _PRICED else None
        own, assumed = prices_of(owner), self._prices() if owner else None
        told = list(self._lines(creditor, asked, first, last, today, owner))
        lines = [one for one in told if asked.lets_through(one.place)]
        made = figures_of(asked, own or assumed)
        rows = tuple(_rows(lines, asked, made))
        totals = tuple(_totals(lines, asked, made)) if asked.groups else ()
        missing = not_told(name for one in told for name in one.sums)
        not_given = missing if asked.report == "costs" else ()
        is_assumed = owner is not None and own is None
        return ReportTable(asked, today, first, last, columns, rows, totals, not_given, is_assumed)

    def places(self, creditor: str) -> list[Place]:
        """Return the places at which something is open now: one query."""
        return list(
            {cell.place.token: cell.place for cell in self._cells.open_now(creditor)}.values()
        )

    def _lines(
        self,
        creditor: str,
        asked: Asked,
        first: date,
        last: date,
        today: date,
        owner: Creditor | None,
    ) -> Iterator[_Line]:
        if asked.report == "aging":
            yield from (_aged(cell, asked, today) for cell in self._cells.open_now(creditor))
            return
        daily = any(step in asked.groups for step in ("day", "week"))
        cells: Iterable[FlowCell] = self._cells.flows(
            creditor, first, last, daily=daily, fees=asked.report in ("costs", "fees")
        )
        if asked.report == "costs":
            cells = list(cells)
            costs, until = owner.running_costs if owner else (), min(last, today)
            for paid in running_cells(costs, first, until, cells, daily=daily):
                yield _Line(paid.currency, paid.place, _times(paid.first), paid.sums)
        for cell in cells:
            yield from _split(cell, asked)


def _in_order(values: Mapping[str, Value], names: Sequence[str]) -> tuple[Value, ...]:
    return tuple(values.get(name) for name in names)


def _aged(cell: OpenCell, asked: Asked, today: date) -> _Line:
    sums = Counter(by_age(cell.minor, today, asked.ages))
    sums["total"] = sum(cell.minor.values())
    sums["items"] = sum(cell.count.values())
    sums["overdue"] = sum(minor for due, minor in cell.minor.items() if due < today)
    return _Line(cell.currency, cell.place, {}, sums)


def times_of(step: str, first: date, last: date) -> list[str]:
    """Return every day, week or month of a period, as rows name them."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return list(dict.fromkeys(_times(day)[step] for day in days))


def _times(day: date) -> dict[str, str]:
    """Return the day, the Monday of its week, and its month, as rows name them."""
    monday = day - timedelta(days=day.weekday())
    return {"day": day.isoformat(), "week": monday.isoformat(), "month": f"{day:%Y-%m}"}


def _split(cell: FlowCell, asked: Asked) -> Iterator[_Line]:
    """Yield a cell's sums, by reason or stage where the report has such."""
    keys = _times(cell.first)
    if asked.report not in _PARTED:
        yield _Line(cell.currency, cell.place, keys, cell.sums)
        return
    prefix, key = _PARTED[asked.report]
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, amount in cell.sums.items():
        if name.startswith(prefix):
            which, _, what = name.removeprefix(prefix).partition(":")
            parts[which][what] += amount
    for which, sums in parts.items():
        yield _Line(cell.currency, cell.place, {**keys, key: which}, sums)


_PRICED: Final = frozenset({"collectors", "costs"})
"""Reports that say what messages cost."""

_PARTED: Final = {
    "disputes": ("dispute:", "reason"),
    "stages": ("stage:", "stage"),
    "fees": (FEE, "provider"),
}
"""Reports of which a row is about a part of what happened: what its measures begin with."""


def _rows(
    lines: Iterable[_Line], asked: Asked, figures: Mapping[str, Figure]
) -> Iterator[ReportRow]:
    groups: dict[_Group, Counter[str]] = defaultdict(Counter)
    for line in lines:
        values = tuple(
            line.keys[name] if name in line.keys else getattr(line.place, name)
            for name in asked.groups
        )
        groups[line.currency, values].update(line.sums)
    for (currency, values), sums in sorted(groups.items(), key=_order):
        if any(sums.values()):
            yield ReportRow(
                currency,
                values,
                tuple(figures[name](sums, currency) for name in asked.columns),
            )


def _order(group: tuple[_Group, Counter[str]]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """By currency, then by the groups' values: stages as numbers."""
    (currency, values), _ = group
    return currency, tuple((int(v), "") if v.isdigit() else (0, v) for v in values)


def _totals(
    lines: Iterable[_Line], asked: Asked, figures: Mapping[str, Figure]
) -> Iterator[ReportRow]:
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        sums[line.currency].update(line.sums)
    for currency, found in sorted(sums.items()):
        if any(found.values()):
            values = tuple(figures[name](found, currency) for name in asked.columns)
            yield ReportRow(currency, ("",) * len(asked.groups), values)
