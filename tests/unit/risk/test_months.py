"""How what was due in each month was paid, as sums, against the invoices themselves."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from statistics import fmean, median

import pytest

from saldo.risk.behaviour import one_paid, summed
from saldo.risk.months import (
    MONTHS_MAX,
    MonthPaid,
    PaidInvoice,
    added,
    bin_of,
    kept_of,
    months_back,
    spell,
)

TODAY = date(2026, 11, 22)


def invoices(count: int, seed: int = 3) -> list[PaidInvoice]:
    draw = Random(seed)
    return [
        PaidInvoice(
            TODAY - timedelta(days=draw.randrange(600)),
            round(draw.gauss(6, 9)),
            draw.choice(["EUR", "CHF"]),
            draw.randrange(100, 1_000_000),
            draw.choice([0, 0, 1, 2]),
        )
        for _ in range(count)
    ]


def test_months_say_of_a_spell_what_its_invoices_say() -> None:
    paid = invoices(300)
    whole = spell(added((), paid))
    days = [one.days for one in paid]
    assert whole.paid == summed(map(one_paid, days))
    assert whole.paid.mean == pytest.approx(fmean(days))
    assert whole.median == pytest.approx(median(days), abs=1)
    assert whole.share_reminded == pytest.approx(sum(one.stage > 0 for one in paid) / 300)
    for currency in ("EUR", "CHF"):
        own = [one for one in paid if one.currency == currency]
        assert whole.minor[currency] == sum(one.amount_minor for one in own)
        late = sum(one.amount_minor for one in own if one.days > 0)
        assert whole.late_minor[currency] == late


def test_in_whatever_order_invoices_are_added_the_same_comes_out() -> None:
    paid = invoices(60)
    one_by_one: tuple[MonthPaid, ...] = ()
    for one in reversed(paid):
        one_by_one = added(one_by_one, [one])
    assert one_by_one == added((), paid)


def test_a_spell_is_of_the_months_it_names_alone() -> None:
    paid = [PaidInvoice(date(2026, 9, 30), 5, "EUR", 100), PaidInvoice(TODAY, 9, "EUR", 100)]
    months = added((), paid)
    assert spell(months, "2026-10").paid.days == 9
    assert spell(months, last="2026-09").paid.days == 5
    assert spell(months, "2027-01").paid.mean is None


def test_two_years_are_kept_and_not_a_month_more() -> None:
    oldest = PaidInvoice(date(2024, 12, 1), 5, "EUR", 100)
    older = PaidInvoice(date(2024, 11, 30), 5, "EUR", 100)
    assert [one.month for one in kept_of(added((), [oldest, older]), TODAY)] == ["2024-12"]
    assert months_back(TODAY, MONTHS_MAX - 1) == "2024-12"
    assert months_back(date(2026, 1, 31), 1) == "2025-12"


def test_large_and_small_invoices_are_told_apart_by_the_accounts_usual_amount() -> None:
    usual = [PaidInvoice(TODAY, 0, "EUR", 100_00) for _ in range(5)]
    large = PaidInvoice(TODAY, 20, "EUR", 900_00)
    small = PaidInvoice(TODAY, -5, "EUR", 10_00)
    in_yen = PaidInvoice(TODAY, 3, "JPY", 10_00)
    whole = spell(added((), [*usual, large, small, in_yen]))
    assert (whole.large.count, whole.large.days) == (1, 20)
    assert (whole.small.count, whole.small.days) == (1, -5)


def test_invoices_of_one_due_date_are_one_occasion() -> None:
    run = [PaidInvoice(TODAY, n, "EUR", 100) for n in range(8)]
    other = PaidInvoice(TODAY - timedelta(days=1), 1, "EUR", 100)
    assert spell(added((), [*run, other])).occasions == 2


@pytest.mark.parametrize("days", [-400, -31, -30, 0, 1, 90, 91, 4000])
def test_days_beyond_the_last_bin_and_before_the_first_have_one_too(days: int) -> None:
    whole = spell(added((), [PaidInvoice(TODAY, days, "EUR", 100)]))
    assert sum(whole.bins) == whole.bins[bin_of(days)] == 1
    assert whole.at_least(days) == 1


def test_how_many_took_as_long_counts_rather_too_many_than_too_few() -> None:
    paid = [PaidInvoice(TODAY, days, "EUR", 100) for days in (0, 9, 10, 12, 40)]
    whole = spell(added((), paid))
    for days in range(-3, 50):
        assert whole.at_least(days) >= sum(one.days >= days for one in paid)
