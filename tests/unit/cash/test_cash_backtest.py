"""The cash forecast tried on the past: a ledger made up, and a public one."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from saldo.cash.backtest import WeekTried, score, tried
from saldo.cash.simulate import luck
from saldo.forecast.model import Bill
from saldo.forecast.train import trained
from tests.corpora import CORPORA, files
from tests.replay.ledgers import read

START = date(2025, 1, 6)
PAYMENTS = CORPORA / "payment-behaviour"


def punctual(delay: int = 3, *, noise: float = 0.0, count: int = 200) -> list[Bill]:
    """Return bills of a seller whose customers pay so many days late."""
    draw = random.Random(5)
    made = []
    for number in range(count):
        issued_on = START + timedelta(days=draw.randrange(300))
        paid_on = issued_on + timedelta(days=30 + delay + round(draw.gauss(0, noise)))
        account = str(number % 25)
        made.append(
            Bill(
                account,
                str(number),
                issued_on,
                issued_on + timedelta(days=30),
                "EUR",
                1000,
                paid_on,
            )
        )
    return made


def weeks_of(bills: list[Bill], split: date, weeks: int = 6) -> list[WeekTried]:
    origins = [split + timedelta(days=7 * week) for week in range(weeks)]
    return list(tried(bills, trained(bills, split), origins))


def test_who_always_pays_alike_is_forecast_to_the_day() -> None:
    one = score(weeks_of(punctual(), date(2025, 8, 1)))
    assert one.error < 0.1 < one.error_due


def test_what_came_later_than_the_forecast_does_not_change_it() -> None:
    bills, split = punctual(noise=4.0), date(2025, 8, 1)
    model = trained(bills, split)
    told = [(one.low, one.high) for one in tried(bills, model, [split])]
    changed = [
        bill if bill.settled_by(split) else
        Bill(bill.account, bill.number, bill.issued_on, bill.due_on, "EUR", 1000, None)
        for bill in bills
    ]  # fmt: skip
    assert [(one.low, one.high) for one in tried(changed, model, [split])] == told


def test_bands_are_wider_where_luck_is_common() -> None:
    bills, split = punctual(noise=6.0, count=1500), date(2025, 8, 1)
    model = trained((), split)

    def width(common: float) -> float:
        found = tried(bills, model, [split], 4, luck(7, common, 0.0))
        return sum(one.high - one.low for one in found)

    assert width(0.6) > 1.3 * width(0.0)


@pytest.mark.parametrize("ledger", files(PAYMENTS / "ibm-late-payment", "invoices_2012.csv"))
def test_a_utility_knows_what_the_next_weeks_bring(ledger: Path) -> None:
    """Weeks that were not learnt from: within the bands as often as said, nearer than the rules."""
    bills = [
        Bill(one.account, str(one.row), one.issued_on, one.due_on, one.currency, one.amount_minor,
             one.paid_on)
        for one in read(ledger)
    ]  # fmt: skip
    weeks = weeks_of(bills, date(2012, 8, 31), 12)
    one = score(weeks)
    assert 0.75 <= one.within <= 0.92
    assert one.error < 0.75 * one.error_before
    assert one.error < 0.75 * one.error_due
