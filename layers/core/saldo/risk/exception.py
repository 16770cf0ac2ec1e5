"""Is an overdue invoice an exception for whoever owes it? Pure.

How unlikely it is comes from the account's own invoices alone: of n that it paid, k took at least
as long. If the next one is like those before, it takes so long with a chance of (k + 1) in (n + 1)
at most, whatever the days look like (the rank of the next among its likes). To whom much is
invoiced, rare ones happen all the time: it must not have happened oftener than once a quarter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from saldo.risk.behaviour import PROMPT_UNTIL_DAYS, behaviour_of
from saldo.risk.months import MONTHS_MAX, Spell

PAID_LEAST: Final = 10
"""With fewer paid invoices nothing is called an exception: one of ten is no rare thing."""

CHANCE_MAX: Final = 0.10
"""An exception is what happens less often than once in ten invoices."""

QUARTER_MONTHS: Final = 3

Sign = Literal["several", "returned-debit", "promise-broken", "pays-later", "disputed"]
"""What speaks against an exception. several: more than one invoice waits beyond custom;
returned-debit: money was taken back during the last twelve months; promise-broken: a promise was
not kept whole in that time; pays-later: the account pays later than it did; disputed: the invoice
is contested, which says why it is not paid."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """An open invoice whose due date has passed by `days`."""

    invoice: str
    days: int
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Exceptional:
    """An overdue invoice that is an exception: of `paid` invoices only `as_late` took as long as
    this one does already, `days` beyond terms.
    """

    invoice: str
    days: int
    as_late: int
    paid: int

    @property
    def chance(self) -> float:
        """How often an invoice takes so long if it is like those before."""
        return (self.as_late + 1) / (self.paid + 1)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of looking for an exception: one, or the signs that speak against it, if any."""

    exception: Exceptional | None = None
    signs: tuple[Sign, ...] = ()


NOTHING_UNUSUAL: Final = Judged()


def candidate(
    paid: Spell, overdue: Sequence[Overdue], months: int = MONTHS_MAX
) -> Exceptional | None:
    """Return the overdue invoice that a good payer is unlikely to be so late with, None where
    nobody is a good payer or nothing is unlikely. The longest overdue is looked at.

    `months` is how many months those that were paid fell due in.
    """
    late = [one for one in overdue if one.days > PROMPT_UNTIL_DAYS]
    if not late or paid.paid.count < PAID_LEAST or behaviour_of(paid.paid) != "prompt":
        return None
    longest = max(late, key=lambda one: (one.days, one.invoice))
    found = Exceptional(longest.invoice, longest.days, paid.at_least(longest.days), paid.paid.count)
    is_rare = found.as_late * QUARTER_MONTHS <= months
    return found if found.chance <= CHANCE_MAX and is_rare else None


def judged(
    paid: Spell,
    overdue: Sequence[Overdue],
    known_signs: Sequence[Sign] = (),
    months: int = MONTHS_MAX,
) -> Judged:
    """Return whether what is overdue is an exception.

    `known_signs` are those that other records tell; what the overdue invoices say is added.
    """
    found = candidate(paid, overdue, months)
    if found is None:
        return NOTHING_UNUSUAL
    signs = list(known_signs)
    if sum(1 for one in overdue if one.days > PROMPT_UNTIL_DAYS) > 1:
        signs.append("several")
    if any(one.disputed for one in overdue if one.invoice == found.invoice):
        signs.append("disputed")
    return Judged(None, tuple(signs)) if signs else Judged(found)
