"""What running the software costs, as an owner types it."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.accounts.running_costs import RunningCost, RunningCostsNotValid
from saldo_cli.problems import UsageProblem
from saldo_cli.running_costs import running_costs_in, running_costs_told

NOVEMBER = RunningCost(date(2026, 11, 1), "USD", 3140)


def test_a_bill_is_typed_month_by_month() -> None:
    assert running_costs_in(None, (NOVEMBER,)) is None
    first = running_costs_in(["2026-11 USD 31.40"], ())
    assert first == (NOVEMBER,)
    both = running_costs_in(["2026-12 USD 29.00 0.012"], first)
    assert both == (NOVEMBER, RunningCost(date(2026, 12, 1), "USD", 2900, 12000))
    assert running_costs_told(both) == (
        "31.40 a month (USD) from 2026-11; 29.00 a month and 0.012 an invoice (USD) from 2026-12"
    )


def test_a_month_that_is_typed_again_takes_the_place_of_the_first() -> None:
    assert running_costs_in(["2026-11 USD 40"], (NOVEMBER,)) == (
        RunningCost(date(2026, 11, 1), "USD", 4000),
    )
    assert running_costs_in(["none"], (NOVEMBER,)) == ()
    assert running_costs_told(()) == "not given"


@pytest.mark.parametrize("text", ["31.40", "2026-13 USD 1", "2026-11 usd 1", "2026-11 USD -1"])
def test_what_is_no_running_cost_is_told_how_it_is_written(text: str) -> None:
    with pytest.raises(UsageProblem):
        running_costs_in([text], ())


def test_a_price_of_seven_decimals_is_refused() -> None:
    with pytest.raises(RunningCostsNotValid):
        running_costs_in(["2026-11 USD 0 0.0000001"], ())
