"""What looking at a page reads: no more for a customer of many years than for a new one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.pay_page import Story, looked_at, opened
from saldo.wiring import install

UNITS_MAX = 10.0
"""Half a unit for each question; every answer that is offered may ask one."""


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    yield
    install(None)


def reads(paid: int, open_: int = 1) -> dict[str, float]:
    get, books = opened(Story("a customer", open_, paid, "invoice"))
    return looked_at(books, get)


def test_a_long_history_costs_no_more_than_a_short_one() -> None:
    assert reads(paid=400) == reads(paid=40)


def test_a_look_at_one_invoice_is_cheap() -> None:
    assert sum(reads(paid=0).values()) <= UNITS_MAX


def test_the_history_that_is_read_stays_small() -> None:
    assert sum(reads(paid=400).values()) <= UNITS_MAX
