"""Forecasts that are kept, one for each open item, and read by whoever wants to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zlib import crc32

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day
from saldo.forecast.model import Forecast, Group, Reason
from saldo.forecast.predict import after
from saldo.invoices.model import OpenItem
from saldo.store import Store

SHARDS: Final = 8
"""A creditor's forecasts stand in so many partitions: each takes 1,000 writes a second."""

_FINE: Final = 100
_LOW, _MIDDLE, _HIGH = 3, 19, 35  # places in LEVELS: 10 %, the median, 90 %


def shard_of(account: str) -> str:
    """Return the partition of an account's forecasts."""
    return str(crc32(account.encode()) % SHARDS)


@dataclass(frozen=True, slots=True)
class KeptReason:
    """A reason, in hundredths of a day."""

    group: Group
    hundredths: int


@dataclass(frozen=True, slots=True)
class Stood:
    """What was told of an item on a day: days beyond terms in hundredths at 10, 50 and 90 %, and
    what the account's own mean said.
    """

    on: date
    low: int
    middle: int
    high: int
    mean: int


@dataclass(frozen=True, slots=True)
class ItemForecast:
    """When an open item is expected to be paid, as it was told on `made_on`.

    `hundredths` are days beyond terms at `model.LEVELS`, in hundredths; so many days beyond terms
    (below zero before the due date) it had `waited` then. `model` is the number of the creditor's
    model, 0 where nothing was learnt yet; `known` how many paid invoices of the account it knew,
    `mean` their days beyond terms on average, in hundredths. A `disputed` item is told as if nobody
    contested it; one that was `contested` ever, now or before, is not judged. `at_issue` and
    `at_due` are what was told then, for judging it when the item is paid; None where nothing was
    told in time.
    """

    creditor: str
    account: str
    invoice: str
    currency: str
    open_minor: int
    issued_on: date
    due_on: date
    made_on: date
    made_at: datetime
    waited: int
    hundredths: tuple[int, ...]
    reasons: tuple[KeptReason, ...] = ()
    model: int = 0
    known: int = 0
    mean: int = 0
    disputed: bool = False
    contested: bool = False
    at_issue: Stood | None = None
    at_due: Stood | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, shard_of(self.account), self.account, self.invoice)

    @property
    def item(self) -> tuple[str, ...]:
        """The key of the open item that this is about."""
        return (self.creditor, self.account, self.due_on.isoformat(), self.invoice)

    @property
    def forecast(self) -> Forecast:
        """What is told, as everything that reads forecasts takes it."""
        return Forecast(
            self.due_on,
            self.waited,
            tuple(each / _FINE for each in self.hundredths),
            tuple(Reason(one.group, one.hundredths / _FINE) for one in self.reasons),
        )

    def on(self, day: date) -> ItemForecast:
        """Return what is told on `day` when nothing but waiting happened since.

        The item was not paid until then: the days that passed are no longer possible.
        """
        waited = (max(day, self.issued_on) - self.due_on).days
        if waited <= self.waited:
            return self
        delays = after(waited, self.forecast.delays)
        return replace(self, waited=waited, hundredths=hundredths(delays))

    def stood(self, day: date) -> Stood:
        """Return what is told on `day`, for judging it later."""
        told = self.on(day).hundredths
        return Stood(day, told[_LOW], told[_MIDDLE], told[_HIGH], self.mean)

    @property
    def _facts(self) -> tuple[object, ...]:
        days = (self.issued_on, self.due_on)
        return (self.currency, self.open_minor, *days, self.disputed, self.contested)

    def differs(self, other: ItemForecast) -> bool:
        """Tell whether a reader would see something else: other facts, or a day of difference."""
        return self._facts != other._facts or any(
            abs(self.hundredths[place] - other.hundredths[place]) >= _FINE
            for place in (_LOW, _MIDDLE, _HIGH)
        )


def hundredths(delays: Sequence[float]) -> tuple[int, ...]:
    """Return days as they are kept."""
    return tuple(round(each * _FINE) for each in delays)


def item_forecast(
    item: OpenItem, told: Forecast, made_on: date, made_at: datetime, model: int
) -> ItemForecast:
    """Return what is kept of a forecast of an open item."""
    return ItemForecast(
        item.creditor,
        item.account,
        item.number,
        item.currency,
        item.open_minor,
        item.issued_on,
        item.due_on,
        made_on,
        made_at,
        told.waited,
        hundredths(told.delays),
        tuple(KeptReason(one.group, round(one.days * _FINE)) for one in told.reasons),
        model,
    )


class ForecastBook:
    """Reads forecasts, each as it is told today: on condition that its item was not paid so far."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def of_account(self, creditor: str, account: str) -> list[ItemForecast]:
        """Return the forecasts of an account's open items, by due date.

        One query: 1 read unit per some 6 items.
        """
        today = self.today(creditor)
        found = self._store.list(ItemForecast, creditor, shard_of(account), account)
        return sorted((one.on(today) for one in found), key=lambda one: (one.due_on, one.invoice))

    def of_invoice(self, creditor: str, account: str, number: str) -> ItemForecast | None:
        """Return the forecast of one invoice, None where it is not open or not forecast yet."""
        found = self._store.get(ItemForecast, creditor, shard_of(account), account, number)
        return found.on(self.today(creditor)) if found else None

    def of_creditor(self, creditor: str) -> Iterator[ItemForecast]:
        """Yield the forecasts of all open items, account by account, a moment old at most.

        SHARDS queries: half a read unit per some 6 items.
        """
        today, look = self.today(creditor), self._store.relaxed()
        for shard in range(SHARDS):
            for one in look.list(ItemForecast, creditor, str(shard)):
                yield one.on(today)

    def today(self, creditor: str) -> date:
        """Return the creditor's present day; UTC's for a creditor that is not there."""
        owner = self._store.get(Creditor, creditor)
        return local_day(self._clock.now(), owner.time_zone if owner else "UTC")
