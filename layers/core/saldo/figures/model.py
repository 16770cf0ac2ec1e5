"""The rows that figures are kept in: sheets of sums, what each fact added, and who owes most.

A *sheet* sums what many accounts have in common: the currency and the place that they count at. A
*subject* is one fact of the books (an invoice, a journal entry, a promise, a dispute, a notice).
What it adds to the sheets is kept beside it, so that counting it again changes nothing, and a newer
version of it adds the difference alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, get_args
from urllib.parse import quote, unquote

Dimension = Literal["branch", "country", "collector", "segment", "kind"]
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)

OPEN: Final = "open"
ENDS: Final = "ends"
KEPT: Final = "kept"
MONTH: Final = "month"
"""Parts of the sheets' keys: what is open now, what was open at the end of a day, which ends of
days were kept whole, a whole month."""


FEE: Final = "fee:"
"""What measures of providers' fees begin with; the provider follows."""

SheetId = tuple[str, str, str, str, str]
"""A sheet's creditor, partition, part, currency and place."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an account is counted under; "" where nobody said it.

    `segment` is the id of the reminder policy that it falls under, `collector` an e-mail address.
    """

    branch: str = ""
    country: str = ""
    collector: str = ""
    segment: str = ""
    kind: str = ""

    @property
    def token(self) -> str:
        """The place as one text, for keys."""
        return "|".join(quote(getattr(self, name), safe="@.") for name in DIMENSIONS)


def place_from(token: str) -> Place:
    """Return the place of a token."""
    return Place(*(unquote(part) for part in token.split("|")))


@dataclass(frozen=True, slots=True)
class Sheet:
    """Sums of one currency at one place.

    `partition` "open": what is open now, `part` is the month it falls due in ("2026-12"), and
    `values` has "01.minor" and "01.count" for each day with something. "ends": what was open at the
    end of the day `part` ("2026-11-30"), by age. "kept": the end of the day `part` was kept, in so
    many `sheets`. Any other partition is a month ("2026-11") of what
    happened: `part` is "month" for the whole or the day ("22"), `values` has a sum per measure.
    Amounts are minor units. A sum that came to nothing is left out.
    """

    creditor: str
    partition: str
    part: str
    currency: str
    place: str
    values: dict[str, int] = field(hash=False)
    version: int = 0

    @property
    def id(self) -> SheetId:
        return (self.creditor, self.partition, self.part, self.currency, self.place)

    @property
    def key(self) -> tuple[str, ...]:
        return sheet_key(self.id)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a subject of an account adds to the sheets at `place`.

    `values` are by address: "o/2026-12-01/minor" goes to what is open, "f/2026-11-22/billed" to
    what happened on a day. `seen` is the newest version of the subject that was counted; `facts` is
    what an invoice's values are made of.
    """

    creditor: str
    account: str
    subject: str
    currency: str
    place: str
    values: dict[str, int] = field(hash=False)
    seen: int = 0
    facts: dict[str, Any] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.subject)


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """What is open on one account: `open` has minor units by "EUR/2026-12-01" (due date).

    `place` is where it counts; while `is_moving` what is open still stands, in part, at another.
    `acted_at` is when anybody last did something about it, and `acted` what.
    """

    creditor: str
    account: str
    place: str
    open: dict[str, int] = field(default_factory=dict, hash=False)
    is_moving: bool = False
    acted_at: datetime | None = None
    acted: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)

    @property
    def overdue_since(self) -> date | None:
        """The first day on which the oldest open item is, or will be, overdue."""
        if not self.open:
            return None
        return min(date.fromisoformat(one[4:]) for one in self.open) + timedelta(days=1)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        """Since when nobody did anything about what is overdue."""
        first = self.overdue_since
        if first is None:
            return None
        since = datetime(first.year, first.month, first.day, tzinfo=UTC)
        return ("unattended", self.creditor, max(since, self.acted_at or since))

    def total(self, currency: str) -> int:
        """Return all that is open in a currency, in minor units."""
        return sum(minor for key, minor in self.open.items() if key[:3] == currency)

    @property
    def currencies(self) -> list[str]:
        return sorted({key[:3] for key in self.open})

    def by_due(self, currency: str) -> dict[date, int]:
        """Return what is open in a currency by due date, in minor units."""
        return {
            date.fromisoformat(key[4:]): minor
            for key, minor in self.open.items()
            if key[:3] == currency
        }


def sheet_key(id_: SheetId) -> tuple[str, ...]:
    """Return a sheet's key: months stand in partitions of years, so that few hold many."""
    creditor, partition, *rest = id_
    return (creditor, *partition.split("-"), *rest)


_RANK_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Ranked:
    """Puts accounts in the order of what they owe in a currency: the most comes last."""

    creditor: str
    currency: str
    minor: int
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.currency, f"{self.minor:0{_RANK_DIGITS}}", self.account)
