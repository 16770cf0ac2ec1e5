"""The same world over the real DynamoDB adapter: it ends as over memory, faults or not."""

from __future__ import annotations

from saldo_cli.simulation.many import judge_many

SAMPLE = (602, 612, 614, 622)
"""Stories that are short and have much of everything: moto is slow."""


def test_a_sample_of_seeds_ends_alike_over_the_table() -> None:
    failing = {r.seed: r.problems[:3] for r in judge_many(SAMPLE, store="moto") if r.problems}
    first = min(failing, default=0)
    again = f"saldo simulate faults --from {first} --seeds 1 --store moto --story"
    assert not failing, f"{again}\n{failing}"
