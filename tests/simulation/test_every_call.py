"""One short story, and every external call of it going wrong in every way that it can."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo_cli.simulation.run import Verdict, every_fault, judge, run
from saldo_cli.simulation.story import DAY_0, Credit, Debtor, GiveBack, Pay, Push, Story, instant

STORY = Story(
    "1",
    (Debtor("D1"),),
    (
        Push(instant(0, 6, 10), "INV-1", "D1", 10_000, DAY_0, DAY_0 + timedelta(days=1)),
        Credit(instant(1, 13), "INV-1", "CN-1", 2_500),
        Pay(
            instant(5, 3),
            "P1",
            "INV-1",
            7_500,
            "pay",
            8_000,
            timedelta(hours=10),
            clicks=2,
            callbacks_seconds=(3.0, 9.0),
        ),
        GiveBack(instant(6, 14), "P1", 500),
    ),
)
"""An invoice is mailed, partly credited, reminded once, paid too much; the rest is given back."""

LIVELY = frozenset({"plan", "send", "ingest", "feedback", "relay", "refund", "webhook-event"})


def failing(every: int) -> list[Verdict]:
    """Run the story with each `every`-th of all faults; return the runs that broke a promise."""
    plain = run(STORY)
    assert not plain.broken
    # What the schedules read while nothing waits is the same call many times over.
    faults = [
        fault
        for fault in every_fault(plain.trace)
        if not fault.label.startswith(("tend ", "tidy ", "republish ", "sweep "))
        or fault.occurrence <= 3
    ]
    verdicts = [judge(STORY, [fault], plain) for fault in faults[::every]]
    assert all(verdict.injected for verdict in verdicts), "every chosen call is made"
    return [verdict for verdict in verdicts if verdict.problems]


def tell(verdicts: list[Verdict]) -> str:
    return "\n".join(f"{v.faults[0]}: {'; '.join(v.problems)}" for v in verdicts)


def test_every_ninth_fault_of_all_that_are_possible() -> None:
    broken = failing(9)
    assert not broken, tell(broken)


@pytest.mark.long
def test_every_call_fails_in_every_way() -> None:
    broken = failing(1)
    assert not broken, tell(broken)


def test_the_story_has_every_kind_of_call() -> None:
    trace = run(STORY).trace
    assert {call.who for call in trace} >= LIVELY | {"pay.start", "pay.callback", "pay.return"}
    assert {call.port for call in trace} >= {
        "store",
        "bus",
        "mail",
        "provider",
        "endpoint",
        "plan-queue",
        "send-queue",
        "webhook-delivery-queue",
    }
