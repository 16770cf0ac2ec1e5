"""Pages behind the buttons that pay, as plain data: what is agreed to, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .shown import Frame
from .shown_aside import SavedMandate, Scheduled

Outcome = Literal["paid", "processing", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class LaterPage:
    """What the payer is about to agree to: so much on a day, from a mandate saved or new.

    `consent` is the exact text that is agreed to, in `consent_language`, and `consent_mark` its
    fingerprint. `can_give` tells whether a new mandate can be given.
    """

    frame: Frame
    pay_url: str
    attempt: str
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    charge_on: date
    mandates: tuple[SavedMandate, ...]
    can_give: bool
    consent: str
    consent_language: str
    consent_mark: str
    provider: str


@dataclass(frozen=True, slots=True)
class AgreedPage:
    """Where the payer comes back to after giving a mandate, or not giving it."""

    frame: Frame
    pay_url: str
    is_given: bool
    is_decided: bool
    scheduled: tuple[Scheduled, ...] = ()


@dataclass(frozen=True, slots=True)
class PaidLine:
    """What a payment paid on an invoice, and what stands open on it now."""

    number: str
    allocated_minor: int
    open_minor: int


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """Where the payer comes back to from the provider.

    `lines` are the invoices, with what the payment paid on each once it is booked; `credit_minor`
    is kept for the payer; `cause` and `reason` tell why it failed, `reason` in the provider's
    words.
    """

    frame: Frame
    pay_url: str
    outcome: Outcome
    lines: tuple[PaidLine, ...]
    currency: str
    amount_minor: int
    credit_minor: int = 0
    received_on: date | None = None
    method: str | None = None
    cause: str = ""
    reason: str | None = None
    email_follows: bool = True

    @property
    def open_minor(self) -> int:
        return sum(line.open_minor for line in self.lines)
