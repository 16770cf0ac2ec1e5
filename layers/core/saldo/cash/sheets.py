"""Summing what accounts are expected to pay into sheets, and reading them back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from zlib import crc32

from saldo.banking_days import is_banking_day
from saldo.cash.model import NEVER, CashItem, CashSheet, Part
from saldo.cash.paths import HORIZON_DAYS, Paths, packed, unpacked
from saldo.cash.simulate import Amount, Drawn, Landing, Luck, draw_into, landing_on, luck
from saldo.cash.spread import seen_from, shares_by_day, within

HALF_YEAR_DAYS: Final = 182
YEAR_DAYS: Final = 365


def luck_of(creditor: str) -> Luck:
    """Return the luck that all of a creditor's draws are made with, day after day."""
    return luck(crc32(creditor.encode()))


def landing_from(day: date) -> Landing:
    """Return on which day of the horizon after `day` money lands: on banking days."""
    return landing_on(lambda ahead: is_banking_day(day + timedelta(days=ahead)))


@dataclass(slots=True)
class Live:
    """What is expected in a currency: paths, and exactly what is expected, in minor units.

    `expected` and `expected_new` are by day of the horizon. `later` is what comes thereafter:
    within a half-year of the forecast's day, within a year, ever, and never.
    """

    currency: str
    punctual: Paths = field(default_factory=Paths)
    late: Paths = field(default_factory=Paths)
    new: Paths = field(default_factory=Paths)
    expected: list[float] = field(default_factory=lambda: [0.0] * HORIZON_DAYS)
    expected_new: list[float] = field(default_factory=lambda: [0.0] * HORIZON_DAYS)
    later: list[float] = field(default_factory=lambda: [0.0] * 4)
    open_minor: int = 0
    count: int = 0

    @property
    def open(self) -> Paths:
        """The paths of all that is invoiced."""
        return Drawn(self.punctual, self.late).whole

    def add(self, other: Live) -> None:
        """Add another's, of the same currency."""
        self.punctual.add(other.punctual)
        self.late.add(other.late)
        self.new.add(other.new)
        self.expected = [*map(float.__add__, self.expected, other.expected)]
        self.expected_new = [*map(float.__add__, self.expected_new, other.expected_new)]
        self.later = [*map(float.__add__, self.later, other.later)]
        self.open_minor += other.open_minor
        self.count += other.count

    def add_sheet(self, sheet: CashSheet) -> None:
        """Add what a sheet has."""
        paths = unpacked(sheet.unit, sheet.paths)
        if sheet.part == "new":
            self.new.add(paths)
            self.expected_new = [*map(float.__add__, self.expected_new, map(float, sheet.expected))]
            return
        (self.punctual if sheet.part == "punctual" else self.late).add(paths)
        self.expected = [*map(float.__add__, self.expected, map(float, sheet.expected))]
        self.later = [*map(float.__add__, self.later, map(float, sheet.later))]
        self.open_minor += sheet.open_minor
        self.count += sheet.count


@dataclass(frozen=True, slots=True)
class Eve:
    """The evening from which is looked ahead, with what all draws have in common."""

    day: date
    luck: Luck
    landing: Landing


def eve_of(creditor: str, day: date) -> Eve:
    """Return the evening of a day as a creditor's draws see it."""
    return Eve(day, luck_of(creditor), landing_from(day))


def add_account(
    lives: dict[str, Live], account: str, items: Iterable[CashItem], eve: Eve, times: int = 1
) -> None:
    """Draw an account and add it, by currency; `times` -1 takes off what was added before."""
    by_currency: dict[str, list[Amount]] = {}
    for item in items:
        live = lives.setdefault(item.currency, Live(item.currency))
        amount = amount_of(item, eve.day)
        by_currency.setdefault(item.currency, []).append(amount)
        _expect(live, amount, eve.landing, times)
    for currency, amounts in by_currency.items():
        live = lives[currency]
        drawn = Drawn(live.punctual, live.late)
        draw_into(drawn, f"{account} {currency}", amounts, eve.luck, eve.landing, times)


def amount_of(item: CashItem, day: date) -> Amount:
    """Return an item as it is expected in the evening of a day, not having come by then.

    What was issued after that day is expected from its issue on.
    """
    passed = (day - item.issued_on).days
    edges = (
        seen_from(item.edges, passed)
        if passed >= 0
        else tuple(one - passed * 10 for one in item.edges)
    )
    return Amount(item.minor, edges, (item.due_on - day).days, item.never / NEVER)


def _expect(live: Live, amount: Amount, landing: Landing, times: int) -> None:
    """Add exactly what is expected of an amount, with no draw."""
    comes = amount.minor * times * (1 - amount.never)
    inside = 0.0
    for day, share in enumerate(shares_by_day(amount.edges, HORIZON_DAYS)):
        if share and day and (lands := landing[day]) <= HORIZON_DAYS:
            live.expected[lands - 1] += comes * share
            inside += share
    half = within(amount.edges, HALF_YEAR_DAYS * 10 + 4.999)
    year = within(amount.edges, YEAR_DAYS * 10 + 4.999)
    live.later[0] += comes * max(0.0, half - inside)
    live.later[1] += comes * (year - half)
    live.later[2] += comes * (1 - year)
    live.later[3] += amount.minor * times * amount.never
    live.open_minor += amount.minor * times
    live.count += times


def sheets_of(creditor: str, build: str, scope: str, live: Live) -> list[CashSheet]:
    """Return the sheets that keep what is expected; none for nothing.

    What is expected exactly stands with what is punctual, once.
    """
    found = []
    nothing = (0,) * HORIZON_DAYS
    parts: Sequence[tuple[Part, Paths, tuple[int, ...]]] = (
        ("punctual", live.punctual, rounded(live.expected)),
        ("late", live.late, nothing),
        ("new", live.new, rounded(live.expected_new)),
    )
    for part, paths, expected in parts:
        is_first = part == "punctual"
        if not any(paths.cells) and not (is_first and live.count):
            continue
        unit, text = packed(paths)
        found.append(
            CashSheet(
                creditor,
                build,
                scope,
                live.currency,
                part,
                unit,
                text,
                expected,
                tuple(map(round, live.later)) if is_first else (0, 0, 0, 0),
                live.open_minor if is_first else 0,
                live.count if is_first else 0,
            )
        )
    return found


def rounded(amounts: Sequence[float]) -> tuple[int, ...]:
    """Return whole minor units whose sums are those of the amounts, not of what each lost."""
    found, so_far, told = [], 0.0, 0
    for amount in amounts:
        so_far += amount
        found.append(round(so_far) - told)
        told += found[-1]
    return tuple(found)
