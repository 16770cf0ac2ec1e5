"""Many seeds, on all processors."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from saldo_cli.simulation.run import judge_seed
from saldo_cli.simulation.world import StoreName

_CHUNK = 8


@dataclass(frozen=True, slots=True)
class SeedResult:
    """What a seed came to: the problems found, external calls made and faults injected."""

    seed: int
    problems: tuple[str, ...]
    calls: int
    injected: int


def judge_many(
    seeds: Sequence[int], processes: int | None = None, store: StoreName = "memory"
) -> Iterator[SeedResult]:
    """Yield the result of every seed, in order; raise BrokenProcessPool if a worker is killed.

    `processes` None means one for each processor that this process may use.
    """
    processes = processes or len(os.sched_getaffinity(0))
    chunk = _CHUNK if store == "memory" else 1
    if processes == 1 or len(seeds) < chunk * 2:
        yield from map(partial(_judge, store=store), seeds)
        return
    # Fresh interpreters: each holds a world of its own, and nothing of this process's. A worker
    # that is killed ends the whole run, rather than leaving its seeds out or hanging.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin) as pool:
        yield from pool.map(partial(_judge, store=store), seeds, chunksize=chunk)


def _begin() -> None:
    # Nobody reads the metrics of a simulation, and writing them is a tenth of its time.
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"


def _judge(seed: int, store: StoreName) -> SeedResult:
    verdict = judge_seed(seed, store)
    return SeedResult(seed, verdict.problems, verdict.calls, verdict.injected)
