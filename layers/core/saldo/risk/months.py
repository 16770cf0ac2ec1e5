"""How what fell due in each month was paid, as sums: how late, how much, how reminded. Pure.

An invoice counts in the month of its due date, so that an old debt which is paid at last says how
the account paid then, not how it pays now. The sums are by currency and size: amounts of two
currencies are never added, and large invoices can be told from small ones. How many were paid how
late stands in bins besides, for medians and ranks. All are whole numbers, and a further invoice is
one addition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from saldo.risk.behaviour import NOTHING_PAID, DaysBeyondTerms, one_paid

MONTHS_MAX: Final = 24
"""So many months are kept, the present one among them."""

BINS: Final = (-31, -15, -8, -4, -1, 0, 1, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90)
"""The last days beyond terms of each bin; one more bin has what is beyond."""

STAGES_MAX: Final = 12

_LARGE_FROM: Final = 2
"""Powers of two beyond the usual size: from four times the usual amount, give or take a half."""


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """An invoice that was paid: when it was due, how late it was paid, what it was over, and after
    which stage of reminders (0: none was needed).
    """

    due_on: date
    days: int
    currency: str
    amount_minor: int
    stage: int = 0

    @property
    def month(self) -> str:
        return month_of(self.due_on)


@dataclass(frozen=True, slots=True)
class MonthPaid:
    """The sums of what was due in one month ("2026-11") and is paid.

    `cells` are by currency and size ("EUR/14": amounts of 14 binary digits in minor units): count,
    days beyond terms, their squares, how many late, and minor units of all and of the late ones.
    `bins` count by days (see `BINS`), `stages` by the last stage before the payment. `due_days`
    has a bit for each day of the month on which something was due.
    """

    month: str
    cells: dict[str, list[int]] = field(hash=False)
    bins: tuple[int, ...]
    stages: tuple[int, ...]
    due_days: int

    @property
    def paid(self) -> DaysBeyondTerms:
        return sum((_paid(one) for one in self.cells.values()), NOTHING_PAID)


@dataclass(frozen=True, slots=True)
class Spell:
    """The sums of several months together.

    `minor` is what was paid by currency, `late_minor` what of it was late; `large` and `small` are
    the invoices of at least some four times and at most a quarter of the usual size.
    """

    paid: DaysBeyondTerms = NOTHING_PAID
    bins: tuple[int, ...] = (0,) * (len(BINS) + 1)
    stages: tuple[int, ...] = (0,)
    occasions: int = 0
    minor: dict[str, int] = field(default_factory=dict, hash=False)
    late_minor: dict[str, int] = field(default_factory=dict, hash=False)
    large: DaysBeyondTerms = NOTHING_PAID
    small: DaysBeyondTerms = NOTHING_PAID

    @property
    def median(self) -> int | None:
        """The median of the days, within its bin; None when nothing was paid."""
        return median_of(self.bins)

    @property
    def share_reminded(self) -> float | None:
        """The share of invoices that needed a reminder, None when nothing was paid."""
        whole = sum(self.stages)
        return 1 - self.stages[0] / whole if whole else None

    def at_least(self, days: int) -> int:
        """Return how many were paid so late or later, the whole bin of `days` among them."""
        return sum(self.bins[bin_of(days) :])

    def share_late_minor(self, currency: str) -> float | None:
        """Return the share of what was paid in a currency that was late."""
        whole = self.minor.get(currency, 0)
        return self.late_minor.get(currency, 0) / whole if whole else None


def month_of(day: date) -> str:
    """Return a day's month as the sums name it."""
    return f"{day:%Y-%m}"


def months_back(today: date, back: int) -> str:
    """Return the month `back` months before that of `today`."""
    number = today.year * 12 + today.month - 1 - back
    return f"{number // 12:04}-{number % 12 + 1:02}"


def bin_of(days: int) -> int:
    """Return the number of the bin that days beyond terms fall into."""
    return next((place for place, last in enumerate(BINS) if days <= last), len(BINS))


def added(months: Iterable[MonthPaid], paid: Iterable[PaidInvoice]) -> tuple[MonthPaid, ...]:
    """Return the months, in order, with further invoices that were paid."""
    found = {one.month: one for one in months}
    for one in paid:
        found[one.month] = _with(found.get(one.month), one)
    return tuple(found[name] for name in sorted(found))


