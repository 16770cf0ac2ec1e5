"""The cash forecast as somebody wants to see it: by day, week or month, of all or of a group.

A look costs a get for the head, a query for the sheets (two or three per currency, or per currency
and place with a filter), and what changed since the night: an index query and gets in batches, at
most `CHANGED_MAX` accounts. It costs the same with a hundred open items and with a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final, Literal, get_args

from saldo.accounts.model import Creditor
from saldo.cash.model import CHANGED, WHOLE, AccountCash, CashHead, CashSheet, read
from saldo.cash.paths import HORIZON_DAYS, Paths, quantile
from saldo.cash.sheets import Eve, Live, add_account, eve_of
from saldo.cash.stretch import Stretch, stretched
from saldo.clock import Clock
from saldo.errors import Invalid
from saldo.figures.ask import Asked
from saldo.figures.cells import month_start
from saldo.figures.model import DIMENSIONS, Place, place_from
from saldo.store import Store

CHANGED_MAX: Final = 150
CHANGED_ITEMS_MAX: Final = 2000
"""So many changed accounts, with so many open amounts before and after, are counted in at a look:
each amount takes 0.2 ms. More are rare, for `fold` takes them into the sheets."""

Step = Literal["day", "week", "month"]
STEPS: Final[tuple[Step, ...]] = get_args(Step)

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
_FILTER_VALUES_MAX: Final = 100


class CashNotValid(Invalid):
    """The cash forecast was asked for with a step, a filter or a number that it does not have."""

    code = "cash-not-valid"


@dataclass(frozen=True, slots=True)
class CashAsked:
    """What is looked for: the step of the rows, and the values that each dimension may have, as
    reports have them.
    """

    step: Step = "week"
    filters: dict[str, list[str]] = field(default_factory=dict, hash=False)

    def lets_through(self, place: Place) -> bool:
        """Tell whether the filters let a place through."""
        return Asked("aging", filters=self.filters).lets_through(place)


@dataclass(frozen=True, slots=True)
class Band:
    """An amount in minor units: expected, and the points below which it stays with a chance of 10,
    50 and 90 %.
    """

    expected: int
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class CashRow:
    """What is expected from `first` to `last`: of what is open, and of what is not invoiced yet."""

    first: date
    last: date
    open: Band
    new: Band
    cumulative: Band


@dataclass(frozen=True, slots=True)
class CashCurrency:
    """A currency's forecast, in minor units. `within` is what is expected within the horizon of
    `open_minor`; `half_year`, `year` and `later` thereafter; `never` is what the forecast gives up.
    """

    currency: str
    open_minor: int
    count: int
    within: int
    half_year: int
    year: int
    later: int
    never: int
    rows: tuple[CashRow, ...]


@dataclass(frozen=True, slots=True)
class CashTable:
    """The forecast from the evening of `day`; None where no night has made one yet.

    `changed` accounts changed since and are counted in; where `is_cut` more changed, and wait for
    the night.
    """

    asked: CashAsked
    day: date | None = None
    made_at: datetime | None = None
    until: date | None = None
    changed: int = 0
    is_cut: bool = False
    weeks_new: int = 0
    currencies: tuple[CashCurrency, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What is expected as it is now, by currency."""

    head: CashHead
    eve: Eve
    lives: Mapping[str, Live]
    changed: int
    is_cut: bool


def cash_asked(step: str = "", filters: Mapping[str, Sequence[str]] | None = None) -> CashAsked:
    """Return what is asked, checked; raise CashNotValid."""
    known = next((one for one in STEPS if one == (step or "week")), None)
    if known is None:
        raise CashNotValid(f"There is no step {step!r}. Known: {', '.join(STEPS)}.").at("/step")
    given = {name: sorted(set(values)) for name, values in (filters or {}).items() if values}
    for name, values in given.items():
        if name not in DIMENSIONS:
            raise CashNotValid(f"No filter {name!r}. Known: {', '.join(DIMENSIONS)}.")
        if len(values) > _FILTER_VALUES_MAX:
            raise CashNotValid(f"A filter has {_FILTER_VALUES_MAX} values at most.")
    return CashAsked(known, given)


