"""What instalments a creditor lets its payers ask for, and when each is due. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from saldo.accounts.payer_rules import PayerRules
from saldo.banking_days import after_banking_days, is_banking_day
from saldo.collection.model import Instalment
from saldo.errors import Conflict, Invalid
from saldo.money import format_amount

Rhythm = Literal["monthly", "fortnightly", "weekly"]
RHYTHMS: Final[tuple[Rhythm, ...]] = get_args(Rhythm)

FIRST_WITHIN_DAYS: Final = 31
"""The first instalment is due within a month: instalments begin, they are no delay."""
FEWEST: Final = 2
"""One instalment is a promise to pay, or a payment on a later day."""

_STEP_DAYS: Final = {"weekly": 7, "fortnightly": 14}


class PlanNotOffered(Conflict):
    """The creditor lets nobody ask for instalments, or not in this way."""

    code = "plan-not-offered"


class InstalmentsTooMany(Invalid):
    """Fewer than two instalments are wished for, or more than the creditor's rule lets be."""

    code = "instalments-too-many"


class InstalmentTooSmall(Invalid):
    """An instalment would be smaller than the creditor's rule lets it be."""

    code = "instalment-too-small"


class InstalmentTooLate(Invalid):
    """The last instalment would be due later than the creditor's rule lets it be."""

    code = "instalment-too-late"


class FirstDayNotValid(Invalid):
    """The first instalment is due tomorrow at the earliest, and within a month."""

    code = "first-day-not-valid"


@dataclass(frozen=True, slots=True)
class InstalmentWish:
    """What a payer wishes for: so many instalments, from a day on, charged by mandate or not."""

    count: int
    rhythm: Rhythm
    first_on: date
    by_mandate: bool = False


def first_days(today: date) -> tuple[date, date]:
    """Return the first and the last day on which a first instalment may be due."""
    return today + timedelta(days=1), today + timedelta(days=FIRST_WITHIN_DAYS)


def instalments_of(total_minor: int, wish: InstalmentWish) -> tuple[Instalment, ...]:
    """Return the instalments of a sum: equal ones to the minor unit, the last takes what is left.

    Each is due on a banking day: that of the rhythm, or the next one after it. By the month, a day
    that a month lacks is its last. They sum to exactly `total_minor`, which is at least `count`.
    """
    assert 0 < wish.count <= total_minor, "every instalment is something"
    each = total_minor // wish.count
    amounts = [each] * (wish.count - 1)
    amounts.append(total_minor - sum(amounts))
    days = (_banking_day(_nominal(wish, index)) for index in range(wish.count))
    return tuple(map(Instalment, days, amounts))


def check_wish(
    rules: PayerRules, total_minor: int, currency: str, wish: InstalmentWish, today: date
) -> tuple[Instalment, ...]:
    """Return the instalments that are wished for, if the creditor's rules let them be.

    Raises PlanNotOffered, InstalmentsTooMany, FirstDayNotValid, InstalmentTooSmall or
    InstalmentTooLate.
    """
    most = rules.plan_instalments_max
    if most < FEWEST or (rules.plan_needs_mandate and not wish.by_mandate):
        raise PlanNotOffered("Instalments are not offered here, or not in this way.")
    if not FEWEST <= wish.count <= most:
        raise InstalmentsTooMany(f"Choose {FEWEST} to {most} instalments.").at("/count")
    first, last = first_days(today)
    if not first <= wish.first_on <= last:
        raise FirstDayNotValid(f"Choose a first day from {first} to {last}.").at("/first")
    if total_minor // wish.count < max(1, rules.plan_least_minor):
        least = format_amount(max(1, rules.plan_least_minor), currency)
        raise InstalmentTooSmall(f"An instalment is at least {least} {currency}.").at("/count")
    made = instalments_of(total_minor, wish)
    latest = today + timedelta(days=rules.plan_days_max)
    if made[-1].due_on > latest:
        raise InstalmentTooLate(f"The last instalment is due on {latest} or earlier.").at("/count")
    return made


def is_agreed_at_once(rules: PayerRules, total_minor: int, count: int) -> bool:
    """Tell whether the creditor agrees to instalments without looking at them."""
    return total_minor <= rules.plan_auto_minor and count <= rules.plan_auto_instalments_max


def _nominal(wish: InstalmentWish, index: int) -> date:
    if wish.rhythm in _STEP_DAYS:
        return wish.first_on + timedelta(days=index * _STEP_DAYS[wish.rhythm])
    years, month = divmod(wish.first_on.month - 1 + index, 12)
    year, month = wish.first_on.year + years, month + 1
    return date(year, month, min(wish.first_on.day, monthrange(year, month)[1]))


def _banking_day(day: date) -> date:
    return day if is_banking_day(day) else after_banking_days(day, 1)
