"""Waiting for what runs elsewhere, without a sleep worth noticing."""

from __future__ import annotations

import pytest

from saldo_cli import waiting
from saldo_cli.waiting import Pace, RunNotFinished, wait_until_none


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PAUSES_SECONDS", (0.0,))


def counting(*counts: int) -> list[int]:
    return list(reversed(counts))


def test_zero_must_be_seen_twice_as_an_index_may_lag() -> None:
    left, told = counting(3, 0, 1, 0, 0), []
    wait_until_none(left.pop, "accounts", progress=told.append)
    assert left == []
    assert told == [3, 0, 1, 0]


def test_where_nothing_lags_one_zero_is_enough() -> None:
    left = counting(2, 0)
    wait_until_none(left.pop, "accounts", pace=Pace(zeros_wanted=1))
    assert left == []


def test_what_never_moves_ends_with_a_sentence() -> None:
    with pytest.raises(RunNotFinished, match="2 accounts are still waiting after 0 seconds"):
        wait_until_none(lambda: 2, "accounts", pace=Pace(patience_seconds=0))


def test_what_stands_still_is_asked_for_again() -> None:
    left, asked = counting(1, 1, 1, 0), []
    wait_until_none(
        left.pop,
        "accounts",
        again=lambda: asked.append(1),
        pace=Pace(zeros_wanted=1, again_seconds=0),
    )
    assert asked
