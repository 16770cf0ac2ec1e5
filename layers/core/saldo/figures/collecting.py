"""How well collecting works, month by month: DSO, best possible DSO, days delinquent and CEI.

What was open at the end of a month comes from what was kept when it ended. Where nobody looked
then, it is counted back from what is open now, by all that happened since; that is exact for the
creditor as a whole, but not by groups, for accounts may have moved from one to another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Final

from saldo.figures.ask import Asked
from saldo.figures.cells import EndCell, FigureCells, FlowCell, OpenCell, month_end, month_start
from saldo.figures.formulas import (
    NOT_DUE,
    Month,
    average_days_delinquent,
    best_possible_dso,
    collection_effectiveness,
    dso,
    dso_count_back,
)
from saldo.figures.model import Place

BACK_MONTHS: Final = 12
"""So many months before the first one are read, for counting back and for the sales of a period."""

SALES_MONTHS: Final = 3
"""DSO by the simple method goes by the sales of so many months, the last being the row's own, or of
as many as there are since the first sale."""

_Group = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CollectingRow:
    """A month of a group; amounts are minor units of the currency."""

    currency: str
    groups: tuple[str, ...]
    values: dict[str, int | float | str | None] = field(hash=False)


@dataclass(slots=True)
class _Group12:
    """What is known of a group: by month, and now."""

    sales: Counter[date] = field(default_factory=Counter)
    net: Counter[date] = field(default_factory=Counter)
    open_now: int = 0
    current_now: int = 0
    ends: dict[date, tuple[int, int]] = field(default_factory=dict)


class _Gathered:
    """What the sheets say of each group."""

    def __init__(self, asked: Asked) -> None:
        self.dimensions = [name for name in asked.groups if name != "month"]
        self.groups: dict[_Group, _Group12] = defaultdict(_Group12)
        self.kept: set[date] = set()
        self._asked = asked

    def _of(self, currency: str, place: Place) -> _Group12 | None:
        if not self._asked.lets_through(place):
            return None
        return self.groups[currency, tuple(getattr(place, name) for name in self.dimensions)]

    def flows(self, cells: Iterable[FlowCell]) -> None:
        for cell in cells:
            group = self._of(cell.currency, cell.place)
            if group is not None:
                month = month_start(cell.first)
                group.sales[month] += sales_of(cell.sums)
                group.net[month] += net_of(cell.sums)

    def now(self, cells: Iterable[OpenCell], today: date) -> None:
        for cell in cells:
            group = self._of(cell.currency, cell.place)
            if group is not None:
                group.open_now += sum(cell.minor.values())
                group.current_now += sum(m for day, m in cell.minor.items() if day >= today)

    def ends(self, cells: Sequence[EndCell], month: date) -> None:
        """Take what was kept when a month ended: groups without a cell had nothing then."""
        self.kept.add(month)
        for cell in cells:
            found = self._of(cell.currency, cell.place)
            if found is not None:
                total, current = found.ends.get(month, (0, 0))
                not_due = cell.ages.get(NOT_DUE, 0)
                found.ends[month] = (total + sum(cell.ages.values()), current + not_due)


def collecting(
    cells: FigureCells, creditor: str, asked: Asked, first: date, last: date, today: date
) -> Iterable[CollectingRow]:
    """Return a row for each month and group, in order."""
    begin = month_start(first)
    if begin > today:
        return []  # what will be open then nobody knows
    months = _months(begin, min(last, today))
    known = _Gathered(asked)
    known.flows(cells.flows(creditor, month_start(begin, -BACK_MONTHS), month_end(today)))
    known.now(cells.open_now(creditor), today)
    for month in [month_start(begin, -1), *months]:
        found = cells.ends(creditor, month_end(month))
        if found or cells.was_kept(creditor, month_end(month)):
            known.ends(found, month)
    for group, month in product(known.groups.values(), known.kept):
        group.ends.setdefault(month, (0, 0))
    is_whole = not known.dimensions and not asked.filters
    rows = [
        CollectingRow(
            currency,
            tuple(
                f"{month:%Y-%m}" if name == "month" else values[known.dimensions.index(name)]
                for name in asked.groups
            ),
            _month(group, month, today, is_whole=is_whole),
        )
        for (currency, values), group in known.groups.items()
        for month in (months if "month" in asked.groups else months[-1:])
    ]
    return sorted(rows, key=lambda row: (row.currency, row.groups))


def sales_of(sums: Mapping[str, int]) -> int:
    """Return sales on credit: what was billed, less what was credited."""
    return sums.get("billed", 0) - sums.get("credited", 0)


def net_of(sums: Mapping[str, int]) -> int:
    """Return by how much what is owed rose."""
    off = ("credited", "settled", "closed_there", "discounted", "written_off", "other")
    return sums.get("billed", 0) + sums.get("charged", 0) - sum(sums.get(n, 0) for n in off)


def _months(first: date, last: date) -> list[date]:
    found = [first]
    while month_start(found[-1], 1) <= last:
        found.append(month_start(found[-1], 1))
    return found


def _month(
    group: _Group12, month: date, today: date, *, is_whole: bool
) -> dict[str, int | float | str | None]:
    is_now = month == month_start(today)
    last = today if is_now else month_end(month)
    total, current = _end(group, month, today, is_whole=is_whole)
    before, _ = _end(group, month_start(month, -1), today, is_whole=is_whole)
    back = [month_start(month, -n) for n in range(BACK_MONTHS)]
    sales = group.sales[month]
    first = max(back[SALES_MONTHS - 1], min(group.net, default=month))
    quarter = sum(group.sales[one] for one in back[:SALES_MONTHS])
    days = (last - first).days + 1
    simple = None if total is None else dso(total, quarter, days)
    best = None if current is None else best_possible_dso(current, quarter, days)
    counted = None
    if total is not None:
        ends = [last, *(month_end(one) for one in back[1:])]
        counted = dso_count_back(
            total,
            [Month((end - one).days + 1, group.sales[one])
             for one, end in zip(back, ends, strict=True)],
        )  # fmt: skip
    effective = None
    if total is not None and current is not None and before is not None:
        effective = collection_effectiveness(before, sales, total, current)
    return {
        "open_at_end": total,
        "not_due_at_end": current,
        "sales": sales,
        "dso": simple,
        "dso_count_back": counted,
        "best_dso": best,
        "delinquent": average_days_delinquent(simple, best),
        "effectiveness": effective,
    }


def _end(
    group: _Group12, month: date, today: date, *, is_whole: bool
) -> tuple[int | None, int | None]:
    """Return what was open at the end of a month, and what of it was not due."""
    now = month_start(today)
    if month == now:
        return group.open_now, group.current_now
    if month in group.ends:
        return group.ends[month]
    if not is_whole:
        return None, None
    since = sum(net for one, net in group.net.items() if one > month)
    return group.open_now - since, None
