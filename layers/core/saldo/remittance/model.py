"""A remittance advice as it is kept: what somebody said that a payment covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from saldo.matching.model import Advice, AdviceLine

KEPT: Final = timedelta(weeks=8)
SOURCE: Final = "remittance-advice"
"""The source by which any way in says that a file is an advice, whatever it is called."""


@dataclass(frozen=True, slots=True)
class RemittanceAdvice:
    """What a file said. `id` is that of its receipt; `by` sent it, which is no proof of anything.

    Nothing of it is booked: it explains an entry of the bank whose sum it is. `day` is the day of
    the payment, as far as the advice tells it, else the day on which it came. Amounts have two
    decimals; in which currency, only the entry says.
    """

    creditor: str
    id: str
    name: str
    by: str
    received_at: datetime
    day: date
    total_minor: int
    lines: tuple[AdviceLine, ...]

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def gone_at(self) -> datetime:
        return self.received_at + KEPT

    def told(self) -> Advice:
        """Return it as matching takes it."""
        return Advice(self.id, self.name, self.day, self.total_minor, self.lines)
