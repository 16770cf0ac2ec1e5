"""What would change what comes: the same draws once as they are and once with the change. Pure, but
for reading one account.

A change moves every draw by what it does to it, so that the band of the difference is that of the
change alone and not of two forecasts. What a change does (how many days, whose share) is the
asker's assumption; Saldo works out what follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, get_args

from saldo.accounts.model import Creditor
from saldo.accounts.service import AccountUnknown
from saldo.cash.model import AccountCash, read
from saldo.cash.paths import HORIZON_DAYS, Paths
from saldo.cash.sheets import Eve, Live, add_account
from saldo.cash.simulate import Landing
from saldo.cash.stretch import Stretch
from saldo.cash.view import Band, CashAsked, CashForecasts, CashNotValid, Looked, spans
from saldo.cash.view import band as band_of
from saldo.figures.model import place_from
from saldo.store import Store

ScenarioKind = Literal["reminders", "discount", "customer-late", "customer-never", "volume"]
"""reminders: what comes late comes so many days sooner (or later); discount: a share of what is
owed takes so many percent off and comes so many days sooner; customer-late: one account pays so
many days later; customer-never: it pays nothing; volume: so many percent more (or less) is
invoiced."""

KINDS: Final[tuple[ScenarioKind, ...]] = get_args(ScenarioKind)
DAYS_MAX: Final = 91
SOONER_MAX: Final = 42
"""Sooner by at most so many days: what the horizon does not see yet cannot be moved into it, so the
last days of it are left out."""

PERCENT_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class Scenario:
    """A change and what the asker assumes of it.

    `days`: reminders, by how many days what is late comes later (below zero: sooner); discount, by
    how many sooner; customer-late, by how many later. `percent`: discount, what is taken off;
    volume, by how much more is invoiced (below zero: less). `share_percent`: of what is owed, how
    much takes the discount, or is moved by the reminders. `account` is the customer.
    """

    kind: ScenarioKind
    days: int = 0
    percent: float = 0.0
    share_percent: float = 100.0
    account: str = ""

    @property
    def sooner(self) -> int:
        """By how many days something comes sooner."""
        return self.days if self.kind == "discount" else max(0, -self.days)


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A week with and without the change, and the difference, that week and so far."""

    first: date
    last: date
    before: Band
    after: Band
    difference: Band
    cumulative: Band


@dataclass(frozen=True, slots=True)
class ScenarioCurrency:
    """What a change does in a currency, in minor units.

    `lowest` is the row at which the expected difference so far is at its lowest, None where it is
    never below nothing. `at_end` is the difference at the horizon's end; of it, so much is `lost`
    for good; the rest comes later.
    """

    currency: str
    rows: tuple[ScenarioRow, ...]
    lowest: ScenarioRow | None
    at_end: Band
    lost: int


@dataclass(frozen=True, slots=True)
class ScenarioTable:
    """What a change does, by week; `day` None where no night has made a forecast yet."""

    scenario: Scenario
    asked: CashAsked
    day: date | None
    currencies: tuple[ScenarioCurrency, ...]


def scenario(
    kind: str,
    *,
    days: int | None = None,
    percent: float | None = None,
    share_percent: float | None = None,
    account: str = "",
) -> Scenario:
    """Return a scenario, checked; raise CashNotValid."""
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        raise CashNotValid(f"No scenario {kind!r}. Known: {', '.join(KINDS)}.").at("/kind")
    if known.startswith("customer") and not account:
        raise CashNotValid("Which customer? Name the account.").at("/account")
    if known in ("reminders", "discount", "customer-late") and not days:
        raise CashNotValid("By how many days? Say 'days'.").at("/days")
    if known in ("discount", "volume") and not percent:
        raise CashNotValid("How many percent? Say 'percent'.").at("/percent")
    made = Scenario(known, days or 0, percent or 0.0, 100.0, account)
    if share_percent is not None:
        made = replace(made, share_percent=share_percent)
    least = -SOONER_MAX if known == "reminders" else 0
    most = SOONER_MAX if known == "discount" else DAYS_MAX
    if not least <= made.days <= most:
        raise CashNotValid(f"Days go from {least} to {most}.").at("/days")
    low, high = (0, 100) if known == "discount" else (-100, PERCENT_MAX)
    if not low <= made.percent <= high:
        raise CashNotValid(f"'percent' goes from {low} to {high}.").at("/percent")
    if not 0 < made.share_percent <= 100:
        raise CashNotValid("'share_percent' is above 0 and at most 100.").at("/share_percent")
    return made


