"""What a creditor's bills teach: fitted to the settled ones, with the open ones as "at least"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import log, sqrt
from statistics import median
from typing import Final

from saldo.forecast.features import (
    NAMES,
    Features,
    RememberingUsual,
    Usual,
    features_of,
    known_of,
)
from saldo.forecast.fit import Case, own_fit, row_of, towards_of, whole_fit
from saldo.forecast.history import History, histories
from saldo.forecast.model import LEVELS, VERSION, Bill, Model
from saldo.forecast.own import OWN_NAMES, own_features
from saldo.forecast.predict import after, delays_of, usual_of
from saldo.forecast.remains import SPREAD_TOWARDS, allowing_for_drift, with_remains

TRAINED_MAX: Final = 20_000
"""The newest so many bills are learnt from."""

HALF_LIFE_DAYS: Final = 180.0
"""A bill counts half as much as one that was issued so many days later: customs change."""

COUNTED_LEAST: Final = 500.0
"""Where less than so many bills would count by that, the older ones count longer: a slow season is
no custom, and few bills are told from it only by those of other seasons."""

_LONGER, _LONGER_TIMES = 1.5, 6

_IMPUTED_AT: Final = (6, 19, 32)  # places in LEVELS: 17.5 %, the median, 82.5 %
_DRAWN_LEAST, _DRAWN_MOST = 0.2, 20.0
_ASSUMED_DELAY: Final = 7.0
_ASSUMED_SPREAD: Final = 14.0
_ASSUMED_BILLS: Final = 5.0
_ASSUMED_DRAWN: Final = 2.0
_FAR_OFF: Final = 4.0


def trained(bills: Iterable[Bill], known_on: date) -> Model:
    """Return what is learnt from what was known on `known_on`. Without bills: an assumption.

    A bill that was open then is not left out, which would keep the quick payers alone; it counts
    with what a first model, fitted to the settled ones, expects of a bill that has waited so long
    (17.5 %, 50 % and 82.5 % quantile, a third each).
    """
    known = known_of(bills, known_on)
    known.sort(key=lambda one: (one.issued_on, one.account, one.number))
    known = known[-TRAINED_MAX:]
    by_account = histories(known)
    model = _assumed(known_on, known)
    settled = [bill for bill in known if bill.settled_on is not None]
    if not settled:
        return model
    model = _fitted(model, [(bill, _delay(bill), 1.0) for bill in settled], by_account)
    if len(settled) < len(known):
        model = _fitted(model, _with_open(model, known, by_account), by_account)
    return replace(allowing_for_drift(model), bills=len(settled))


_Target = tuple[Bill, float, float]
"""A bill, its days beyond terms, and the share of its weight that says so."""


def _delay(bill: Bill) -> float:
    assert bill.settled_on is not None, "only settled bills have a delay"
    return float((bill.settled_on - bill.due_on).days)


def _with_open(
    model: Model, known: Sequence[Bill], by_account: Mapping[str, History]
) -> list[_Target]:
    found: list[_Target] = []
    usual = RememberingUsual.of(usual_of(model))
    for bill in known:
        if bill.settled_on is not None:
            found.append((bill, _delay(bill), 1.0))
            continue
        features = features_of(bill, by_account[bill.account], bill.issued_on, usual)
        waited = (model.known_on - bill.due_on).days
        expected = after(waited, delays_of(model, features))
        found.extend((bill, expected[place], 1 / len(_IMPUTED_AT)) for place in _IMPUTED_AT)
    return found


def _assumed(known_on: date, known: Sequence[Bill]) -> Model:
    """Return a model of what is assumed where nothing was paid yet: a triangle about a week."""
    shape = tuple(
        -1 + (2 * level) ** 0.5 if level < 0.5 else 1 - (2 - 2 * level) ** 0.5 for level in LEVELS
    )
    amounts: dict[str, list[float]] = defaultdict(list)
    for one in known:
        amounts[one.currency].append(log(max(1, one.amount_minor)))
    own = (_ASSUMED_DELAY, *(0.0 for _ in OWN_NAMES))
    return Model(
        version=VERSION,
        known_on=known_on,
        bills=0,
        own=own,
        amounts={currency: sum(each) / len(each) for currency, each in sorted(amounts.items())},
        drawn=_ASSUMED_DRAWN,
        account_spread=_ASSUMED_SPREAD,
        weights=towards_of(own, _ASSUMED_SPREAD),
        usual=tuple(0.0 for _ in NAMES),
        spread=(log(2 * _ASSUMED_SPREAD), *SPREAD_TOWARDS[1:]),
        shapes=(shape, shape),
    )


def _fitted(model: Model, targets: Sequence[_Target], by_account: Mapping[str, History]) -> Model:
    """Return the model fitted anew: first what bills say by themselves, then with the history."""
    ages = [float((model.known_on - bill.issued_on).days) for bill, _, _ in targets]
    half_life = _half_life([(age, share) for age, (_, _, share) in zip(ages, targets, strict=True)])
    weighed = [
        (bill, delay, share * float(0.5 ** (age / half_life)))
        for age, (bill, delay, share) in zip(ages, targets, strict=True)
    ]
    own = own_fit(
        [
            ((1.0, *own_features(bill, model.amounts)), delay, weight)
            for bill, delay, weight in weighed
        ],
        model.own,
    )
    drawn, spread = _variances(
        weighed, Usual(own, model.amounts, model.drawn, model.account_spread)
    )
    model = replace(model, own=own, drawn=drawn, account_spread=spread)
    usual = RememberingUsual.of(usual_of(model))
    seen: dict[tuple[str, str], Features] = {}
    cases: list[Case] = []
    for bill, delay, weight in weighed:
        key = (bill.account, bill.number)
        if key not in seen:
            seen[key] = features_of(bill, by_account[bill.account], bill.issued_on, usual)
        cases.append(Case(bill, seen[key], delay, weight))
    towards = towards_of(own, spread)
    weights = whole_fit([row_of(case) for case in cases], towards)
    return with_remains(replace(model, weights=weights), cases)


def _half_life(ages: Sequence[tuple[float, float]]) -> float:
    """Return after how many days a bill counts half, of ages in days and shares of bills."""
    days = HALF_LIFE_DAYS
    for _ in range(_LONGER_TIMES):
        if sum(share * 0.5 ** (age / days) for age, share in ages) >= COUNTED_LEAST:
            break
        days *= _LONGER
    return days


def _variances(weighed: Sequence[_Target], usual: Usual) -> tuple[float, float]:
    """Return the weight that an account's mean is drawn by, and the spread within accounts.

    One-way analysis of variance over the surprises, accounts as groups (the unbalanced formulas
    of Searle, Casella and McCulloch, Variance Components, 1992, chapter 3). What lies further off
    than four robust deviations (1.4826 times the median) counts as so far, or not at all if it is
    open: one bill that is never paid would make all accounts look alike.
    """
    surprises = [(bill, delay - usual.expected(bill)) for bill, delay, _ in weighed]
    most = max(1.0, _FAR_OFF * 1.4826 * median(abs(off) for _, off in surprises))
    groups: dict[str, list[float]] = defaultdict(list)
    for bill, off in surprises:
        if bill.settled_on is not None or abs(off) <= most:
            groups[bill.account].append(min(max(off, -most), most))
    count = sum(map(len, groups.values()))
    means = {account: sum(each) / len(each) for account, each in groups.items()}
    inner = sum((one - means[account]) ** 2 for account, each in groups.items() for one in each)
    if count - len(groups) < 10 or len(groups) < 5:
        return _ASSUMED_DRAWN, _ASSUMED_SPREAD
    within = max(1.0, inner / (count - len(groups)))
    whole = sum(sum(each) for each in groups.values()) / count
    outer = sum(len(groups[account]) * (mean - whole) ** 2 for account, mean in means.items())
    size = (count - sum(len(each) ** 2 for each in groups.values()) / count) / (len(groups) - 1)
    between = max(0.0, (outer / (len(groups) - 1) - within) / max(size, 1e-9))
    drawn = within / between if between > 0 else _DRAWN_MOST
    return min(max(drawn, _DRAWN_LEAST), _DRAWN_MOST), sqrt(within)
