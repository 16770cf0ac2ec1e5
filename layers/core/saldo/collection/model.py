"""Instalment plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

PlanState = Literal["proposed", "active", "missed", "finished", "cancelled"]
"""proposed: waits for the creditor; active: being kept; missed: an instalment did not come, so the
reminders go on; finished: everything was paid; cancelled: taken back by one of the two."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a plan: so much, by this day."""

    due_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An agreement to pay invoices in instalments, oldest invoice first.

    The instalments sum to what stood open on the invoices when it was agreed. With a `mandate`
    each is charged on its day; without one the payer pays it in time. `next_at` is the instant of
    the next look at it: the day after the next instalment is due.
    """

    creditor: str
    account: str
    id: str
    invoices: tuple[str, ...]
    currency: str
    instalments: tuple[Instalment, ...]
    state: PlanState
    by: str
    created_at: datetime
    mandate: str | None = None
    next_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def total_minor(self) -> int:
        return sum(part.amount_minor for part in self.instalments)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state != "active" or self.next_at is None:
            return None
        return ("plan", self.creditor, self.next_at)
