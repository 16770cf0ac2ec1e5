"""What the lists over all accounts show: a page of what is open, with whose it is.

A list reads what its register read (300 at most), the accounts of these in one go, and shows a page
of them. Who sees some accounts only sees what concerns these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from saldo.accounts.model import Account
from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.model import Plan
from saldo.money import Money

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    from screen import Visit

PAGE: Final = 50

R = TypeVar("R", Dispute, Promise, Plan, Case)


@dataclass(frozen=True, slots=True)
class Line(Generic[R]):
    """One fact of a list, and the account that it is of."""

    fact: R
    account: Account

    @property
    def amount(self) -> Money:
        return Money(_minor_of(self.fact), self.fact.currency)


@dataclass(frozen=True, slots=True)
class Shown(Generic[R]):
    """A page of a list: `found` is how many there are, `after` where the next page begins, "" for
    none.
    """

    lines: tuple[Line[R], ...]
    found: int
    after: str


def lines_of(visit: Visit, facts: Iterable[R]) -> list[Line[R]]:
    """Return what the visitor may see, with the accounts."""
    known = list(facts)
    store = visit.services.store.relaxed()
    accounts = store.get_many(Account, {(one.creditor, one.account) for one in known})
    mine = visit.seen_of(number for _, number in accounts)
    return [Line(one, accounts[one.creditor, one.account]) for one in known if one.account in mine]


def page_of(visit: Visit, lines: Sequence[Line[R]]) -> Shown[R]:
    """Return the page that is asked for."""
    asked = visit.query("after")
    start = int(asked) if asked.isdecimal() and len(asked) < 5 else 0
    rest = lines[start : start + PAGE]
    after = str(start + PAGE) if len(lines) > start + PAGE else ""
    return Shown(tuple(rest), len(lines), after)


def totals_of(lines: Iterable[Line[Any]]) -> list[Money]:
    """Return what the lines sum to, one sum for each currency."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def _minor_of(fact: Dispute | Promise | Plan | Case) -> int:
    if isinstance(fact, Plan):
        return fact.total_minor
    if isinstance(fact, Dispute) and fact.state == "settled":
        return fact.agreed_minor
    return fact.amount_minor
