"""Stories from seeds, with one to three faults each: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import pytest

from saldo_cli.simulation.invent import story_of
from saldo_cli.simulation.many import SeedResult, judge_many
from saldo_cli.simulation.run import faults_of, judge_seed, run

SAMPLE = range(300)
LONG = range(10_000, 30_000)


RECALLED = (53, 56)
"""Stories with a chargeback that is told twice: what is asked for by several ids is asked for in
one order.
"""


def check(seeds: range) -> dict[int, SeedResult]:
    results = {result.seed: result for result in judge_many(seeds)}
    failing = {r.seed: r.problems[:3] for r in results.values() if r.problems}
    first = min(failing, default=0)
    assert not failing, f"saldo simulate faults --from {first} --seeds 1 --story\n{failing}"
    return results


def test_a_sample_of_seeds_keeps_every_promise() -> None:
    results = check(SAMPLE)
    # Somebody who looks at a seed again does so in another process, where texts hash otherwise.
    for seed in RECALLED:
        here, there = judge_seed(seed), results[seed]
        assert (here.calls, here.injected) == (there.calls, there.injected)


@pytest.mark.long
def test_twenty_thousand_seeds_keep_every_promise() -> None:
    check(LONG)


def test_a_seed_tells_the_same_story_twice() -> None:
    first, second = judge_seed(7), judge_seed(7)
    assert (first.faults, first.calls, first.injected) == (
        second.faults,
        second.calls,
        second.injected,
    )
    assert story_of(7) == story_of(7)
    assert run(story_of(7)).outcome == run(story_of(7)).outcome


def test_every_chosen_fault_is_one_that_the_call_knows() -> None:
    trace = run(story_of(3)).trace
    kinds = {(call.label, call.occurrence): call.kinds for call in trace}
    for seed in range(50):
        for fault in faults_of(seed, trace):
            assert fault.kind in kinds[fault.label, fault.occurrence]
