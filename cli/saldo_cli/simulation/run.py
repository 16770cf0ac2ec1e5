"""One run of a story, with and without its faults."""

from __future__ import annotations

import io
import random
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.chaos import Call, Fault
from saldo_cli.simulation.invariants import broken
from saldo_cli.simulation.invent import story_of
from saldo_cli.simulation.outcome import Outcome, differences, outcome_of
from saldo_cli.simulation.schedules import Schedules
from saldo_cli.simulation.story import Story
from saldo_cli.simulation.world import SHORT_DAYS, WHOLE_DAYS, StoreName, World

_WEIGHTS = {"mail": 20, "provider": 8}
_SCHEDULED = frozenset({"tidy", "republish", "tend", "sweep"})


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended: the promises it broke, its end, and every external call that it made."""

    broken: tuple[str, ...]
    outcome: Outcome
    trace: tuple[Call, ...]
    injected: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a story with faults came to; `problems` empty means that all is well."""

    story: Story
    faults: tuple[Fault, ...]
    problems: tuple[str, ...]
    calls: int
    injected: int
    store: StoreName = "memory"


def run(
    story: Story,
    faults: Sequence[Fault] = (),
    store: StoreName = "memory",
    days: int = WHOLE_DAYS,
) -> Ran:
    """Live through a story once, for so many days."""
    with _quiet():
        world = World(story, faults, store, days)
        try:
            cast = Cast(world)
            cast.begin()
            Schedules(world).run()
            return Ran(
                tuple(broken(world, cast)),
                outcome_of(world, cast),
                tuple(world.chaos.trace),
                tuple(world.chaos.injected),
            )
        finally:
            world.close()


def days_of(store: StoreName) -> int:
    """Return how long a story goes on over this store."""
    return WHOLE_DAYS if store == "memory" else SHORT_DAYS


def judge(
    story: Story,
    faults: Sequence[Fault],
    plain: Ran | None = None,
    store: StoreName = "memory",
) -> Verdict:
    """Live through a story with faults and compare it with itself without any.

    The run without is over memory in any case: the table must end as memory does.
    """
    days = days_of(store)
    plain = plain or run(story, days=days)
    if plain.broken or not (faults or store == "moto"):
        return Verdict(story, (), plain.broken, len(plain.trace), 0, store)
    faulty = run(story, faults, store, days)
    problems = [
        *faulty.broken,
        *differences(story, plain.outcome, faulty.outcome, len(faulty.injected)),
    ]
    return Verdict(
        story, tuple(faults), tuple(problems), len(plain.trace), len(faulty.injected), store
    )


def judge_seed(seed: int, store: StoreName = "memory") -> Verdict:
    """Live through the story of a seed with the one to three faults of that seed."""
    story = story_of(seed)
    plain = run(story, days=days_of(store))
    return judge(story, faults_of(seed, plain.trace), plain, store)


def faults_of(seed: int, trace: Sequence[Call]) -> tuple[Fault, ...]:
    """Choose one to three faults among the calls of a run: first what is called, then which time.

    So a rare call fails as often as one that is made a hundred times.
    """
    chosen = random.Random(f"faults {seed}")
    by_label: dict[str, list[Call]] = {}
    for call in trace:
        by_label.setdefault(call.label, []).append(call)
    labels = sorted(by_label)
    weights = [_weight(by_label[label][0]) for label in labels]
    calls = [
        chosen.choice(by_label[label])
        for label in chosen.choices(labels, weights, k=chosen.choice((1, 1, 2, 3)))
    ]
    return tuple(Fault(c.label, c.occurrence, chosen.choice(c.kinds)) for c in calls)


def _weight(call: Call) -> float:
    """Return how often a call of this kind shall go wrong, compared with others."""
    if call.who in _SCHEDULED and not call.changes:
        return 0.3
    return _WEIGHTS.get(call.port, 4 if call.changes else 1)


def every_fault(trace: Sequence[Call]) -> Iterator[Fault]:
    """Yield every way in which every call of a run can go wrong."""
    for call in trace:
        for kind in call.kinds:
            yield Fault(call.label, call.occurrence, kind)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep metrics off the screen: functions print them for CloudWatch to find."""
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No application metrics")
        yield
