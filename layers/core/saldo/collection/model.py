"""Instalment plans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from saldo.creditor_reference import instalment_reference
from saldo.invoices.model import Invoice
from saldo.payments.agreements import Consent

PlanState = Literal["proposed", "active", "missed", "finished", "cancelled"]
"""proposed: waits for the creditor; active: being kept; missed: an instalment did not come, so the
reminders go on; finished: everything was paid; cancelled: taken back by one of the two."""


_HOLD_SUFFIX: Final = "-plan"


def plan_of(hold_id: str) -> str:
    """Return the id of the plan that a hold of kind "plan" keeps reminders back for."""
    return hold_id.removesuffix(_HOLD_SUFFIX)


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
    the next look at it: when the next instalment may be called missed.

    Paid is whatever was settled on the invoices since the plan was agreed (`settled_before_minor`
    was before): payments of any kind, early ones too, credit notes, write-offs. Money that came
    back is not paid. What is charged to the invoices later is not part of the plan. `consent` is
    what the payer agreed to for this very plan, where the mandate's own consent does not cover it.
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
    settled_before_minor: int = 0
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_reason: str | None = None
    consent: Consent | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def total_minor(self) -> int:
        return sum(part.amount_minor for part in self.instalments)

    @property
    def references(self) -> tuple[str, ...]:
        """What the payer writes on the transfer of each instalment, in their order.

        None where a mandate brings them, and none of a plan that was never agreed or was taken
        back; late money for one that was missed still finds its invoices by them.
        """
        if self.mandate is not None or self.state in ("proposed", "cancelled"):
            return ()
        places = range(1, len(self.instalments) + 1)
        return tuple(instalment_reference(self.id, place) for place in places)

    @property
    def hold_id(self) -> str:
        """The id of the hold that keeps reminders back while the plan is kept."""
        return f"{self.id}{_HOLD_SUFFIX}"

    def due_by(self, day: date) -> int:
        """Return what the instalments due on or before `day` sum to, in minor units."""
        return sum(part.amount_minor for part in self.instalments if part.due_on <= day)

    def paid_minor(self, invoices: Iterable[Invoice]) -> int:
        """Return what was paid on the plan, given its invoices as they are now."""
        settled = sum(one.settled_minor for one in invoices if one.number in self.invoices)
        return settled - self.settled_before_minor

    def next_part(self, paid_minor: int) -> tuple[int, int] | None:
        """Return the place (from 0) of the first instalment that is not paid whole, and what is
        missing of it in minor units; None if all are.
        """
        left = max(0, paid_minor)
        for place, part in enumerate(self.instalments):
            if left < part.amount_minor:
                return place, part.amount_minor - left
            left -= part.amount_minor
        return None

    def next_minor(self, paid_minor: int) -> int:
        """Return what is missing of the first instalment that is not paid whole, 0 if all are."""
        found = self.next_part(paid_minor)
        return found[1] if found else 0

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state == "proposed":
            return ("plan-proposal", self.creditor, self.created_at)
        if self.state != "active" or self.next_at is None:
            return None
        return ("plan", self.creditor, self.next_at)
