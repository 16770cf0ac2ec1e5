"""Queues between the steps of a notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from saldo.reminders.plan import Phase


@dataclass(frozen=True, slots=True)
class PlanJob:
    """Plan one account. `day` None means the account's own today.

    `since` is the instant of the fact that asks for the plan: an account that was planned after it
    needs no other plan.
    """

    creditor: str
    account: str
    phase: Phase
    day: date | None = None
    since: datetime | None = None
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class SendJob:
    """Send one claimed notice."""

    creditor: str
    account: str
    notice: str
    correlation: str = ""


class PlanQueue(Protocol):
    """Takes jobs for the planner, at least once each."""

    def put(self, jobs: Sequence[PlanJob]) -> None: ...


class SendQueue(Protocol):
    """Takes jobs for the sender, at least once each."""

    def put(self, jobs: Sequence[SendJob]) -> None: ...
