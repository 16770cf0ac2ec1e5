"""What a page tells besides what is open, as plain data. Amounts are minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Failure:
    """The last attempt to pay came to nothing, or its money was taken back afterwards: `cause`
    names a text, `said` is the provider's. `retry_after` is the first day on which the same debit
    may be tried again, where the provider hints at one that is yet to come.
    """

    cause: str
    said: str
    amount_minor: int
    currency: str
    on: date
    kind: Literal["failed", "returned-debit", "dispute"] = "failed"
    retry_after: date | None = None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A payment on a day to come. `is_cancellable` until that day; `resume_url` is where the payer
    goes on who has not given the mandate yet.
    """

    id: str
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    charge_on: date
    state: Literal["waiting", "planned", "charging"]
    is_cancellable: bool
    resume_url: str = ""


@dataclass(frozen=True, slots=True)
class SavedMandate:
    """A mandate that the payer gave and may revoke."""

    id: str
    given_on: date
    provider: str
    is_pending: bool
    text: str


@dataclass(frozen=True, slots=True)
class PlanPart:
    """An instalment, and whether it was paid."""

    due_on: date
    amount_minor: int
    is_paid: bool
    is_next: bool


@dataclass(frozen=True, slots=True)
class NextInstalment:
    """What a plan that is being kept asks for next; `by_mandate` it is collected by itself.

    `transfer_plan` is the plan that bank details are shown for, "" where there are none.
    """

    amount_minor: int
    due_on: date
    by_mandate: bool
    transfer_plan: str = ""


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """An instalment plan that is being kept. `invoices` are those that are still open; `next_minor`
    is what is missing of the next instalment; `transfer_plan` is its id where it may be
    transferred.
    """

    invoices: tuple[str, ...]
    currency: str
    parts: tuple[PlanPart, ...]
    by_mandate: bool
    next_minor: int = 0
    transfer_plan: str = ""

    @property
    def next(self) -> NextInstalment | None:
        """The instalment that is asked for next, None where nothing is missing of any."""
        part = next((one for one in self.parts if one.is_next), None)
        if part is None:
            return None
        minor = self.next_minor or part.amount_minor
        return NextInstalment(minor, part.due_on, self.by_mandate, self.transfer_plan)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the payer answered and what still holds of it; `kind` is the answer's name."""

    kind: str
    id: str
    invoices: tuple[str, ...] = ()
    amount_minor: int = 0
    currency: str = ""
    on: date | None = None
    state: str = ""
    can_be_taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """What a page tells besides what is open. `told` names what the payer just did; `answers` are
    name and icon of what they may answer instead of paying, `given` what they did answer;
    `has_documents` says that documents can be fetched, `mail_follows` that what was done is
    confirmed by mail.
    """

    told: str = ""
    failure: Failure | None = None
    credits: tuple[tuple[str, int], ...] = ()
    scheduled: tuple[Scheduled, ...] = ()
    mandates: tuple[SavedMandate, ...] = ()
    plans: tuple[ShownPlan, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    given: tuple[GivenAnswer, ...] = ()
    has_documents: bool = False
    mail_follows: bool = False
