"""From a failing seed to the shortest story and the fewest faults that still fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from saldo_cli.simulation.chaos import Fault
from saldo_cli.simulation.run import Verdict, days_of, judge, run
from saldo_cli.simulation.story import Story

RUNS_MAX = 400
"""A story that is still long after so many tries is short enough."""

_OCCURRENCES_NEAR = 4


class _Spent(Exception):
    """No tries are left."""


class _Shrinking:
    """Keeps the shortest failing story found so far."""

    def __init__(self, failing: Verdict) -> None:
        self.best = failing
        self._left = RUNS_MAX

    def fails(self, story: Story, faults: Sequence[Fault]) -> bool:
        """Keep a story if it still fails."""
        if not self._left:
            raise _Spent
        self._left -= 1
        found = judge(story, faults, store=self.best.store)
        if found.problems:
            self.best = found
        return bool(found.problems)

    def drop_faults(self) -> bool:
        """Take one fault away, if it is not needed."""
        faults = self.best.faults
        if faults and self.fails(self.best.story, ()):
            return True
        return len(faults) > 1 and any(
            self.fails(self.best.story, [f for f in faults if f is not gone]) for gone in faults
        )

    def drop_actions(self) -> bool:
        """Take actions away: halves first, then one by one."""
        story = self.best.story
        size = max(1, len(story.actions) // 2)
        while size:
            for start in range(0, len(story.actions), size):
                shorter = story.without(range(start, start + size))
                if not shorter.actions or len(shorter.actions) == len(story.actions):
                    continue
                if any(self.fails(shorter, faults) for faults in self._moved(shorter)):
                    return True
            size //= 2
        return False

    def _moved(self, story: Story) -> Iterator[tuple[Fault, ...]]:
        """Yield the faults as they are, and moved: a shorter story makes fewer calls."""
        faults = self.best.faults
        yield faults
        if len(faults) != 1:
            return
        (fault,) = faults
        made = sum(
            call.label == fault.label for call in run(story, days=days_of(self.best.store)).trace
        )
        for occurrence in range(min(made, fault.occurrence), 0, -1)[:_OCCURRENCES_NEAR]:
            if occurrence != fault.occurrence:
                yield (Fault(fault.label, occurrence, fault.kind),)


def shrink(failing: Verdict) -> Verdict:
    """Return the shortest failing story that can be found from this one."""
    shrinking = _Shrinking(failing)
    steps: tuple[Callable[[], bool], ...] = (shrinking.drop_faults, shrinking.drop_actions)
    try:
        while any(step() for step in steps):
            pass
    except _Spent:
        pass
    return shrinking.best