class CashForecasts:
    """Reads the cash forecast."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store.relaxed(), clock

    def look(self, creditor: str, asked: CashAsked) -> Looked | None:
        """Return what is expected now; None where no night has made a forecast yet."""
        head = self._store.get(CashHead, creditor)
        if head is None:
            return None
        lives: dict[str, Live] = {}
        for scope in self._scopes(head, asked):
            for sheet in self._store.list(CashSheet, creditor, head.build, scope):
                lives.setdefault(sheet.currency, Live(sheet.currency)).add_sheet(sheet)
        eve = eve_of(creditor, head.day)
        changed, is_cut = self._changed(creditor, asked, lives, eve)
        return Looked(head, eve, lives, changed, is_cut)

    def places(self, creditor: str) -> list[Place]:
        """Return the places that have something: one get."""
        head = self._store.get(CashHead, creditor)
        return [place_from(token) for token in head.places] if head else []

    def currencies(self, creditor: str) -> tuple[str, ...]:
        """Return the currencies that have something, or had it last night: one get."""
        head = self._store.get(CashHead, creditor)
        return head.currencies if head else ()

    def show(self, creditor: Creditor, asked: CashAsked) -> CashTable:
        """Return the forecast."""
        found = self.look(creditor.id, asked)
        if found is None:
            return CashTable(asked)
        day = found.head.day
        return CashTable(
            asked,
            day,
            found.head.made_at,
            day + timedelta(days=HORIZON_DAYS),
            found.changed,
            found.is_cut,
            found.head.weeks_new,
            tuple(
                _currency(live, day, asked.step, found.head.stretch(live.currency))
                for _, live in sorted(found.lives.items())
                if live.count > 0 or any(live.expected_new)
            ),
        )

    def _scopes(self, head: CashHead, asked: CashAsked) -> list[str]:
        if not asked.filters:
            return [WHOLE]
        return [one for one in head.places if asked.lets_through(place_from(one))]

    def _changed(
        self, creditor: str, asked: CashAsked, lives: dict[str, Live], eve: Eve
    ) -> tuple[int, bool]:
        """Put what changed since the night in the place of what it was then."""
        named = self._store.work(AccountCash, CHANGED, creditor, self._clock.now())
        keys = list(islice(named, CHANGED_MAX + 1))
        rows = self._store.get_many(AccountCash, keys[:CHANGED_MAX])
        count = amounts = 0
        for row in rows.values():
            if not row.differs:
                continue
            is_there = asked.lets_through(place_from(row.place))
            was_there = bool(row.counted) and asked.lets_through(place_from(row.counted_place))
            before = read(row.counted) if was_there else []
            after = read(row.items) if is_there else []
            amounts += len(before) + len(after)
            if amounts > CHANGED_ITEMS_MAX:
                return count, True
            add_account(lives, row.account, before, eve, -1)
            add_account(lives, row.account, after, eve)
            count += is_there or was_there
        return count, len(keys) > CHANGED_MAX


def _currency(live: Live, day: date, step: Step, stretch: Stretch) -> CashCurrency:
    within = sum(live.expected)
    half_year, year, later, never = live.later
    return CashCurrency(
        live.currency,
        live.open_minor,
        live.count,
        round(within),
        round(half_year),
        round(year),
        round(later),
        round(never),
        tuple(rows_of(live, day, step, stretch)),
    )


def rows_of(live: Live, day: date, step: Step, stretch: Stretch) -> Iterator[CashRow]:
    """Yield the rows of a forecast made in the evening of `day`."""
    open_ = live.open
    for first, last in spans(day, step):
        factor = stretch.of(last)
        yield CashRow(
            day + timedelta(days=first),
            day + timedelta(days=last),
            band(open_, live.expected, first, last, factor),
            band(live.new, live.expected_new, first, last, factor),
            band(open_, live.expected, 1, last, factor),
        )


def band(
    paths: Paths, expected: Sequence[float], first: int, last: int, factor: float = 1.0
) -> Band:
    """Return what comes from one day of the horizon to another, the band stretched by a factor."""
    values = paths.within(first, last)
    drawn, middle, most = (quantile(values, level) for level in (LOW, MIDDLE, HIGH))
    low, high = stretched(drawn, middle, most, factor)
    told = sum(expected[first - 1 : last])
    return Band(round(told), round(low), round(middle), round(high))


def spans(day: date, step: Step) -> Iterator[tuple[int, int]]:
    """Yield the days of the horizon by calendar day, week (from Monday) or month: the first and the
    last of each, where the first and the last one may be a part.
    """
    first = 1
    while first <= HORIZON_DAYS:
        begins = day + timedelta(days=first)
        if step == "day":
            ends = begins
        elif step == "week":
            ends = begins + timedelta(days=6 - begins.weekday())
        else:
            ends = month_start(begins, 1) - timedelta(days=1)
        last = min((ends - day).days, HORIZON_DAYS)
        yield first, last
        first = last + 1
