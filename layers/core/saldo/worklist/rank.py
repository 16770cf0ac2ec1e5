"""What comes first on the list. Pure.

An item's place is its points plus two for each day that it waits. All items gain alike, so the
order of two items never changes while they stand there, and nothing need be written as time goes
by; what comes in later stands behind what waited long enough, so that nothing sinks by being
ignored.

The points are those of its kind, and five for each digit of the whole amount at stake (the largest
of its currencies, 40 at most): EUR 1,190.00 counts 20, EUR 80.00 counts 10. Currencies are not
converted for this.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from saldo.ids import shard_of
from saldo.money import Money, decimals_of
from saldo.worklist.model import (
    SECTION_LATER,
    SECTION_NOW,
    Cause,
    WorkItem,
    WorkKind,
    WorkPlace,
    WorkRules,
    section_of_kind,
)

KIND_POINTS: Final[dict[WorkKind, int]] = {
    "sending-stopped": 90,
    "insolvency": 80,
    "promise-broken": 60,
    "connection": 60,
    "first-run": 60,
    "approval": 60,
    "plan-proposed": 55,
    "money-unmatched": 55,
    "statement-missing": 55,
    "question": 50,
    "mail": 50,
    "call": 50,
    "paid-claim": 45,
    "over-limit": 45,
    "credit-decision": 35,
    "import": 45,
    "dispute": 40,
    "stage": 40,
    "differs": 40,
    "worsening": 35,
    "address": 35,
    "refund-proposed": 30,
}
OVERDUE_POINTS: Final = 25
"""More for what is past the day on which it should have been done, where an event said so."""

DIGIT_POINTS: Final = 5
AMOUNT_POINTS_MAX: Final = 40
DAY_POINTS: Final = 2

BACK_AFTER_DAYS: Final = 14
"""What was closed comes back after so many days while its cause lasts."""

TALLY_SHARDS: Final = 8

_FIRST_DAY: Final = datetime(2020, 1, 1, tzinfo=UTC)
_FAR_SECONDS: Final = 250_000_000_000
_MIDDLE: Final = 500_000
"""Keeps ranks positive, with six digits, for some 600 years."""


def points_of(cause: Cause, rules: WorkRules | None) -> int:
    """Return the points of a cause beside its waiting."""
    own = rules.points if rules is not None else {}
    kind = own.get(cause.kind, KIND_POINTS[cause.kind])
    overdue = OVERDUE_POINTS if cause.facts.get("overdue") else 0
    return kind + overdue + amount_points(cause.stake)


def amount_points(stake: Iterable[Money]) -> int:
    """Return what the amount at stake counts: five for each digit before the decimal point."""
    whole = max((one.minor // 10 ** decimals_of(one.currency) for one in stake), default=0)
    return min(AMOUNT_POINTS_MAX, DIGIT_POINTS * len(str(whole))) if whole > 0 else 0


def rank_of(item: WorkItem) -> str:
    """Return a text by which what is more urgent sorts later: `Store.newest` begins with it."""
    waited_from = (item.since.astimezone(UTC) - _FIRST_DAY).days
    return f"{_MIDDLE + item.points - DAY_POINTS * waited_from:06}"


def back_after_days(kind: WorkKind, rules: WorkRules | None) -> int:
    """Return after how many days a closed item is back, if its cause lasts."""
    return (rules.back_after_days if rules else {}).get(kind, BACK_AFTER_DAYS)


def places_of(item: WorkItem) -> tuple[WorkPlace, ...]:
    """Return where an item stands: among all of its holder's and among those of its kind, or with
    what comes later. What was closed stands nowhere until it is back.
    """

    def place(section: str, rank: str) -> WorkPlace:
        return WorkPlace(item.creditor, item.holder, section, rank, item)

    until = item.hidden_until
    if until is None:
        rank = rank_of(item)
        return place(SECTION_NOW, rank), place(section_of_kind(item.kind), rank)
    if item.state == "done":
        return ()
    return (place(SECTION_LATER, f"{_FAR_SECONDS - int(until.timestamp()):012}"),)


def tally_key(item: WorkItem) -> tuple[str, str, str]:
    """Return where an item is counted."""
    return (item.creditor, item.holder, shard_of(item.account, TALLY_SHARDS))
