"""What is known about a bill on the day of a forecast. Nothing here sees a later day.

A bill has features of its own (terms, amount, calendar) and those of its account's history. The
history speaks in *surprises*: how many days later than its own features let expect a bill was paid.
So an account is not taken for a late payer because its terms are short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log, sqrt
from typing import Final

from saldo.forecast.algebra import dot
from saldo.forecast.history import HISTORY_MAX, History
from saldo.forecast.model import Bill, Group
from saldo.forecast.own import OWN, OWN_NAMES, amount_of, own_features

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
NAMES: Final = (*OWN_NAMES, *(name for name, _ in _HISTORY))
GROUPS: Final = tuple(group for _, group in (*OWN, *_HISTORY))
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

    def known(self, there: list[Bill], day: date) -> _Known:
        """Return what is known of an account on `day`, of which `there` were issued by then."""
        return _known(there, day, self)


class RememberingUsual(Usual):
    """The same, for many forecasts of one account: what a bill lets expect is worked out once, and
    what is known of the account once for all bills that the same others stand beside.
    """

    __slots__ = ("_known", "_told")

    _told: dict[Bill, float]
    _known: tuple[list[Bill], date, _Known] | None

    @classmethod
    def of(cls, usual: Usual) -> RememberingUsual:
        """Return the same measures with a memory."""
        made = cls(usual.own, usual.amounts, usual.drawn, usual.spread)
        object.__setattr__(made, "_told", {})
        object.__setattr__(made, "_known", None)
        return made

    def expected(self, bill: Bill) -> float:
        """Return the days beyond terms that the bill's own features let expect."""
        found = self._told.get(bill)
        if found is None:
            found = self._told[bill] = Usual.expected(self, bill)
        return found

    def known(self, there: list[Bill], day: date) -> _Known:
        """Return what is known of an account on `day`."""
        last = self._known
        if last is not None and last[1] == day and last[0] == there:
            return last[2]
        found = _known(there, day, self)
        object.__setattr__(self, "_known", (there, day, found))
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an account on a day, whichever bill is asked about.

    `mean`, `trend` and `last` of the surprises, in usual spreads; `sides` says of each past bill by
    how much its surprise lay beside the mean, its currency, the logarithm of its amount and its
    terms; `overdue` is the share of open bills that wait beyond custom, and by how much; `amounts`
    how many bills there are by currency, and what they come to on average.
    """

    mean: float
    trend: float
    last: float
    sides: tuple[tuple[float, str, float, int], ...]
    overdue: tuple[float, float]
    unknown: float
    spread: float
    amounts: Mapping[str, tuple[int, float]]


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
    them is passed over. Only what is known on `day` counts. Whoever asks for many bills of an
    account gives its `History`, which is put in order once.
    """
    history = account if isinstance(account, History) else History(account)
    known = usual.known(history.newest(day, bill.number), day)
    own = own_features(bill, usual.amounts)
    location = (*own, *_history(bill, known), *known.overdue, _of_account(bill, known, usual))
    return Features(location, (1.0, known.unknown, known.spread, own[0], known.overdue[0]))


def _past(there: Sequence[Bill], day: date, usual: Usual) -> list[_Past]:
    """Return what the account's bills surprised with: the settled ones in their order, then others.

    A bill that is open for longer than the account usually takes will have been paid so late at
    least, and counts so already: without it, whoever pays late looks better than is known, and who
    stopped paying as good as ever. One that waits beyond any habit is left out.
    """
    settled = [
        (one.settled_on, one)
        for one in there
        if one.settled_on is not None and one.settled_on <= day
    ]
    settled.sort(key=lambda each: (each[0], each[1].issued_on, each[1].number))
    past = [_Past(one, (paid - one.due_on).days - usual.expected(one)) for paid, one in settled]
    mean = sum(one.surprise for one in past) / (len(past) + usual.drawn)
    waiting = [
        _Past(one, (day - one.due_on).days - usual.expected(one))
        for one in there
        if not one.settled_by(day)
    ]
    most = _waiting_most(usual)
    return [*past, *(one for one in waiting if mean < one.surprise <= most)]


