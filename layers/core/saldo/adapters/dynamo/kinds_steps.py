"""Rows of steps: what came of them, comparisons by lot, advice and suggestions."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.reminders.hold_out import Draw
from saldo.steps.model import (
    Advice,
    DrawSheet,
    StepOutcome,
    StepRules,
    StepSheet,
    StepSummary,
    Suggestion,
)

STEPS = (
    RowKind(
        Draw,
        "draw",
        "A",
        2,
        "DRAW",
        "What was this account drawn for last? One query of one row, 1 RU, per plan while a "
        "comparison runs; 6 WU a draw with its event. Those to be counted: GSI `work`.",
    ),
    RowKind(
        StepOutcome,
        "step-outcome",
        "A",
        2,
        "STEP",
        "What came of the steps taken about this account? One query of the newest 50, some 6 RU. "
        "Written with each notice and call, 3 WU, and when it is counted. To count: GSI `work`.",
    ),
    RowKind(
        StepSheet,
        "step-sheet",
        "ST",
        1,
        "SHEET",
        "What came of a month's steps of one kind? One query of 120, some 150 RU, a night.",
    ),
    RowKind(
        StepSummary,
        "step-summary",
        "C",
        1,
        "STEPS",
        "What came of all steps of a year? One get of some 16 KB, 4 RU, when an account is looked "
        "at. Written at night where it differs.",
    ),
    RowKind(
        DrawSheet,
        "draw-sheet",
        "ST",
        1,
        "DRAWN",
        "What did the newest comparison tell? One query of one row, 1 RU.",
    ),
    RowKind(
        Advice,
        "advice",
        "A",
        2,
        "ADVICE",
        "What is best done next about this account? One get, 1 RU; in batches for a list.",
    ),
    RowKind(
        Suggestion,
        "suggestion",
        "C",
        1,
        "SUGGEST",
        "Which changes of policies do figures speak for? One query of 200, some 25 RU.",
    ),
    RowKind(
        StepRules,
        "step-rules",
        "C",
        1,
        "STEPRULES",
        "What does the creditor's money cost? One get, 1 RU.",
    ),
)
