"""What happens on the creditor's own bank account: transfers, and statements of them.

A transfer is on the account on its day; a statement of a later morning tells the creditor of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Words = Literal["number", "reference", "bare", "wrong", "none"]
"""What a payer writes: the invoices' numbers, the creditor reference of the first, the digits
alone, a number that nothing has, or nothing that helps."""

Payer = Literal["own", "new", "somebody-else"]
"""Whose account pays: the debtor's usual one, a new one under the debtor's name, or that of
somebody unknown."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A payer transfers money, the same `times` over on one day, with the same words.

    `invoice` and `more` are what it is meant for, whatever is written.
    """

    at: datetime
    label: str
    invoice: str
    minor: int
    words: Words = "number"
    payer: Payer = "own"
    more: tuple[str, ...] = ()
    times: int = 1

    @property
    def invoices(self) -> tuple[str, ...]:
        """Everything that the payer means to pay."""
        return (self.invoice, *self.more)

    def __str__(self) -> str:
        often = f"{self.times} times " if self.times > 1 else ""
        meant = ", ".join(self.invoices)
        return (
            f"a payer ({self.label}, {self.payer} account) transfers {often}{self.minor} for "
            f"{meant}; words: {self.words}"
        )


@dataclass(frozen=True, slots=True)
class Recall:
    """The bank takes the money of a transfer back, and keeps `charge_minor` besides."""

    at: datetime
    pay: str
    charge_minor: int = 0

    def __str__(self) -> str:
        return f"the bank takes the transfer {self.pay} back, and {self.charge_minor} besides"


@dataclass(frozen=True, slots=True)
class Strangers:
    """So many people who owe nothing transfer money, two of them the same with the same words."""

    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.number} strangers transfer money"


@dataclass(frozen=True, slots=True)
class SendStatement:
    """A statement of these days comes, and once more after each of `again_seconds`."""

    at: datetime
    first_day: date
    last_day: date
    again_seconds: tuple[float, ...] = ()

    def __str__(self) -> str:
        days = str(self.first_day)
        if self.last_day != self.first_day:
            days += f" to {self.last_day}"
        again = f", {1 + len(self.again_seconds)} times" if self.again_seconds else ""
        return f"the bank's statement of {days} comes{again}"


@dataclass(frozen=True, slots=True)
class WorkThrough:
    """A clerk works through the entries that wait: accepts proposals that are right, and the `last`
    time says of all that remain whose they are, having asked. What is a stranger's is ignored.

    With `reverses` the clerk takes what was accepted by hand before back first, by mistake.
    """

    at: datetime
    last: bool = False
    reverses: bool = False

    def __str__(self) -> str:
        what = "takes matches back, and " if self.reverses else ""
        return f"a clerk {what}works through what waits" + (", to the last entry" * self.last)


BankAction = Transfer | Recall | Strangers | SendStatement | WorkThrough
