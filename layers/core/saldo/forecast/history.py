"""An account's bills in the order of their issue, for whoever asks again what came before.

To learn from a bill is to look at those before it: found by their place, not by going through all
of the account, or an account with thousands of bills would be gone through thousands of times.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from saldo.forecast.model import Bill

HISTORY_MAX: Final = 100
"""So many of an account's bills, the newest, are looked at: the older ones say little more."""


class History:
    """Bills of one account, by day of issue and number."""

    __slots__ = ("_bills", "_days")

    def __init__(self, bills: Iterable[Bill]) -> None:
        self._bills = sorted(bills, key=lambda one: (one.issued_on, one.number))
        self._days = [one.issued_on for one in self._bills]

    def __iter__(self) -> Iterator[Bill]:
        return iter(self._bills)

    def newest(self, day: date, without: str, most: int = HISTORY_MAX) -> list[Bill]:
        """Return the last `most` bills issued by `day` in their order, but the one numbered so."""
        end = bisect_right(self._days, day)
        backwards = (self._bills[place] for place in range(end - 1, -1, -1))
        found = list(islice((one for one in backwards if one.number != without), most))
        found.reverse()
        return found


def histories(bills: Iterable[Bill]) -> dict[str, History]:
    """Return the bills by account."""
    found: dict[str, list[Bill]] = defaultdict(list)
    for bill in bills:
        found[bill.account].append(bill)
    return {account: History(each) for account, each in found.items()}
