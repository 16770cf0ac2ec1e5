"""Which items make up an amount: a search that is bounded, gives the same each time, and says when
there is more than one answer. Pure.

With many items, sums come out right by chance: forty items have 91,390 quadruples. So only so many
items are combined freely as keeps chance rare; beyond, only what a payer would choose is tried:
everything, everything due, the oldest, a run in the order of issue, all but one or two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import Final

COMBINATIONS_MAX: Final = 6_000
_RUNS_MAX: Final = 80
_SIZE_MAX: Final = 8


def sums_to(values: Sequence[int], target: int, limit: int = 2) -> list[tuple[int, ...]]:
    """Return up to `limit` different sets of places of `values` that add up to `target`.

    What a payer would rather choose comes first: one item, all, the first ones, a run, all but one
    or two, then any few. Values may be negative (credit notes).
    """
    found: list[tuple[int, ...]] = []
    for places in _tried(values, target):
        if places not in found:
            found.append(places)
            if len(found) == limit:
                break
    return found


def _tried(values: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    count = len(values)
    yield from ((at,) for at, value in enumerate(values) if value == target)
    yield from _structured(values, target)
    spent = 0
    for size in range(2, min(count, _SIZE_MAX) + 1):
        spent += comb(count, size)
        if spent > COMBINATIONS_MAX:
            return
        sums = map(sum, combinations(values, size))
        for places, reached in zip(combinations(range(count), size), sums, strict=True):
            if reached == target:
                yield places


def _structured(values: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    count, total = len(values), sum(values)
    if count < 2:
        return
    every = tuple(range(count))
    if total == target:
        yield every
    yield from _runs(values, target)
    missing = total - target
    if count > 2:
        for at, value in enumerate(values):
            if value == missing:
                yield every[:at] + every[at + 1 :]
    if 3 < count <= _RUNS_MAX:
        for one, other in combinations(every, 2):
            if values[one] + values[other] == missing:
                yield tuple(at for at in every if at not in (one, other))


def _runs(values: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    """Yield runs of two and more; those from the first item on come first."""
    count = len(values)
    starts = range(count) if count <= _RUNS_MAX else range(1)
    for start in starts:
        reached = values[start]
        for end in range(start + 1, count):
            reached += values[end]
            if reached == target:
                yield tuple(range(start, end + 1))
