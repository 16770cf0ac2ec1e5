"""What others may know about a debtor's credit: agencies and insurers, where they are asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from saldo.credit.model import Cover


@dataclass(frozen=True, slots=True)
class Advice:
    """A limit that somebody outside recommends, in minor units of a currency."""

    currency: str
    amount_minor: int
    source: str
    day: date


class Outside(Protocol):
    """What is known from outside; it reads what is kept and asks nobody."""

    def insolvency(self, creditor: str, account: str) -> str | None:
        """Return who says that the debtor is insolvent, None where nobody does."""

    def advice(self, creditor: str, account: str) -> Iterator[Advice]:
        """Yield the limits that are recommended, the newest of each source."""

    def covers(self, creditor: str, account: str) -> Iterator[Cover]:
        """Yield what insurers cover, as they told it last."""


class NobodyOutside:
    """Nobody is asked."""

    def insolvency(self, creditor: str, account: str) -> str | None:
        del creditor, account
        return None

    def advice(self, creditor: str, account: str) -> Iterator[Advice]:
        del creditor, account
        yield from ()

    def covers(self, creditor: str, account: str) -> Iterator[Cover]:
        del creditor, account
        yield from ()
