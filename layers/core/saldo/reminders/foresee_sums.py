"""Sums over the tracks of a simulation: nothing of a single account is kept. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from saldo.reminders.foresee_model import (
    COUNTED,
    Band,
    Contacts,
    Counted,
    Happening,
    Money,
    Outlook,
    Prices,
    Terms,
)

_WEEK: Final = 7
_LOW, _HIGH = 10, 90


class DrawSums:
    """What one draw comes to over all accounts."""

    def __init__(self, first: date, days: int, prices: Prices) -> None:
        self._first, self._prices = first, prices
        self.counts: Counter[Counted] = Counter()
        self.cost = Decimal(0)
        self.by_week = [0] * -(-days // _WEEK)
        self.cash: dict[str, list[int]] = {}
        self._days = days

    def add(self, happened: Iterable[Happening]) -> int:
        """Add what happened to an account; return how many reminders it heard."""
        reminders = 0
        for one in happened:
            self.counts[one.what] += 1
            if one.channel is not None and one.what != "unreached":
                self.cost += self._prices.of(one.channel)
            if one.is_reminder:
                self.by_week[(one.day - self._first).days // _WEEK] += 1
                reminders += 1
        return reminders

    def pay(self, day: date, currency: str, minor: int) -> None:
        """Add a payment."""
        by_day = self.cash.setdefault(currency, [0] * self._days)
        by_day[(day - self._first).days] += minor


class PolicySums:
    """What one policy comes to: every draw, and what would be if nobody paid."""

    def __init__(self, name: str, first: date, terms: Terms) -> None:
        def empty() -> DrawSums:
            return DrawSums(first, terms.days, terms.prices)

        self.name, self._terms = name, terms
        self.draws = [empty() for _ in range(1 if terms.nobody_pays else terms.draws)]
        self.nobody_pays = empty()
        self._histogram: Counter[int] = Counter()
        self._most = 0

    def heard(self, reminders: int) -> None:
        """Note how often an account heard from us in one draw."""
        self._histogram[reminders] += 1
        self._most = max(self._most, reminders)

    def outlook(self, owed: Mapping[str, tuple[int, int]]) -> Outlook:
        """Return the bands over all draws; `owed` has what is open and contested, by currency."""
        return Outlook(
            self.name,
            {what: band([draw.counts[what] for draw in self.draws]) for what in COUNTED},
            {what: self.nobody_pays.counts[what] for what in COUNTED},
            _costs([draw.cost for draw in self.draws]),
            self.nobody_pays.cost,
            tuple(
                band([draw.by_week[week] for draw in self.draws])
                for week in range(len(self.nobody_pays.by_week))
            ),
            self._contacts(),
            {currency: self._money(currency, *minor) for currency, minor in sorted(owed.items())},
        )

    def _contacts(self) -> Contacts:
        draws, lived = len(self.draws), sum(self._histogram.values())
        heard = sum(often * accounts for often, accounts in self._histogram.items())
        return Contacts(
            heard / lived if lived else 0.0,
            self._most,
            {often: accounts / draws for often, accounts in sorted(self._histogram.items())},
        )

    def _money(self, currency: str, open_minor: int, contested_minor: int) -> Money:
        nothing = [0] * self._terms.days
        grown = [_running(draw.cash.get(currency, nothing)) for draw in self.draws]
        by_day = tuple(band([draw[day] for draw in grown]) for day in range(self._terms.days))
        rest = band([open_minor - draw[-1] for draw in grown])
        return Money(open_minor, contested_minor, by_day, rest)


def band(values: Sequence[int]) -> Band:
    """Return the middle value and those below which a tenth and nine tenths lie."""
    ordered = sorted(values)
    return Band(_at(ordered, _LOW), _at(ordered, 50), _at(ordered, _HIGH))


def _costs(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    ordered = sorted(values)
    low, middle, high = (ordered[_place(ordered, percent)] for percent in (_LOW, 50, _HIGH))
    return low, middle, high


def _at(ordered: Sequence[int], percent: int) -> int:
    return ordered[_place(ordered, percent)]


def _place(ordered: Sequence[object], percent: int) -> int:
    """Return where the nearest value of that rank stands."""
    return round((len(ordered) - 1) * percent / 100)


def _running(values: Sequence[int]) -> list[int]:
    total, found = 0, []
    for value in values:
        total += value
        found.append(total)
    return found
