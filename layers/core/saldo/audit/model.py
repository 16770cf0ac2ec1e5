"""The chain's entries, its head, and what is kept beside each entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

GENESIS: Final = "0" * 64
"""What the first entry of a chain holds on to."""

NUMBER_DIGITS: Final = 12

SEEN_FOR: Final = timedelta(days=7)
"""So long it is remembered that a look was told today; the day stands in the key."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of a creditor's chain ("*": the installation's); never changed, never removed.

    `number` counts from 1 without gaps, in the order in which events arrived. `at` is when the
    event happened, `kept_at` when it arrived here; `what` is its type, `by` who did it ("" where
    nobody did), `on` what it is about besides the account, as "invoice:RE-1". `event` points to the
    event, which alone holds its words; `digest` commits to them (`digests.py`). `before` is the
    hash of the entry before, `hash` that of everything else in this one.
    """

    creditor: str
    number: int
    at: datetime
    kept_at: datetime
    what: str
    by: str
    account: str
    on: str
    event: str
    digest: str
    before: str
    hash: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, number_text(self.number))

    @property
    def event_key(self) -> tuple[str, ...]:
        """The key of the event that it tells of."""
        return (self.creditor, self.account, self.at.strftime("%Y%m"), self.event)


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last entry of a chain; appending changes it, under the condition that nobody else did."""

    creditor: str
    number: int = 0
    hash: str = GENESIS
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """How far a chain was walked: up to entry `number`, with so many findings that night."""

    creditor: str
    number: int
    at: datetime
    findings: int
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)


@dataclass(frozen=True, slots=True)
class AuditMark:
    """Says that an event stands in the chain, and under which number; put if absent, for ever.

    `salt` is random and goes into the event's digest, so that nobody who has the chain can find the
    words by trying. Erasing words of the event takes it away: `salts` are then those of the fields
    that stay, `erased` the hashes of those that went, by name.
    """

    creditor: str
    event: str
    number: int
    salt: str
    salts: dict[str, str] = field(default_factory=dict, hash=False)
    erased: dict[str, str] = field(default_factory=dict, hash=False)
    erased_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.event)


@dataclass(frozen=True, slots=True)
class AccessSeen:
    """Says that somebody's looks at an account were told on `day`; see `access.py`."""

    creditor: str
    account: str
    by: str
    day: str
    at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.day, self.by)

    @property
    def gone_at(self) -> datetime:
        return self.at + SEEN_FOR


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of a chain as it was once, kept where the table's writers cannot reach."""

    creditor: str
    number: int
    hash: str
    at: datetime


def number_text(number: int) -> str:
    """Return a number so that text order is number order."""
    return f"{number:0{NUMBER_DIGITS}}"
