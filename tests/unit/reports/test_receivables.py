"""Days to pay and days sales outstanding, by hand-worked examples."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.reports.receivables import (
    CurrenciesMixed,
    Receivable,
    days_to_pay_mean,
    dso,
    invoiced_minor,
    open_minor,
)


def paid(
    issued: date, closed: date, amount_minor: int = 100_00, currency: str = "EUR"
) -> Receivable:
    return Receivable(issued, currency, amount_minor, 0, closed)


def unpaid(
    issued: date, amount_minor: int = 100_00, open_: int | None = None, currency: str = "EUR"
) -> Receivable:
    still = amount_minor if open_ is None else open_
    return Receivable(issued, currency, amount_minor, still, None)


def test_days_to_pay_are_calendar_days_and_every_invoice_counts_the_same() -> None:
    quick = paid(date(2026, 3, 1), date(2026, 3, 11), 1_00)
    slow = paid(date(2026, 3, 1), date(2026, 4, 2), 9_000_00)
    assert quick.days_to_pay == 10
    assert days_to_pay_mean([quick, slow, unpaid(date(2026, 1, 1))]) == 21.0


def test_no_payment_has_no_mean() -> None:
    assert days_to_pay_mean([unpaid(date(2026, 1, 1))]) is None
    assert days_to_pay_mean([]) is None


def test_the_mean_is_rounded_to_two_decimals() -> None:
    days = [paid(date(2026, 1, 1), date(2026, 1, 1 + n)) for n in (1, 1, 2)]
    assert days_to_pay_mean(days) == 1.33


def test_dso_sets_what_is_open_at_the_end_against_the_sales_of_the_period() -> None:
    # 1 to 30 June: 900.00 of sales, 300.00 of them open on 30 June.
    june = [
        paid(date(2026, 6, 1), date(2026, 6, 20), 600_00),
        paid(date(2026, 6, 30), date(2026, 7, 15), 200_00),
        unpaid(date(2026, 6, 10), 100_00),
    ]
    assert dso(june) == 10.0


def test_what_is_paid_on_the_last_day_is_not_open_at_its_end() -> None:
    assert dso([paid(date(2026, 6, 1), date(2026, 6, 1))]) == 0.0


def test_only_the_open_part_of_an_invoice_is_outstanding() -> None:
    assert dso([unpaid(date(2026, 6, 1), 100_00, open_=25_00)]) == 0.25


def test_nothing_sold_has_no_dso() -> None:
    assert dso([]) is None


def test_dso_does_not_add_euros_to_dollars() -> None:
    with pytest.raises(CurrenciesMixed):
        dso([unpaid(date(2026, 1, 1)), unpaid(date(2026, 1, 1), currency="USD")])


def test_sums_are_kept_per_currency_and_a_settled_one_shows_zero() -> None:
    receivables = [
        paid(date(2026, 1, 1), date(2026, 1, 2), 5_00),
        unpaid(date(2026, 1, 1), 7_00, open_=3_00, currency="USD"),
    ]
    assert invoiced_minor(receivables) == {"EUR": 5_00, "USD": 7_00}
    assert open_minor(receivables) == {"EUR": 0, "USD": 3_00}