class CashScenarios:
    """Works out what changes would do."""

    def __init__(self, store: Store, forecasts: CashForecasts) -> None:
        self._store, self._forecasts = store, forecasts

    def try_(self, creditor: Creditor, wanted: Scenario, asked: CashAsked) -> ScenarioTable:
        """Return what a change does.

        Raises AccountUnknown for a customer who is not known here, CashNotValid for one whom the
        filters leave out.
        """
        account = None
        if wanted.account:
            account = self._store.get(AccountCash, creditor.id, wanted.account)
            if account is None:
                raise AccountUnknown("The account has nothing open.").at("/account")
            if not asked.lets_through(place_from(account.place)):
                raise CashNotValid("The account is not among those asked for.").at("/account")
        found = self._forecasts.look(creditor.id, asked)
        if found is None:
            return ScenarioTable(wanted, asked, None, ())
        touched = dict(found.lives) if account is None else _of_account(found, account)
        return ScenarioTable(
            wanted,
            asked,
            found.head.day,
            tuple(
                _currency(
                    found.lives[currency],
                    touched[currency],
                    wanted,
                    found.eve,
                    found.head.stretch(currency),
                )
                for currency in sorted(touched)
                if currency in found.lives
            ),
        )


def _of_account(found: Looked, account: AccountCash) -> dict[str, Live]:
    """Return what is expected of one account, by the draws that the whole has of it."""
    lives: dict[str, Live] = {}
    add_account(lives, account.account, read(account.items), found.eve)
    return lives


@dataclass(slots=True)
class _Change:
    """A difference draw by draw and exactly; `lost` is what never comes for it."""

    paths: Paths
    expected: list[float]
    lost: float = 0.0


def _changed(live: Live, wanted: Scenario, landing: Landing) -> _Change:
    share = wanted.share_percent / 100
    if wanted.kind == "volume":
        factor = wanted.percent / 100
        return _Change(live.new.times(factor), [one * factor for one in live.expected_new])
    if wanted.kind == "reminders":
        return _moved(live.late, wanted.days, share, 0.0, landing)
    if wanted.kind == "customer-never":
        return _Change(live.open.times(-1.0), [-one for one in live.expected], _ever(live))
    if wanted.kind == "customer-late":
        return _moved(live.open, wanted.days, 1.0, 0.0, landing)
    whole = live.open
    whole.add(live.new)
    return _moved(whole, -wanted.days, share, wanted.percent / 100, landing)


def _moved(paths: Paths, days: int, share: float, off: float, landing: Landing) -> _Change:
    """Return what it does if a share comes so many days later, with so much taken off."""
    made = paths.moved(days).landed(landing).times(share * (1 - off))
    made.add(paths, -share)
    return _Change(made, made.means(), sum(paths.means()) * share * off)


def _ever(live: Live) -> float:
    return sum(live.expected) + sum(live.later[:3])


def _currency(
    live: Live, touched: Live, wanted: Scenario, eve: Eve, stretch: Stretch
) -> ScenarioCurrency:
    change = _changed(touched, wanted, eve.landing)
    day = eve.day
    with_new = wanted.kind in ("volume", "discount")
    before, expected = live.open, list(live.expected)
    if with_new:
        before.add(live.new)
        expected = [*map(float.__add__, expected, live.expected_new)]
    after = Paths()
    after.add(before)
    after.add(change.paths)
    expected_after = [*map(float.__add__, expected, change.expected)]
    rows = [
        ScenarioRow(
            day + timedelta(days=first),
            day + timedelta(days=last),
            band_of(before, expected, first, last, stretch.of(last)),
            band_of(after, expected_after, first, last, stretch.of(last)),
            band_of(change.paths, change.expected, first, last),
            band_of(change.paths, change.expected, 1, last),
        )
        for first, last in spans(day, "week")
        if last <= HORIZON_DAYS - wanted.sooner
    ]
    return ScenarioCurrency(
        live.currency, tuple(rows), _lowest(rows), rows[-1].cumulative, round(change.lost)
    )


def _lowest(rows: Sequence[ScenarioRow]) -> ScenarioRow | None:
    found = min(rows, key=lambda one: one.cumulative.expected)
    return found if found.cumulative.expected < 0 else None