def _waiting_most(usual: Usual) -> float:
    """Return how many days beyond its usual day a bill may wait and still tell of a habit."""
    return max(_WAITING_MOST_DAYS, _WAITING_MOST_SPREADS * usual.spread)


def _known(there: Sequence[Bill], day: date, usual: Usual) -> _Known:
    """Return what is known of an account on `day` by the bills that were issued by then."""
    past = _past(there, day, usual)
    surprises = [one.surprise / usual.spread for one in past]
    mean = trend = last = 0.0
    middle = 0.0
    if surprises:
        faded = _FADED[-len(surprises) :]
        count = sum(faded)
        middle = dot(faded, surprises) / count
        share = count / (count + usual.drawn)
        recent = surprises[-_RECENT:]
        mean = middle * share
        trend = (sum(recent) / len(recent) - middle) * share
        last = (surprises[-1] - middle) * share
    sides = tuple(
        (of - middle, one.bill.currency, log(max(1, one.bill.amount_minor)), one.bill.terms_days)
        for one, of in zip(past, surprises, strict=True)
    )
    amounts: dict[str, list[float]] = defaultdict(list)
    for one in there:
        amounts[one.currency].append(amount_of(one, usual.amounts))
    return _Known(
        mean,
        trend,
        last,
        sides,
        _overdue(there, day, mean, usual),
        # What is not known of the account adds to what differs within it (as variances).
        log(1 + 1 / (len(past) + usual.drawn)) / 2,
        _spread(past, usual),
        {currency: (len(each), sum(each) / len(each)) for currency, each in amounts.items()},
    )


def _overdue(there: Sequence[Bill], day: date, mean: float, usual: Usual) -> tuple[float, float]:
    """Return the share of open bills that wait beyond the account's custom, and by how much."""
    open_ = [one for one in there if not one.settled_by(day)]
    # Beyond what was expected: whoever always pays in the third week owes nothing unusual before.
    beyond = [(day - one.due_on).days - usual.expected(one) - mean * usual.spread for one in open_]
    late = [days for days in beyond if 0 < days <= _waiting_most(usual)]
    days = min(sum(late) / (len(open_) + 2), _OVERDUE_MAX_DAYS) / usual.spread
    return len(late) / (len(open_) + 2), days


def _history(bill: Bill, known: _Known) -> tuple[float, ...]:
    """Return how the account paid, in usual spreads; only "new" where nothing is known yet."""
    if not known.sides:
        return (0.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    amount, currency = log(max(1, bill.amount_minor)), bill.currency
    alike = [
        off for off, of, minor, _ in known.sides if of == currency and abs(minor - amount) < _ALIKE
    ]
    terms_days = bill.terms_days
    terms = [off for off, _, _, days in known.sides if days == terms_days]
    return (
        known.mean,
        sum(alike) / (len(alike) + _ALIKE_DRAWN),
        sum(terms) / (len(terms) + _ALIKE_DRAWN),
        0.0,
        known.trend,
        known.last,
    )


def _spread(past: Sequence[_Past], usual: Usual) -> float:
    """Return the logarithm of the account's spread against the usual, drawn to it where few."""
    if len(past) < 2:
        return 0.0
    mean = sum(one.surprise for one in past) / len(past)
    squares = sum((one.surprise - mean) ** 2 for one in past)
    drawn = 3 * usual.spread**2
    return log(sqrt((squares + drawn) / (len(past) - 1 + 3)) / usual.spread)


def _of_account(bill: Bill, known: _Known, usual: Usual) -> float:
    """Return how the amount differs from what the account usually gets."""
    count, mean = known.amounts.get(bill.currency, (0, 0.0))
    if not count:
        return 0.0
    share = count / (count + _ALIKE_DRAWN)
    return (amount_of(bill, usual.amounts) - mean) * share
