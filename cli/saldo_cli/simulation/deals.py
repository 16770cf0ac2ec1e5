"""What payers and the creditor agree to ahead of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Given = Literal["active", "pending", "never"]
"""What becomes of a mandate's page: agreed by the bank, given but not agreed yet, or closed."""

Fate = Literal["pay", "bounce", "refuse"]
"""What becomes of a charge: paid, returned days later, or refused at once."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A payer schedules a payment and gives the mandate for it.

    `callbacks_seconds` empty means that nobody is told of mandate or charge; `asks_back` that the
    payer comes back from the mandate's page. At most one of the three ends happens.
    """

    at: datetime
    label: str
    invoice: str
    minor: int | None
    charge_on: date
    given: Given
    fate: Fate
    callbacks_seconds: tuple[float, ...] = (3.0,)
    asks_back: bool = True
    cancelled_after: timedelta | None = None
    revoked_after: timedelta | None = None
    ended_after: timedelta | None = None

    def __str__(self) -> str:
        ends = {
            "the payer cancels": self.cancelled_after,
            "the payer revokes": self.revoked_after,
            "the provider ends it": self.ended_after,
        }
        told = "".join(f", {what} after {when}" for what, when in ends.items() if when is not None)
        return (
            f"a payer schedules ({self.label}) {self.minor or 'all'} of {self.invoice} for "
            f"{self.charge_on}, mandate {self.given}, told after {list(self.callbacks_seconds)} s; "
            f"charged they {self.fate}{told}"
        )


@dataclass(frozen=True, slots=True)
class Agree:
    """A clerk agrees to instalments for an invoice, due `days` after today.

    With a `mandate`, the payer has given it before, and each is charged with `fate`; without one
    the payer brings the first `kept` of them to the counter.
    """

    at: datetime
    label: str
    invoice: str
    days: tuple[int, ...]
    mandate: bool
    fate: Fate = "pay"
    kept: int = 0
    callbacks_seconds: tuple[float, ...] = (3.0,)
    cancelled_after: timedelta | None = None

    def __str__(self) -> str:
        how = f"charged: {self.fate}" if self.mandate else f"the payer keeps {self.kept}"
        end = f", taken back after {self.cancelled_after}" if self.cancelled_after else ""
        return f"a plan ({self.label}) for {self.invoice} in days {self.days}; {how}{end}"


@dataclass(frozen=True, slots=True)
class Announce:
    """A payer announces a transfer for an invoice."""

    at: datetime
    invoice: str

    def __str__(self) -> str:
        return f"a payer announces a transfer for {self.invoice}"
