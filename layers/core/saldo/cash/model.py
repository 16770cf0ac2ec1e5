"""What is kept of the cash forecast: what each account is expected to pay, sums of all, snapshots.

An account's row says what is to come and when, whatever the day. Every night the rows of all
accounts are drawn and summed into *sheets*, one for each currency and place and one for the whole;
what changes on a day stands in the account's row beside what the sheets have of it, and is added
when somebody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, get_args

from saldo.cash.spread import Edges, rising
from saldo.cash.stretch import NONE, Stretch

ItemKind = Literal["open", "disputed", "debit", "plan", "promise", "transfer", "claim"]
"""What a part of an open item goes by: nothing but the account's habit; a dispute about it; a
direct debit that was ordered; an instalment; a promise; a transfer that was announced; a payment
that was said to be made."""

KINDS: Final[tuple[ItemKind, ...]] = get_args(ItemKind)
NEVER: Final = 1000
"""The chance of coming never is kept in thousandths."""

ITEMS_MAX: Final = 150
"""An account with more parts has those of like date lumped together."""

WHOLE: Final = "*"
"""The scope of sheets that sum all places."""

SNAPSHOT_DAYS: Final = 800


@dataclass(frozen=True, slots=True)
class CashItem:
    """An amount that is to come: `edges` are after its day of issue, see `spread`."""

    currency: str
    minor: int
    issued_on: date
    due_on: date
    edges: Edges
    kind: ItemKind = "open"
    never: int = 0


def written(items: Sequence[CashItem]) -> str:
    """Return items as one text: short, for there are many."""
    return "|".join(
        f"{one.currency}{one.minor};{one.issued_on.toordinal()};"
        f"{(one.due_on - one.issued_on).days};{KINDS.index(one.kind)};{one.never};"
        + ",".join(map(str, _steps(one.edges)))
        for one in items
    )


def read(text: str) -> list[CashItem]:
    """Return the items of a text."""
    return [_item(part) for part in text.split("|")] if text else []


def _item(text: str) -> CashItem:
    amount, issued, terms, kind, never, steps = text.split(";")
    issued_on = date.fromordinal(int(issued))
    edges, at = [], 0
    for step in steps.split(","):
        at += int(step)
        edges.append(at)
    return CashItem(
        amount[:3],
        int(amount[3:]),
        issued_on,
        issued_on + timedelta(days=int(terms)),
        rising(edges),
        KINDS[int(kind)],
        int(never),
    )


def _steps(edges: Edges) -> list[int]:
    return [one - before for one, before in zip(edges, (0, *edges), strict=False)]


@dataclass(frozen=True, slots=True)
class AccountCash:
    """What is expected of an account: `items` as `written` has them, `place` where it counts.

    `counted` and `counted_place` are what the sheets of the last night have of it. While they
    differ it stands in the work index, and whoever looks adds the difference.
    """

    creditor: str
    account: str
    place: str
    items: str
    counted: str = ""
    counted_place: str = ""
    changed_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)

    @property
    def differs(self) -> bool:
        """Whether the sheets have it otherwise."""
        return (self.items, self.place) != (self.counted, self.counted_place) and bool(
            self.items or self.counted
        )

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if not self.differs or self.changed_at is None:
            return None
        return (CHANGED, self.creditor, self.changed_at)


CHANGED: Final = "cash-changed"

Part = Literal["punctual", "late", "new"]
"""What comes by its due day; what comes later; what is not invoiced yet."""


@dataclass(frozen=True, slots=True)
class CashSheet:
    """What is expected in a currency at a place (WHOLE: at all): `paths` as `paths.packed` has them
    in `unit` minor units; `expected` minor units for each day of the horizon; `later` what comes
    thereafter: within a half-year, within a year, ever, and never. `open_minor` is all of it.
    """

    creditor: str
    build: str
    scope: str
    currency: str
    part: Part
    unit: int
    paths: str
    expected: tuple[int, ...]
    later: tuple[int, ...]
    open_minor: int
    count: int

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.build, self.scope, self.currency, self.part)


@dataclass(frozen=True, slots=True)
class CashHead:
    """Which of two builds of sheets holds, and as of the evening of which day it was made.

    `kept` is the share of promises that the creditor's debtors keep, in thousandths, `places` and
    `currencies` are those that have sheets. `weeks_new` past weeks say what is not invoiced yet.
    `stretches` are how much bands are stretched in a currency, see `stretch`.
    While `building`, rows and sheets may not fit, and nothing is folded into them.
    """

    creditor: str
    build: str
    day: date
    made_at: datetime
    accounts: int
    kept: int
    places: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    weeks_new: int = 0
    stretches: dict[str, list[int]] = field(default_factory=dict, hash=False)
    building: bool = False
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)

    def stretch(self, currency: str) -> Stretch:
        """Return how much bands of a currency are stretched."""
        return Stretch(*self.stretches[currency]) if currency in self.stretches else NONE


@dataclass(frozen=True, slots=True)
class CashSnapshot:
    """What was forecast in the evening of a day, in a currency, in minor units.

    `expected` and `new` by day of the horizon: of what was open, and of what was not invoiced yet.
    `low`, `middle` and `high` are the 10, 50 and 90 % points of both together for each of its
    weeks as they were drawn, to be shown stretched by `stretch`; `due` what fell due in them (in
    the first also what was due before).
    """

    creditor: str
    day: date
    currency: str
    expected: tuple[int, ...]
    new: tuple[int, ...]
    low: tuple[int, ...]
    middle: tuple[int, ...]
    high: tuple[int, ...]
    due: tuple[int, ...]
    open_minor: int
    stretch: Stretch = NONE

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.currency, self.day.isoformat())

    @property
    def gone_at(self) -> datetime:
        gone = self.day + timedelta(days=SNAPSHOT_DAYS)
        return datetime(gone.year, gone.month, gone.day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Beyond:
    """What comes after the horizon, in minor units: expected within a half-year, within a year,
    later than that, and what is expected never to come.
    """

    half_year: int = 0
    year: int = 0
    later: int = 0
    never: int = 0
