"""What is known about a bill on the day of a forecast. Nothing here sees a later day.

A bill has features of its own (terms, amount, calendar) and those of its account's history. The
history speaks in *surprises*: how many days later than its own features let expect a bill was paid.
So an account is not taken for a late payer because its terms are short.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log, sqrt
from typing import Final

from saldo.forecast.algebra import dot
from saldo.forecast.model import Bill, Group

HISTORY_MAX: Final = 100
"""So many of an account's bills, the newest, are looked at: the older ones say little more."""

_OWN: Final[tuple[tuple[str, Group], ...]] = (
    ("terms", "terms"),
    ("terms_week", "terms"),
    ("terms_fortnight", "terms"),
    ("terms_long", "terms"),
    ("amount", "amount"),
    ("amount_small", "amount"),
    ("amount_large", "amount"),
    ("due_friday", "calendar"),
    ("due_saturday", "calendar"),
    ("due_sunday", "calendar"),
    ("due_monday", "calendar"),
    ("due_month_end", "calendar"),
    ("due_month_begin", "calendar"),
    ("issued_month_end", "calendar"),
)
_HISTORY: Final[tuple[tuple[str, Group], ...]] = (
    ("surprise", "history"),
    ("alike", "history"),
    ("same_terms", "history"),
    ("new", "history"),
    ("recent", "trend"),
    ("last", "trend"),
    ("overdue_share", "overdue"),
    ("overdue_days", "overdue"),
    ("amount_of_account", "amount"),
)
OWN_NAMES: Final = tuple(name for name, _ in _OWN)
NAMES: Final = (*OWN_NAMES, *(name for name, _ in _HISTORY))
GROUPS: Final = tuple(group for _, group in (*_OWN, *_HISTORY))
SPREAD_NAMES: Final = ("always", "unknown", "spread", "terms", "overdue_share")

_RECENT: Final = 4
_ALIKE: Final = 0.15  # amounts within 15 % of one another: rents, subscriptions
_ALIKE_DRAWN: Final = 2.0
_OVERDUE_MAX_DAYS: Final = 90.0
_WAITING_MOST_SPREADS, _WAITING_MOST_DAYS = 3.0, 60.0
"""What waits by more usual spreads than that beyond its usual day, and by more days, tells no habit
any more: it is contested, forgotten or lost, and would make the account's next invoice years late.
"""

_FADE: Final = 0.95
"""A bill of the account counts so much of the next one after it."""

_FADED: Final = tuple(_FADE**place for place in reversed(range(HISTORY_MAX)))


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual with a creditor, against which an account is measured; see `Model`."""

    own: Sequence[float]
    amounts: Mapping[str, float]
    drawn: float
    spread: float

    def expected(self, bill: Bill) -> float:
        """Return the days beyond terms that the bill's own features let expect."""
        return dot(self.own, (1.0, *own_features(bill, self.amounts)))


class RememberingUsual(Usual):
    """The same, for many forecasts of one account: what a bill lets expect is worked out once."""

    __slots__ = ("_told",)

    _told: dict[Bill, float]

    @classmethod
    def of(cls, usual: Usual) -> RememberingUsual:
        """Return the same measures with a memory."""
        made = cls(usual.own, usual.amounts, usual.drawn, usual.spread)
        object.__setattr__(made, "_told", {})
        return made

    def expected(self, bill: Bill) -> float:
        """Return the days beyond terms that the bill's own features let expect."""
        found = self._told.get(bill)
        if found is None:
            found = self._told[bill] = Usual.expected(self, bill)
        return found


@dataclass(frozen=True, slots=True)
class Features:
    """Numbers about one bill, in the order of NAMES and SPREAD_NAMES."""

    location: tuple[float, ...]
    spread: tuple[float, ...]

    @property
    def is_new(self) -> bool:
        """Whether nothing is known yet of how the account pays."""
        return self.location[NAMES.index("new")] == 1


@dataclass(frozen=True, slots=True)
class _Past:
    """A settled bill of the account, and how many days later it was paid than expected."""

    bill: Bill
    surprise: float


def known_of(bills: Iterable[Bill], day: date) -> list[Bill]:
    """Return what is known on `day` of bills: later ones are not, nor are later settlements."""
    return [
        one if one.settled_on is None or one.settled_by(day) else replace(one, settled_on=None)
        for one in bills
        if one.issued_on <= day
    ]


def features_of(bill: Bill, account: Iterable[Bill], day: date, usual: Usual) -> Features:
    """Return the features of `bill` on `day`.

    `account` are bills of the same account, before and after, in any order; the bill itself among
    them is passed over. Only what is known on `day` counts.
    """
    others = [one for one in account if one.issued_on <= day and one.number != bill.number]
    others.sort(key=lambda one: (one.issued_on, one.number))
    there = known_of(others[-HISTORY_MAX:], day)
    past = _past(there, day, usual)
    open_ = [one for one in there if one.settled_on is None]
    history = _history(bill, past, usual)
    # Beyond what was expected: whoever always pays in the third week owes nothing unusual before.
    beyond = [
        (day - one.due_on).days - usual.expected(one) - history[0] * usual.spread for one in open_
    ]
    late = [days for days in beyond if 0 < days <= _waiting_most(usual)]
    own = own_features(bill, usual.amounts)
    share = len(late) / (len(open_) + 2)
    # What is not known of the account adds to what differs within it (as variances).
    unknown = log(1 + 1 / (len(past) + usual.drawn)) / 2
    location = (
        *own,
        *history,
        share,
        min(sum(late) / (len(open_) + 2), _OVERDUE_MAX_DAYS) / usual.spread,
        _amount_of_account(bill, there, usual),
    )
    spread = (1.0, unknown, _spread(past, usual), own[0], share)
    return Features(location, spread)


