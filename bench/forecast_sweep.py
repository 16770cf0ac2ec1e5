"""How good payment forecasts are at splits nobody chose: every month, shares of the rows, halves.

    PYTHONPATH=layers/core:. nice .venv/bin/python bench/forecast_sweep.py [LEDGER …] [KIND …]

Both open ledgers, forecast as `saldo forecast backtest` does it; the bills of `vendors` once as if
all were paid as they say, and as `vendors-open` with those unpaid that have something outstanding.
KINDS: `month` (each end of a month), `share` (the first 50 to 90 % of the rows by their day of
issue), `day` (random days), `half` (random halves of the accounts, each at some days), `known`
(accounts with five invoices or more), `year` (what was issued within a year of the split, and half
a year on). A split is taken where 40 bills were paid before it and 40 are forecast. A row stands
for one split; a mark says where the forecast is worse than the account's mean (in days, in AUC) or
its 80 % intervals hold fewer than 75 or more than 85 %. The last lines count the marks, and sum up.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from saldo.forecast.backtest import Backtest, backtest
from saldo.forecast.model import Bill
from tests.corpora import CORPORA
from tests.paid_ledgers import Bills, ibm, vendors

FOLDER = CORPORA / "payment-behaviour"
_BILLS = FOLDER / "vendor-bills" / "bills_before_2016-02-10.csv"
LEAST = 40
_SHARES = (50, 60, 65, 70, 75, 80, 85, 90)
_SEEDS = 8
_INVOICES_KNOWN = 5
_YEAR = timedelta(days=365)
_HALF_YEAR = timedelta(days=182)


@dataclass(frozen=True)
class Try:
    """Some of a ledger's bills, and the day on which they are split."""

    kind: str
    about: str
    bills: Sequence[Bill]
    split: date


def bills_of(rows: Bills) -> list[Bill]:
    """Return a ledger's rows as bills, by their day of issue."""
    made = [
        Bill(account, f"{account}-{place}", issued, due, "XXX", minor, paid)
        for account, each in rows.items()
        for place, (issued, due, paid, minor) in enumerate(each)
    ]
    return sorted(made, key=lambda one: (one.issued_on, one.account, one.number))


def tries(bills: Sequence[Bill]) -> Iterator[Try]:
    """Yield every split that is tried."""
    days = [one.issued_on for one in bills]
    ends = [one - timedelta(days=1) for one in months(days[0], days[-1])]
    for end in ends:
        yield Try("month", "", bills, end)
    for share in _SHARES:
        yield Try("share", f"{share} %", bills, days[len(bills) * share // 100 - 1])
    for seed in range(_SEEDS):
        draw = random.Random(seed)
        yield Try("day", "", bills, draw.choice(days))
        yield from halves(bills, draw, seed)
    often = Counter(one.account for one in bills)
    known = [one for one in bills if often[one.account] >= _INVOICES_KNOWN]
    for end in ends[::2]:
        yield Try("known", "", known, end)
        recent = [one for one in bills if end - _YEAR < one.issued_on <= end + _HALF_YEAR]
        yield Try("year", "", recent, end)


def halves(bills: Sequence[Bill], draw: random.Random, seed: int) -> Iterator[Try]:
    """Yield both halves of the accounts, at two days each."""
    accounts = sorted({one.account for one in bills})
    draw.shuffle(accounts)
    first = set(accounts[: len(accounts) // 2])
    for which in (True, False):
        half = [one for one in bills if (one.account in first) is which]
        for share in (draw.randrange(30, 60), draw.randrange(60, 90)):
            split = half[len(half) * share // 100].issued_on
            yield Try("half", f"{seed}{'ab'[which]}", half, split)


def months(first: date, last: date) -> Iterator[date]:
    """Yield the first days of the months after `first`, up to `last`."""
    day = first.replace(day=1)
    while (day := (day + timedelta(days=32)).replace(day=1)) <= last:
        yield day


class Sum:
    """What a ledger's splits came to."""

    def __init__(self) -> None:
        self.marks: Counter[str] = Counter()
        self.ratios: list[float] = []
        self.auc: list[float] = []
        self.covered: list[float] = []
        self.pinball: list[float] = []

    def add(self, one: Try, found: Backtest) -> None:
        """Print a split's row and count it."""
        model, mean = found.scores["model"], found.scores["account_mean"]
        everybody = found.scores["global_median"]
        assert model.coverage_80 is not None, "the forecast has intervals"
        auc = (model.auc_late or 0.5) - (mean.auc_late or 0.5)
        marks = [
            *(["days"] * (model.mae_days >= mean.mae_days)),
            *(["auc"] * (auc < 0)),
            *(["narrow"] * (model.coverage_80 < 0.75)),
            *(["wide"] * (model.coverage_80 > 0.85)),
        ]
        self.marks.update(marks)
        self.ratios.append(model.mae_days / mean.mae_days)
        self.auc.append(auc)
        self.covered.append(model.coverage_80)
        self.pinball.append(model.pinball / everybody.pinball)
        sys.stdout.write(
            f"{one.kind:5} {one.about:5} {found.split} {found.trained_on:5} {found.tested:5} "
            f"{model.mae_days:6.2f} {mean.mae_days:6.2f} {everybody.mae_days:6.2f} "
            f"{model.auc_late or 0:.3f} {mean.auc_late or 0:.3f} {model.coverage_80:.1%} "
            f"{model.pinball:5.2f} {everybody.pinball:5.2f} {' '.join(marks)}\n"
        )

    def tell(self, name: str) -> None:
        """Print what all splits came to."""
        told = " ".join(f"{mark} {count}" for mark, count in sorted(self.marks.items()))
        sys.stdout.write(
            f"{name}: {len(self.ratios)} splits; marked: {told or 'none'}; days "
            f"{fmean(self.ratios):.4f} of the mean's, {max(self.ratios):.4f} at worst; AUC "
            f"{fmean(self.auc):+.4f}; in 80 % {fmean(self.covered):.1%} ({min(self.covered):.1%} "
            f"to {max(self.covered):.1%}); pinball {fmean(self.pinball):.4f} of everybody's\n"
        )


def sweep(name: str, bills: Sequence[Bill], kinds: Sequence[str]) -> None:
    """Try a ledger at every split of these kinds."""
    whole = Sum()
    for one in tries(bills):
        if kinds and one.kind not in kinds:
            continue
        before = sum(bill.settled_by(one.split) for bill in one.bills)
        after = sum(bill.issued_on > one.split for bill in one.bills)
        if min(before, after) < LEAST:
            continue
        whole.add(one, backtest(one.bills, one.split))
    whole.tell(name)


def main(arguments: Sequence[str]) -> None:
    """Try the ledgers."""
    ledgers = {
        "ibm": lambda: ibm(FOLDER / "ibm-late-payment" / "invoices_2012.csv"),
        "vendors": lambda: vendors(_BILLS, outstanding_is_open=False),
        "vendors-open": lambda: vendors(_BILLS),
    }
    named = [one for one in arguments if one in ledgers] or list(ledgers)
    kinds = [one for one in arguments if one not in ledgers]
    for name in named:
        sweep(name, bills_of(ledgers[name]()), kinds)


if __name__ == "__main__":
    main(sys.argv[1:])
