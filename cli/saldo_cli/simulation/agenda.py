"""Virtual time: what happens next, and when. Nothing here waits, and nothing is random."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from saldo.clock import FixedClock

Task = Callable[[], None]

TASKS_MAX = 50_000
"""Far above what any story makes: reaching it means that messages breed."""


class Agenda:
    """Tasks by the instant at which they happen; the clock moves with them.

    A task may be overtaken: while it runs, later ones happen, as if they ran on another machine.
    """

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self._tasks: list[tuple[datetime, int, Task]] = []
        self._numbers = count()
        self._done = 0

    def at(self, when: datetime, task: Task) -> None:
        """Let `task` happen at `when`, or now if that is past; same instants keep their order."""
        heapq.heappush(self._tasks, (max(when, self.clock.now()), next(self._numbers), task))

    def after(self, seconds: float, task: Task) -> None:
        """Let `task` happen in so many seconds."""
        self.at(self.clock.now() + timedelta(seconds=seconds), task)

    def run_until(self, end: datetime) -> None:
        """Let everything happen that is due up to `end`, and what follows from it."""
        while self._tasks and self._tasks[0][0] <= end:
            self._next()
        self.clock.move_to(max(end, self.clock.now()))

    def overtake(self, within: timedelta, most: int) -> None:
        """Let up to `most` tasks of the coming moments happen now, in front of what runs."""
        end = self.clock.now() + within
        for _ in range(most):
            if not self._tasks or self._tasks[0][0] > end:
                return
            self._next()

    def _next(self) -> None:
        when, _, task = heapq.heappop(self._tasks)
        self._done += 1
        if self._done > TASKS_MAX:
            raise RuntimeError("messages keep coming: something answers itself")
        # While a task is overtaken the clock runs ahead of what was due before.
        self.clock.move_to(max(when, self.clock.now()))
        task()
