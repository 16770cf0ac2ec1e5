"""Models that were learnt from a creditor's bills, kept by number: the newest is used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from saldo.accounts.model import Creditor
from saldo.clock import Clock, local_day
from saldo.forecast.bills import bills_of_creditor
from saldo.forecast.features import known_of
from saldo.forecast.model import VERSION, Bill, Model
from saldo.forecast.train import trained
from saldo.store import CommitConflict, Put, Store

_KEPT: Final = timedelta(days=90)
_FRESH: Final = timedelta(minutes=5)
"""So long a process goes by the model that it read."""

BY_NIGHT: Final = "schedule"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model of a creditor: `number` counts them, `version` says what its features mean.

    `known_on` is the day up to which bills were known, `bills` how many paid ones of `accounts` it
    learnt from, `open_bills` how many more stood open. `median` is everybody's median of the days
    beyond terms, in hundredths. Forgotten after 90 days, the newest ones among them never: each
    night brings one as long as anything is paid.
    """

    creditor: str
    number: int
    version: int
    known_on: date
    bills: int
    accounts: int
    open_bills: int
    median: int
    made_at: datetime
    by: str
    body: str
    gone_at: datetime | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, f"{self.number:08}")

    @property
    def model(self) -> Model | None:
        """The model, None where its features mean something else than ours."""
        if self.version != VERSION:
            return None
        data: dict[str, Any] = json.loads(self.body)
        known = {one.name for one in fields(Model)}
        return Model(
            version=self.version,
            known_on=self.known_on,
            bills=self.bills,
            **{name: value for name, value in data.items() if name in known},
        )


@dataclass(frozen=True, slots=True)
class Learnt:
    """The model that is used, its number (0: the assumption), and everybody's median in days."""

    number: int
    model: Model
    median: float


class ModelBook:
    """Keeps a creditor's models."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._read: dict[str, tuple[datetime, Learnt]] = {}

    def stored(self, creditor: str, limit: int = 30) -> Sequence[StoredModel]:
        """Return the models, the newest first."""
        return self._store.newest(StoredModel, creditor, limit=limit)

    def of(self, creditor: str) -> Learnt:
        """Return what is gone by: the newest model that can be used, else what is assumed.

        A model that another release made, whose features mean something else, is passed over.
        """
        now = self._clock.now()
        until, found = self._read.get(creditor, (now, None))
        if found is None or until <= now:
            found = self._newest(creditor)
            self._read[creditor] = (now + _FRESH, found)
        return found

    def _newest(self, creditor: str) -> Learnt:
        for one in self.stored(creditor, 1):
            if (model := one.model) is not None:
                return Learnt(one.number, model, one.median / 100)
        return Learnt(0, trained((), self._clock.now().date()), 0.0)

    def train(self, creditor: Creditor, by: str) -> StoredModel | None:
        """Learn from the creditor's bills as they are now, and go by that from now on.

        None where nothing was paid yet: what is assumed stays. See `bills.bills_of_creditor` for
        what it reads; learning takes a second of processor time per some 1,000 bills.
        """
        now = self._clock.now()
        today = local_day(now, creditor.time_zone)
        # A value date may lie ahead, and an invoice be issued for a day to come.
        bills = known_of(bills_of_creditor(self._store, creditor.id, now), today)
        model = trained(bills, today)
        if not model.bills:
            return None
        previous = self.stored(creditor.id, 1)
        made = StoredModel(
            creditor.id,
            previous[0].number + 1 if previous else 1,
            model.version,
            today,
            model.bills,
            len({one.account for one in bills}),
            sum(1 for one in bills if one.settled_on is None),
            round(100 * _median(bills)),
            now,
            by,
            _body(model),
            now + _KEPT,
        )
        try:
            self._store.commit([Put(made)])
        except CommitConflict:
            return self.stored(creditor.id, 1)[0]  # somebody else learnt the same just now
        self._read.pop(creditor.id, None)
        return made


def _median(bills: Sequence[Bill]) -> float:
    return float(
        median((one.settled_on - one.due_on).days for one in bills if one.settled_on is not None)
    )


def _body(model: Model) -> str:
    kept = {
        name: value
        for name, value in asdict(model).items()
        if name not in ("version", "known_on", "bills")
    }
    return json.dumps(kept, separators=(",", ":"))


class ForecastLearner:
    """Learns from every creditor's bills, night by night."""

    def __init__(self, models: ModelBook) -> None:
        self._models = models

    def refresh_creditor(self, creditor: Creditor, today: date) -> None:
        """Learn anew, unless that was done today."""
        newest = self._models.stored(creditor.id, 1)
        if newest and newest[0].known_on >= today and newest[0].version == VERSION:
            return
        self._models.train(creditor, BY_NIGHT)
