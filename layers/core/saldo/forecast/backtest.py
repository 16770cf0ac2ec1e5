"""A forecast tried on the past, beside simple rules that know the same."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from statistics import median
from typing import Final

from saldo.forecast.features import RememberingUsual
from saldo.forecast.history import histories
from saldo.forecast.model import LEVELS, Bill, Forecast
from saldo.forecast.predict import forecast, usual_of
from saldo.forecast.train import trained

_SCORED: Final = tuple(range(1, len(LEVELS), 2))  # 5 %, 10 % … 95 %
_LOW, _HIGH, _MIDDLE = 3, 35, 19  # places in LEVELS: 10 %, 90 %, the median


@dataclass(frozen=True, slots=True)
class Scores:
    """How well delays were told, over the tested bills.

    `mae_days` and `median_ae_days`: between the day told (the median) and the day of settlement;
    `auc_late`: the chance that of a late and a punctual bill the late one was told to be later;
    `coverage_80`: the share settled between the 10 % and the 90 % quantile, None where only a day
    was told; `pinball`: the mean quantile loss in days at 5 %, 10 % … 95 %, a day told standing
    for all of them.
    """

    mae_days: float
    median_ae_days: float
    auc_late: float | None
    coverage_80: float | None
    pinball: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """The model's scores beside those of the rules; `open_untested` bills have no settlement."""

    split: date
    trained_on: int
    tested: int
    open_untested: int
    scores: dict[str, Scores]


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told of a bill: the day, how late it looked, its quantiles where there are any."""

    delay: float
    lateness: float
    quantiles: Sequence[float] | None


def backtest(bills: Iterable[Bill], split: date) -> Backtest:
    """Train on what was known on `split`, forecast every later bill on the day of its issue.

    The rules get what the model gets: what was known on that day. Bills that were settled on their
    day of issue or before are known then and not tested.
    """
    ordered = sorted(bills, key=lambda one: (one.issued_on, one.account, one.number))
    model = trained(ordered, split)
    by_account = histories(ordered)
    later = [one for one in ordered if one.issued_on > split and not one.settled_by(one.issued_on)]
    tested = [one for one in later if one.settled_on is not None]
    everybody = _Everybody(ordered)
    paid = {account: _Paid(each) for account, each in by_account.items()}
    usual = RememberingUsual.of(usual_of(model))
    told: dict[str, list[_Told]] = {
        "model": [
            _by_model(forecast(model, one, by_account[one.account], one.issued_on, usual))
            for one in tested
        ],
        "due_date": [_Told(0.0, 0.0, None) for _ in tested],
        "global_median": [everybody.told(one.issued_on) for one in tested],
        "account_mean": [_by_mean(one, paid[one.account], everybody) for one in tested],
    }
    delays = [_delay(one) for one in tested]
    return Backtest(
        split,
        model.bills,
        len(tested),
        len(later) - len(tested),
        {name: _scores(each, delays) for name, each in told.items()} if tested else {},
    )


def _delay(bill: Bill) -> int:
    assert bill.settled_on is not None, "only settled bills are tested"
    return (bill.settled_on - bill.due_on).days


def _by_model(found: Forecast) -> _Told:
    return _Told(found.delays[_MIDDLE], found.late, found.delays)


class _Everybody:
    """The delays of all bills that were settled by a day."""

    def __init__(self, bills: Iterable[Bill]) -> None:
        settled = sorted(
            (one.settled_on, _delay(one)) for one in bills if one.settled_on is not None
        )
        self._days = [day for day, _ in settled]
        self._delays = [delay for _, delay in settled]
        self._kept: dict[int, _Told] = {}

    def told(self, day: date) -> _Told:
        count = bisect_right(self._days, day)
        if count not in self._kept:
            known = sorted(self._delays[:count]) or [0]
            quantiles = [
                float(known[min(int(level * len(known)), len(known) - 1)]) for level in LEVELS
            ]
            self._kept[count] = _Told(float(median(known)), 0.0, quantiles)
        return self._kept[count]


class _Paid:
    """The delays of an account's bills that were settled by a day: how many, and their sum."""

    def __init__(self, account: Iterable[Bill]) -> None:
        settled = sorted(
            (one.settled_on, _delay(one)) for one in account if one.settled_on is not None
        )
        self._days = [day for day, _ in settled]
        self._sums = list(accumulate((delay for _, delay in settled), initial=0))

    def mean(self, day: date) -> float | None:
        """Return the mean delay, None where nothing was settled by `day`."""
        count = bisect_right(self._days, day)
        return self._sums[count] / count if count else None


def _by_mean(bill: Bill, account: _Paid, everybody: _Everybody) -> _Told:
    """Return the mean delay of the account's settled bills; without any, everybody's median.

    The bill itself is not among them: what was settled by its issue is not tested.
    """
    known = account.mean(bill.issued_on)
    mean = everybody.told(bill.issued_on).delay if known is None else known
    return _Told(mean, mean, None)


def _scores(told: Sequence[_Told], delays: Sequence[int]) -> Scores:
    errors = [abs(one.delay - delay) for one, delay in zip(told, delays, strict=True)]
    covered = [
        # Days are whole: an end of 3.4 lets the third day in, and the fourth not.
        round(one.quantiles[_LOW]) <= delay <= round(one.quantiles[_HIGH])
        for one, delay in zip(told, delays, strict=True)
        if one.quantiles is not None
    ]
    return Scores(
        sum(errors) / len(errors),
        median(errors),
        _auc([one.lateness for one in told], [delay > 0 for delay in delays]),
        sum(covered) / len(covered) if covered else None,
        sum(_pinball(one, delay) for one, delay in zip(told, delays, strict=True)) / len(told),
    )


def _pinball(told: _Told, delay: int) -> float:
    quantile: Callable[[int], float] = (
        (lambda _: told.delay) if told.quantiles is None else told.quantiles.__getitem__
    )
    lost = 0.0
    for place in _SCORED:
        over = delay - quantile(place)
        lost += over * LEVELS[place] if over >= 0 else over * (LEVELS[place] - 1)
    return lost / len(_SCORED)


def _auc(scores: Sequence[float], late: Sequence[bool]) -> float | None:
    """Return the area under the ROC curve, ties counting half; None where all are alike."""
    count = sum(late)
    if count in (0, len(late)):
        return None
    ordered = sorted(zip(scores, late, strict=True))
    ranks, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        middle = (start + end + 1) / 2
        ranks += middle * sum(is_late for _, is_late in ordered[start:end])
        start = end
    return (ranks - count * (count + 1) / 2) / (count * (len(late) - count))
