"""Whether an account pays later than it did, beyond what chance gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest

from saldo.risk.change import Change, change_of
from saldo.risk.months import MonthPaid, PaidInvoice, added
from saldo.risk.standing import Trend

TODAY = date(2026, 11, 22)


def due(days_ago: int, late: int) -> PaidInvoice:
    return PaidInvoice(TODAY - timedelta(days=days_ago), late, "EUR", 10000)


def year(late: Sequence[int] = (0, 1, 2, 3)) -> list[PaidInvoice]:
    """An invoice every ten days of the year before the last months."""
    return [due(130 + 10 * n, late[n % len(late)]) for n in range(32)]


def months(*paid: PaidInvoice) -> tuple[MonthPaid, ...]:
    return added((), paid)


def told(recent: Sequence[int], waiting: Sequence[int] = (), known: Trend = "unknown") -> Change:
    """What is said when, after a usual year, an invoice every ten days was paid so late."""
    later = [due(20 + 10 * n, late) for n, late in enumerate(recent)]
    return change_of(months(*year(), *later), TODAY, waiting, known)


def test_a_customer_who_pays_three_weeks_later_than_last_year_pays_worse() -> None:
    change = told([20, 22, 19, 25, 21, 23, 20])
    assert change.trend == "worse"
    assert change.days == pytest.approx(20, abs=1)
    assert change.chance is not None
    assert change.chance < 0.001


def test_a_customer_who_pays_as_ever_is_steady() -> None:
    assert told([1, 0, 3, 2, 1, 0, 2]).trend == "steady"


def test_one_invoice_of_half_a_year_makes_nobody_a_worse_payer() -> None:
    change = told([1, 0, 180, 2, 1, 0, 2])
    assert (change.days or 0) > 20
    assert change.trend == "steady"


def test_a_customer_who_stopped_paying_pays_worse_before_anything_of_it_is_paid() -> None:
    assert told([], waiting=[12, 22, 32, 42, 52, 62]).trend == "worse"


def test_what_fell_due_yesterday_says_nothing_of_a_slow_payer_yet() -> None:
    slow = [due(130 + 10 * n, 30 + n % 3) for n in range(32)]
    change = change_of(months(*slow), TODAY, [1, 4, 9, 15, 20, 25])
    assert change.trend == "steady"


def test_a_customer_who_mended_pays_better() -> None:
    slow = [due(130 + 10 * n, 30 + n % 5) for n in range(32)]
    prompt = [due(20 + 10 * n, n % 3) for n in range(9)]
    change = change_of(months(*slow, *prompt), TODAY)
    assert change.trend == "better"
    assert change.days == pytest.approx(-31, abs=2)


def test_an_old_debt_that_is_paid_at_last_says_nothing_of_today() -> None:
    paid_at_last = [due(200 + 10 * n, 190 + 10 * n) for n in range(5)]
    usual = [due(20 + 10 * n, 1) for n in range(7)]
    assert change_of(months(*year(), *usual, *paid_at_last), TODAY).trend != "worse"


def test_many_invoices_of_one_day_are_one_occasion() -> None:
    at_once = [due(40, 25) for _ in range(20)]
    assert change_of(months(*year(), *at_once), TODAY).trend == "unknown"


def test_few_invoices_say_nothing() -> None:
    assert change_of((), TODAY).trend == "unknown"
    assert change_of(months(due(40, 90), due(30, 90), due(20, 90)), TODAY).trend == "unknown"


def test_days_less_than_a_weekend_are_no_change_however_sure() -> None:
    steady = [due(130 + 4 * n, 0) for n in range(80)]
    later = [due(20 + 4 * n, 2) for n in range(20)]
    change = change_of(months(*steady, *later), TODAY)
    assert change.chance is not None
    assert change.chance < 0.001
    assert change.trend == "steady"


def test_words_do_not_flicker_while_the_change_fades() -> None:
    fading = [20, 1, 3, 2, 5, 3, 2]
    assert told(fading).trend == "steady"
    assert told(fading, known="worse").trend == "worse"
    assert told([1, 0, 3, 2, 1, 0, 2], known="worse").trend == "steady"


def test_by_chance_alone_a_change_is_told_less_often_than_once_in_a_hundred_looks() -> None:
    draw = Random(11)
    found = 0
    for _ in range(200):
        days = [round(draw.gauss(5, 15)) for _ in range(40)]
        paid = [due(15 + 11 * n, late) for n, late in enumerate(days) if late <= 15 + 11 * n]
        waiting = [15 + 11 * n for n, late in enumerate(days) if late > 15 + 11 * n]
        found += change_of(months(*paid), TODAY, waiting).trend in ("worse", "better")
    assert found <= 4