def own_features(bill: Bill, amounts: Mapping[str, float]) -> tuple[float, ...]:
    """Return what a bill says by itself, in the order of OWN_NAMES."""
    terms = min(max(bill.terms_days, 0), 120)
    amount = _amount(bill, amounts)
    due, issued = bill.due_on, bill.issued_on
    weekday = due.weekday()
    return (
        terms / 10,
        float(terms <= 7),
        float(7 < terms <= 15),
        float(terms > 31),
        amount,
        max(0.0, -1.0 - amount),
        max(0.0, amount - 1.0),
        float(weekday == 4),
        float(weekday == 5),
        float(weekday == 6),
        float(weekday == 0),
        float(_ends_month(due)),
        float(due.day <= 5),
        float(_ends_month(issued)),
    )


def _ends_month(day: date) -> bool:
    """Return whether the month ends within five days: counted so that no day is too late for it."""
    return day.day + 5 > monthrange(day.year, day.month)[1]


def _past(there: Sequence[Bill], day: date, usual: Usual) -> list[_Past]:
    """Return what the account's bills surprised with: the settled ones in their order, then others.

    A bill that is open for longer than the account usually takes will have been paid so late at
    least, and counts so already: without it, whoever pays late looks better than is known, and who
    stopped paying as good as ever. One that waits beyond any habit is left out.
    """
    settled = [(one.settled_on, one) for one in there if one.settled_on is not None]
    settled.sort(key=lambda each: (each[0], each[1].issued_on, each[1].number))
    past = [_Past(one, (paid - one.due_on).days - usual.expected(one)) for paid, one in settled]
    mean = sum(one.surprise for one in past) / (len(past) + usual.drawn)
    waiting = [
        _Past(one, (day - one.due_on).days - usual.expected(one))
        for one in there
        if one.settled_on is None
    ]
    most = _waiting_most(usual)
    return [*past, *(one for one in waiting if mean < one.surprise <= most)]


def _waiting_most(usual: Usual) -> float:
    """Return how many days beyond its usual day a bill may wait and still tell of a habit."""
    return max(_WAITING_MOST_DAYS, _WAITING_MOST_SPREADS * usual.spread)


def _history(bill: Bill, past: Sequence[_Past], usual: Usual) -> tuple[float, ...]:
    """Return how the account paid, in usual spreads; only "new" where nothing is known yet."""
    if not past:
        return (0.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    surprises = [one.surprise / usual.spread for one in past]
    faded = _FADED[-len(surprises) :]
    count = sum(faded)
    mean = dot(faded, surprises) / count
    share = count / (count + usual.drawn)
    recent = surprises[-_RECENT:]
    alike = [
        of - mean for one, of in zip(past, surprises, strict=True) if _is_alike(one.bill, bill)
    ]
    terms = [
        of - mean
        for one, of in zip(past, surprises, strict=True)
        if one.bill.terms_days == bill.terms_days
    ]
    return (
        mean * share,
        sum(alike) / (len(alike) + _ALIKE_DRAWN),
        sum(terms) / (len(terms) + _ALIKE_DRAWN),
        0.0,
        (sum(recent) / len(recent) - mean) * share,
        (surprises[-1] - mean) * share,
    )


def _is_alike(one: Bill, bill: Bill) -> bool:
    if one.currency != bill.currency:
        return False
    return abs(log(max(1, one.amount_minor)) - log(max(1, bill.amount_minor))) < _ALIKE


def _spread(past: Sequence[_Past], usual: Usual) -> float:
    """Return the logarithm of the account's spread against the usual, drawn to it where few."""
    if len(past) < 2:
        return 0.0
    mean = sum(one.surprise for one in past) / len(past)
    squares = sum((one.surprise - mean) ** 2 for one in past)
    drawn = 3 * usual.spread**2
    return log(sqrt((squares + drawn) / (len(past) - 1 + 3)) / usual.spread)


def _amount(bill: Bill, amounts: Mapping[str, float]) -> float:
    """Return the amount's logarithm against the usual one; 0 in a currency never seen."""
    usual = amounts.get(bill.currency)
    if usual is None:
        return 0.0
    return min(max(log(max(1, bill.amount_minor)) - usual, -4.0), 4.0)


def _amount_of_account(bill: Bill, there: Sequence[Bill], usual: Usual) -> float:
    """Return how the amount differs from what the account usually gets."""
    known = [_amount(one, usual.amounts) for one in there if one.currency == bill.currency]
    if not known:
        return 0.0
    share = len(known) / (len(known) + _ALIKE_DRAWN)
    return (_amount(bill, usual.amounts) - sum(known) / len(known)) * share
