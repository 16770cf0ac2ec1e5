"""What happens to money besides the payers' own clicks: at the counter, at the desk, at the bank.

Each is done again, under the same id, until whoever does it has an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

ChargeKind = Literal["fee", "interest", "discount", "write-off"]


@dataclass(frozen=True, slots=True)
class Charge:
    """A clerk books a fee, interest, a cash discount or a write-off on an invoice, under `id`.

    Of a write-off, `minor` is the most that goes: less, if less stands open. The same order comes
    again after each of `again_seconds`.
    """

    at: datetime
    kind: ChargeKind
    invoice: str
    id: str
    minor: int
    again_seconds: tuple[float, ...] = ()

    def __str__(self) -> str:
        times = f", ordered {1 + len(self.again_seconds)} times" if self.again_seconds else ""
        return f"a clerk books {self.kind} {self.id}: {self.minor} on {self.invoice}{times}"


@dataclass(frozen=True, slots=True)
class AtCounter:
    """Money is taken at the counter, and the till tells of it until it is heard."""

    at: datetime
    id: str
    invoice: str
    minor: int
    again_seconds: tuple[float, ...] = ()

    def __str__(self) -> str:
        times = f", told {1 + len(self.again_seconds)} times" if self.again_seconds else ""
        return f"the till takes {self.minor} for {self.invoice} ({self.id}){times}"


@dataclass(frozen=True, slots=True)
class Stray:
    """Money comes in at the provider for nobody known; a clerk finds whose it is and moves it.

    Without `moved_after` it stays on suspense.
    """

    at: datetime
    label: str
    minor: int
    account: str
    invoice: str
    callbacks_seconds: tuple[float, ...]
    moved_after: timedelta | None

    def __str__(self) -> str:
        then = (
            f"after {self.moved_after} it is moved to {self.account} for {self.invoice}"
            if self.moved_after
            else "nobody finds out whose it is"
        )
        told = f"told after {list(self.callbacks_seconds)} s"
        return f"{self.minor} come in for nobody known ({self.label}), {told}; {then}"


@dataclass(frozen=True, slots=True)
class Reallocate:
    """A clerk takes what a payment paid of one invoice back and pays another one with it."""

    at: datetime
    pay: str
    invoice: str
    onto: str

    def __str__(self) -> str:
        return f"a clerk moves what {self.pay} paid of {self.invoice} to {self.onto}"


@dataclass(frozen=True, slots=True)
class PayOut:
    """The provider pays out what it holds, less its fees.

    What does not cover its fees and refunds waits for the next payout, but the `last` one, which
    the provider collects then.
    """

    at: datetime
    last: bool = False

    def __str__(self) -> str:
        return "the provider pays out what it holds" + (", for the last time" if self.last else "")