def kept_of(months: Iterable[MonthPaid], today: date) -> tuple[MonthPaid, ...]:
    """Return those of the months that are kept on a day."""
    first = months_back(today, MONTHS_MAX - 1)
    return tuple(one for one in months if one.month >= first)


def spell(months: Iterable[MonthPaid], first: str = "", last: str = "9999-12") -> Spell:
    """Return the sums of those of the months that lie in [first, last]."""
    some = [one for one in months if first <= one.month <= last]
    cells = _added_cells(one.cells for one in some)
    usual = _usual_sizes(cells)
    minor: dict[str, int] = {}
    late: dict[str, int] = {}
    large = small = NOTHING_PAID
    for name, sums in cells.items():
        currency, size = _named(name)
        minor[currency] = minor.get(currency, 0) + sums[4]
        late[currency] = late.get(currency, 0) + sums[5]
        if size >= usual[currency] + _LARGE_FROM:
            large += _paid(sums)
        elif size <= usual[currency] - _LARGE_FROM:
            small += _paid(sums)
    return Spell(
        sum((_paid(sums) for sums in cells.values()), NOTHING_PAID),
        _columns((one.bins for one in some), len(BINS) + 1),
        _columns((one.stages for one in some), 1),
        sum(one.due_days.bit_count() for one in some),
        minor,
        late,
        large,
        small,
    )


def months_since(months: Sequence[MonthPaid], today: date) -> int:
    """Return how many months there are from the first one to that of a day, both counted."""
    if not months:
        return 0
    year, month = map(int, months[0].month.split("-"))
    return (today.year - year) * 12 + today.month - month + 1


def median_of(bins: Sequence[int]) -> int | None:
    """Return the median of days counted in bins, None when there are none."""
    whole, passed = sum(bins), 0
    for place, count in enumerate(bins):
        if count and passed + count >= whole / 2:
            last = BINS[min(place, len(BINS) - 1)]
            first = BINS[place - 1] + 1 if 0 < place < len(BINS) else last
            return round(first + (last - first) * (whole / 2 - passed) / count)
        passed += count
    return None


def _with(month: MonthPaid | None, one: PaidInvoice) -> MonthPaid:
    old = month or MonthPaid(one.month, {}, (0,) * (len(BINS) + 1), (0,), 0)
    name = f"{one.currency}/{one.amount_minor.bit_length()}"
    sums, is_late = one_paid(one.days), one.days > 0
    more = [1, sums.days, sums.squares, sums.late, one.amount_minor]
    more.append(one.amount_minor if is_late else 0)
    before = old.cells.get(name, [0] * len(more))
    cells = old.cells | {name: [a + b for a, b in zip(before, more, strict=True)]}
    return MonthPaid(
        one.month,
        dict(sorted(cells.items())),
        _raised(old.bins, bin_of(one.days)),
        _raised(old.stages, min(one.stage, STAGES_MAX)),
        old.due_days | 1 << one.due_on.day,
    )


def _raised(counts: Sequence[int], place: int) -> tuple[int, ...]:
    longer = [*counts, *[0] * (place + 1 - len(counts))]
    longer[place] += 1
    return tuple(longer)


def _columns(rows: Iterable[Sequence[int]], least: int) -> tuple[int, ...]:
    found = [0] * least
    for row in rows:
        found += [0] * (len(row) - len(found))
        for place, count in enumerate(row):
            found[place] += count
    return tuple(found)


def _added_cells(parts: Iterable[dict[str, list[int]]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for cells in parts:
        for name, sums in cells.items():
            before = found.get(name)
            found[name] = [a + b for a, b in zip(before, sums, strict=True)] if before else sums
    return found


def _usual_sizes(cells: dict[str, list[int]]) -> dict[str, int]:
    """Return the size of the median invoice, by currency."""
    sizes: dict[str, list[tuple[int, int]]] = {}
    for name, sums in cells.items():
        currency, size = _named(name)
        sizes.setdefault(currency, []).append((size, sums[0]))
    usual: dict[str, int] = {}
    for currency, counted in sizes.items():
        whole, passed = sum(count for _, count in counted), 0
        for size, count in sorted(counted):
            passed += count
            if passed * 2 >= whole:
                usual[currency] = size
                break
    return usual


def _named(cell: str) -> tuple[str, int]:
    currency, _, size = cell.partition("/")
    return currency, int(size)


def _paid(sums: Sequence[int]) -> DaysBeyondTerms:
    return DaysBeyondTerms(*sums[:4])
