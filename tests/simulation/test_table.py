"""The same world over the real DynamoDB adapter: it ends as over memory, faults or not."""

from __future__ import annotations

from saldo_cli.simulation.many import judge_many

SAMPLE = (500, 453, 842, 602)
"""Short stories, as moto is slow: a payment of 19 invoices, a plan, a scheduled payment, and a
little of the rest.
"""


def test_a_sample_of_seeds_ends_alike_over_the_table() -> None:
    failing = {r.seed: r.problems[:3] for r in judge_many(SAMPLE, store="moto") if r.problems}
    first = min(failing, default=0)
    again = f"saldo simulate faults --from {first} --seeds 1 --store moto --story"
    assert not failing, f"{again}\n{failing}"
