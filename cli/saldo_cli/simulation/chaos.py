"""Faults at external calls: every call is counted, and chosen ones go wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeVar
from zlib import crc32

from saldo.clock import Clock

T = TypeVar("T")

FaultKind = Literal[
    "die-before",
    "die-after",
    "timeout-before",
    "timeout-after",
    "throttle",
    "duplicate",
    "overtake",
    "outage",
]
"""die: the process ends there, nothing after it runs; timeout: no answer comes; before and after
say whether the call took effect; throttle: refused for the moment; duplicate: the call is made
twice; overtake: others do their work while this call is on its way; outage: nothing of this port
answers for a while."""

READ_FAULTS: tuple[FaultKind, ...] = ("die-before", "timeout-before", "throttle", "overtake")
WRITE_FAULTS: tuple[FaultKind, ...] = (
    "die-before",
    "die-after",
    "timeout-before",
    "timeout-after",
    "throttle",
    "duplicate",
    "overtake",
    "outage",
)
OUTAGE = timedelta(minutes=45)

_CROSSED_PER_MILLE = {
    "plan": 120,
    "send": 100,
    "ingest": 50,
    "pay.callback": 80,
    "pay.return": 80,
    "pay.start": 40,
    "feedback": 20,
    "relay": 20,
    "webhook-delivery": 10,
    "charges": 60,
    "counter": 60,
    "transfer": 60,
    "allocation": 60,
    "refund": 60,
    "schedule": 60,
    "mandate": 60,
    "announce": 60,
    "agree": 60,
    "statement": 60,
    "bank-desk": 60,
    "tend": 12,
}
"""How many of a thousand calls others overtake even on a good day: functions run side by side."""

_DEPTH_MAX = 3

_BEYOND_REACH: frozenset[tuple[str, FaultKind]] = frozenset(
    {
        ("mail", "duplicate"),  # one call, two mails: nobody could see it
        (
            "dead-letters",
            "outage",
        ),  # the queue itself sets the message aside then, without a reason
    }
)


class ProcessDied(BaseException):
    """The process is gone. No handler of ours may catch this."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The `occurrence`-th call (from 1) that carries `label` goes wrong as `kind` says."""

    label: str
    occurrence: int
    kind: FaultKind

    def __str__(self) -> str:
        return f"{self.kind} at call {self.occurrence} of [{self.label}]"


class Call(NamedTuple):
    """One external call of a run. `who` is the function that made it."""

    who: str
    port: str
    method: str
    changes: bool
    occurrence: int
    label: str
    """"who > port.method": what a fault names, with the occurrence."""

    @property
    def kinds(self) -> tuple[FaultKind, ...]:
        """The ways in which this call can go wrong."""
        if not self.changes:
            return READ_FAULTS
        return tuple(k for k in WRITE_FAULTS if (self.port, k) not in _BEYOND_REACH)


@dataclass(frozen=True, slots=True)
class Errors:
    """How a port says that no answer came, and that it is too busy."""

    timeout: Callable[[], Exception]
    throttle: Callable[[], Exception]


class Chaos:
    """Counts external calls, keeps their trace, and lets the chosen ones go wrong.

    Outside `acting` nothing is counted: what the simulation itself looks at is no external call.
    """

    def __init__(
        self, seed: str, clock: Clock, faults: Iterable[Fault], overtake: Callable[[], None]
    ) -> None:
        self._seed, self._clock, self._overtake = seed, clock, overtake
        self._faults = {(f.label, f.occurrence): f for f in faults}
        self._counts: Counter[str] = Counter()
        self._who: list[str] = []
        self._depth = 0
        self._outages: dict[str, datetime] = {}
        self.trace: list[Call] = []
        self.injected: list[Fault] = []

    @contextmanager
    def acting(self, who: str) -> Iterator[None]:
        """Count the calls of the block as those of function `who`."""
        self._who.append(who)
        try:
            yield
        finally:
            self._who.pop()

    def call(
        self,
        port: str,
        method: str,
        effect: Callable[[], T],
        errors: Errors,
        *,
        changes: bool,
        again: Callable[[], T] | None = None,
    ) -> T:
        """Make one call, unless it is chosen to go wrong. `again` is what its repeat does."""
        if not self._who:
            return effect()
        call = self._count(port, method, changes=changes)
        if port in self._outages and self._outages[port] > self._clock.now():
            raise errors.throttle()
        fault = self._faults.get((call.label, call.occurrence))
        if fault is None or fault.kind not in call.kinds:
            if self._is_crossed(call):
                self._let_pass()
            return effect()
        self.injected.append(fault)
        return self._wrong(fault.kind, port, effect, again or effect, errors)

    def _count(self, port: str, method: str, *, changes: bool) -> Call:
        label = f"{self._who[-1]} > {port}.{method}"
        self._counts[label] += 1
        call = Call(self._who[-1], port, method, changes, self._counts[label], label)
        self.trace.append(call)
        return call

    def _is_crossed(self, call: Call) -> bool:
        """Tell whether this call is one that others overtake anyway, as on any busy day.

        Drawn from the call itself, so that a fault elsewhere does not move it.
        """
        per_mille = _CROSSED_PER_MILLE.get(call.who)
        if per_mille is None:
            return False
        drawn = crc32(f"{self._seed} {call.label} {call.occurrence}".encode()) % 1000
        return drawn < per_mille

    def _let_pass(self) -> None:
        if self._depth == _DEPTH_MAX:
            return
        self._depth += 1
        try:
            self._overtake()
        finally:
            self._depth -= 1

    def _wrong(
        self,
        kind: FaultKind,
        port: str,
        effect: Callable[[], T],
        again: Callable[[], T],
        errors: Errors,
    ) -> T:
        if kind == "overtake":
            self._let_pass()
            return effect()
        if kind == "duplicate":
            effect()
            return again()
        if kind == "outage":
            self._outages[port] = self._clock.now() + OUTAGE
        if kind in ("die-after", "timeout-after"):
            effect()
        if kind in ("die-before", "die-after"):
            raise ProcessDied(port)
        raise errors.throttle() if kind in ("throttle", "outage") else errors.timeout()
