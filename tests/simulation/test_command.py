"""`saldo simulate faults`, as a person and as a script see it."""

from __future__ import annotations

import json

import pytest

from saldo_cli.main import main
from saldo_cli.simulation.run import judge_seed
from saldo_cli.simulation.shrink import shrink
from tests.simulation.mutants import MUTANTS


def test_a_good_run_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "faults", "--seeds", "2", "--from", "11", "--story"]) == 0
    told = capsys.readouterr().out
    assert "2 seeds from 11" in told
    assert "the ERP issues" in told
    assert "Nothing lost, nothing twice." in told


def test_a_bad_run_shows_the_shortest_story_and_ends_with_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    MUTANTS["the_open_item_is_forgotten"](monkeypatch)
    assert main(["simulate", "faults", "--seeds", "1", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (shortest,) = document["shortest"]
    assert list(document["failing"]) == ["0"]
    assert len(shortest["story"]) <= 2
    assert shortest["faults"] == []


def test_a_failure_that_needs_a_fault_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS["nobody_republishes"](monkeypatch)
    failing = next(v for v in map(judge_seed, range(44, 300)) if v.problems and v.faults)
    found = shrink(failing)
    assert found.problems
    assert len(found.faults) == 1
    assert len(found.story.actions) <= len(failing.story.actions)
