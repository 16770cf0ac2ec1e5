"""What is open at a creditor, over all of its accounts: disputes, promises, plans, cases.

Read by the work index, which may lag a moment, the next to act on first, and never more than
READ_MAX of a kind: whoever has more has another problem than a list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Generic, TypeVar

from saldo.collection.facts import Case, Dispute, DisputeReason, Promise
from saldo.collection.model import Plan
from saldo.store import Store

READ_MAX: Final = 300
_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)

R = TypeVar("R", Dispute, Promise, Plan, Case)


@dataclass(frozen=True, slots=True)
class Register(Generic[R]):
    """What is open of one kind; `is_cut` says that there is more than was read."""

    items: tuple[R, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class ReasonSum:
    """What is contested for one reason, in one currency: how often, how much, and how much of it
    is past its deadline.
    """

    reason: DisputeReason
    currency: str
    count: int
    amount_minor: int
    overdue_minor: int


class Registers:
    """Lists what is open."""

    def __init__(self, store: Store) -> None:
        self._store = store.relaxed()

    def disputes(self, creditor: str) -> Register[Dispute]:
        """Return the disputes to be decided, and those settled whose credit note is to come."""
        return self._read(Dispute, "dispute", creditor, lambda one: one.next_at is not None)

    def promises(self, creditor: str) -> Register[Promise]:
        """Return the promises whose day has not been judged."""
        return self._read(Promise, "promise", creditor, lambda one: one.state == "open")

    def proposals(self, creditor: str) -> Register[Plan]:
        """Return the plans that wait for an answer, the oldest first."""
        return self._read(Plan, "plan-proposal", creditor, lambda one: one.state == "proposed")

    def plans(self, creditor: str) -> Register[Plan]:
        """Return the plans that are being kept, the next instalment first."""
        return self._read(Plan, "plan", creditor, lambda one: one.state == "active")

    def cases(self, creditor: str) -> Register[Case]:
        """Return the cases that somebody else has, the oldest first."""
        return self._read(Case, "case", creditor, lambda one: not one.is_over)

    def _read(
        self, kind: type[R], name: str, creditor: str, is_open: Callable[[R], bool]
    ) -> Register[R]:
        keys = list(islice(self._store.work(kind, name, creditor, _FAR), READ_MAX + 1))
        found = self._store.get_many(kind, keys[:READ_MAX])
        there = (found[key] for key in keys[:READ_MAX] if key in found)
        return Register(tuple(one for one in there if is_open(one)), len(keys) > READ_MAX)


def by_reason(disputes: Iterable[Dispute]) -> tuple[ReasonSum, ...]:
    """Sum up what is contested by reason and currency, the most often told first. Pure."""
    told: dict[tuple[DisputeReason, str], list[Dispute]] = defaultdict(list)
    for one in disputes:
        if one.state == "open":
            told[one.reason, one.currency].append(one)
    sums = (
        ReasonSum(
            reason,
            currency,
            len(found),
            sum(one.amount_minor for one in found),
            sum(one.amount_minor for one in found if one.overdue),
        )
        for (reason, currency), found in told.items()
    )
    return tuple(sorted(sums, key=lambda one: (-one.count, one.reason, one.currency)))
