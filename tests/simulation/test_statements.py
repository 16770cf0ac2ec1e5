"""A short story on the bank account, and every external call about its statements going wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo_cli.simulation.run import Verdict, every_fault, judge, run
from saldo_cli.simulation.story import DAY_0, Debtor, Push, Story, instant
from saldo_cli.simulation.transfers import (
    Recall,
    SendStatement,
    Strangers,
    Transfer,
    WorkThrough,
)
from tests.simulation.mutants import MUTANTS

_DUE = DAY_0 + timedelta(days=3)


def _day(number: int) -> SendStatement:
    on = DAY_0 + timedelta(days=number)
    return SendStatement(instant(number + 1, 5, 30), on, on, (4.0,))


STORY = Story(
    "3",
    (Debtor("D1"), Debtor("D2")),
    (
        Push(instant(0, 6, 10), "INV-1", "D1", 10_000, DAY_0, _DUE),
        Push(instant(0, 6, 11), "INV-2", "D2", 7_000, DAY_0, _DUE),
        Push(instant(0, 6, 12), "INV-3", "D2", 4_400, DAY_0, _DUE),
        Transfer(instant(1, 11), "T1", "INV-1", 10_000),
        Transfer(instant(1, 11, 1), "T2", "INV-2", 11_400, more=("INV-3",)),
        Strangers(instant(1, 12), 3),
        _day(1),
        Transfer(instant(2, 11), "T3", "INV-1", 10_000, "wrong", "somebody-else", times=2),
        Recall(instant(2, 12), "T1", 350),
        SendStatement(instant(3, 5, 30), DAY_0 + timedelta(days=1), DAY_0 + timedelta(days=2)),
        WorkThrough(instant(4, 9, 30), last=True),
    ),
)
"""Money for one invoice, for two, for nobody; the same twice and with wrong words; a recall."""

ABOUT_THE_BANK = ("statement >", "bank-desk >")


def failing(every: int) -> list[Verdict]:
    """Run the story with each `every`-th of all faults; return the runs that broke a promise."""
    plain = run(STORY)
    assert not plain.broken, plain.broken
    faults = [one for one in every_fault(plain.trace) if one.label.startswith(ABOUT_THE_BANK)]
    assert {one.label.split(" > ")[0] for one in faults} == {"statement", "bank-desk"}
    verdicts = [judge(STORY, [fault], plain) for fault in faults[::every]]
    return [verdict for verdict in verdicts if verdict.problems]


def tell(verdicts: list[Verdict]) -> str:
    return "\n".join(f"{v.faults[0]}: {'; '.join(v.problems)}" for v in verdicts)


def test_a_sample_of_all_faults_about_statements() -> None:
    broken = failing(29)
    assert not broken, tell(broken)


@pytest.mark.long
def test_every_call_about_statements_fails_in_every_way() -> None:
    broken = failing(1)
    assert not broken, tell(broken)


def test_entries_outside_their_statements_transaction_are_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    MUTANTS["entries_are_booked_outside_their_statements_transaction"](monkeypatch)
    plain = run(STORY)
    deaths = [
        fault
        for fault in every_fault(plain.trace)
        if (fault.label, fault.kind) == ("statement > store.commit", "die-before")
    ]
    # The last statement's: what an earlier one lost, the last one tells again.
    broken = [problem for fault in deaths[10:20] for problem in run(STORY, [fault]).broken]
    assert any("never became an entry" in problem for problem in broken)
